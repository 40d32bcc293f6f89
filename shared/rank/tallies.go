package rank

import (
	"fmt"
	"iter"
	"slices"
)

// Tally is how often a scope was shown in the periods that were counted: 1 to 4
// of them, from the day to the longest one.
type Tally struct {
	Scope Scope
	Times []uint32
}

// Tallies yields what is counted, by kind and then name. What is reserved is
// counted, whether it will be committed or given back. The times are shared and
// must not be changed.
func (c *Counters) Tallies() iter.Seq[Tally] {
	return func(yield func(Tally) bool) {
		for i := range c.counts {
			n := &c.counts[i]
			if !yield(Tally{n.scope, n.of[:n.longest+1]}) {
				return
			}
		}
	}
}

// Day is the newest day that was counted or looked at, in days since 1970-01-01
// of the visitor's calendar.
func (c *Counters) Day() int { return int(c.day) }

// Tallied returns counters of what was counted up to a day, in any order, with
// nothing that is reserved: those of a visitor who was shown the same, and to
// whom nothing is given back any more.
func Tallied(day int, tallies []Tally) (Counters, error) {
	if len(tallies) > MaxCounters || day < -maxDay || day > maxDay {
		return Counters{}, fmt.Errorf("put counters together: got %d tallies of the day %d: %w", len(tallies), day, ErrCorrupt)
	}
	c := Counters{day: calendarDay(day), counts: make([]count, len(tallies))}
	for i, t := range tallies {
		n := &c.counts[i]
		if len(t.Times) < 1 || len(t.Times) > int(spans) || t.Scope.Kind >= scopeKinds || slices.Max(t.Times) > maxCount {
			return Counters{}, fmt.Errorf("put counters together: got a tally of %v: %w", t, ErrCorrupt)
		}
		n.scope, n.longest = t.Scope, span(len(t.Times)-1)
		copy(n.of[:], t.Times)
	}
	slices.SortFunc(c.counts, func(a, b count) int { return compareScopes(a.scope, b.scope) })
	for i := 1; i < len(c.counts); i++ {
		if c.counts[i].scope == c.counts[i-1].scope {
			return Counters{}, fmt.Errorf("put counters together: got %v twice: %w", c.counts[i].scope, ErrCorrupt)
		}
	}
	return c, nil
}
