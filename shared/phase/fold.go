package phase

import "wegweiser/shared/journey"

// State is where a visitor stands at a time.
type State struct {
	Phase    int                // index of the named phase; 0, the first, without evidence
	Since    journey.Millis     // when it was entered; meaningless without evidence
	Evidence float64            // for all phases with an open gate; 0: nothing speaks for any
	Scores   [MaxPhases]float64 // the share of each phase in it, unrounded; all 0 without evidence
}

// Confidence is the score of the named phase.
func (s *State) Confidence() float64 { return s.Scores[s.Phase] }

// Known reports whether there is any evidence.
func (s *State) Known() bool { return s.Evidence > 0 }

// Move is the entry into a phase.
type Move struct {
	Phase string
	Since journey.Millis
}

// Fold returns where the visitor of h stands at a time. Touchpoints and
// milestones later than that do not count. The traces of h must be in order of
// time. Fold allocates nothing.
func (m *Model) Fold(h *journey.History, at journey.Millis) State {
	var r run
	r.follow(m, h, at)
	r.rest(at)
	return r.state()
}

// Path returns the phases that the visitor of h went through up to a time, the
// present one last. It is empty where there never was any evidence.
func (m *Model) Path(h *journey.History, at journey.Millis) []Move {
	r := run{path: []Move{}}
	r.follow(m, h, at)
	r.rest(at)
	return r.path
}

const maxCells = MaxPhases * MaxHalfLives

// run is a fold under way.
type run struct {
	m        *Model
	gate     gate
	started  bool // there was a touchpoint
	placed   bool // the visitor stands somewhere
	open     bool // a purchase stands now
	phase    int
	since    journey.Millis
	now      journey.Millis
	total    float64            // over the phases with an open gate
	sums     [MaxPhases]float64 // by phase
	evidence [maxCells]float64
	fresh    [maxCells]int64    // of the present step, in grains
	keep     [MaxPhases]float64 // what the carries of the present step leave
	path     []Move             // kept where it is not nil
	steps    []Step             // likewise
}

// follow goes through the touchpoints up to a time.
func (r *run) follow(m *Model, h *journey.History, at journey.Millis) {
	r.m = m
	r.gate.follow(&h.Profile)
	for traces := h.Traces; len(traces) > 0 && traces[0].At <= at; {
		n := together(traces)
		r.step(traces[:n])
		traces = traces[n:]
	}
}

// rest takes the last step, the time asked for.
func (r *run) rest(at journey.Millis) {
	if r.started && r.now < at {
		last := r.now
		r.fade(at, false)
		r.settle(last)
	}
}

// together is the number of traces at the time of the first.
func together(traces []journey.Trace) int {
	n := 1
	for n < len(traces) && traces[n].At == traces[0].At {
		n++
	}
	return n
}

// step takes in the touchpoints of one millisecond.
func (r *run) step(traces []journey.Trace) {
	touched, carriers := false, 0
	for i := range traces {
		t := &traces[i]
		if t.Trust >= journey.Machine {
			continue
		}
		touched = true
		e := r.m.effect(t)
		if e == nil {
			continue
		}
		if e.carry < 1 {
			carriers++
			copy(r.keep[:], e.leaves)
		}
		for k := range e.parts {
			r.fresh[e.parts[k].cell] += e.parts[k].units[t.Trust]
		}
	}
	if !touched {
		return
	}
	if carriers > 1 {
		for p := range r.m.phases {
			r.keep[p] = r.m.kept(traces, p)
		}
	}
	if !r.started {
		r.started, r.now = true, traces[0].At
	}
	r.fade(traces[0].At, carriers > 0)
	r.settle(traces[0].At)
	if r.steps != nil {
		r.steps = append(r.steps, Step{At: r.now, State: r.state(), Traces: traces})
	}
}

// kept returns what the carries of touchpoints of one millisecond leave of the
// earlier evidence for a phase. It multiplies them in order of size, so that
// the order of the touchpoints does not matter.
func (m *Model) kept(traces []journey.Trace, phase int) float64 {
	kept := 1.0
	for _, carry := range m.carries {
		for i := range traces {
			if e := m.effect(&traces[i]); e != nil && e.carry == carry {
				kept *= e.leaves[phase]
			}
		}
	}
	return kept
}

// fade brings the evidence to a time and adds the fresh one.
func (r *run) fade(to journey.Millis, carried bool) {
	var factors [MaxHalfLives]float64
	age := float64(to - r.now)
	for i, halfLife := range r.m.halfLives {
		factors[i] = halved(age / halfLife)
	}
	r.now = to
	clear(r.sums[:len(r.m.phases)])
	for i, c := range r.m.cells {
		old := r.evidence[i] * factors[c.halfLife]
		if carried {
			old *= r.keep[c.phase]
		}
		sum := float64(old) + float64(float64(r.fresh[i])*grain)
		r.evidence[i], r.fresh[i] = sum, 0
		r.sums[c.phase] += sum
	}
}

// slack is the part by which comparisons forgive what is lost in sums of
// binary fractions.
const slack = 1e-9

// settle names the phase at a step. A move is dated since.
func (r *run) settle(since journey.Millis) {
	r.open = r.gate.openAt(r.now)
	best := 0
	r.total = 0
	for p, sum := range r.sums[:len(r.m.phases)] {
		if !r.stands(p) {
			continue
		}
		r.total += sum
		if sum > r.sums[best]*(1+slack) {
			best = p
		}
	}
	row := &r.m.phases[best]
	switch {
	case r.total == 0:
		if r.placed {
			r.enter(0, since)
		}
	case r.total < row.MinEvidence*(1-slack):
		r.enter(0, since)
	case !r.placed || !r.stands(r.phase) || r.sums[best]-r.sums[r.phase] >= (row.Margin-slack)*r.total:
		r.enter(best, since)
	}
}

// stands reports whether a phase is open at the present step.
func (r *run) stands(phase int) bool { return r.open || r.m.phases[phase].Gate == Open }

func (r *run) enter(phase int, since journey.Millis) {
	if r.placed && r.phase == phase {
		return
	}
	r.placed, r.phase, r.since = true, phase, since
	if r.path != nil {
		r.path = append(r.path, Move{Phase: r.m.phases[phase].ID, Since: since})
	}
}

func (r *run) state() State {
	s := State{Phase: r.phase, Since: r.since, Evidence: r.total}
	if r.total == 0 {
		s.Phase, s.Since = 0, 0
		return s
	}
	for p := range r.m.phases {
		if r.stands(p) {
			s.Scores[p] = r.sums[p] / r.total
		}
	}
	return s
}
