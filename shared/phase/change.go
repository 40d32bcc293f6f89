package phase

import (
	"cmp"
	"maps"
	"slices"

	"wegweiser/shared/journey"
)

// MaxChanges bounds what WouldChange lists, and MaxChangesTo how much of it
// leads to one phase.
const (
	MaxChanges   = 10
	MaxChangesTo = 3
)

// Change is a touchpoint that would move a visitor to another phase.
type Change struct {
	Type string
	To   string
}

// change is a Change with what puts it before others.
type change struct {
	kind   string
	to     int
	gate   bool    // it gives or takes a purchase
	weight float64 // for the phase that it leads to
}

func (c *change) compare(d *change) int {
	if c.gate != d.gate {
		if d.gate {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(c.weight, d.weight), cmp.Compare(c.kind, d.kind))
}

// WouldChange lists the touchpoint types of which one more, by a human and a
// millisecond after a time, would change the phase that is named then, each
// with the phase that it leads to. A purchase opens the gates too, and a
// return, tried only where a purchase stands, takes the newest one back; both
// do so without any signal.
//
// The nearest come first: those of the smallest weight for the phase that they
// lead to, equals by name, and last purchase and return. At most MaxChangesTo
// lead to the same phase, and there are at most MaxChanges. A type with
// signals for certain channels is listed once, for the channel that is
// nearest.
func (m *Model) WouldChange(h *journey.History, at journey.Millis) []Change {
	named := m.Fold(h, at).Phase
	var r run
	r.follow(m, h, at)
	if !r.started {
		r.now = at
	}
	owned := standingPurchases(&h.Profile, at).count
	var found []change
	kinds := slices.AppendSeq([]string{journey.Purchase, journey.Return}, maps.Keys(m.byType))
	slices.Sort(kinds)
	for _, kind := range slices.Compact(kinds) {
		if kind == journey.Return && owned == 0 {
			continue
		}
		if c, moved := r.nearest(named, kind, at+1, owned); moved {
			found = append(found, c)
		}
	}
	slices.SortStableFunc(found, func(a, b change) int { return a.compare(&b) })
	changes := []Change{}
	var to [MaxPhases]int
	for _, c := range found {
		if to[c.to]++; to[c.to] <= MaxChangesTo && len(changes) < MaxChanges {
			changes = append(changes, Change{Type: c.kind, To: m.phases[c.to].ID})
		}
	}
	return changes
}

// gates reports whether touchpoints of a type give or take a purchase, which
// they do without any signal.
func gates(kind string) bool { return kind == journey.Purchase || kind == journey.Return }

// nearest tries a type on every channel that it has signals for.
func (r *run) nearest(named int, kind string, at journey.Millis, owned int) (nearest change, moved bool) {
	effects := []*effect{r.m.byType[kind].on("")}
	if effects[0] == nil && gates(kind) {
		effects[0] = &effect{leaves: slices.Repeat([]float64{1}, r.m.Len())}
	}
	if reading := r.m.byType[kind]; reading != nil {
		for _, channel := range slices.Sorted(maps.Keys(reading.byChannel)) {
			effects = append(effects, reading.byChannel[channel])
		}
	}
	for _, e := range effects {
		if e == nil {
			continue
		}
		to := r.with(kind, e, at, owned)
		if to == named {
			continue
		}
		c := change{kind: kind, to: to, gate: gates(kind), weight: e.weightFor(to)}
		if !moved || c.compare(&nearest) < 0 {
			nearest, moved = c, true
		}
	}
	return nearest, moved
}

// with returns the phase that one more touchpoint would lead to, given how
// many purchases stand before it.
func (r *run) with(kind string, e *effect, at journey.Millis, owned int) int {
	next := *r
	switch kind {
	case journey.Purchase:
		owned++
	case journey.Return:
		owned--
	}
	if next.gate = (gate{}); owned > 0 {
		next.gate.add(span{at, forever})
	}
	for _, p := range e.parts {
		next.fresh[p.cell] += p.units[journey.Human]
	}
	copy(next.keep[:], e.leaves)
	next.fade(at, true)
	next.settle(at)
	return next.phase
}

// weightFor is the weight that e puts on a phase.
func (e *effect) weightFor(phase int) float64 {
	for i := range e.parts {
		if int(e.parts[i].phase) == phase {
			return float64(e.parts[i].units[journey.Human]) * grain
		}
	}
	return 0
}
