package ingest

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strconv"
)

// columns numbers the columns that a mapping reads, so that a row is a slice.
type columns struct {
	names    []string
	slots    map[string]int
	builtins map[string]bool // that are used
}

func (c *columns) slot(name string) int {
	if slot, ok := c.slots[name]; ok {
		return slot
	}
	if c.slots == nil {
		c.slots = map[string]int{}
	}
	c.slots[name] = len(c.names)
	c.names = append(c.names, name)
	return len(c.names) - 1
}

func (c *columns) use(builtin string) {
	if c.builtins == nil {
		c.builtins = map[string]bool{}
	}
	c.builtins[builtin] = true
}

// row is one row of a file as the mapping sees it.
type row struct {
	values []string // by slot
	typed  []any    // by slot, of JSON: numbers and truth values as such
	number int      // {row}
	index  int      // {index}
	raw    []byte   // what {hash} stands for
	repeat int      // {repeat}
}

// The names in braces that are not columns.
const (
	rowNumber   = "row"
	memberIndex = "index"
	contentHash = "hash"
	repetition  = "repeat"
)

func (r *row) builtin(name string) string {
	switch name {
	case rowNumber:
		return strconv.Itoa(r.number)
	case memberIndex:
		return strconv.Itoa(r.index)
	case contentHash:
		sum := sha256.Sum256(r.raw)
		return hex.EncodeToString(sum[:8])
	}
	return strconv.Itoa(r.repeat)
}

// repeats counts how often a key was seen, in some ten bytes each.
type repeats map[uint64]uint32

func (r repeats) next(visitor, id string) int {
	sum := sha256.Sum256([]byte(visitor + "\x00" + id))
	key := binary.BigEndian.Uint64(sum[:])
	r[key]++
	return int(r[key])
}
