package receipt

import (
	"encoding/binary"
	"math"

	"wegweiser/shared/journey"
	"wegweiser/shared/rank"
	"wegweiser/shared/snapshot"
)

// This file reads receipts of the first form, which nothing writes any more: it
// had names in full, and quantiles and counts in whole bytes. They are stored as
// long as retention.receipts says, which is ten years at most.

// The forms of a body, by its first byte. Of the first form it is whether the
// rest was compressed; its version follows.
const (
	firstPlain  = 0
	firstPacked = 1
	first       = 1
)

// The kinds of values in the first form.
const (
	firstText byte = iota
	firstNumber
	firstTrue
	firstFalse
)

// readFirst reads what is behind the first byte.
func readFirst(body, decision string) (*Receipt, error) {
	r := firstReader{rest: body}
	r.check(r.byte() == first)
	out := &Receipt{Snapshot: r.text(), Visitor: r.text(), Degraded: r.text()}
	copy(out.Answer[:], r.take(len(out.Answer)))
	out.Context, out.Consulted = r.values(), r.consulted()
	r.input(&out.Input, out.Visitor, decision)
	if out.Input.History != nil {
		r.history(out.Input.History)
		out.Window, out.Milestones = r.marks(), r.marks()
	}
	r.check(r.rest == "")
	if r.bad {
		return nil, ErrCorrupt
	}
	return out, nil
}

// firstReader takes values from the front of a text. After the first failure it
// returns zero values, and bad stays true.
type firstReader struct {
	rest string
	bad  bool
}

func (r *firstReader) check(ok bool) {
	if !ok {
		r.rest, r.bad = "", true
	}
}

func (r *firstReader) take(n int) string {
	if n > len(r.rest) {
		r.check(false)
		return ""
	}
	text := r.rest[:n]
	r.rest = r.rest[n:]
	return text
}

func (r *firstReader) byte() byte {
	if b := r.take(1); b != "" {
		return b[0]
	}
	return 0
}

func (r *firstReader) uvarint() uint64 {
	var value uint64
	for shift := uint(0); shift < 64; shift += 7 {
		b := r.byte()
		value |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return value
		}
	}
	r.check(false)
	return 0
}

func (r *firstReader) varint() int64 {
	value := r.uvarint()
	if value&1 != 0 {
		return ^int64(value >> 1)
	}
	return int64(value >> 1)
}

// count reads how many things follow, of which each takes a byte at least.
func (r *firstReader) count() int {
	n := r.uvarint()
	r.check(n <= uint64(len(r.rest)))
	return int(min(n, uint64(len(r.rest))))
}

func (r *firstReader) text() string { return r.take(r.count()) }

func (r *firstReader) texts() []string {
	texts := make([]string, r.count())
	for i := range texts {
		texts[i] = r.text()
	}
	return texts
}

func (r *firstReader) values() map[string]any {
	n := r.count()
	if n == 0 {
		return nil
	}
	values := make(map[string]any, n)
	for range n {
		name := r.text()
		switch r.byte() {
		case firstText:
			values[name] = r.text()
		case firstNumber:
			if bits := r.take(8); bits != "" {
				values[name] = math.Float64frombits(binary.BigEndian.Uint64([]byte(bits)))
			}
		case firstTrue:
			values[name] = true
		case firstFalse:
			values[name] = false
		default:
			r.check(false)
		}
	}
	return values
}

// What the first byte of an input says, in this order.
const (
	hasHistory   = 1 << iota
	ownPerson    // the person is not the visitor
	ownSeed      // the seed is not the decision
	isTruncated  // the history
	hasPurposes  // a list, which may be empty
	hasSpent     // likewise
	hasUncounted // and a reason
)

// input reads all but the history, which follows where there is one.
func (r *firstReader) input(in *snapshot.Input, visitor, decision string) {
	flags := r.byte()
	in.At, in.Person, in.Seed = journey.Millis(r.varint()), visitor, decision
	in.Withheld, in.Locale, in.Placements = snapshot.Reason(r.text()), r.text(), r.texts()
	if flags&ownPerson != 0 {
		in.Person = r.text()
	}
	if flags&ownSeed != 0 {
		in.Seed = r.text()
	}
	if flags&hasPurposes != 0 {
		in.Purposes = make([]journey.Purpose, r.count())
		for i := range in.Purposes {
			in.Purposes[i] = journey.Purpose(r.text())
		}
	}
	if flags&hasSpent != 0 {
		in.Spent = r.texts()
	}
	if flags&hasUncounted != 0 {
		in.Uncounted = snapshot.Reason(r.text())
	}
	if flags&hasHistory != 0 {
		in.History = &journey.History{Truncated: flags&isTruncated != 0}
	}
}

func (r *firstReader) history(h *journey.History) {
	p := &h.Profile
	p.Locale, p.Zone, p.Country, p.Traits = r.text(), r.text(), r.text(), r.values()
	p.Totals = r.totals()
	h.Counters.Packed = r.text()
}

func (r *firstReader) totals() journey.Totals {
	t := journey.Totals{Purchases: int(r.uvarint()), First: journey.Millis(r.varint()), Last: journey.Millis(r.varint())}
	if n := r.count(); n > 0 {
		t.Spent = make(map[string]journey.Units, n)
		for range n {
			t.Spent[r.text()] = journey.Units(r.varint())
		}
	}
	if n := r.count(); n > 0 {
		t.Latest = make(map[string]journey.Millis, n)
		for range n {
			t.Latest[r.text()] = journey.Millis(r.varint())
		}
	}
	return t
}

func (r *firstReader) marks() Marks {
	m := Marks{short: r.text(), each: firstMark}
	r.check(len(m.short)%m.each == 0)
	if m.Len() > 0 {
		m.first = journey.Millis(r.varint())
		copy(m.digest[:], r.take(len(m.digest)))
	}
	return m
}

func (r *firstReader) consulted() *snapshot.Consulted {
	if r.byte() == 0 {
		return nil
	}
	c := &snapshot.Consulted{Nothing: r.quantiles()}
	c.Items = make([]snapshot.ConsultedItem, r.count())
	at := int64(0)
	for i := range c.Items {
		head := r.uvarint()
		at += int64(head >> 1)
		r.check(at < 1<<31)
		c.Items[i].At = int32(at)
		if head&1 == 1 {
			c.Items[i].Believed = r.quantiles()
		}
	}
	return c
}

func (r *firstReader) quantiles() (q rank.Quantiles) {
	sum := uint64(0)
	for i := range q {
		sum += r.uvarint()
		r.check(sum <= 1<<16-1)
		q[i] = rank.Quantile(sum)
	}
	return q
}
