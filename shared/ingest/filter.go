package ingest

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// filter is a condition on one column; all of its tests must hold.
type filter struct {
	slot  int
	tests []func(value string) bool
}

func (f *filter) holds(r *row) bool {
	for _, test := range f.tests {
		if !test(r.values[f.slot]) {
			return false
		}
	}
	return true
}

func (n node) filters(c *columns) []filter {
	var filters []filter
	for _, member := range n.list() {
		filters = append(filters, member.filter(c))
	}
	return filters
}

func (n node) filter(c *columns) filter {
	f := filter{slot: noSlot}
	add := func(test func(string) bool) { f.tests = append(f.tests, test) }
	compare := func(holds func(value, bound float64) bool) func(node) {
		return func(n node) {
			bound, err := strconv.ParseFloat(n.text(), 64)
			if err != nil {
				n.problem("must be a number")
			}
			add(func(text string) bool {
				value, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
				return err == nil && holds(value, bound)
			})
		}
	}
	n.fields(map[string]func(node){
		"column": func(n node) { f.slot = c.slot(n.text()) },
		"is": func(n node) {
			wanted := n.text()
			add(func(value string) bool { return value == wanted })
		},
		"in": func(n node) {
			var wanted []string
			for _, member := range n.list() {
				wanted = append(wanted, member.text())
			}
			add(func(value string) bool { return slices.Contains(wanted, value) })
		},
		"matches": func(n node) {
			pattern, err := regexp.Compile(n.text())
			if err != nil {
				n.problem("must be a regular expression: %v", err)
			}
			add(func(value string) bool { return pattern.MatchString(value) })
		},
		"empty": func(n node) {
			wanted := n.bool()
			add(func(value string) bool { return (strings.TrimSpace(value) == "") == wanted })
		},
		"above":    compare(func(value, bound float64) bool { return value > bound }),
		"below":    compare(func(value, bound float64) bool { return value < bound }),
		"at_least": compare(func(value, bound float64) bool { return value >= bound }),
		"at_most":  compare(func(value, bound float64) bool { return value <= bound }),
	})
	if f.slot == noSlot || len(f.tests) == 0 {
		n.problem("a condition needs a column and what must hold of it, as in {column: Quantity, above: 0}")
		f.slot = c.slot("")
	}
	return f
}
