package personalize

import (
	"slices"

	"wegweiser/shared/rule"
	"wegweiser/shared/snapshot"
)

// comparison is two snapshots that are asked the same.
type comparison struct {
	from, to   side
	placements []string // in the order in which they are filled
	only       bool     // these are meant; otherwise they are all that either side has
	channel    bool     // the context of the request names one
}

// side is one of the snapshots of a comparison.
type side struct {
	*snapshot.Snapshot
	context snapshot.Context         // of every decision, where visitors are asked
	unknown map[recorder][]rule.Fact // of recorded decisions
}

// recorder is what says what receipts hold: the snapshot that decided, and
// whether they are lean.
type recorder struct {
	snapshot string
	lean     bool
}

// newComparison asks for the placements in their order, or for those of both
// sides by name where none is named.
func newComparison(from, to *snapshot.Snapshot, placements []string, values map[string]any) (c comparison, err error) {
	if c.placements = distinct(placements); len(placements) == 0 {
		c.placements = append(from.Placements(), to.Placements()...)
		slices.Sort(c.placements)
		c.placements = slices.Compact(c.placements)
	}
	if c.from, err = newSide(from, values); err != nil {
		return c, err
	}
	if c.to, err = newSide(to, values); err != nil {
		return c, err
	}
	for i, name := range c.placements {
		_, _, before := from.UnknownPlacement(c.placements[i : i+1])
		_, _, after := to.UnknownPlacement(c.placements[i : i+1])
		if before && after {
			return c, unknownPlacement(to, slices.Index(placements, name), name)
		}
	}
	c.only = len(placements) > 0
	c.channel = c.to.context.Channel != ""
	return c, nil
}

func distinct(names []string) []string {
	var once []string
	for _, name := range names {
		if !slices.Contains(once, name) {
			once = append(once, name)
		}
	}
	return once
}

func newSide(s *snapshot.Snapshot, values map[string]any) (side, error) {
	context, fault := s.Context(values)
	if fault != nil {
		return side{}, invalid(fault.Field, fault.Code, fault.Message+" (for "+s.ID()+")")
	}
	return side{s, context, map[recorder][]rule.Fact{}}, nil
}

// phaseNames returns the phases of both: those of the second in their order,
// then what only the first has.
func phaseNames(from, to *snapshot.Snapshot) []string {
	var names []string
	for _, s := range []*snapshot.Snapshot{to, from} {
		for i := range s.Model().Len() {
			names = append(names, s.Model().Name(i))
		}
	}
	return distinct(names)
}

// decided is one decision as both sides make it.
type decided struct {
	Example
	phase      PhaseChange
	placements []filled
	changed    bool
	pressure   []PressureCell
}

// filled is what either side puts into a placement; nil where it has none.
type filled struct {
	name     string
	from, to *snapshot.Placement
}

// compared is what comes of both answers to a decision that asks for the
// placements, in this order; only what is among those of the comparison counts.
func (c *comparison) compared(e Example, placements []string, from, to *snapshot.Answer) decided {
	d := decided{Example: e, phase: PhaseChange{phaseIn(from), phaseIn(to)}, placements: make([]filled, 0, len(placements))}
	d.changed = d.phase.From != d.phase.To
	before, after := from.Placements, to.Placements
	for _, name := range placements {
		f := filled{name: name, from: next(&before, name), to: next(&after, name)}
		if f.from == nil && f.to == nil || !slices.Contains(c.placements, name) {
			continue
		}
		d.changed = d.changed || !f.same()
		d.placements = append(d.placements, f)
	}
	d.pressed(from, to)
	return d
}

// next takes a placement from the front of those that an answer fills, which are
// in the order of the request. It returns nil where the answer does not have it.
func next(filled *[]snapshot.Placement, name string) *snapshot.Placement {
	if len(*filled) == 0 || (*filled)[0].Name != name {
		return nil
	}
	first := &(*filled)[0]
	*filled = (*filled)[1:]
	return first
}

func phaseIn(a *snapshot.Answer) string {
	if a.Phase == nil {
		return ""
	}
	return a.Phase.Name
}

// same reports whether both sides fill the placement alike.
func (f *filled) same() bool {
	if f.from == nil || f.to == nil {
		return f.from == f.to
	}
	return f.from.Rule == f.to.Rule && f.from.Fallback == f.to.Fallback && f.from.Reason == f.to.Reason &&
		slices.EqualFunc(f.from.Items, f.to.Items, func(a, b snapshot.Item) bool { return a.ID == b.ID })
}

func (d *decided) row() PredictionRow {
	row := PredictionRow{Example: d.Example, Phase: d.phase, Changed: d.changed, Placements: make(map[string]PlacementChange, len(d.placements))}
	for _, f := range d.placements {
		row.Placements[f.name] = PlacementChange{From: fillingOf(f.from), To: fillingOf(f.to)}
	}
	return row
}

// names returns how many placements and items the row names.
func (d *decided) names() int {
	count := len(d.placements)
	for _, f := range d.placements {
		for _, p := range []*snapshot.Placement{f.from, f.to} {
			if p != nil {
				count += len(p.Items)
			}
		}
	}
	return count
}

func fillingOf(p *snapshot.Placement) *Filling {
	if p == nil {
		return nil
	}
	f := &Filling{Items: make([]string, len(p.Items)), Rule: p.Rule, Fallback: p.Fallback, Reason: p.Reason}
	for i := range p.Items {
		f.Items[i] = p.Items[i].ID
	}
	return f
}
