package phase

import (
	"time"

	"wegweiser/shared/journey"
)

// Standing is how alive the business with a visitor is, whatever the phase.
type Standing uint8

// The standings, by the time since the last purchase that stands, against the
// visitor's rhythm of buying.
const (
	Prospect Standing = iota // no purchase stands
	Active                   // up to one and a half rhythms ago
	Cooling                  // up to three
	Lapsed                   // longer
)

var standingNames = [...]string{"prospect", "active", "cooling", "lapsed"}

// Standings returns the names of all standings.
func Standings() []string { return append([]string(nil), standingNames[:]...) }

func (s Standing) String() string { return standingNames[s] }

// The rhythm of visitors with fewer than three purchases, and the least one.
const (
	usualRhythm = 90 * 24 * time.Hour
	leastRhythm = 14 * 24 * time.Hour
)

// StandingAt returns the standing of a visitor at a time. The rhythm is the
// mean gap between three purchases or more that stand then, else 90 days, and
// never under 14.
func StandingAt(p *journey.Profile, at journey.Millis) Standing {
	bought := standingPurchases(p, at)
	if bought.count == 0 {
		return Prospect
	}
	rhythm := float64(usualRhythm.Milliseconds())
	if bought.count >= 3 {
		rhythm = float64(bought.last-bought.first) / float64(bought.count-1)
	}
	rhythm = max(rhythm, float64(leastRhythm.Milliseconds()))
	switch since := float64(at - bought.last); {
	case since <= 1.5*rhythm:
		return Active
	case since <= 3*rhythm:
		return Cooling
	}
	return Lapsed
}

// purchases sums up the purchases that stand at a time.
type purchases struct {
	count       int
	first, last journey.Millis
}

func standingPurchases(p *journey.Profile, at journey.Millis) purchases {
	var sum purchases
	add := func(count int, first, last journey.Millis) {
		if sum.count == 0 {
			sum.first, sum.last = first, last
		}
		sum.count += count
		sum.first, sum.last = min(sum.first, first), max(sum.last, last)
	}
	switch t := &p.Totals; {
	case t.Purchases > 0 && t.Last <= at:
		add(t.Purchases, t.First, t.Last)
	case t.Purchases > 0 && t.First <= at:
		add(1, t.First, t.First)
	}
	var scratch [journey.MaxMilestones]journey.Bought
	for _, b := range p.AppendPurchases(scratch[:0]) {
		if b.StandsAt(at) {
			add(1, b.At, b.At)
		}
	}
	return sum
}
