package snapshot

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"wegweiser/shared/rule"
)

// domain is what one value may still be.
type domain struct {
	present, absent bool // it must be there, or must not
	low, high       float64
	above, below    bool         // low and high themselves are out
	whole           bool         // only whole numbers
	among           []rule.Value // nil: anything
	not             []rule.Value
	tests           []func(string) bool
	always          string // what its nature says of it
	said            []string
}

func (d *domain) clone() *domain {
	copied := *d
	copied.among, copied.not = slices.Clone(d.among), slices.Clone(d.not)
	copied.tests, copied.said = slices.Clone(d.tests), slices.Clone(d.said)
	return &copied
}

// domain is what a value may be whatever is claimed.
func (w *premises) domain(e *rule.Expr) *domain {
	d := &domain{low: math.Inf(-1), high: math.Inf(1)}
	if e.Op != rule.OpRead {
		if low, ok := w.least(e); ok {
			d.low = low
		}
		return d
	}
	if e.Fact.Result() == rule.Bool {
		d.among = []rule.Value{rule.BoolOf(false), rule.BoolOf(true)}
	}
	switch e.Fact.Kind {
	case rule.Phase:
		d.among = w.phases
	case rule.Standing:
		for _, name := range standings {
			d.among = append(d.among, rule.TextOf(name))
		}
	case rule.Score:
		d.low, d.high, d.always = 0, 1, "a score is from 0 to 1"
	case rule.Count:
		d.low, d.high, d.whole = 0, float64(w.window), true
		d.always = fmt.Sprintf("a count is a whole number from 0 to %d, the setting window", w.window)
	case rule.DaysSince:
		d.low, d.always = 0, "it counts from 0"
	case rule.Segment:
		d.present = true
	}
	return d
}

// least returns a number that a computed value is never below.
func (w *premises) least(e *rule.Expr) (float64, bool) {
	switch e.Op {
	case rule.OpLiteral:
		return e.Value.Number(), true
	case rule.OpRead:
		switch e.Fact.Kind {
		case rule.Count, rule.Score, rule.DaysSince:
			return 0, true
		}
	case rule.OpAdd:
		left, ok := w.least(&e.Args[0])
		right, also := w.least(&e.Args[1])
		return left + right, ok && also
	}
	return 0, false
}

// narrow takes what does not fulfil a comparison with literals out of d.
func (d *domain) narrow(op rule.Op, values []rule.Value) {
	v := values[0]
	switch op {
	case rule.OpEqual, rule.OpIn:
		d.among = only(d.among, values)
	case rule.OpNotEqual, rule.OpNotIn:
		d.not = append(d.not, values...)
	case rule.OpLess, rule.OpLessEqual:
		if n := size(v); n < d.high || n == d.high && op == rule.OpLess {
			d.high, d.below = n, op == rule.OpLess
		}
	case rule.OpGreater, rule.OpGreaterEqual:
		if n := size(v); n > d.low || n == d.low && op == rule.OpGreater {
			d.low, d.above = n, op == rule.OpGreater
		}
	case rule.OpContains:
		d.tests = append(d.tests, func(s string) bool { return strings.Contains(s, v.Text()) })
	case rule.OpNotContains:
		d.tests = append(d.tests, func(s string) bool { return !strings.Contains(s, v.Text()) })
	case rule.OpStartsWith:
		d.tests = append(d.tests, func(s string) bool { return strings.HasPrefix(s, v.Text()) })
	case rule.OpNotStartsWith:
		d.tests = append(d.tests, func(s string) bool { return !strings.HasPrefix(s, v.Text()) })
	case rule.OpEndsWith:
		d.tests = append(d.tests, func(s string) bool { return strings.HasSuffix(s, v.Text()) })
	case rule.OpNotEndsWith:
		d.tests = append(d.tests, func(s string) bool { return !strings.HasSuffix(s, v.Text()) })
	}
}

// only returns the members of among that are values; nil is everything.
func only(among, values []rule.Value) []rule.Value {
	left := make([]rule.Value, 0, len(values))
	for _, v := range values {
		if among == nil || slices.Contains(among, v) {
			left = append(left, v)
		}
	}
	return left
}

// size is a number or a time as a number.
func size(v rule.Value) float64 {
	if v.Type() == rule.Time {
		return float64(v.Time())
	}
	return v.Number()
}

// possible reports whether there may be a value, or none.
func (d *domain) possible() bool {
	switch {
	case d.present && d.absent:
		return false
	case !d.present:
		return true
	case d.among != nil:
		return slices.ContainsFunc(d.among, d.takes)
	}
	low, high := d.low, d.high
	if d.whole {
		if low = math.Ceil(low); low == d.low && d.above {
			low++
		}
		if high = math.Floor(high); high == d.high && d.below {
			high--
		}
		for n := low; n <= high; n++ {
			if !slices.Contains(d.not, rule.NumberOf(n)) {
				return true
			}
		}
		return false
	}
	if low == high {
		return !d.above && !d.below && !slices.Contains(d.not, rule.NumberOf(low))
	}
	return low < high
}

// takes reports whether a value is within everything but among.
func (d *domain) takes(v rule.Value) bool {
	if slices.Contains(d.not, v) {
		return false
	}
	switch v.Type() {
	case rule.Number, rule.Time:
		n := size(v)
		return n >= d.low && n <= d.high && !(d.above && n == d.low) && !(d.below && n == d.high) && (!d.whole || n == math.Trunc(n))
	case rule.Text:
		return !slices.ContainsFunc(d.tests, func(test func(string) bool) bool { return !test(v.Text()) })
	}
	return true
}
