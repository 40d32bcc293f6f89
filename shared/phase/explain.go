package phase

import (
	"cmp"

	"wegweiser/shared/journey"
)

// MaxReasons bounds how many touchpoints an explanation names.
const MaxReasons = 5

// Reason is a touchpoint that speaks for the named phase.
type Reason struct {
	Touchpoint string // its id
	Type       string
	Share      float64 // of all that speaks for the phase
}

// Because says what speaks for the named phase: the largest shares, then what
// all others have together. Rounded to four decimals, they add up to 1.
type Because struct {
	Reasons []Reason
	Other   float64
}

// Because explains a phase, by its index; that of the named phase is what an
// answer shows. It is empty where no touchpoint speaks for the phase. Equal
// shares come newest first.
func (m *Model) Because(h *journey.History, at journey.Millis, phase int) Because {
	var top [MaxReasons + 1]contribution
	n, total := 0, 0.0
	kept := 1.0 // by the carries of later steps
	for traces := upTo(h.Traces, at); len(traces) > 0; {
		first := firstTogether(traces)
		carriers, leaves := 0, 1.0
		for i := range traces[first:] {
			t := &traces[first+i]
			e := m.effect(t)
			if e == nil {
				continue
			}
			if e.carry < 1 {
				carriers++
				leaves = e.leaves[phase]
			}
			evidence := float64(m.weigh(e, t, phase, at) * kept)
			if evidence == 0 {
				continue
			}
			total += evidence
			top[n] = contribution{t, evidence}
			for k := n; k > 0 && top[k].before(&top[k-1]); k-- {
				top[k], top[k-1] = top[k-1], top[k]
			}
			n = min(n+1, MaxReasons)
		}
		if carriers > 1 {
			leaves = m.kept(traces[first:], phase)
		}
		kept *= leaves
		traces = traces[:first]
	}
	if n == 0 {
		return Because{}
	}
	var shares [MaxReasons + 1]float64
	rest := 1.0
	for i := range n {
		shares[i] = top[i].evidence / total
		rest -= shares[i]
	}
	shares[n] = max(rest, 0)
	Round(shares[:n+1])
	because := Because{Reasons: make([]Reason, n), Other: shares[n]}
	for i := range n {
		because.Reasons[i] = Reason{Touchpoint: top[i].trace.ID, Type: top[i].trace.Type, Share: shares[i]}
	}
	return because
}

// contribution is what a touchpoint still says about the named phase.
type contribution struct {
	trace    *journey.Trace
	evidence float64
}

func (c *contribution) before(d *contribution) bool {
	return cmp.Or(
		-cmp.Compare(c.evidence, d.evidence),
		-cmp.Compare(c.trace.At, d.trace.At),
		cmp.Compare(c.trace.ID, d.trace.ID),
	) < 0
}

// weigh returns the evidence for a phase that a touchpoint leaves at a time.
func (m *Model) weigh(e *effect, t *journey.Trace, phase int, at journey.Millis) float64 {
	for i := range e.parts {
		if p := &e.parts[i]; int(p.phase) == phase {
			halfLife := m.halfLives[m.cells[p.cell].halfLife]
			return float64(p.units[t.Trust]) * grain * halved(float64(at-t.At)/halfLife)
		}
	}
	return 0
}

// upTo cuts traces that are later than a time.
func upTo(traces []journey.Trace, at journey.Millis) []journey.Trace {
	n := len(traces)
	for n > 0 && traces[n-1].At > at {
		n--
	}
	return traces[:n]
}

// firstTogether is the index of the first trace at the time of the last.
func firstTogether(traces []journey.Trace) int {
	i := len(traces) - 1
	for i > 0 && traces[i-1].At == traces[i].At {
		i--
	}
	return i
}
