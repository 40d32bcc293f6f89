package rank

import "slices"

// Place is where an item is shown: to visitors of a phase and of a segment,
// either of which may be empty for none.
type Place struct{ Phase, Segment string }

// Statistics is what is believed of every item in every place, as functions
// that decide read it. It does not change. Those of nil know nothing.
type Statistics struct {
	places []Place
	rows   map[string]int32 // of items
	// By row, then place. Row 0 is that of items of which nothing is known, and
	// place 0 that of nobody's phase and segment.
	quantiles []Quantiles
	past      *past // what is known better, in one place; nil: nothing
}

// NewStatistics holds what believed says of the items in the places, of both of
// which each is named once. It is also asked about the item "", which stands
// for all that are not named, and about the places of a phase alone and of
// neither, which stand for those that are not named.
func NewStatistics(items []string, places []Place, believed func(item string, at Place) Quantiles) *Statistics {
	s := &Statistics{places: []Place{{}}, rows: map[string]int32{"": 0}}
	for _, at := range places {
		for _, one := range []Place{{Phase: at.Phase}, at} {
			if !slices.Contains(s.places, one) {
				s.places = append(s.places, one)
			}
		}
	}
	rows := []string{""}
	for _, id := range items {
		if _, ok := s.rows[id]; !ok {
			s.rows[id] = int32(len(rows))
			rows = append(rows, id)
		}
	}
	s.quantiles = make([]Quantiles, 0, len(rows)*len(s.places))
	for _, id := range rows {
		for _, at := range s.places {
			s.quantiles = append(s.quantiles, believed(id, at))
		}
	}
	return s
}

// Row is where an item stands, for Of. One of which nothing is known has 0.
func (s *Statistics) Row(item string) int32 {
	if s == nil {
		return 0
	}
	return s.rows[item]
}

// Column is where a place stands, for Of and Believed. It is that of the phase
// alone where there is none for the segment, and that of neither where the phase
// is unknown.
func (s *Statistics) Column(at Place) int32 {
	if s == nil {
		return 0
	}
	if s.past != nil && s.past.place == at {
		return int32(len(s.places)) // behind all others, for Believed alone
	}
	for _, one := range [...]Place{at, {Phase: at.Phase}} {
		if column := slices.Index(s.places, one); column >= 0 {
			return int32(column)
		}
	}
	return 0
}

// Of is what is believed of the item of a row in the place of a column. It must
// not be changed.
func (s *Statistics) Of(row, column int32) *Quantiles {
	if s == nil {
		return &unknown
	}
	return &s.quantiles[int(row)*len(s.places)+int(column)]
}

// unknown is a Beta(0.5, 9.5): what package fit believes before it has seen
// anything.
var unknown = Quantiles{
	37599, 44102, 47255, 49284, 50765, 51943, 53151, 53947,
	54865, 55645, 56346, 57233, 57867, 58668, 59650, 60975,
}
