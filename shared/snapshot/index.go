package snapshot

import (
	"fmt"

	"wegweiser/shared/tables"
)

// set is a set of rules, by their place in the order in which they are tried.
type set []uint64

func newSet(n int) set { return make(set, (n+63)/64) }

func (b set) add(i int) { b[i/64] |= 1 << (i % 64) }

func (b set) and(other set) {
	for w := range b {
		b[w] &= other[w]
	}
}

func (b set) or(other set) {
	for w := range b {
		b[w] |= other[w]
	}
}

// column says which rules accept a value of one flat column, so that a
// decision looks only at rules of which every column holds, however many
// others there are.
type column struct {
	any set            // the rules that ask nothing, which is all for a value that is unknown
	by  map[string]set // for each value that a rule names: those that name it and those that ask nothing
}

func (c *column) accepts(value string) set {
	if b, ok := c.by[value]; ok {
		return b
	}
	return c.any
}

// maxColumnBytes bounds the memory of a column.
const maxColumnBytes = 32 << 20

// newColumn reads the column of every rule.
func newColumn(rules []tables.RuleRow, of func(*tables.RuleRow) []string) (column, error) {
	c := column{any: newSet(len(rules)), by: map[string]set{}}
	for i := range rules {
		values := of(&rules[i])
		if len(values) == 0 {
			c.any.add(i)
		}
		for _, value := range values {
			if c.by[value] == nil {
				if c.by[value] = newSet(len(rules)); len(c.by)*len(rules)/8 > maxColumnBytes {
					return column{}, fmt.Errorf("%d rules name more than %d different values in one column", len(rules), len(c.by))
				}
			}
			c.by[value].add(i)
		}
	}
	for _, b := range c.by {
		b.or(c.any)
	}
	return c, nil
}

// index finds the rules of a snapshot by their flat columns.
type index struct {
	enabled    set
	placements column
	phases     column
	standings  column
	channels   column
	countries  column
	locales    column
}

func newIndex(rules []tables.RuleRow) (index, error) {
	x := index{enabled: newSet(len(rules))}
	for i := range rules {
		if rules[i].Enabled {
			x.enabled.add(i)
		}
	}
	var err error
	for _, c := range []struct {
		into *column
		of   func(*tables.RuleRow) []string
	}{
		{&x.placements, func(r *tables.RuleRow) []string { return r.Placements }},
		{&x.phases, func(r *tables.RuleRow) []string { return r.Phases }},
		{&x.standings, func(r *tables.RuleRow) []string { return r.Standings }},
		{&x.channels, func(r *tables.RuleRow) []string { return r.Channels }},
		{&x.countries, func(r *tables.RuleRow) []string { return r.Countries }},
		{&x.locales, foldedLocales},
	} {
		if *c.into, err = newColumn(rules, c.of); err != nil {
			return index{}, err
		}
	}
	return x, nil
}

func foldedLocales(r *tables.RuleRow) []string {
	if len(r.Locales) == 0 {
		return nil
	}
	ranges := make([]string, len(r.Locales))
	for i, locale := range r.Locales {
		ranges[i] = folded(locale)
	}
	return ranges
}

// candidates writes into base the rules whose columns accept the decision, the
// placement aside. spare is of the same length.
func (x *index) candidates(base, spare set, d *decision) {
	copy(base, x.enabled)
	base.and(x.phases.accepts(d.phase))
	base.and(x.standings.accepts(d.standing))
	base.and(x.channels.accepts(d.in.Context.Channel))
	base.and(x.countries.accepts(d.country))
	copy(spare, x.locales.any)
	for locale := d.locale; locale != ""; locale = shorter(locale) {
		if b, ok := x.locales.by[locale]; ok {
			spare.or(b)
		}
	}
	base.and(spare)
}
