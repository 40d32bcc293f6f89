package fit

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	"wegweiser/shared/rank"
	"wegweiser/shared/rank/beta"
)

// Cell is what happened when an item was shown to visitors of a phase and a
// segment, either of which may be empty for none. Cells of the same names add
// up. Counts may be fractions, where evidence is weighed by trust or age. A
// success is what the item is for, whatever it earned; a success whose
// impression nobody reported counts as one.
type Cell struct {
	Item, Phase, Segment string
	Impressions          float64
	Successes            float64
}

// Prior is what is known of an item before it is shown.
type Prior struct {
	Rate   float64 // the propensity that is expected, MinRate to MaxRate
	Weight float64 // as how many impressions it counts, MinWeight to MaxWeight; 0 is as many as have two successes
}

// The bounds of priors.
const (
	MinRate   = 1e-6
	MaxRate   = 0.999
	MinWeight = 0.1
	MaxWeight = 1e9
)

// What strengths are when nobody says otherwise, in successes.
const (
	startRate  = 1.0 / 20 // before there is any data
	untold     = 0.5      // what the prior of an item without one is worth: w·π
	told       = 2        // of one without a weight
	steadiness = 5        // of a factor, as expected successes: K
	believable = 0.9      // a higher rate has to be seen in the cell, or said as the prior
	rounds     = 3
)

// Model is fitted to cells. It does not change, and is safe for concurrent use.
type Model struct {
	all      sums
	likeness float64 // what is borrowed at most, as expected successes
	items    map[string]*item
	segments map[string]*sums
	places   map[place]*sums
	cells    map[where]*sums
}

// sums is impressions and successes, and what was expected: of an item,
// impressions weighed by the factors; of places, successes.
type sums struct{ impressions, successes, expected float64 }

type item struct {
	sums
	prior Prior
}

type place struct{ phase, segment string }

type where struct {
	item string
	place
}

// New fits a model to cells and to the priors of items, by their ids.
func New(cells []Cell, priors map[string]Prior) (*Model, error) {
	m := &Model{
		likeness: likenesses[0],
		items:    make(map[string]*item),
		segments: make(map[string]*sums),
		places:   make(map[place]*sums),
		cells:    make(map[where]*sums),
	}
	for i := range cells {
		if err := m.add(&cells[i]); err != nil {
			return nil, err
		}
	}
	for id, p := range priors {
		if !(p.Rate >= MinRate && p.Rate <= MaxRate) {
			return nil, fmt.Errorf("the prior of item %s: got the rate %v, want %v to %v", id, p.Rate, MinRate, MaxRate)
		}
		if p.Weight != 0 && !(p.Weight >= MinWeight && p.Weight <= MaxWeight) {
			return nil, fmt.Errorf("the prior of item %s: got the weight %v, want %v to %v, or 0", id, p.Weight, MinWeight, MaxWeight)
		}
		own(m.items, id).prior = p
	}
	m.liken(m.alternate())
	return m, nil
}

func own[K comparable, V any](all map[K]*V, key K) *V {
	v := all[key]
	if v == nil {
		v = new(V)
		all[key] = v
	}
	return v
}

func (m *Model) add(c *Cell) error {
	if !(c.Impressions >= 0 && c.Successes >= 0 && c.Impressions+c.Successes <= math.MaxFloat64) {
		return fmt.Errorf("the cell of item %s, phase %q and segment %q: got %v impressions and %v successes, want numbers from 0", c.Item, c.Phase, c.Segment, c.Impressions, c.Successes)
	}
	at := place{c.Phase, c.Segment}
	own(m.items, c.Item)
	own(m.segments, c.Segment)
	own(m.places, at)
	cell := own(m.cells, where{c.Item, at})
	cell.impressions += c.Impressions
	cell.successes += c.Successes
	return nil
}

// alternate makes the expectations of items of the places' factors, and those
// of places of the items' rates, some times. It goes through cells in order, so
// that the same cells give the same bits, and returns them.
func (m *Model) alternate() []laid {
	order := slices.SortedFunc(maps.Keys(m.cells), func(a, b where) int {
		return cmp.Or(cmp.Compare(a.item, b.item), cmp.Compare(a.phase, b.phase), cmp.Compare(a.segment, b.segment))
	})
	cells := make([]laid, len(order))
	for i, at := range order {
		c := laid{m.cells[at], m.items[at.item], m.segments[at.segment], m.places[at.place]}
		c.cell.impressions = max(c.cell.impressions, c.cell.successes)
		for _, s := range []*sums{&m.all, &c.item.sums, c.segment, c.place} {
			s.impressions += c.cell.impressions
			s.successes += c.cell.successes
		}
		cells[i] = c
	}
	// As many as there were makes all factors 1.
	for _, s := range m.segments {
		s.expected = s.successes
	}
	for _, s := range m.places {
		s.expected = s.successes
	}
	for range rounds {
		for _, it := range m.items {
			it.expected = 0
		}
		for _, c := range cells {
			c.cell.expected = c.cell.impressions * factor(c.segment, c.place, sums{})
			c.item.expected += c.cell.expected
		}
		for _, c := range cells {
			c.segment.expected, c.place.expected = 0, 0
		}
		for _, c := range cells {
			expected := c.cell.impressions * m.level(c.item)
			c.segment.expected += expected
			c.place.expected += expected
		}
	}
	return cells
}

// laid is a cell with all that it is a part of.
type laid struct {
	cell           *sums
	item           *item
	segment, place *sums
}

// prior is that of an item, with a weight.
func (m *Model) prior(it *item) Prior {
	p := it.prior
	if p.Rate == 0 {
		p.Rate = min((m.all.successes-it.successes+1)/(m.all.impressions-it.impressions+1/startRate), believable)
		p.Weight = untold / p.Rate
	}
	if p.Weight == 0 {
		p.Weight = told / p.Rate
	}
	return p
}

// rate is m of an item, from everything.
func (m *Model) rate(it *item) float64 {
	p := m.prior(it)
	return (it.successes + p.Weight*p.Rate) / (it.expected + p.Weight)
}

// level is the rate of an item that places are compared by. That of an item
// with a prior is m, so that a prior that says too much everywhere moves the
// factors, and with them those of other items. That of one without is what was
// seen of it: nobody said anything that could be too much, and as many successes
// are expected of it as it had.
func (m *Model) level(it *item) float64 {
	switch {
	case it.prior.Rate != 0:
		return m.rate(it)
	case it.expected > 0:
		return it.successes / it.expected
	}
	return 0
}

// factor is f of a place, either of whose sums is nil where nothing was shown,
// without a cell's own successes, which they may hold.
func factor(segment, place *sums, without sums) float64 {
	f := 1.0
	for _, s := range [...]*sums{segment, place} {
		if s != nil {
			f = (max(0, s.successes-without.successes) + steadiness*f) / (max(0, s.expected-without.expected) + steadiness)
		}
	}
	return f
}

// Posterior is what is believed of an item in a phase and a segment, of which
// the model may never have heard.
func (m *Model) Posterior(id, phase, segment string) Posterior {
	it := m.items[id]
	if it == nil {
		it = new(item)
	}
	at := place{phase, segment}
	c := laid{cell: m.cells[where{id, at}], item: it, segment: m.segments[segment], place: m.places[at]}
	if c.cell == nil {
		c.cell = new(sums)
	}
	before, own := m.before(&c, m.likeness), *c.cell
	all := before.Alpha + before.Beta + own.impressions
	other := (before.Alpha + before.Beta) / all
	return Posterior{
		Alpha:  before.Alpha + own.successes,
		Beta:   before.Beta + (own.impressions - own.successes),
		Shares: Shares{Prior: before.Prior * other, Borrowed: before.Borrowed * other, Own: own.impressions / all},
	}
}

// Posterior is a Beta distribution of a propensity.
type Posterior struct {
	Alpha, Beta float64
	Shares
}

// Shares say how much of what is believed comes from where. They add up to 1.
type Shares struct {
	Prior    float64 // from the item's prior, or from other items where it has none
	Borrowed float64 // from the item's impressions in other phases and segments
	Own      float64 // from its impressions in this phase and segment
}

// Data is the part that the item's own impressions have, here and elsewhere.
func (s Shares) Data() float64 { return s.Borrowed + s.Own }

// Mean is the propensity that is expected.
func (p Posterior) Mean() float64 { return p.Alpha / (p.Alpha + p.Beta) }

// Interval is between what the propensity lies with a probability, such as
// 0.95, as much being below as above.
func (p Posterior) Interval(probability float64) (low, high float64) {
	out, d := (1-probability)/2, beta.New(p.Alpha, p.Beta)
	return d.Quantile(out), d.Quantile(1 - out)
}

// Quantiles are what deciding functions read of it.
func (p Posterior) Quantiles() rank.Quantiles { return beta.New(p.Alpha, p.Beta).Quantiles() }
