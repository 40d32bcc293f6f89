package snapshot

import (
	"slices"

	"wegweiser/shared/rank"
	"wegweiser/shared/rule"
)

// Beyond returns the traits and the keys of the context that s asks for and by
// does not declare or, of its lean receipts, not ask for: decisions of by were
// recorded without them, so that nobody knows what they were.
func (s *Snapshot) Beyond(by *Snapshot, lean bool) (unknown []rule.Fact) {
	for i := range s.asks {
		f := s.asks[i].Fact
		var known bool
		switch {
		case f.Kind != rule.Context && f.Kind != rule.Visitor:
			continue
		case lean:
			known = slices.ContainsFunc(by.asks, func(a ask) bool { return a.Fact == f })
		case f.Kind == rule.Context:
			_, known = by.settings.Context[f.Name]
		default:
			_, known = by.settings.Traits[f.Name]
		}
		if !known {
			unknown = append(unknown, f)
		}
	}
	return unknown
}

// misses reports whether nobody knows what is asked for, and notes that it was.
func (d *decision) misses(a *ask) bool {
	unknown := slices.ContainsFunc(d.in.Unknown, func(f rule.Fact) bool { return f.Kind == a.Kind && f.Name == a.Name })
	if unknown {
		d.missed = append(d.missed, a.String())
	}
	return unknown
}

// Remembered returns statistics by which another snapshot ranks as s did when it
// answered a: what s consulted (Consulted, of that decision) is as it was for
// visitors in the same place, and everything else is as otherwise says. So is
// what was too low then to take part in a draw.
func (s *Snapshot) Remembered(c *Consulted, a *Answer, otherwise *rank.Statistics) *rank.Statistics {
	ranked := s.drawn(a)
	if len(ranked) == 0 {
		return otherwise
	}
	believed := map[string]*rank.Quantiles{}
	for _, r := range ranked {
		for _, at := range r.items {
			believed[s.items[at].id] = nil
		}
	}
	nothing := (*rank.Statistics)(nil).Of(0, 0)
	if c != nil {
		nothing = &c.Nothing
		for i := range c.Items {
			it := &c.Items[i]
			if at := int(it.At); at < 0 || at >= len(s.items) {
				continue
			}
			if id := s.items[it.At].id; it.Believed == (rank.Quantiles{}) {
				delete(believed, id)
			} else {
				believed[id] = &it.Believed
			}
		}
	}
	place := rank.Place{Segment: a.Segment}
	if a.Phase != nil && !a.Arms.NoPhase {
		place.Phase = a.Phase.Name
	}
	return otherwise.Recalled(place, nothing, believed)
}

// drawn returns the rules that ranked what an answer shows, each once.
func (s *Snapshot) drawn(a *Answer) (ranked []*choice) {
	for i := range a.Placements {
		if p := &a.Placements[i]; p.Drawn {
			if r := s.choice(p.Rule); r.ranked && !slices.Contains(ranked, r) {
				ranked = append(ranked, r)
			}
		}
	}
	return ranked
}
