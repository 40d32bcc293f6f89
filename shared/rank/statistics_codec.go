package rank

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// The form of Statistics: a version; the places behind the first and the items
// behind the first, each with how many there are and texts with their lengths;
// then all quantiles, in two bytes each. Items are in order of their ids.
const statisticsForm = 1

// MarshalBinary writes s. The same statistics give the same bytes.
func (s *Statistics) MarshalBinary() ([]byte, error) {
	if s == nil {
		return nil, errors.New("there are no statistics to write")
	}
	items := slices.Sorted(maps.Keys(s.rows))
	b := []byte{statisticsForm}
	b = binary.AppendUvarint(b, uint64(len(s.places)-1))
	for _, at := range s.places[1:] {
		b = appendText(appendText(b, at.Phase), at.Segment)
	}
	b = binary.AppendUvarint(b, uint64(len(items)-1))
	for _, id := range items[1:] {
		b = appendText(b, id)
	}
	for _, id := range items {
		row := int(s.rows[id]) * len(s.places)
		for _, q := range s.quantiles[row : row+len(s.places)] {
			for _, one := range q {
				b = binary.BigEndian.AppendUint16(b, uint16(one))
			}
		}
	}
	return b, nil
}

// UnmarshalBinary reads what MarshalBinary wrote, and refuses anything else.
func (s *Statistics) UnmarshalBinary(b []byte) error {
	if err := s.read(b); err != nil {
		return fmt.Errorf("read the statistics: %w", err)
	}
	return nil
}

func (s *Statistics) read(b []byte) error {
	r := countersReader{rest: string(b)}
	if r.byte() != statisticsForm {
		return errors.New("they are of a form that is not known here")
	}
	read := Statistics{places: []Place{{}}, rows: map[string]int32{"": 0}}
	for range r.count(len(b)) {
		at := Place{Phase: r.text(), Segment: r.text()}
		r.check(!slices.Contains(read.places, at))
		read.places = append(read.places, at)
	}
	for row := range r.count(len(b)) {
		id := r.text()
		_, twice := read.rows[id]
		r.check(!twice)
		read.rows[id] = int32(row + 1)
	}
	cells := len(read.rows) * len(read.places)
	r.check(len(r.rest) == cells*Strata*2)
	if r.bad {
		return errors.New("they end too early, go on too long or say something twice")
	}
	b = b[len(b)-len(r.rest):]
	read.quantiles = make([]Quantiles, cells)
	for i := range read.quantiles {
		q := &read.quantiles[i]
		for k := range q {
			q[k] = Quantile(binary.BigEndian.Uint16(b[(i*Strata+k)*2:]))
			if k > 0 && q[k] < q[k-1] {
				return errors.New("they have quantiles that fall")
			}
		}
	}
	*s = read
	return nil
}
