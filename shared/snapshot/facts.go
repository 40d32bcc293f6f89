package snapshot

import (
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/rule"
)

// Fact gives conditions what they ask for. A decision that is not personal
// knows the request and the time alone, and one without a phase everything else.
func (d *decision) Fact(slot int) rule.Value {
	ask := &d.s.asks[slot]
	switch ask.Kind {
	case rule.Channel:
		return known(d.in.Context.Channel)
	case rule.Locale:
		return known(d.spoken)
	case rule.Country:
		return known(d.country)
	case rule.Now:
		return rule.TimeOf(d.in.At)
	case rule.Context:
		if d.misses(ask) || ask.at < 0 || d.in.Context.values == nil {
			return rule.Value{}
		}
		return d.in.Context.values[ask.at]
	case rule.Segment:
		return rule.BoolOf(ask.at >= 0 && d.s.segments[ask.at].when.Holds(d.facts))
	}
	if !d.personal {
		return rule.Value{}
	}
	switch ask.Kind {
	case rule.Phase:
		return known(d.phase)
	case rule.Standing:
		return known(d.standing)
	case rule.Score:
		if ask.at < 0 || d.arms.NoPhase || d.in.Stands != nil {
			return rule.Value{}
		}
		return rule.NumberOf(d.state.Scores[ask.at])
	case rule.Visitor:
		if d.misses(ask) {
			return rule.Value{}
		}
		value, _ := valueOf(d.history.Profile.Traits[ask.Name], ask.Type)
		return value
	case rule.Count:
		return rule.NumberOf(float64(d.count(ask.Window, func(t *journey.Trace) bool { return t.Type == ask.Name })))
	case rule.Seen:
		return rule.BoolOf(d.count(ask.Window, func(t *journey.Trace) bool {
			return t.Type == impression && t.Item == ask.Name
		}) > 0)
	case rule.DaysSince:
		return d.daysSince(ask.Name)
	case rule.Spent:
		return rule.NumberOf(d.spent(ask.Window))
	}
	return rule.Value{}
}

// impression is the touchpoint type that says that an item was seen.
const impression = "item_impression"

func known(text string) rule.Value {
	if text == "" {
		return rule.Value{}
	}
	return rule.TextOf(text)
}

// count returns how many traces of the window (At − d, At] are meant.
func (d *decision) count(window time.Duration, meant func(*journey.Trace) bool) int {
	from, n := d.in.At.Add(-window), 0
	traces := d.history.Traces
	for i := len(traces) - 1; i >= 0 && traces[i].At > from; i-- {
		if t := &traces[i]; t.At <= d.in.At && t.Trust != journey.Machine && meant(t) {
			n++
		}
	}
	return n
}

// daysSince returns the age of the newest milestone of a type in days.
func (d *decision) daysSince(kind string) rule.Value {
	p := &d.history.Profile
	latest, found := p.Totals.Latest[kind]
	found = found && latest <= d.in.At
	for i := len(p.Milestones) - 1; i >= 0; i-- {
		if m := &p.Milestones[i]; m.Type == kind && m.At <= d.in.At {
			if !found || m.At > latest {
				latest, found = m.At, true
			}
			break
		}
	}
	if !found {
		return rule.Value{}
	}
	return rule.NumberOf(float64(d.in.At-latest) / float64((24 * time.Hour).Milliseconds()))
}

// spent adds up the purchases of the window that stand, in the currency of the
// settings. Those that are no longer kept one by one count where the whole of
// them is in the window.
func (d *decision) spent(window time.Duration) float64 {
	from, currency := d.in.At.Add(-window), d.s.settings.Currency
	p := &d.history.Profile
	var sum journey.Units
	if t := &p.Totals; t.Purchases > 0 && t.First > from && t.Last <= d.in.At {
		sum = t.Spent[currency]
	}
	var scratch [journey.MaxMilestones]journey.Bought
	for _, b := range p.AppendPurchases(scratch[:0]) {
		if b.StandsAt(d.in.At) && b.At > from && b.Currency == currency {
			sum += b.Amount
		}
	}
	return sum.Float()
}
