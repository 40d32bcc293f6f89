package rank

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"wegweiser/shared/journey"
)

// ErrCorrupt means that packed bytes are not what this package writes.
var ErrCorrupt = errors.New("packed counters are damaged, or of a newer wegweiser")

// countersFormat starts packed counters.
const countersFormat = 1

// Append writes the counters behind dst, equal ones as equal bytes: some 5 to 9
// for a scope beside its name, and some 15 for a reservation beside its id.
func (c *Counters) Append(dst []byte) []byte {
	dst = append(dst, countersFormat)
	dst = binary.AppendVarint(dst, int64(c.day))
	dst = binary.AppendUvarint(dst, uint64(len(c.counts)))
	for i := range c.counts {
		n := &c.counts[i]
		dst = append(dst, byte(n.scope.Kind)<<2|byte(n.longest))
		dst = appendText(dst, n.scope.Name)
		for _, times := range n.of[:n.longest+1] {
			dst = binary.AppendUvarint(dst, uint64(times))
		}
	}
	dst = binary.AppendUvarint(dst, uint64(len(c.pending)))
	for i := range c.pending {
		dst = c.appendReservation(dst, &c.pending[i])
	}
	return dst
}

// appendReservation writes scopes by their place among the counts. One that is
// no longer counted has nothing to give back.
func (c *Counters) appendReservation(dst []byte, r *reservation) []byte {
	dst = appendText(dst, r.id)
	dst = binary.AppendVarint(dst, int64(r.expires))
	dst = binary.AppendUvarint(dst, uint64(c.day-r.day))
	var refs []uint64
	for _, t := range r.takes {
		if at, known := c.find(t.scope); known {
			refs = append(refs, uint64(at)<<2|uint64(t.longest))
		}
	}
	dst = binary.AppendUvarint(dst, uint64(len(refs)))
	for _, ref := range refs {
		dst = binary.AppendUvarint(dst, ref)
	}
	return dst
}

func appendText(dst []byte, text string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(text))), text...)
}

// ReadCounters reads what Append wrote; of no bytes, the zero value. The texts
// are parts of packed.
func ReadCounters(packed string) (Counters, error) {
	if packed == "" {
		return Counters{}, nil
	}
	r := countersReader{rest: packed}
	r.check(r.byte() == countersFormat)
	c := Counters{day: calendarDay(r.varint(-maxDay, maxDay))}
	if n := r.count(MaxCounters); n > 0 {
		c.counts = make([]count, n)
		for i := range c.counts {
			c.counts[i] = r.counter()
			r.check(i == 0 || compareScopes(c.counts[i-1].scope, c.counts[i].scope) < 0)
		}
	}
	if n := r.count(MaxPending); n > 0 {
		c.pending = make([]reservation, n)
		for i := range c.pending {
			c.pending[i] = r.reservation(&c)
		}
	}
	r.check(r.rest == "")
	if r.bad {
		return Counters{}, fmt.Errorf("read counters: %w", ErrCorrupt)
	}
	return c, nil
}

// maxDay is in the year 10889, as far as a moment reaches in a store.
const maxDay = 1<<48/(1000*secondsOfDay) + 1

// countersReader takes values from the front of a text. After the first failure
// it returns zero values, and bad stays true.
type countersReader struct {
	rest string
	bad  bool
}

func (r *countersReader) check(ok bool) {
	if !ok {
		r.rest, r.bad = "", true
	}
}

func (r *countersReader) byte() byte {
	if r.rest == "" {
		r.check(false)
		return 0
	}
	b := r.rest[0]
	r.rest = r.rest[1:]
	return b
}

func (r *countersReader) uvarint(most uint64) uint64 {
	var value uint64
	for shift := uint(0); shift < 63; shift += 7 {
		b := r.byte()
		value |= uint64(b&0x7f) << shift
		if b < 0x80 {
			r.check(value <= most)
			return min(value, most)
		}
	}
	r.check(false)
	return 0
}

func (r *countersReader) varint(least, most int64) int64 {
	value := r.uvarint(1<<63 - 1)
	signed := int64(value >> 1)
	if value&1 != 0 {
		signed = ^signed
	}
	r.check(signed >= least && signed <= most)
	return min(max(signed, least), most)
}

// count reads how many things follow, of which each takes a byte at least.
func (r *countersReader) count(most int) int {
	n := int(r.uvarint(uint64(most)))
	r.check(n <= len(r.rest))
	return min(n, len(r.rest))
}

func (r *countersReader) text() string {
	n := r.count(len(r.rest))
	text := r.rest[:n]
	r.rest = r.rest[n:]
	return text
}

func (r *countersReader) counter() count {
	head := r.byte()
	n := count{scope: Scope{Kind: ScopeKind(head >> 2)}, longest: span(head & 3)}
	r.check(n.scope.Kind < scopeKinds)
	n.scope.Name = r.text()
	for p := range n.longest + 1 {
		n.of[p] = uint32(r.uvarint(maxCount))
	}
	return n
}

func (r *countersReader) reservation(c *Counters) reservation {
	pending := reservation{id: r.text(), expires: journey.Millis(r.varint(0, 1<<62-1))}
	pending.day = c.day - calendarDay(r.uvarint(2*maxDay))
	n := r.count(len(c.counts))
	pending.takes = make([]take, 0, n)
	for range n {
		ref := r.uvarint(uint64(len(c.counts))<<2 - 1)
		if r.bad {
			return pending
		}
		t := take{c.counts[ref>>2].scope, span(ref & 3)}
		r.check(!slices.ContainsFunc(pending.takes, func(have take) bool { return have.scope == t.scope }))
		pending.takes = append(pending.takes, t)
	}
	return pending
}
