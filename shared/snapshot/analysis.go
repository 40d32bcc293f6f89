package snapshot

import (
	"fmt"
	"slices"
	"strings"

	"wegweiser/shared/journey"
	"wegweiser/shared/rule"
	"wegweiser/shared/tables"
)

// analysis looks for what is well formed and yet comes to nothing, in a set
// without errors. It reports only what is so for every visitor, at every moment
// and in every order of placements; each cause once, where it can be mended.
type analysis struct {
	*compiler
	s     *Snapshot
	world premises
	// dead are the rules, and gone the items, that nobody ever gets because of
	// their own columns.
	dead, gone []bool
	steps      int // of comparing rows that may still be taken
	effort     int // of the same for conditions
}

// The work that an analysis does at most. What is not looked at for want of it
// is not reported.
const (
	maxSteps    = 10_000_000 // of comparing rows
	maxEffort   = 4_000_000  // of comparing the parts of conditions
	maxQuestion = 4_000      // of the same, for one row or pair of rows
)

func (c *compiler) analyse(s *Snapshot) {
	a := &analysis{
		compiler: c, s: s, steps: maxSteps, effort: maxEffort,
		dead: make([]bool, len(c.rows.Rules)), gone: make([]bool, len(c.rows.Items)),
	}
	a.world.window = c.rows.Settings.Window
	for _, p := range c.rows.Phases {
		a.world.phases = append(a.world.phases, rule.TextOf(p.ID))
	}
	a.evidence()
	if len(c.rows.Rules) > 0 && len(c.rows.Placements) == 0 {
		c.warn(tables.PlacementsTable, "", "", "there is no placement, so no rule ever shows anything; write a row for each place on your pages and in your mails")
		return
	}
	a.emptySegments()
	a.emptyItems()
	a.unused()
	a.idleBoosts()
	a.worthless()
	a.emptyRules()
	a.shadows()
}

// claims starts a question.
func (a *analysis) claims() *claims {
	a.ask()
	return newClaims(&a.world)
}

func (a *analysis) ask() { a.world.effort = min(maxQuestion, a.effort) }

// holds ends a question: it reports false for claims that cannot all be true.
func (a *analysis) holds(c *claims) bool {
	possible := c.settle()
	a.effort -= min(maxQuestion, a.effort) - a.world.effort
	return possible
}

// emptySegments reports segments in which nobody can be.
func (a *analysis) emptySegments() {
	a.world.segments = make(map[string]*rule.Condition, len(a.rows.Segments))
	var named func(i int)
	at := make(map[string]int, len(a.rows.Segments))
	for i, r := range a.rows.Segments {
		at[r.ID] = i
	}
	// Those that a segment names come first: what is wrong with them is said there.
	named = func(i int) {
		id := a.rows.Segments[i].ID
		if _, done := a.world.segments[id]; done {
			return
		}
		condition := &a.src.segments[i]
		for _, f := range condition.Facts() {
			if f.Kind == rule.Segment {
				named(at[f.Name])
			}
		}
		a.world.segments[id] = condition
		c := a.claims()
		c.condition(*condition)
		if !a.holds(c) {
			a.world.segments[id] = nil
			a.warn(tables.SegmentsTable, id, "when", "nobody can ever be in %s: %s; ask for less", id, c.clash)
		}
	}
	for i := range a.rows.Segments {
		named(i)
	}
}

// audience claims what the columns that items and rules share ask.
func (c *claims) audience(who string, r *tables.Audience, condition rule.Condition) {
	c.member(rule.Phase, r.Phases, asked(who, "phases", r.Phases))
	c.member(rule.Standing, r.Standings, asked(who, "standings", r.Standings))
	c.segments(r.Segments, asked(who, "segments", r.Segments))
	c.condition(condition)
}

// asked names a column with what is in it.
func asked(who, name string, list []string) string {
	const some = 8
	rest := ""
	if len(list) > some {
		list, rest = list[:some], " and others"
	}
	return who + name + " (" + strings.Join(list, ", ") + rest + ")"
}

// emptyItems reports items that nobody can be shown.
func (a *analysis) emptyItems() {
	for i := range a.rows.Items {
		item := &a.rows.Items[i]
		if !item.Enabled || a.src.items[i].IsZero() && len(item.Segments) == 0 {
			continue
		}
		c := a.claims()
		if c.audience("the item's ", &item.Audience, a.src.items[i]); !a.holds(c) {
			a.gone[i] = true
			a.warn(tables.ItemsTable, item.ID, whereAsked(a.src.items[i]), "nobody can ever be shown %s: %s; ask for less", item.ID, c.clash)
		}
	}
}

// whereAsked is the column in which a row that asks for too much does so.
func whereAsked(condition rule.Condition) string {
	if condition.IsZero() {
		return "segments"
	}
	return "when"
}

// emptyRules reports rules that can hold for nobody, and those whose items
// cannot be shown while they do.
func (a *analysis) emptyRules() {
	for i := range a.rows.Rules {
		r := &a.rows.Rules[i]
		if !r.Enabled {
			continue
		}
		c := a.claims()
		c.audience("the rule's ", &r.Audience, a.src.rules[i])
		c.member(rule.Channel, r.Channels, asked("the rule's ", "channels", r.Channels))
		c.member(rule.Country, r.Countries, asked("the rule's ", "countries", r.Countries))
		if !a.holds(c) {
			a.dead[i] = true
			a.warn(tables.RulesTable, r.ID, whereAsked(a.src.rules[i]), "rule %s can never win: %s; ask for less", r.ID, c.clash)
			continue
		}
		a.emptyChoice(i, c)
	}
}

// emptyChoice reports a rule none of whose items can be shown while it holds,
// as c claims.
func (a *analysis) emptyChoice(i int, c *claims) {
	r, ready, first := &a.rows.Rules[i], &a.s.rules[i], ""
	for k, at := range ready.items {
		if a.steps--; a.steps < 0 {
			return
		}
		why := ""
		switch item := &a.rows.Items[at]; {
		case a.gone[at]:
			continue
		case ready.weights != nil && ready.weights[k] == 0:
			why = item.ID + " has the weight 0"
		case !a.s.canWeigh(ready, k):
			why = item.ID + " costs as much as it is worth, or more"
		case !item.Enabled:
			why = item.ID + " is not enabled"
		case !a.fits(r, item.Kind):
			why = fmt.Sprintf("%s is of kind %s, and no placement of the rule takes that", item.ID, item.Kind)
		case disjoint(r.Phases, item.Phases):
			why = fmt.Sprintf("%s is for the phases %s, and the rule for %s", item.ID, listed(item.Phases), listed(r.Phases))
		case disjoint(r.Standings, item.Standings):
			why = fmt.Sprintf("%s is for the standings %s, and the rule for %s", item.ID, listed(item.Standings), listed(r.Standings))
		case apart(&r.Schedule, &item.Schedule):
			why = item.ID + " is never on at the time of the rule (starts, ends)"
		default:
			a.ask()
			both := c.with()
			if both.audience("the item's ", &item.Audience, a.src.items[at]); a.holds(both) {
				return
			}
			why = "for " + item.ID + ", " + both.clash
		}
		if first == "" {
			first = why
		}
	}
	a.dead[i] = true
	if first == "" {
		return // every item is reported itself
	}
	if len(ready.items) == 1 {
		a.warn(tables.RulesTable, r.ID, "items", "rule %s can never win, because its item can never be shown when the rule holds: %s; change the item or the rule", r.ID, first)
	} else {
		a.warn(tables.RulesTable, r.ID, "items", "rule %s can never win, because none of its %d items can be shown when the rule holds; %s; change an item or the rule", r.ID, len(ready.items), first)
	}
}

// fits reports whether a placement of a rule takes a kind.
func (a *analysis) fits(r *tables.RuleRow, kind tables.Kind) bool {
	takes := func(p *placement) bool { return p.kind == tables.AnyKind || p.kind == kind }
	if len(r.Placements) == 0 {
		a.steps -= len(a.s.placements)
		for i := range a.s.placements {
			if takes(&a.s.placements[i]) {
				return true
			}
		}
		return false
	}
	return slices.ContainsFunc(r.Placements, func(name string) bool { return takes(&a.s.placements[a.s.placementAt[name]]) })
}

// disjoint reports whether two columns ask for different things.
func disjoint(x, y []string) bool {
	return len(x) > 0 && len(y) > 0 && !slices.ContainsFunc(x, func(name string) bool { return slices.Contains(y, name) })
}

// apart reports whether two schedules share no moment.
func apart(x, y *tables.Schedule) bool {
	before := func(end, start journey.Millis) bool { return end != 0 && start != 0 && end <= start }
	return before(x.Ends, y.Starts) || before(y.Ends, x.Starts)
}
