package snapshot

import (
	"cmp"
	"encoding/binary"
	"errors"
	"maps"
	"math"
	"slices"

	"wegweiser/shared/tables"
)

// codec walks a value field by field in one fixed order, and either writes the
// fields or reads them back. One walk serves both ways, so that what is written
// and what is read cannot drift apart. What is read shares the memory of in.
type codec struct {
	version int // of the format
	reading bool
	out     []byte
	in      string
	at      int      // what of in was read
	room    []string // for lists of texts to come
	err     error
}

var errCut = errors.New("it ends too early or holds a count that cannot be")

func (c *codec) fail() {
	c.err = cmp.Or(c.err, errCut)
	c.at = len(c.in)
}

// left is how many bytes are still to be read.
func (c *codec) left() int { return len(c.in) - c.at }

func (c *codec) uint(n *uint64) {
	if c.reading {
		*n = c.number()
	} else {
		c.out = binary.AppendUvarint(c.out, *n)
	}
}

// number reads what uint wrote, nearly always a byte.
func (c *codec) number() uint64 {
	if c.at < len(c.in) && c.in[c.at] < 0x80 {
		c.at++
		return uint64(c.in[c.at-1])
	}
	return c.longNumber()
}

func (c *codec) longNumber() (n uint64) {
	for i := range min(c.left(), binary.MaxVarintLen64) {
		b := c.in[c.at+i]
		n |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			c.at += i + 1
			return n
		}
	}
	c.fail()
	return 0
}

// whole walks any signed whole number; small ones of either sign are short.
func whole[T ~int | ~int64](c *codec, n *T) {
	folded := uint64(*n)<<1 ^ uint64(int64(*n)>>63)
	c.uint(&folded)
	*n = T(folded>>1) ^ -T(folded&1)
}

// small walks a number of one byte.
func small[T ~uint8](c *codec, n *T) {
	if !c.reading {
		c.out = append(c.out, byte(*n))
		return
	}
	if c.left() < 1 {
		c.fail()
		return
	}
	*n = T(c.in[c.at])
	c.at++
}

func (c *codec) float(f *float64) {
	if !c.reading {
		c.out = binary.BigEndian.AppendUint64(c.out, math.Float64bits(*f))
		return
	}
	if c.left() < 8 {
		c.fail()
		return
	}
	var n uint64
	for i := range 8 {
		n = n<<8 | uint64(c.in[c.at+i])
	}
	*f = math.Float64frombits(n)
	c.at += 8
}

func (c *codec) bool(b *bool) {
	var n uint64
	if *b {
		n = 1
	}
	c.uint(&n)
	*b = n == 1
}

func text[T ~string](c *codec, s *T) {
	n := c.count(len(*s))
	if !c.reading {
		c.out = append(c.out, *s...)
		return
	}
	*s = T(c.in[c.at : c.at+n])
	c.at += n
}

// count walks a number of things that take at least a byte each.
func (c *codec) count(n int) int {
	if !c.reading {
		c.out = binary.AppendUvarint(c.out, uint64(n))
		return n
	}
	count := c.number()
	if count > uint64(c.left()) {
		c.fail()
		return 0
	}
	return int(count)
}

// each walks a list, member by member. What is read makes room as it comes, so
// that a count that lies costs nothing.
func each[T any](c *codec, list *[]T, walk func(*codec, *T)) {
	n := c.count(len(*list))
	if !c.reading {
		for i := range *list {
			walk(c, &(*list)[i])
		}
		return
	}
	*list = nil
	if n > 0 {
		*list = make([]T, 0, min(n, 4096))
	}
	for range n {
		*list = append(*list, *new(T))
		if walk(c, &(*list)[len(*list)-1]); c.err != nil {
			return
		}
	}
}

// members walks a list of rows. Of what is read, take gets the place, how many
// there are and each row in turn, in memory that is used again for the next.
func members[T any](c *codec, list []T, walk func(*codec, *T), take func(at, of int, row *T) error) {
	n := c.count(len(list))
	if !c.reading {
		for i := range list {
			walk(c, &list[i])
		}
		return
	}
	if n > tables.MaxRows {
		c.fail()
		return
	}
	room := make([]string, 4*tables.MaxMembers)
	var row T
	for i := range n {
		row, c.room = *new(T), room
		if walk(c, &row); c.err != nil {
			return
		}
		if c.err = take(i, n, &row); c.err != nil {
			return
		}
	}
	c.room = nil
}

// then does what comes after something that was read.
func (c *codec) then(do func() error) {
	if c.reading && c.err == nil {
		c.err = do()
	}
}

// texts walks a short list of texts.
func (c *codec) texts(list *[]string) {
	n := c.count(len(*list))
	if c.reading {
		if n > tables.MaxMembers {
			c.fail()
			return
		}
		if n > len(c.room) {
			c.room = make([]string, 4*tables.MaxMembers)
		}
		if *list = nil; n > 0 {
			*list, c.room = c.room[:n:n], c.room[n:]
		}
	}
	for i := range *list {
		text(c, &(*list)[i])
	}
}

// dict walks a map in the order of its keys.
func dict[V any](c *codec, m *map[string]V, walk func(*codec, *V)) {
	keys := slices.Sorted(maps.Keys(*m))
	n := c.count(len(keys))
	if c.reading {
		if *m = nil; n > 0 {
			*m = map[string]V{}
		}
	}
	for i := range n {
		var key string
		if !c.reading {
			key = keys[i]
		}
		text(c, &key)
		value := (*m)[key]
		if walk(c, &value); c.err != nil {
			return
		}
		if c.reading {
			(*m)[key] = value
		}
	}
}
