package measure

import (
	"slices"

	"wegweiser/shared/journey"
	"wegweiser/shared/phase"
)

// trail is the part of a visitor's journey that a report counts.
type trail struct {
	path  []phase.Move // all of it, up to the end of the window
	steps []phase.Step // within the window, from the first entry on
	in    []bool       // by phase: whether the visitor was in it within the window
}

// follow returns the trail of a visitor, whose history is that up to the end of
// the window. It reports false where the visitor is not counted.
func follow(m *phase.Model, h *journey.History, w Window) (t trail, counted bool) {
	t.path = m.Path(h, w.Until)
	if len(t.path) == 0 || h.Traces[len(h.Traces)-1].At < w.Since {
		return t, false
	}
	from := max(w.Since, t.path[0].Since)
	t.steps = slices.DeleteFunc(m.Steps(h, w.Until), func(s phase.Step) bool { return s.At < from })
	t.in = make([]bool, m.Len())
	for i := range t.steps {
		t.in[t.steps[i].State.Phase] = true
	}
	t.in[m.Index(t.path[len(t.path)-1].Phase)] = true
	return t, true
}
