package logged

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"wegweiser/shared/journey"
	"wegweiser/shared/rank"
	"wegweiser/shared/rank/fit"
	"wegweiser/shared/replay/offpolicy"
	"wegweiser/shared/rule"
	"wegweiser/shared/snapshot"
	"wegweiser/shared/tables"
)

// rules is a set of config rows, asked for each choice with its context.
type rules struct {
	evidence
	snapshot *snapshot.Snapshot
	items    []string
	context  map[string]rule.Type
	unknown  unknowable
	asked    map[string]bool // placements
	phased   bool            // the log says in which phases visitors were
	beliefs  [offpolicy.Folds]*rank.Statistics
}

// Rules is the policy of a set of config rows, or every problem of the rows.
// A choice's place is the placement, and its context that of the request. Where
// the log says in which phases visitors were, they are; of history it has nothing
// else: every visitor is new to it. Ranked rules have statistics of the other
// folds of the log, and weighted ones show each item with its share. Nobody is in
// an arm: it is the rules that are valued. What stands in the places before is
// what the log showed there.
func Rules(set tables.Set, parse snapshot.Parser) (Policy, []tables.Problem) {
	facts := map[string][]rule.Fact{}
	compiled, problems := snapshot.Compile(set, func(text string, schema *rule.Schema) (rule.Condition, []rule.Problem) {
		condition, wrong := parse(text, schema)
		facts[text] = condition.Facts()
		return condition, wrong
	})
	if compiled == nil {
		return nil, problems
	}
	workspace, _ := set.Decode()
	r := &rules{
		snapshot: compiled,
		context:  compiled.Settings().Context,
		unknown:  unknowable{workspace, facts},
		asked:    map[string]bool{},
	}
	r.priors = map[string]fit.Prior{}
	for i := range workspace.Items {
		item := &workspace.Items[i]
		r.items = append(r.items, item.ID)
		if item.Prior > 0 {
			r.priors[item.ID] = fit.Prior{Rate: item.Prior, Weight: item.PriorWeight}
		}
	}
	return r, problems
}

func (r *rules) bind(func(string) int) {}

func (r *rules) learn(c *choice) error {
	r.phased = r.phased || c.Phase != ""
	// Statistics of items alone: most logs are too short for more.
	return r.evidence.learn(c.Item, "", c.fold, max(c.Reward, 0))
}

func (r *rules) aim(c *choice, d *offpolicy.Decision) error {
	placement, err := r.placement(c.Place)
	if err != nil {
		return err
	}
	r.asked[placement] = true
	if c.At == 0 {
		return fmt.Errorf("the log does not say when: rules have schedules, so that the moment (at) is needed")
	}
	context, err := r.request(c.Context)
	if err != nil {
		return err
	}
	statistics, err := r.statistics(c.fold)
	if err != nil {
		return err
	}
	in := &snapshot.Input{
		At: c.At, Context: context, Statistics: statistics,
		Purposes:   []journey.Purpose{journey.Personalization, journey.Measurement, journey.Advertising},
		Placements: []string{placement},
	}
	if r.phased {
		if in.Stands, err = r.stands(c); err != nil {
			return err
		}
	}
	answer := r.snapshot.Decide(in)
	shown := make([]snapshot.Item, len(c.before)+1)
	for k, item := range c.before {
		shown[k].ID = item
	}
	answer.Placements[0].Items = shown
	d.Target = c.options(r.snapshot.Odds(in, &answer)[0][len(c.before)])
	return nil
}

// stands is where a log says that a visitor is.
func (r *rules) stands(c *choice) (*snapshot.Stands, error) {
	if c.Phase != "" && r.snapshot.Model().Index(c.Phase) < 0 {
		return nil, fmt.Errorf("the rows have no phase %q, in which the log says that the visitor was", c.Phase)
	}
	return &snapshot.Stands{Phase: c.Phase, Standing: c.Standing}, nil
}

// options are what could have been shown, or nothing.
func (c *choice) options(chances []snapshot.Chance) []offpolicy.Option {
	if chances == nil {
		return nothing()
	}
	options := make([]offpolicy.Option, len(chances))
	for i, chance := range chances {
		options[i] = c.option(chance.Item, chance.Probability)
	}
	return options
}

// placement is the one that a place of the log is called after.
func (r *rules) placement(place string) (string, error) {
	names := r.snapshot.Placements()
	if place == "" && len(names) == 1 {
		return names[0], nil
	}
	if place == "" {
		return "", fmt.Errorf("the log does not say where (place), and the rows have the placements %s", strings.Join(names, ", "))
	}
	if name, nearest, unknown := r.snapshot.UnknownPlacement([]string{place}); unknown && nearest != "" {
		return "", fmt.Errorf("the rows have no placement %q; is it %q?", name, nearest)
	} else if unknown {
		return "", fmt.Errorf("the rows have no placement %q; they have %s", name, strings.Join(names, ", "))
	}
	return place, nil
}

// request is the context of a row, in the types that the rows declare: in CSV
// everything is text.
func (r *rules) request(logged map[string]any) (snapshot.Context, error) {
	values := make(map[string]any, len(logged))
	for name, value := range logged {
		if number, ok := value.(json.Number); ok {
			value = number.String()
		}
		text, ok := value.(string)
		var err error
		switch kind := r.context[name]; {
		case ok && kind == rule.Number:
			value, err = strconv.ParseFloat(text, 64)
		case ok && kind == rule.Bool:
			value, err = strconv.ParseBool(text)
		}
		if err != nil {
			return snapshot.Context{}, fmt.Errorf("context.%s: %.40q is not of the type that the rows declare", name, text)
		}
		values[name] = value
	}
	context, fault := r.snapshot.Context(values)
	if fault != nil {
		return context, fmt.Errorf("%s: %s", fault.Field, fault.Message)
	}
	return context, nil
}

func (r *rules) statistics(fold int) (*rank.Statistics, error) {
	if r.beliefs[fold] == nil {
		model, err := r.without(fold)
		if err != nil {
			return nil, err
		}
		r.beliefs[fold] = model.Statistics(r.items)
	}
	return r.beliefs[fold], nil
}

func (r *rules) doubts() []string { return r.unknown.doubts(r.asked, r.phased) }

// unknowable says what of a set of rows a log cannot answer.
type unknowable struct {
	*tables.Workspace
	facts map[string][]rule.Fact // by when text
}

// named bounds how many rows a doubt names.
const named = 5

func (u unknowable) doubts(asked map[string]bool, phased bool) []string {
	missing := "asks for phases, standings, traits or history, which a log does not have: everybody is taken for a visitor of whom nothing is known"
	if phased {
		missing = "asks for scores, traits or history, which a log does not have: everybody is taken for a visitor of whom nothing is known but the phase and the standing"
	}
	var rules, items, capped []string
	for i := range u.Rules {
		r := &u.Rules[i]
		tried := len(r.Placements) == 0 || slices.ContainsFunc(r.Placements, func(p string) bool { return asked[p] })
		if r.Enabled && tried && u.asksHistory(&r.Audience, phased) {
			rules = append(rules, r.ID)
		}
	}
	for i := range u.Items {
		item := &u.Items[i]
		if item.Enabled && u.asksHistory(&item.Audience, phased) {
			items = append(items, item.ID)
		}
		if item.Enabled && (item.CapDay+item.CapWeek+item.CapMonth+item.CapLife+item.Budget > 0 || len(u.Settings.Caps) > 0) {
			capped = append(capped, item.ID)
		}
	}
	var doubts []string
	for _, d := range []struct {
		rows     []string
		what     string
		sentence string
	}{
		{rules, "rules", missing},
		{items, "items", missing},
		{capped, "items", "has a cap or a budget, which cannot be counted here: it is shown as if there were none"},
	} {
		if len(d.rows) > 0 {
			doubts = append(doubts, fmt.Sprintf("Of the %s, %s %s.", d.what, several(d.rows), d.sentence))
		}
	}
	return doubts
}

func several(rows []string) string {
	if more := len(rows) - named; more > 0 {
		return fmt.Sprintf("each of %s and %d more", strings.Join(rows[:named], ", "), more)
	}
	if len(rows) == 1 {
		return rows[0]
	}
	return "each of " + strings.Join(rows, ", ")
}

func (u unknowable) asksHistory(a *tables.Audience, phased bool) bool {
	if !phased && len(a.Phases)+len(a.Standings) > 0 || u.readsHistory(a.When, phased) {
		return true
	}
	for i := range u.Segments {
		if s := &u.Segments[i]; slices.Contains(a.Segments, s.ID) && u.readsHistory(s.When, phased) {
			return true
		}
	}
	return false
}

func (u unknowable) readsHistory(when string, phased bool) bool {
	return slices.ContainsFunc(u.facts[when], func(f rule.Fact) bool {
		switch f.Kind {
		case rule.Channel, rule.Locale, rule.Country, rule.Now, rule.Context:
			return false
		case rule.Phase, rule.Standing:
			return !phased
		}
		return true
	})
}
