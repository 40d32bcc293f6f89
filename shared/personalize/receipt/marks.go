package receipt

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"hash/crc32"
	"slices"

	"wegweiser/shared/journey"
)

// Marks stand for things of a visitor that are stored elsewhere, in order of
// time, then id: three bytes of a checksum for each, the first one's time, and the
// digest of all. That each thing is later than the one before it leaves few that
// can be taken for it: one in 16 million of those that lie between two of them.
// A mistake is not passed on, as the digest tells it.
type Marks struct {
	first  journey.Millis
	short  string // markBytes each
	digest Digest
}

const markBytes = 3

// Len is how many things there are.
func (m *Marks) Len() int { return len(m.short) / markBytes }

// marking is how things of a kind are marked.
type marking[T any] struct {
	encode func(dst []byte, t *T) []byte // equal things alone have equal bytes
	key    func(t *T) (journey.Millis, string)
}

func marksOf[T any](things []T, how marking[T]) Marks {
	var m Marks
	if len(things) == 0 {
		return m
	}
	m.first, _ = how.key(&things[0])
	short, all := make([]byte, 0, len(things)*markBytes), sha256.New()
	var one []byte
	for i := range things {
		one = how.encode(one[:0], &things[i])
		all.Write(one)
		short = appendMark(short, one)
	}
	m.short, m.digest = string(short), digestOf(all)
	return m
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func appendMark(dst, encoded []byte) []byte {
	h := crc32.Checksum(encoded, castagnoli)
	return append(dst, byte(h>>16), byte(h>>8), byte(h))
}

// found returns the things that m stands for out of those that are there, and
// whether all of them are.
func found[T any](m *Marks, there []T, how marking[T]) ([]T, bool) {
	if m.Len() == 0 {
		return nil, true
	}
	inOrder := slices.Clone(there)
	slices.SortFunc(inOrder, func(a, b T) int {
		aAt, aID := how.key(&a)
		bAt, bID := how.key(&b)
		return cmp.Or(cmp.Compare(aAt, bAt), cmp.Compare(aID, bID))
	})
	start, _ := slices.BinarySearchFunc(inOrder, m.first, func(t T, first journey.Millis) int {
		at, _ := how.key(&t)
		return cmp.Compare(at, first)
	})
	var one, mark []byte
	rest, taken, all := []byte(m.short), make([]T, 0, m.Len()), sha256.New()
	for i := start; i < len(inOrder) && len(rest) > 0; i++ {
		one = how.encode(one[:0], &inOrder[i])
		mark = appendMark(mark[:0], one)
		if !bytes.HasPrefix(rest, mark) {
			continue
		}
		rest, taken = rest[markBytes:], append(taken, inOrder[i])
		all.Write(one)
	}
	return taken, len(rest) == 0 && digestOf(all) == m.digest
}

func timeOfTrace(t *journey.Trace) (journey.Millis, string)         { return t.At, t.ID }
func timeOfMilestone(m *journey.Milestone) (journey.Millis, string) { return m.At, m.ID }

func appendTrace(dst []byte, t *journey.Trace) []byte {
	dst = binary.AppendVarint(dst, int64(t.At))
	for _, text := range [...]string{t.ID, t.Type, t.Channel, t.Item} {
		dst = appendText(dst, text)
	}
	return append(dst, byte(t.Trust))
}

func appendMilestone(dst []byte, m *journey.Milestone) []byte {
	dst = binary.AppendVarint(dst, int64(m.At))
	for _, text := range [...]string{m.ID, m.Type, m.Currency, m.Purchase} {
		dst = appendText(dst, text)
	}
	return binary.AppendVarint(dst, int64(m.Amount))
}
