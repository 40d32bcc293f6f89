package personalize

import (
	"cmp"
	"maps"
	"slices"

	"wegweiser/shared/snapshot"
)

// maxExamples bounds the examples of a cell.
const maxExamples = 5

// tally counts decisions by what changes.
type tally struct {
	phases    map[PhaseChange]*PhaseCell
	items     map[placed]*ItemCell
	rules     map[placed]*RuleCell
	fallbacks map[string]*FallbackCell
	pressure  map[placed]*PressureCell // by item and limit
}

// placed is an item or a rule in a placement.
type placed struct{ placement, name string }

func newTally() tally {
	return tally{map[PhaseChange]*PhaseCell{}, map[placed]*ItemCell{}, map[placed]*RuleCell{}, map[string]*FallbackCell{}, map[placed]*PressureCell{}}
}

// cell returns the cell of a key, a new one where there is none yet.
func cell[K comparable, C any](cells map[K]*C, key K, first C) *C {
	c := cells[key]
	if c == nil {
		c = &first
		cells[key] = c
	}
	return c
}

func (t *tally) phase(p PhaseChange) *PhaseCell {
	return cell(t.phases, p, PhaseCell{From: p.From, To: p.To})
}

func (t *tally) item(placement, item string) *ItemCell {
	return cell(t.items, placed{placement, item}, ItemCell{Placement: placement, Item: item})
}

func (t *tally) rule(placement, rule string) *RuleCell {
	return cell(t.rules, placed{placement, rule}, RuleCell{Placement: placement, Rule: rule})
}

func (t *tally) fallback(placement string) *FallbackCell {
	return cell(t.fallbacks, placement, FallbackCell{Placement: placement})
}

// count counts one decision.
func (t *tally) count(d *decided) {
	p := t.phase(d.phase)
	p.Decisions++
	if d.phase.From != d.phase.To {
		p.Examples = withExamples(p.Examples, d.Example)
	}
	for i := range d.placements {
		t.placement(d.Example, &d.placements[i])
	}
	for i := range d.pressure {
		t.press(&d.pressure[i])
	}
}

func (t *tally) placement(e Example, f *filled) {
	var none snapshot.Placement
	from, to := cmp.Or(f.from, &none), cmp.Or(f.to, &none)
	for i := range from.Items {
		t.item(f.name, from.Items[i].ID).count(true, shows(to, from.Items[i].ID), e)
	}
	for i := range to.Items {
		if !shows(from, to.Items[i].ID) {
			t.item(f.name, to.Items[i].ID).count(false, true, e)
		}
	}
	if from.Rule != "" {
		t.rule(f.name, from.Rule).Before++
	}
	if to.Rule != "" {
		t.rule(f.name, to.Rule).After++
	}
	if from.Fallback || to.Fallback {
		t.fallback(f.name).count(from.Fallback, to.Fallback, e)
	}
}

func shows(p *snapshot.Placement, item string) bool {
	return slices.ContainsFunc(p.Items, func(it snapshot.Item) bool { return it.ID == item })
}

func (s *Shift) count(before, after bool, e Example) {
	switch {
	case before && after:
		s.Before++
		s.After++
		return
	case before:
		s.Before++
		s.Lost++
	default:
		s.After++
		s.Won++
	}
	s.Examples = withExamples(s.Examples, e)
}

func (s *Shift) add(more *Shift) {
	s.Before += more.Before
	s.After += more.After
	s.Won += more.Won
	s.Lost += more.Lost
	s.Examples = withExamples(s.Examples, more.Examples...)
}

// withExamples keeps the first.
func withExamples(have []Example, more ...Example) []Example {
	return append(have, more[:min(len(more), maxExamples-len(have))]...)
}

// add counts the decisions of a page.
func (t *tally) add(page *DryRun) {
	for _, c := range page.Phases {
		have := t.phase(PhaseChange{c.From, c.To})
		have.Decisions += c.Decisions
		have.Examples = withExamples(have.Examples, c.Examples...)
	}
	for _, c := range page.Items {
		t.item(c.Placement, c.Item).add(&c.Shift)
	}
	for _, c := range page.Rules {
		have := t.rule(c.Placement, c.Rule)
		have.Before += c.Before
		have.After += c.After
	}
	for _, c := range page.Fallbacks {
		t.fallback(c.Placement).add(&c.Shift)
	}
	for i := range page.Pressure {
		t.press(&page.Pressure[i])
	}
}

// write puts the cells into a page: phases in their order, everything else by
// name.
func (t *tally) write(page *DryRun) {
	order := func(phase string) int {
		if at := slices.Index(page.PhaseNames, phase); at >= 0 {
			return at
		}
		return len(page.PhaseNames)
	}
	page.Phases = sorted(t.phases, func(a, b PhaseCell) int {
		return cmp.Or(cmp.Compare(order(a.From), order(b.From)), cmp.Compare(order(a.To), order(b.To)))
	})
	page.Items = sorted(t.items, func(a, b ItemCell) int {
		return cmp.Or(cmp.Compare(a.Placement, b.Placement), cmp.Compare(a.Item, b.Item))
	})
	page.Rules = sorted(t.rules, func(a, b RuleCell) int {
		return cmp.Or(cmp.Compare(a.Placement, b.Placement), cmp.Compare(a.Rule, b.Rule))
	})
	page.Pressure = sorted(t.pressure, func(a, b PressureCell) int {
		return cmp.Or(cmp.Compare(a.Item, b.Item), cmp.Compare(a.Limit, b.Limit))
	})
	page.Fallbacks = sorted(t.fallbacks, func(a, b FallbackCell) int { return cmp.Compare(a.Placement, b.Placement) })
}

func sorted[K comparable, C any](cells map[K]*C, compare func(a, b C) int) []C {
	list := make([]C, 0, len(cells))
	for c := range maps.Values(cells) {
		list = append(list, *c)
	}
	slices.SortFunc(list, compare)
	return list
}

// Add counts the decisions of the next page, too. Of the examples the first
// five of a cell stay.
func (d *DryRun) Add(next *DryRun) {
	t := newTally()
	t.add(d)
	t.add(next)
	t.write(d)
	d.Visitors += next.Visitors
	d.Decisions += next.Decisions
	d.Changed += next.Changed
	for _, version := range next.Statistics {
		if !slices.Contains(d.Statistics, version) {
			d.Statistics = append(d.Statistics, version)
		}
	}
	if d.Recorded != nil && next.Recorded != nil {
		d.Recorded.add(next.Recorded)
	}
	d.Rows = append(d.Rows, next.Rows...)
	d.Next = next.Next
}
