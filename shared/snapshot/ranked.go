package snapshot

import "wegweiser/shared/tables"

// Ranked is an item that a rule ranks, with what its columns say of it.
type Ranked struct {
	ID     string
	Prior  float64 // the expected propensity; 0: none
	Weight float64 // of the prior, in impressions; 0: the usual one
}

// Ranks reports whether a rule ranks: only then are statistics read.
func (s *Snapshot) Ranks() bool { return s.ranks }

// Ranked returns the items that rules rank, in order of their ids.
func (s *Snapshot) Ranked() []Ranked {
	ranked := make([]bool, len(s.items))
	for i := range s.rules {
		if r := &s.rules[i]; r.ranked {
			for _, at := range r.items {
				ranked[at] = true
			}
		}
	}
	var all []Ranked
	for at := range s.items {
		if !ranked[at] {
			continue
		}
		it := Ranked{ID: s.items[at].id}
		if p := s.items[at].prior; p != nil {
			it.Prior, it.Weight = p.rate, p.weight
		}
		all = append(all, it)
	}
	return all
}

// Kind returns that of an item, and false where there is no such item.
func (s *Snapshot) Kind(item string) (kind tables.Kind, known bool) {
	at, known := s.find(item)
	if known {
		kind = s.items[at].kind
	}
	return kind, known
}
