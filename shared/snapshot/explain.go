package snapshot

import (
	"slices"
	"strings"

	"wegweiser/shared/journey"
	"wegweiser/shared/rule"
	"wegweiser/shared/tables"
)

// explain goes through the rules of a placement one by one, as DESIGN words
// them and without the index, and says of each what failed first. It comes
// before the placement is filled, when the marks are what they are for it.
func (d *decision) explain(p *placement) PlacementExplained {
	e := PlacementExplained{Placement: p.id, Rules: []RuleExplained{}}
	if d.arms.Holdout {
		return e
	}
	d.chosen = d.chosen[:0]
	for i := range d.s.rules {
		row := &d.s.rows().rules[i]
		if len(row.Placements) > 0 && !slices.Contains(row.Placements, p.id) {
			continue
		}
		r := &d.s.rules[i]
		one := RuleExplained{Rule: r.id, Failed: d.ruleFailure(row, &r.audience)}
		if one.Failed == nil {
			for _, at := range r.items {
				one.Items = append(one.Items, ItemExplained{Item: d.s.items[at].id, Failed: d.itemFailure(at, p)})
			}
			switch {
			case r.ranked:
				d.explainRanked(r, p, one.Items)
			case r.weights != nil:
				d.explainWeighted(r, one.Items)
			}
			one.Won = slices.ContainsFunc(one.Items, func(it ItemExplained) bool { return it.Failed == nil })
			if !one.Won {
				one.Failed = &Failure{"items", "one that may be shown", "none"}
			}
		}
		e.Rules = append(e.Rules, one)
		if one.Won {
			break
		}
	}
	return e
}

// explainWeighted says by what each item of a weighted rule is drawn.
func (d *decision) explainWeighted(r *choice, items []ItemExplained) {
	for k := range items {
		it := &items[k]
		it.Weight, it.Boosts = rounded(d.s.weight(r, k, d.in.At)), d.s.boostsOf(r.items[k], d.in.At)
		if it.Failed == nil && it.Weight == 0 {
			it.Failed = &Failure{"weights", "more than 0", "0"}
		}
	}
}

// markShown says which of the winner's items are shown.
func (e *PlacementExplained) markShown(filled Placement) {
	if filled.Fallback || len(e.Rules) == 0 {
		return
	}
	items := e.Rules[len(e.Rules)-1].Items
	for i := range items {
		it := &items[i]
		at := slices.IndexFunc(filled.Items, func(shown Item) bool { return shown.ID == it.Item })
		if it.Shown = at >= 0; it.Shown && it.Rank != nil {
			it.Rank.Probability = filled.Items[at].Probability
		}
	}
}

func (d *decision) ruleFailure(r *tables.RuleRow, a *audience) *Failure {
	if !r.Enabled {
		return &Failure{"enabled", "true", "false"}
	}
	return d.audienceFailure(&r.Audience, a, func() *Failure {
		switch {
		case !among(r.Channels, d.in.Context.Channel):
			return &Failure{"channels", strings.Join(r.Channels, "|"), d.in.Context.Channel}
		case !speaks(r.Locales, d.locale):
			return &Failure{"locales", strings.Join(r.Locales, "|"), d.spoken}
		case !among(r.Countries, d.country):
			return &Failure{"countries", strings.Join(r.Countries, "|"), d.country}
		}
		return nil
	})
}

func (d *decision) itemFailure(at int32, p *placement) *Failure {
	it, row := &d.s.items[at], &d.s.rows().items[at]
	switch {
	case p.kind != tables.AnyKind && p.kind != it.kind:
		return &Failure{"kind", string(p.kind), string(it.kind)}
	case d.marks[at] == d.turn*verdicts+shown:
		return &Failure{"items", "not shown earlier in this answer", "shown"}
	case !it.enabled:
		return &Failure{"enabled", "true", "false"}
	case !d.allowed(it.purpose):
		return &Failure{"purpose", string(row.Purpose), d.granted()}
	}
	if f := d.audienceFailure(&row.Audience, &it.audience, func() *Failure { return nil }); f != nil {
		return f
	}
	return d.limitFailure(it)
}

// granted is what the visitor agreed to, or why that does not count.
func (d *decision) granted() string {
	if !d.personal {
		return string(d.in.Withheld)
	}
	names := []string{string(journey.Personalization)}
	for _, purpose := range d.in.Purposes {
		if purpose != journey.Personalization {
			names = append(names, string(purpose))
		}
	}
	return strings.Join(names, "|")
}

// audienceFailure goes through the columns that items and rules share, with
// those that only one of them has in their place.
func (d *decision) audienceFailure(row *tables.Audience, a *audience, more func() *Failure) *Failure {
	switch {
	case !among(row.Phases, d.phase):
		return &Failure{"phases", strings.Join(row.Phases, "|"), d.phase}
	case !among(row.Standings, d.standing):
		return &Failure{"standings", strings.Join(row.Standings, "|"), d.standing}
	}
	if f := more(); f != nil {
		return f
	}
	switch {
	case a.schedule.Starts != 0 && d.in.At < a.schedule.Starts:
		return &Failure{"starts", a.schedule.Starts.String(), d.in.At.String()}
	case a.schedule.Ends != 0 && d.in.At >= a.schedule.Ends:
		return &Failure{"ends", a.schedule.Ends.String(), d.in.At.String()}
	case !d.belongs(a.segments):
		return &Failure{"segments", strings.Join(row.Segments, "|"), strings.Join(d.memberships(), "|")}
	}
	if f, failed := a.when.Explain(d.facts); failed {
		return &Failure{"when", f.Condition, readings(f.Actual)}
	}
	return nil
}

func among(wanted []string, actual string) bool {
	return len(wanted) == 0 || actual != "" && slices.Contains(wanted, actual)
}

func speaks(ranges []string, locale string) bool {
	return len(ranges) == 0 || slices.ContainsFunc(ranges, func(r string) bool {
		return locale == folded(r) || strings.HasPrefix(locale, folded(r)+"-")
	})
}

// memberships names the segments that the visitor is in.
func (d *decision) memberships() []string {
	var names []string
	for i := range d.s.segments {
		if d.s.segments[i].when.Holds(d.facts) {
			names = append(names, d.s.segments[i].id)
		}
	}
	return names
}

func readings(actual []rule.Reading) string {
	if len(actual) == 1 {
		return actual[0].Value.String()
	}
	var b strings.Builder
	for i, r := range actual {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(r.Field + " is " + r.Value.String())
	}
	return b.String()
}
