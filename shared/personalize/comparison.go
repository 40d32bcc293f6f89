package personalize

import (
	"context"
	"slices"

	"wegweiser/shared/journey"
	"wegweiser/shared/snapshot"
)

// comparison is two snapshots that are asked the same.
type comparison struct {
	from, to   side
	placements []string // in the order in which they are filled
	channel    bool     // the context of the request names one
}

// side is one of the snapshots of a comparison.
type side struct {
	*snapshot.Snapshot
	context    snapshot.Context
	placements []string // that it has
	answers    []int    // where its answer has each placement of the comparison; -1: nowhere
}

// newComparison asks for the placements in their order, or for those of both
// sides by name where none is named.
func newComparison(from, to *snapshot.Snapshot, placements []string, values map[string]any) (c comparison, err error) {
	if c.placements = distinct(placements); len(placements) == 0 {
		c.placements = append(from.Placements(), to.Placements()...)
		slices.Sort(c.placements)
		c.placements = slices.Compact(c.placements)
	}
	if c.from, err = newSide(from, c.placements, values); err != nil {
		return c, err
	}
	if c.to, err = newSide(to, c.placements, values); err != nil {
		return c, err
	}
	for i, name := range c.placements {
		if c.from.answers[i] < 0 && c.to.answers[i] < 0 {
			return c, unknownPlacement(to, slices.Index(placements, name), name)
		}
	}
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

func newSide(s *snapshot.Snapshot, placements []string, values map[string]any) (side, error) {
	x := side{Snapshot: s, answers: make([]int, len(placements))}
	var fault *journey.Fault
	if x.context, fault = s.Context(values); fault != nil {
		return x, invalid(fault.Field, fault.Code, fault.Message+" (for "+s.ID()+")")
	}
	for i, name := range placements {
		if _, _, unknown := s.UnknownPlacement(placements[i : i+1]); unknown {
			x.answers[i] = -1
			continue
		}
		x.answers[i] = len(x.placements)
		x.placements = append(x.placements, name)
	}
	return x, nil
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

// decide asks both sides. h is the visitor's history, at least as far as the
// moment and back for a window before it.
func (c *comparison) decide(ctx context.Context, look *looking, h *journey.History, e Example) (decided, error) {
	from, err := c.from.decide(ctx, look, h, e)
	if err != nil {
		return decided{}, err
	}
	to, err := c.to.decide(ctx, look, h, e)
	if err != nil {
		return decided{}, err
	}
	d := decided{Example: e, phase: PhaseChange{phaseIn(&from), phaseIn(&to)}, placements: make([]filled, len(c.placements))}
	d.changed = d.phase.From != d.phase.To
	for i, name := range c.placements {
		f := filled{name: name, from: c.from.placement(&from, i), to: c.to.placement(&to, i)}
		d.changed = d.changed || !f.same()
		d.placements[i] = f
	}
	d.pressed(&from, &to)
	return d, nil
}

// decide answers as Decide does for a server that names the moment and says
// nothing of consent.
func (x *side) decide(ctx context.Context, look *looking, h *journey.History, e Example) (snapshot.Answer, error) {
	settings := x.Settings()
	known := h.AsOf(e.At, settings.Window)
	in := snapshot.Input{At: e.At, Person: e.Visitor, History: &known, Context: x.context, Placements: x.placements, Pressure: true}
	if e.Channel != "" {
		in.Context.Channel = e.Channel
	}
	g := fromStored(Caller{Key: Secret}, known.Profile.Consent, settings.Consent)
	if in.Purposes = g.purposes; !g.personal {
		in.Withheld = snapshot.Consent
	}
	return look.decide(ctx, x.Snapshot, &in)
}

func (x *side) placement(a *snapshot.Answer, i int) *snapshot.Placement {
	if x.answers[i] < 0 {
		return nil
	}
	return &a.Placements[x.answers[i]]
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
