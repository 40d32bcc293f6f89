package journey

import (
	"cmp"
	"slices"
	"strings"
)

// DefaultWindow and MaxWindow bound how many traces a history holds.
const (
	DefaultWindow = 100
	MaxWindow     = 200
)

// History is what was known about a visitor at a moment: the profile and the
// newest traces up to it, oldest first (by time, then id), those of machines
// left out. The zero value is a visitor of whom nothing is known.
type History struct {
	Profile   Profile
	Traces    []Trace
	Truncated bool     // older traces exist that did not fit the window
	Counters  Counters // as of now, whatever the moment
}

// Counters is what a visitor was shown of what is capped, packed as
// rank.ReadCounters reads it, and the version of it that a store keeps: a
// change starts from both. The zero value is a visitor who was shown nothing.
type Counters struct {
	Packed  string
	Version string
}

// Merge adds traces that are not in h yet to it, cuts what is older than the
// newest window of them, and says so in Truncated. Traces later than at and
// those of machines are left out, as everywhere in a history.
func (h *History) Merge(added []Trace, at Millis, window int) {
	for _, t := range added {
		if t.At > at || t.Trust == Machine || slices.ContainsFunc(h.Traces, func(have Trace) bool { return have.ID == t.ID }) {
			continue
		}
		i, _ := slices.BinarySearchFunc(h.Traces, t, compareTraces)
		h.Traces = slices.Insert(h.Traces, i, t)
	}
	if over := len(h.Traces) - window; over > 0 {
		h.Traces = h.Traces[over:]
		h.Truncated = true
	}
}

// AsOf returns what was known at an earlier moment, with a window of its own:
// h must reach back that far. It shares everything with h.
func (h *History) AsOf(at Millis, window int) History {
	past := *h
	end, _ := slices.BinarySearchFunc(past.Traces, at+1, func(t Trace, at Millis) int { return cmp.Compare(t.At, at) })
	past.Traces = past.Traces[:end:end]
	if over := end - window; over > 0 {
		past.Traces, past.Truncated = past.Traces[over:], true
	}
	return past
}

func compareTraces(a, b Trace) int {
	return cmp.Or(cmp.Compare(a.At, b.At), strings.Compare(a.ID, b.ID))
}
