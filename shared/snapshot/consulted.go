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
}

// ConsultedItem is an item that the statistics name.
type ConsultedItem struct {
	At int32 // among the items of the snapshot
	// Believed is zero where it was too low for the item to take part in a
	// draw; how low is not kept.
	Believed rank.Quantiles
}

// Consulted returns what the decision that answered a to in read of the
// statistics, or nil where nothing was ranked by them.
func (s *Snapshot) Consulted(in *Input, a *Answer) *Consulted {
	if in.Statistics == nil || !s.ranks {
		return nil
	}
	var ranked []*choice
	for i := range a.Placements {
		if p := &a.Placements[i]; p.Drawn {
			if r := s.choice(p.Rule); r.ranked && !slices.Contains(ranked, r) {
				ranked = append(ranked, r)
			}
		}
	}
	if len(ranked) == 0 {
		return nil
	}
	d := s.pool.Get().(*decision)
	defer s.pool.Put(d)
	d.begin(in)
	defer d.end()
	column := d.place()
	competed := d.competed(a, ranked)
	c := &Consulted{Nothing: *in.Statistics.Of(0, column)}
	for _, r := range ranked {
		for _, at := range r.items {
			row := in.Statistics.Row(s.items[at].id)
			place, known := slices.BinarySearchFunc(c.Items, at, func(it ConsultedItem, at int32) int { return int(it.At - at) })
			if row == 0 || known {
				continue
			}
			one := ConsultedItem{At: at}
			if competed == nil || competed[at] {
				one.Believed = *in.Statistics.Of(row, column)
			}
			c.Items = slices.Insert(c.Items, place, one)
		}
	}
	return c
}

// competed is which items took part in a draw, or nil where all could. It goes
// through the answer as it was filled.
func (d *decision) competed(a *Answer, ranked []*choice) map[int32]bool {
	if !slices.ContainsFunc(ranked, func(r *choice) bool { return len(r.items) > rank.MaxCandidates }) {
		return nil
	}
	items := map[int32]bool{}
	for i := range a.Placements {
		filled := &a.Placements[i]
		p := &d.s.placements[d.s.placementAt[filled.Name]]
		if filled.Fallback {
			d.occupy(p.fallback)
			continue
		}
		r := d.s.choice(filled.Rule)
		d.chosen = d.chosen[:0]
		for k := range filled.Items {
			if r.ranked {
				for _, c := range d.compete(r, p).Candidates() {
					items[c.At] = true
				}
			}
			at, _ := d.s.find(filled.Items[k].ID)
			d.take(int32(at))
		}
	}
	return items
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
