package phase

import (
	"math"

	"wegweiser/shared/journey"
)

const forever = journey.Millis(math.MaxInt64)

// span is a time during which at least one purchase stands, end exclusive.
type span struct{ from, until journey.Millis }

// gate answers, for ascending times, whether a purchase stands.
type gate struct {
	spans [journey.MaxMilestones + 1]span // in order, apart from each other
	n, i  int
}

// follow reads the purchases of a profile.
func (g *gate) follow(p *journey.Profile) {
	g.n, g.i = 0, 0
	if p.Totals.Purchases > 0 {
		g.add(span{p.Totals.First, forever})
	}
	returns := false
	for i := range p.Milestones {
		returns = returns || p.Milestones[i].Type == journey.Return
	}
	if returns {
		g.followReturned(p)
		return
	}
	for i := range p.Milestones {
		if p.Milestones[i].Type == journey.Purchase {
			g.add(span{p.Milestones[i].At, forever})
			return
		}
	}
}

func (g *gate) followReturned(p *journey.Profile) {
	var scratch [journey.MaxMilestones]journey.Bought
	for _, b := range p.AppendPurchases(scratch[:0]) {
		if b.Returned == 0 {
			g.add(span{b.At, forever})
		} else if b.At < b.Returned {
			g.add(span{b.At, b.Returned})
		}
	}
}

// add takes spans in order of their start and joins those that meet.
func (g *gate) add(s span) {
	if g.n > 0 && s.from <= g.spans[g.n-1].until {
		last := &g.spans[g.n-1]
		last.from, last.until = min(last.from, s.from), max(last.until, s.until)
		return
	}
	if g.n < len(g.spans) {
		g.spans[g.n] = s
		g.n++
	}
}

// openAt reports whether a purchase stands at t, which never goes back.
func (g *gate) openAt(t journey.Millis) bool {
	for g.i < g.n && g.spans[g.i].until <= t {
		g.i++
	}
	return g.i < g.n && g.spans[g.i].from <= t
}
