package snapshot

import (
	"slices"

	"wegweiser/shared/rank"
)

// Consulted is what a decision read of the statistics: enough of them to rank
// the same again, whatever they say by then.
type Consulted struct {
	Nothing rank.Quantiles  // what is believed of items that they do not name
	Items   []ConsultedItem // in order of At
	// Competed, unless nil, are the items that took part in a draw, in order.
	// Items are of these alone then. Whole adds the others.
	Competed []int32
}

// ConsultedItem is an item that the statistics name.
type ConsultedItem struct {
	At int32 // among the items of the snapshot
	// Believed is zero where it was too low for the item to take part in a
	// draw, or where it took no part for another reason; how low is not kept.
	Believed rank.Quantiles
}

// Consulted returns what the decision that answered a to in read of the
// statistics, or nil where nothing was ranked by them. Where a rule ranks more
// than can take part in a draw, or with least, it says what did take part.
func (s *Snapshot) Consulted(in *Input, a *Answer, least bool) *Consulted {
	if in.Statistics == nil || !s.ranks {
		return nil
	}
	ranked := s.drawn(a)
	if len(ranked) == 0 {
		return nil
	}
	d := s.pool.Get().(*decision)
	defer s.pool.Put(d)
	d.begin(in)
	defer d.end()
	c := &Consulted{Nothing: *in.Statistics.Of(0, d.place())}
	var asked []int32
	if least || slices.ContainsFunc(ranked, func(r *choice) bool { return len(r.items) > rank.MaxCandidates }) {
		c.Competed = d.competed(a)
		asked = c.Competed
	} else {
		for _, r := range ranked {
			asked = append(asked, r.items...)
		}
		asked = inOrder(asked)
	}
	for _, at := range asked {
		if believed, known := in.Statistics.Believed(s.items[at].id, d.place()); known {
			c.Items = append(c.Items, ConsultedItem{at, *believed})
		}
	}
	return c
}

// inOrder returns the items of a list in order, each once.
func inOrder(list []int32) []int32 {
	slices.Sort(list)
	return slices.Compact(list)
}

// competed is which items took part in a draw, in order. It goes through the
// answer as it was filled.
func (d *decision) competed(a *Answer) []int32 {
	items := []int32{}
	for i := range a.Placements {
		filled := &a.Placements[i]
		p := &d.s.placements[d.s.placementAt[filled.Name]]
		if filled.Fallback {
			d.stand(p.fallback, true)
			continue
		}
		r := d.s.choice(filled.Rule)
		d.chosen = d.chosen[:0]
		for k := range filled.Items {
			if r.ranked {
				for _, c := range d.compete(r, p).Candidates() {
					items = append(items, c.At)
				}
			}
			at, _ := d.s.find(filled.Items[k].ID)
			d.stand(int32(at), false)
		}
	}
	return inOrder(items)
}

// Whole returns c with all items that rules rank: those that took no part in a
// draw have nothing that is believed of them.
func (s *Snapshot) Whole(c *Consulted) *Consulted {
	if c == nil || c.Competed == nil {
		return c
	}
	var others []int32
	for i := range s.rules {
		if r := &s.rules[i]; r.ranked {
			others = append(others, r.items...)
		}
	}
	whole := &Consulted{Nothing: c.Nothing, Items: slices.Clone(c.Items)}
	for _, at := range inOrder(others) {
		if _, took := slices.BinarySearch(c.Competed, at); !took {
			whole.Items = append(whole.Items, ConsultedItem{At: at})
		}
	}
	slices.SortFunc(whole.Items, func(a, b ConsultedItem) int { return int(a.At - b.At) })
	return whole
}

// choice returns the rule of that id, which there is.
func (s *Snapshot) choice(id string) *choice {
	at := slices.IndexFunc(s.rules, func(r choice) bool { return r.id == id })
	return &s.rules[at]
}

// Recall returns statistics that say what was consulted, of this snapshot's
// items, wherever they are asked for; those of nil where c is nil. An item that
// is none is left out.
func (s *Snapshot) Recall(c *Consulted) *rank.Statistics {
	if c == nil {
		return nil
	}
	believed := map[string]*rank.Quantiles{"": &c.Nothing}
	ids := make([]string, 0, len(c.Items))
	for i := range c.Items {
		if at := int(c.Items[i].At); at >= 0 && at < len(s.items) {
			ids = append(ids, s.items[at].id)
			believed[ids[len(ids)-1]] = &c.Items[i].Believed
		}
	}
	return rank.NewStatistics(ids, nil, func(item string, _ rank.Place) rank.Quantiles { return *believed[item] })
}

// Kept returns what of a request's context can matter here: what is always
// there, and what the settings declare.
func (s *Snapshot) Kept(context map[string]any) map[string]any {
	kept := make(map[string]any, len(context))
	for name, value := range context {
		known := slices.Contains(alwaysThere, name) || slices.ContainsFunc(s.keys, func(k key) bool { return k.name == name })
		if known && value != nil {
			kept[name] = value
		}
	}
	return kept
}

var alwaysThere = []string{"channel", "country", "locale", "zone"}
