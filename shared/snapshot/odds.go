package snapshot

import "slices"

// Chance is an item that could be shown, and how likely that was.
type Chance struct {
	Item        string
	Probability float64
}

// Odds returns, for each item of the answer a to in, what could have stood in
// its place given what stands in the places before it: the items with their
// probabilities, which are above 0 and add up to 1. It is nil where nothing more
// would be shown. What a ranked rule could show has the probabilities of its
// draw. A weighted rule draws once for a person: what it could show has its
// share of the weights, which is how likely that is for a person of whom only
// what decides is known. Everything else shows one thing.
//
// The rules are those that a names, of this snapshot. Its items may be others
// than Decide chose, as where somebody else's choices are looked at.
func (s *Snapshot) Odds(in *Input, a *Answer) [][][]Chance {
	d := s.pool.Get().(*decision)
	defer s.pool.Put(d)
	d.begin(in)
	defer d.end()
	odds := make([][][]Chance, len(a.Placements))
	for i := range a.Placements {
		odds[i] = d.placementOdds(&a.Placements[i])
	}
	return odds
}

func (d *decision) placementOdds(filled *Placement) [][]Chance {
	p := &d.s.placements[d.s.placementAt[filled.Name]]
	places := make([][]Chance, len(filled.Items))
	d.chosen = d.chosen[:0]
	for k := range filled.Items {
		switch {
		case !filled.Fallback && k < p.count:
			places[k] = d.chances(d.s.choice(filled.Rule), p)
		case filled.Fallback && k == 0:
			places[k] = []Chance{{d.s.items[p.fallback].id, 1}}
		}
		if at, known := d.s.find(filled.Items[k].ID); known {
			d.stand(int32(at), filled.Fallback)
		}
	}
	return places
}

// stand puts an item in its place, as deciding does.
func (d *decision) stand(at int32, fallback bool) {
	if fallback || !d.counts() { // what is not counted is not limited either
		d.occupy(at)
		return
	}
	d.take(at)
}

// chances are those of the next place of a placement that a rule fills.
func (d *decision) chances(r *choice, p *placement) (all []Chance) {
	switch {
	case r.ranked:
		ranking := d.compete(r, p)
		if len(ranking.Candidates()) == 0 {
			return nil
		}
		for i, probability := range ranking.Probabilities() {
			if probability > 0 {
				all = append(all, Chance{d.s.items[ranking.Candidates()[i].At].id, probability})
			}
		}
	case r.weights != nil:
		sum := 0.0
		for k, at := range r.items {
			if weight := d.s.weight(r, k, d.in.At); weight > 0 && d.eligible(at, p.kind) {
				all = append(all, Chance{d.s.items[at].id, weight})
				sum += weight
			}
		}
		for i := range all {
			all[i].Probability /= sum
		}
	default:
		first := slices.IndexFunc(r.items, func(at int32) bool { return d.eligible(at, p.kind) })
		if first >= 0 {
			all = []Chance{{d.s.items[r.items[first]].id, 1}}
		}
	}
	return all
}
