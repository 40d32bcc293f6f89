package receipt

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"hash/crc32"
	"slices"

	"wegweiser/shared/journey"
)

// Marks stand for things of a visitor that are stored elsewhere, in order of
// time, then id: two bytes of a checksum for each, the first one's time, and the
// digest of all. That each thing is later than the one before it leaves few that
// can be taken for it: one in 65,536 of those that lie between two of them. The
// digest tells which of them it is.
type Marks struct {
	first  journey.Millis
	short  string // each bytes of each thing
	each   int
	digest Digest
}

const (
	firstMark  = 3 // bytes in the first form
	secondMark = 2 // in the second
	// mistakes is how often things may be put together that have the marks and
	// not the digest, before they count as gone. There are as many ways as there
	// are twins, doubled with each: a million things that came late make 15.
	mistakes = 1 << 12
)

// Len is how many things there are.
func (m *Marks) Len() int { return len(m.short) / max(m.each, 1) }

// marking is how things of a kind are marked.
type marking[T any] struct {
	encode func(dst []byte, t *T) []byte // equal things alone have equal bytes
	key    func(t *T) (journey.Millis, string)
}

func marksOf[T any](things []T, how marking[T]) Marks {
	m := Marks{each: secondMark}
	if len(things) == 0 {
		return m
	}
	m.first, _ = how.key(&things[0])
	short, all := make([]byte, 0, len(things)*m.each), sha256.New()
	var one []byte
	for i := range things {
		one = how.encode(one[:0], &things[i])
		all.Write(one)
		short = appendMark(short, one, m.each)
	}
	m.short, m.digest = string(short), digestOf(all)
	return m
}

func appendMark(dst, encoded []byte, bytes int) []byte {
	h := crc32.Checksum(encoded, crc32.MakeTable(crc32.Castagnoli)) // made once, and not at a start
	for shift := 8 * (bytes - 1); shift >= 0; shift -= 8 {
		dst = append(dst, byte(h>>shift))
	}
	return dst
}

// search looks for the things that marks stand for.
type search struct {
	marks  *Marks
	mark   []string // of each thing that is there, in order
	latest []int    // the last of them that each mark can stand for, so that those behind it find theirs
	taken  []int
	proves func(taken []int) bool
	tries  int
}

// found returns the things that m stands for out of those that are there, and
// whether all of them are.
func found[T any](m *Marks, there []T, how marking[T]) ([]T, bool) {
	if m.Len() == 0 {
		return nil, true
	}
	inOrder := make([]*T, 0, len(there))
	for i := range there {
		if at, _ := how.key(&there[i]); at >= m.first {
			inOrder = append(inOrder, &there[i])
		}
	}
	slices.SortFunc(inOrder, func(a, b *T) int {
		aAt, aID := how.key(a)
		bAt, bID := how.key(b)
		return cmp.Or(cmp.Compare(aAt, bAt), cmp.Compare(aID, bID))
	})
	var one []byte
	s := search{marks: m, mark: make([]string, len(inOrder)), tries: mistakes, proves: func(taken []int) bool {
		all := sha256.New()
		for _, i := range taken {
			one = how.encode(one[:0], inOrder[i])
			all.Write(one)
		}
		return digestOf(all) == m.digest
	}}
	for i := range inOrder {
		one = how.encode(one[:0], inOrder[i])
		s.mark[i] = string(appendMark(nil, one, m.each))
	}
	if !s.prepare() || !s.from(0) {
		return nil, false
	}
	things := make([]T, len(s.taken))
	for k, i := range s.taken {
		things[k] = *inOrder[i]
	}
	return things, true
}

func (s *search) of(k int) string { return s.marks.short[k*s.marks.each:][:s.marks.each] }

// prepare reports whether there is a thing for each mark at all.
func (s *search) prepare() bool {
	s.latest = make([]int, s.marks.Len())
	i := len(s.mark)
	for k := len(s.latest) - 1; k >= 0; k-- {
		for i--; i >= 0 && s.mark[i] != s.of(k); i-- {
		}
		if i < 0 {
			return false
		}
		s.latest[k] = i
	}
	return true
}

// from takes things from a place on for the marks that are left, and reports
// whether what is taken then is proved.
func (s *search) from(i int) bool {
	k := len(s.taken)
	if k == len(s.latest) {
		s.tries--
		return s.proves(s.taken)
	}
	for ; i <= s.latest[k] && s.tries > 0; i++ {
		if s.mark[i] != s.of(k) {
			continue
		}
		if s.taken = append(s.taken, i); s.from(i + 1) {
			return true
		}
		s.taken = s.taken[:k]
	}
	return false
}

func (w *writer) marks(m *Marks, at journey.Millis) {
	w.number(uint64(m.Len()), 3)
	if m.Len() > 0 {
		w.signed(int64(at-m.first), lowTime)
		w.raw([]byte(m.short))
		w.raw(m.digest[:])
	}
}

func (r *reader) marks(at journey.Millis) Marks {
	m := Marks{each: secondMark}
	n := r.number(3)
	r.check(n <= uint64(len(r.rest)))
	if !r.bad && n > 0 {
		m.first = at - journey.Millis(r.signed(lowTime))
		m.short = r.raw(int(n) * m.each)
		copy(m.digest[:], r.raw(len(m.digest)))
	}
	return m
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

func appendText(dst []byte, text string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(text))), text...)
}
