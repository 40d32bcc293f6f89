package rule

// Needs is the table of the distinct facts that a set of conditions asks for. It
// is filled while a snapshot is made, by one goroutine; from then on it is only
// read. The zero Needs is empty and ready.
type Needs struct {
	facts []Fact
	slots map[Fact]int
	texts []map[string]float64 // of each slot: the literals that it is compared with, numbered from 1
}

// Slot returns the number of f in the table, adding it when it is new. Numbers
// start at 0 and are given in the order of asking.
func (n *Needs) Slot(f Fact) int {
	slot, known := n.slots[f]
	if !known {
		if n.slots == nil {
			n.slots = make(map[Fact]int)
		}
		slot = len(n.facts)
		n.slots[f] = slot
		n.facts = append(n.facts, f)
		n.texts = append(n.texts, nil)
	}
	return slot
}

// literal returns the number that stands for a literal beside a slot. A text is
// looked up once, when the fact is asked; from then on comparing it with its
// literals is comparing numbers.
func (n *Needs) literal(slot int, v Value) float64 {
	if v.kind != Text {
		return v.number
	}
	if n.texts[slot] == nil {
		n.texts[slot] = make(map[string]float64)
	}
	number, known := n.texts[slot][v.text]
	if !known {
		number = float64(len(n.texts[slot]) + 1)
		n.texts[slot][v.text] = number
	}
	return number
}

// Len returns how many facts the table has.
func (n *Needs) Len() int { return len(n.facts) }

// Fact returns the fact of a slot.
func (n *Needs) Fact(slot int) Fact { return n.facts[slot] }

// Source gives the facts of one decision.
type Source interface {
	// Fact returns the value of the fact that has this slot in the Needs. It is
	// called at most once for each slot between two calls of Facts.Begin, from
	// inside Predicate.Holds or Facts.Value. It may read other slots of the same
	// Facts, as the membership of a segment does through the segment's own
	// condition; a slot that comes back to itself is missing there. A value of
	// another type than the fact's Result counts as missing.
	Fact(slot int) Value
}

// Facts holds the values of one decision, each asked of the Source when it is
// first read. It is used by one goroutine at a time and may be used again for
// the next decision; it keeps the texts of the last one until then.
type Facts struct {
	needs  *Needs
	source Source
	turn   uint32 // of the present decision; a cell of another turn is not yet filled
	cells  []cell
}

type cell struct {
	text   string
	number float64 // of a text, the number of the literal that it equals, or 0
	turn   uint32
	kind   Type
}

// NewFacts returns a Facts for the conditions that were bound to n. Begin comes
// before the first read.
func (n *Needs) NewFacts() *Facts { return &Facts{needs: n} }

// Begin starts a decision: everything that was read before is forgotten, and
// source is asked from here on.
func (f *Facts) Begin(source Source) {
	f.source = source
	f.turn++
	if len(f.cells) != len(f.needs.facts) || f.turn == 0 {
		f.cells = make([]cell, len(f.needs.facts))
		f.turn = 1
	}
}

// Value returns the value of a slot.
func (f *Facts) Value(slot int) Value {
	c := &f.cells[slot]
	if c.turn != f.turn {
		f.ask(slot)
	}
	if c.kind == Text {
		return TextOf(c.text)
	}
	return Value{number: c.number, kind: c.kind}
}

// ask fills a cell. It is marked as filled before the source is asked, so that a
// slot that depends on itself ends as missing.
func (f *Facts) ask(slot int) {
	c := &f.cells[slot]
	*c = cell{turn: f.turn}
	v := f.source.Fact(slot)
	if v.kind == f.needs.facts[slot].Result() {
		c.text, c.number, c.kind = v.text, v.number, v.kind
		if v.kind == Text {
			c.number = f.needs.texts[slot][v.text]
		}
	}
}
