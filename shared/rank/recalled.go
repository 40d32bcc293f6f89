package rank

// past is what was believed at another time of some items in one place.
type past struct {
	place    Place
	under    int32 // the column of the place otherwise
	nothing  *Quantiles
	believed map[string]*Quantiles
}

// Recalled returns statistics that say in one place what was believed there at
// another time, and everywhere else what s says. believed has every item of
// which it is known what was believed then: nil where there were no figures of
// it, and nothing is what was believed of those. What it has is shared.
func (s *Statistics) Recalled(at Place, nothing *Quantiles, believed map[string]*Quantiles) *Statistics {
	recalled := Statistics{places: []Place{{}}, rows: map[string]int32{"": 0}, quantiles: []Quantiles{unknown}}
	if s != nil {
		recalled = *s
		recalled.past = nil
	}
	recalled.past = &past{place: at, under: recalled.Column(at), nothing: nothing, believed: believed}
	return &recalled
}

// Believed is what is believed of an item in the place of a column, and whether
// there are figures of it: otherwise it is what is believed of all without. It
// must not be changed.
func (s *Statistics) Believed(item string, column int32) (believed *Quantiles, known bool) {
	if s != nil && s.past != nil && int(column) == len(s.places) {
		if then, asked := s.past.believed[item]; then != nil {
			return then, true
		} else if asked {
			return s.past.nothing, false
		}
		column = s.past.under
	}
	row := s.Row(item)
	return s.Of(row, column), row != 0
}
