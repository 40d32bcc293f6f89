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

func newColumn(rules int) column { return column{any: newSet(rules), by: map[string]set{}} }

// add puts a rule with what it names into the column, which is of so many rules.
func (c *column) add(rule, rules int, values []string) error {
	if len(values) == 0 {
		c.any.add(rule)
	}
	for _, value := range values {
		b, known := c.by[value]
		if !known {
			if len(c.by)*rules/8 > maxColumnBytes {
				return fmt.Errorf("%d rules name more than %d different values in one column", rules, len(c.by))
			}
			b = newSet(rules)
			c.by[value] = b
		}
		b.add(rule)
	}
	return nil
}

// index finds the rules of a snapshot by their flat columns.
type index struct {
	rules      int
	enabled    set
	placements column
	phases     column
	standings  column
	channels   column
	countries  column
	locales    column
}

func newIndex(rules int) index {
	x := index{rules: rules, enabled: newSet(rules)}
	for _, c := range x.columns() {
		*c = newColumn(rules)
	}
	return x
}

func (x *index) columns() []*column {
	return []*column{&x.placements, &x.phases, &x.standings, &x.channels, &x.countries, &x.locales}
}

func (x *index) add(at int, r *tables.RuleRow) error {
	if r.Enabled {
		x.enabled.add(at)
	}
	values := [...][]string{r.Placements, r.Phases, r.Standings, r.Channels, r.Countries, foldedLocales(r)}
	for i, c := range x.columns() {
		if err := c.add(at, x.rules, values[i]); err != nil {
			return err
		}
	}
	return nil
}

// end comes after the last rule.
func (x *index) end() {
	for _, c := range x.columns() {
		for _, b := range c.by {
			b.or(c.any)
		}
	}
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
