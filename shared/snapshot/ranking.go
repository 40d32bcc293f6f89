package snapshot

import (
	"fmt"

	"wegweiser/shared/journey"
	"wegweiser/shared/rank"
	"wegweiser/shared/rank/beta"
	"wegweiser/shared/tables"
)

// prior is what an item's own columns say of its propensity. Quantiles are made
// when rows are compiled and kept, so that everybody who loads the snapshot
// draws from the same.
type prior struct {
	item         uint64 // among those of the snapshot
	rate, weight float64
	quantiles    rank.Quantiles
}

func walkPrior(c *codec, p *prior) {
	c.uint(&p.item)
	c.float(&p.rate)
	c.float(&p.weight)
	for k := range p.quantiles {
		n := uint64(p.quantiles[k])
		c.uint(&n)
		p.quantiles[k] = rank.Quantile(n)
		if n > uint64(^rank.Quantile(0)) || k > 0 && p.quantiles[k] < p.quantiles[k-1] {
			c.fail()
			return
		}
	}
}

// lowerPriors makes the quantiles of the items that have a prior, once for all
// of the same.
func (s *source) lowerPriors() {
	type said struct{ rate, weight float64 }
	made := map[said]rank.Quantiles{}
	for i := range s.rows.Items {
		row := &s.rows.Items[i]
		if row.Prior == 0 {
			continue
		}
		of := said{row.Prior, row.PriorWeight}
		quantiles, known := made[of]
		if !known {
			quantiles = beta.OfPrior(of.rate, of.weight).Quantiles()
			made[of] = quantiles
		}
		s.priors = append(s.priors, prior{uint64(i), of.rate, of.weight, quantiles})
	}
}

// addPriors gives the items their priors.
func (a *assembler) addPriors(list []prior) error {
	for i := range list {
		p := &list[i]
		if p.item >= uint64(len(a.items)) || a.items[p.item].prior != nil {
			return fmt.Errorf("a prior of the item at %d", p.item)
		}
		a.items[p.item].prior = p
	}
	if share := a.settings.Exploration; !(share >= 0 && share <= 1) {
		return fmt.Errorf("an exploration of %v", share)
	}
	return nil
}

// worth is what a ranked rule makes of its k-th item at a moment.
func (s *Snapshot) worth(r *choice, k int, now journey.Millis) rank.Worth {
	it := &s.items[r.items[k]]
	return rank.Worth{Context: r.weights[k], Value: it.value, Cost: it.cost, Levers: s.lever(r.items[k], now)}
}

// margin is what is gained when an item is taken up.
func (it *item) margin() float64 { return rank.Worth{Value: it.value, Cost: it.cost}.Margin() }

// drawRanked fills the placement at hand place by place, each of them with one
// of the items that may be shown there then.
func (d *decision) drawRanked(r *choice, p *placement) {
	for len(d.chosen) < p.count {
		chosen, ok := d.compete(r, p).Next()
		if !ok {
			return
		}
		d.take(chosen.At)
		d.odds = append(d.odds, chosen.Probability)
	}
}

// compete returns the ranking for the next place of a placement, with the items
// of a rule that may be shown in it.
func (d *decision) compete(r *choice, p *placement) *rank.Ranking {
	d.ranking.Begin(rank.Seed(d.seed(), p.hash)+uint64(len(d.chosen)), d.s.settings.Exploration)
	for k, at := range r.items {
		if !d.eligible(at, p.kind) {
			continue
		}
		believed, _ := d.believed(at)
		d.ranking.Add(rank.Candidate{
			At: at, Hash: d.s.items[at].hash, Quantiles: believed, Weight: d.s.worth(r, k, d.in.At).Weight(),
		})
	}
	return d.ranking
}

func (d *decision) seed() uint64 {
	if d.in.Seed == "" {
		return rank.Seed(d.person, uint64(d.in.At))
	}
	return rank.Hash(d.in.Seed)
}

// believed is what is believed of an item here, and why. What an item's columns
// say counts as long as no statistics name the item; these have it counted.
func (d *decision) believed(at int32) (*rank.Quantiles, Belief) {
	it := &d.s.items[at]
	believed, known := d.in.Statistics.Believed(it.id, d.place())
	switch {
	case known:
		return believed, FromStatistics
	case it.prior != nil:
		return &it.prior.quantiles, FromPrior
	}
	return believed, FromNothing
}

// place is the column of the statistics for the phase that counts and the
// visitor's segment.
func (d *decision) place() int32 {
	switch {
	case d.column >= 0:
	case d.in.Statistics == nil:
		d.column = 0
	default:
		d.column = d.in.Statistics.Column(rank.Place{Phase: d.phase, Segment: d.segment()})
	}
	return d.column
}

// segment is the first one, by id, of which the visitor is.
func (d *decision) segment() string {
	for i := range d.s.segments {
		if d.s.segments[i].when.Holds(d.facts) {
			return d.s.segments[i].id
		}
	}
	return ""
}

// probability is how likely the k-th of the chosen items was to be chosen.
func (d *decision) probability(k int) float64 {
	if k < len(d.odds) {
		return d.odds[k]
	}
	return 1
}

// explainRanked says of each item of a ranked rule what its priority is made of,
// and of those that may be shown how likely each is to be chosen first.
func (d *decision) explainRanked(r *choice, p *placement, items []ItemExplained) {
	ranking := d.compete(r, p)
	probabilities := map[int32]float64{}
	if candidates := ranking.Candidates(); len(candidates) > 0 {
		for i, probability := range ranking.Probabilities() {
			probabilities[candidates[i].At] = probability
		}
	}
	for k := range items {
		it, at := &items[k], r.items[k]
		believed, from := d.believed(at)
		w := d.s.worth(r, k, d.in.At)
		probability, competes := probabilities[at]
		it.Boosts = d.s.boostsOf(at, d.in.At)
		if *believed != (rank.Quantiles{}) { // where a receipt does not say it
			it.Rank = &RankExplained{
				Propensity: rounded(believed.Mean()), From: from,
				Weight: rounded(w.Context), Margin: rounded(w.Margin()), Lever: rounded(w.Lever()),
				Priority: rounded(believed.Mean() * w.Weight()), Probability: probability,
			}
		}
		if it.Failed == nil && !competes {
			it.Failed = unranked(w)
		}
	}
}

// unranked is why an item that may be shown has no part in the ranking.
func unranked(w rank.Worth) *Failure {
	switch {
	case w.Context <= 0:
		return &Failure{"weights", "more than 0", "0"}
	case w.Margin() <= 0:
		return &Failure{"cost", "less than the value " + tables.Spell(w.Value), tables.Spell(w.Cost)}
	case w.Lever() <= 0:
		return &Failure{"tags", "boosts above -100 percent together", tables.Spell(w.Levers)}
	}
	return &Failure{"choose", fmt.Sprintf("one of the %d highest priorities", rank.MaxCandidates), "a lower one"}
}
