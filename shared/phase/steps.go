package phase

import "wegweiser/shared/journey"

// Step is one step of a fold: the touchpoints of one millisecond, and where
// the visitor stood once they counted.
type Step struct {
	At     journey.Millis
	State  State
	Traces []journey.Trace // of the history, which they are a part of
}

// Steps returns the fold of h step by step, in order of time: one for each
// distinct time of a touchpoint up to a time. The state of each is what Fold
// answers for its time. What decay alone does after the last of them is not
// among them; Fold and Path at that time tell it.
func (m *Model) Steps(h *journey.History, at journey.Millis) []Step {
	r := run{steps: make([]Step, 0, len(h.Traces))}
	r.follow(m, h, at)
	return r.steps
}
