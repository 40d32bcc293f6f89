package logged

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"wegweiser/shared/replay/offpolicy"
)

type column struct {
	plain
	name string
	slot int
}

// Column is a policy whose probabilities stand in a column of the log: a number
// is that of the item that was shown; the others are those of all items, as a
// JSON object, as item=number with | between them, or as a list of numbers in
// the order of the candidates.
func Column(name string) Policy { return &column{name: name} }

func (p *column) bind(column func(string) int) { p.slot = column(p.name) }

func (p *column) aim(c *choice, d *offpolicy.Decision) error {
	text := c.Columns[p.slot]
	if err := p.read(text, c, d); err != nil {
		return fmt.Errorf("column %s: %w", p.name, err)
	}
	return nil
}

func (p *column) read(text string, c *choice, d *offpolicy.Decision) (err error) {
	switch {
	case text == "":
		return fmt.Errorf("it does not say with what probability the target would show %s: %w", c.Item, offpolicy.ErrNoSupport)
	case strings.HasPrefix(text, "{"):
		var of map[string]float64
		if err := json.Unmarshal([]byte(text), &of); err != nil {
			return fmt.Errorf("%.60q is no object of probabilities by item", text)
		}
		for _, item := range slices.Sorted(maps.Keys(of)) {
			d.Target = append(d.Target, c.option(item, of[item]))
		}
	case strings.HasPrefix(text, "["):
		var list []float64
		if err := json.Unmarshal([]byte(text), &list); err != nil {
			return fmt.Errorf("%.60q is no list of probabilities", text)
		}
		d.Target, err = c.parallel(list)
	case strings.Contains(text, "="):
		d.Target, err = c.pairs(text)
	case strings.Contains(text, "|"):
		var list []float64
		for member := range strings.SplitSeq(text, "|") {
			p, err := probability(member)
			if err != nil {
				return err
			}
			list = append(list, p)
		}
		d.Target, err = c.parallel(list)
	default:
		d.Wanted, err = probability(text)
	}
	return err
}

func (c *choice) parallel(list []float64) ([]offpolicy.Option, error) {
	if len(list) != len(c.Candidates) {
		return nil, fmt.Errorf("got %d probabilities for %d candidates", len(list), len(c.Candidates))
	}
	options := make([]offpolicy.Option, len(list))
	for i, p := range list {
		options[i] = offpolicy.Option{Item: c.Candidates[i], Probability: p}
	}
	return options, nil
}

func (c *choice) pairs(text string) ([]offpolicy.Option, error) {
	var options []offpolicy.Option
	for pair := range strings.SplitSeq(text, "|") {
		at := strings.LastIndexByte(pair, '=')
		if at < 0 {
			return nil, fmt.Errorf("%.60q is not item=probability", pair)
		}
		p, err := probability(pair[at+1:])
		if err != nil {
			return nil, err
		}
		options = append(options, c.option(strings.TrimSpace(pair[:at]), p))
	}
	return options, nil
}

func probability(text string) (float64, error) {
	p, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || !(p >= 0 && p <= 1) {
		return 0, fmt.Errorf("%.40q is not a number from 0 to 1", text)
	}
	return p, nil
}
