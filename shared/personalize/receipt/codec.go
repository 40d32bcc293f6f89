package receipt

import (
	"maps"
	"slices"

	"wegweiser/shared/journey"
	"wegweiser/shared/rank"
	"wegweiser/shared/snapshot"
)

// format starts what is packed.
const format = 1

// Pack writes r as the receipt of a decision, by whose id it is read again.
func Pack(r *Receipt, decision string) []byte {
	if h := r.Input.History; h != nil {
		r.Window = marksOf(h.Traces, marking[journey.Trace]{appendTrace, timeOfTrace})
		r.Milestones = marksOf(h.Profile.Milestones, marking[journey.Milestone]{appendMilestone, timeOfMilestone})
	}
	w := &writer{b: make([]byte, 0, 512+len(r.Window.short)+len(r.Milestones.short))}
	w.byte(format)
	w.text(r.Snapshot)
	w.text(r.Visitor)
	w.text(r.Degraded)
	w.b = append(w.b, r.Answer[:]...)
	w.values(r.Context)
	w.consulted(r.Consulted)
	w.input(&r.Input, r.Visitor, decision)
	if r.Input.History != nil {
		w.history(r.Input.History)
		w.marks(&r.Window)
		w.marks(&r.Milestones)
	}
	return squeezed(w.b)
}

// Read reads what Pack wrote for a decision, or returns ErrCorrupt.
func Read(body []byte, decision string) (*Receipt, error) {
	plain, err := stretched(body)
	if err != nil {
		return nil, err
	}
	r := reader{rest: string(plain)}
	r.check(r.byte() == format)
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

func (w *writer) input(in *snapshot.Input, visitor, decision string) {
	flags := byte(0)
	for bit, is := range [...]bool{
		in.History != nil, in.Person != visitor, in.Seed != decision, in.History != nil && in.History.Truncated,
		in.Purposes != nil, in.Spent != nil, in.Uncounted != "",
	} {
		if is {
			flags |= 1 << bit
		}
	}
	w.byte(flags)
	w.varint(int64(in.At))
	w.text(string(in.Withheld))
	w.text(in.Locale)
	w.texts(in.Placements)
	if flags&ownPerson != 0 {
		w.text(in.Person)
	}
	if flags&ownSeed != 0 {
		w.text(in.Seed)
	}
	if flags&hasPurposes != 0 {
		w.uvarint(uint64(len(in.Purposes)))
		for _, p := range in.Purposes {
			w.text(string(p))
		}
	}
	if flags&hasSpent != 0 {
		w.texts(in.Spent)
	}
	if flags&hasUncounted != 0 {
		w.text(string(in.Uncounted))
	}
}

// input reads all but the history, which follows where there is one.
func (r *reader) input(in *snapshot.Input, visitor, decision string) {
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

// history writes what is not marked elsewhere, and what decides: no consent,
// which the purposes are, and no version of the counters.
func (w *writer) history(h *journey.History) {
	p := &h.Profile
	w.text(p.Locale)
	w.text(p.Zone)
	w.text(p.Country)
	w.values(p.Traits)
	w.totals(&p.Totals)
	w.text(h.Counters.Packed)
}

func (r *reader) history(h *journey.History) {
	p := &h.Profile
	p.Locale, p.Zone, p.Country, p.Traits = r.text(), r.text(), r.text(), r.values()
	p.Totals = r.totals()
	h.Counters.Packed = r.text()
}

func (w *writer) totals(t *journey.Totals) {
	w.uvarint(uint64(t.Purchases))
	w.varint(int64(t.First))
	w.varint(int64(t.Last))
	w.uvarint(uint64(len(t.Spent)))
	for _, currency := range slices.Sorted(maps.Keys(t.Spent)) {
		w.text(currency)
		w.varint(int64(t.Spent[currency]))
	}
	w.uvarint(uint64(len(t.Latest)))
	for _, kind := range slices.Sorted(maps.Keys(t.Latest)) {
		w.text(kind)
		w.varint(int64(t.Latest[kind]))
	}
}

func (r *reader) totals() journey.Totals {
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

func (w *writer) marks(m *Marks) {
	w.text(m.short)
	if m.Len() > 0 {
		w.varint(int64(m.first))
		w.b = append(w.b, m.digest[:]...)
	}
}

func (r *reader) marks() Marks {
	m := Marks{short: r.text()}
	r.check(len(m.short)%markBytes == 0)
	if m.Len() > 0 {
		m.first = journey.Millis(r.varint())
		copy(m.digest[:], r.take(len(m.digest)))
	}
	return m
}

// consulted writes quantiles as how far each lies above the one before it, and
// none where they are not kept.
func (w *writer) consulted(c *snapshot.Consulted) {
	if c == nil {
		w.byte(0)
		return
	}
	w.byte(1)
	w.quantiles(&c.Nothing)
	w.uvarint(uint64(len(c.Items)))
	before := int32(0)
	for i := range c.Items {
		it := &c.Items[i]
		kept := uint64(0)
		if it.Believed != (rank.Quantiles{}) {
			kept = 1
		}
		w.uvarint(uint64(it.At-before)<<1 | kept)
		if before = it.At; kept == 1 {
			w.quantiles(&it.Believed)
		}
	}
}

func (r *reader) consulted() *snapshot.Consulted {
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

func (w *writer) quantiles(q *rank.Quantiles) {
	before := rank.Quantile(0)
	for _, one := range q {
		w.uvarint(uint64(one - before))
		before = one
	}
}

func (r *reader) quantiles() (q rank.Quantiles) {
	sum := uint64(0)
	for i := range q {
		sum += r.uvarint()
		r.check(sum <= 1<<16-1)
		q[i] = rank.Quantile(sum)
	}
	return q
}
