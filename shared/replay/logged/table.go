package logged

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"wegweiser/shared/replay/offpolicy"
)

// spot is where a table's probabilities hold; empty is anywhere.
type spot struct{ place, position string }

type table struct {
	plain
	at map[spot][]offpolicy.Option
}

// Table reads a policy from CSV with the columns item and probability and, where
// they differ, place and position. A cell that is empty there means any.
func Table(file io.Reader) (Policy, error) {
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read the table of probabilities: %w", err)
	}
	if len(rows) < 2 {
		return nil, errors.New("the table of probabilities has no rows")
	}
	find := func(name string) int { return slices.Index(rows[0], name) }
	item, chance, place, position := find("item"), find("probability"), find("place"), find("position")
	if item < 0 || chance < 0 {
		return nil, fmt.Errorf("the table of probabilities has the columns %s, and needs item and probability", strings.Join(rows[0], ", "))
	}
	t := &table{at: map[spot][]offpolicy.Option{}}
	for i, row := range rows[1:] {
		var s spot
		if place >= 0 {
			s.place = row[place]
		}
		if position >= 0 {
			s.position = row[position]
		}
		p, err := probability(row[chance])
		if err != nil {
			return nil, fmt.Errorf("row %d of the table of probabilities: %w", i+1, err)
		}
		if slices.ContainsFunc(t.at[s], func(o offpolicy.Option) bool { return o.Item == row[item] }) {
			return nil, fmt.Errorf("row %d of the table of probabilities: the item %q stands twice in its place", i+1, row[item])
		}
		t.at[s] = append(t.at[s], offpolicy.Option{Item: row[item], Probability: p})
	}
	return t, nil
}

func (t *table) aim(c *choice, d *offpolicy.Decision) error {
	position := strconv.Itoa(c.Position)
	for _, s := range [...]spot{{c.Place, position}, {c.Place, ""}, {"", position}, {"", ""}} {
		options, ok := t.at[s]
		if !ok {
			continue
		}
		d.Target = options
		if c.listed() {
			d.Target = make([]offpolicy.Option, len(options))
			for i, o := range options {
				d.Target[i] = c.option(o.Item, o.Probability)
			}
		}
		return nil
	}
	return fmt.Errorf("the table of probabilities says nothing of place %q, position %d", c.Place, c.Position)
}
