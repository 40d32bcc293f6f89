package ingest

import (
	"cmp"
	"fmt"

	"wegweiser/shared/journey"
)

// merger makes one touchpoint of the rows with one visitor and id.
type merger struct {
	groups map[[2]string]*Row
	order  []*Row
}

// take adds the row to its group. It reports false, with an error on the row,
// where the row does not fit the group.
func (m *merger) take(out *Row) bool {
	t := out.Touchpoint
	key := [2]string{t.Visitor, t.ID}
	group := m.groups[key]
	if group == nil {
		if m.groups == nil {
			m.groups = map[[2]string]*Row{}
		}
		kept := *out
		m.groups[key], m.order = &kept, append(m.order, &kept)
		return true
	}
	whole := group.Touchpoint
	switch {
	case whole.Type != t.Type:
		out.Err = fmt.Errorf("type: is %s, but the other rows of this id are %s", t.Type, whole.Type)
	case whole.Value != nil && t.Value != nil && whole.Value.Currency != t.Value.Currency:
		out.Err = fmt.Errorf("value: is in %s, but the other rows of this id are in %s", t.Value.Currency, whole.Value.Currency)
	}
	if out.Err != nil {
		out.Touchpoint = nil
		return false
	}
	whole.At = min(whole.At, t.At)
	whole.Value = sum(whole.Value, t.Value)
	group.Rows++
	return true
}

// flush yields the groups and forgets them.
func (m *merger) flush(yield func(Row, error) bool) bool {
	for _, group := range m.order {
		if !yield(*group, nil) {
			return false
		}
	}
	*m = merger{}
	return true
}

func sum(a, b *journey.Money) *journey.Money {
	if a == nil || b == nil {
		return cmp.Or(a, b)
	}
	x, _ := a.Units()
	y, _ := b.Units()
	return &journey.Money{Amount: (x + y).String(), Currency: a.Currency}
}
