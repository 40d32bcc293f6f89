package snapshot

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"wegweiser/shared/journey"
	"wegweiser/shared/phase"
	"wegweiser/shared/rule"
	"wegweiser/shared/tables"
)

// Parser turns the text of a when column into a condition, or says everything
// that is wrong with it. It is a parameter, so that what decides links none;
// parse.Parse of package rule/parse is the one there is.
type Parser func(text string, schema *rule.Schema) (rule.Condition, []rule.Problem)

// Compile checks a set and returns it as a snapshot, or every problem at once,
// in the order of tables.SortProblems. The snapshot is nil where a problem is
// an error; warnings come beside one. A set without errors is also searched for
// what can never have an effect; Expired adds what only a clock can tell. With
// no parser, every condition is a problem.
//
// A set that says nothing about phases means the built-in preset: its phases
// where there is no phase, and its signals where there is no signal and every
// phase that they speak for is there. Where no row has a when text, parse may be
// nil.
func Compile(set tables.Set, parse Parser) (*Snapshot, []tables.Problem) {
	set, err := withPreset(set)
	if err != nil {
		return nil, []tables.Problem{{Severity: tables.Error, Message: err.Error()}}
	}
	rows, problems := set.Decode()
	c := compiler{set: set, rows: rows, parse: parse, problems: problems}
	c.names()
	c.references()
	c.model()
	c.conditions()
	c.checkPlacements()
	c.checkItems()
	c.checkRules()
	c.checkArms()
	c.checkBoosts()
	c.checkCaps()
	tables.SortProblems(c.problems)
	if tables.HasErrors(c.problems) {
		return nil, c.problems
	}
	c.lower()
	body := c.src.body()
	if len(body) > tables.MaxBytes {
		c.report("", "", "", "the conditions make the snapshot %d bytes long; at most %d are kept: move what they share into segments", len(body), tables.MaxBytes)
		return nil, c.problems
	}
	s, err := decode(c.src.version(), body, hashOf(body))
	if err != nil {
		return nil, append(c.problems, tables.Problem{Severity: tables.Error, Message: err.Error()})
	}
	c.analyse(s)
	tables.SortProblems(c.problems)
	return s, c.problems
}

func withPreset(set tables.Set) (tables.Set, error) {
	preset, err := tables.Builtin()
	if err != nil {
		return nil, err
	}
	whole := tables.Set{}
	maps.Copy(whole, set)
	if len(whole[tables.PhasesTable]) == 0 {
		whole[tables.PhasesTable] = preset[tables.PhasesTable]
	}
	if len(whole[tables.SignalsTable]) > 0 {
		return whole, nil
	}
	for _, phase := range preset[tables.PhasesTable] {
		if _, there := whole.Row(tables.PhasesTable, phase.ID); !there {
			return whole, nil
		}
	}
	whole[tables.SignalsTable] = preset[tables.SignalsTable]
	return whole, nil
}

// Builtin is the snapshot that is live where nothing was ever published: the
// five-phase model with signals for the whole vocabulary, and no placements.
// It needs no parser.
func Builtin() (*Snapshot, error) {
	s, problems := Compile(nil, nil)
	if s == nil {
		return nil, fmt.Errorf("compile the built-in rows: %s", problems[0].String())
	}
	return s, nil
}

// compiler gathers problems, and the source of a snapshot.
type compiler struct {
	src      source
	set      tables.Set
	rows     *tables.Workspace
	parse    Parser
	problems []tables.Problem
	known    map[string][]string // ids by table, sorted
	items    map[string]*tables.ItemRow
	tags     map[string][]*tables.ItemRow
	compared int // names, for suggestions
}

func (c *compiler) report(table, row, column, format string, args ...any) {
	c.problems = append(c.problems, tables.Problem{
		Table: table, Row: row, Column: column, Severity: tables.Error, Message: fmt.Sprintf(format, args...),
	})
}

func (c *compiler) warn(table, row, column, format string, args ...any) {
	c.report(table, row, column, format, args...)
	c.problems[len(c.problems)-1].Severity = tables.Warning
}

func (c *compiler) names() {
	c.known = map[string][]string{}
	for _, table := range tables.Tables() {
		for _, row := range c.set[table] {
			c.known[table] = append(c.known[table], row.ID)
		}
		slices.Sort(c.known[table])
	}
	c.items, c.tags = map[string]*tables.ItemRow{}, map[string][]*tables.ItemRow{}
	for i := range c.rows.Items {
		item := &c.rows.Items[i]
		c.items[item.ID] = item
		for _, tag := range item.Tags {
			c.tags[tag] = append(c.tags[tag], item)
		}
	}
}

// model checks the phases and signals as the phase model reads them.
func (c *compiler) model() {
	if len(c.rows.Signals) == 0 {
		c.report(tables.SignalsTable, "", "", "there is no signal, so nobody would ever leave the first phase; say with a row what a touchpoint speaks for")
	}
	orders := map[int]string{}
	for _, p := range c.rows.Phases {
		if other, taken := orders[p.Order]; taken {
			c.report(tables.PhasesTable, p.ID, "order", "%s has the order %d too; give each phase an order of its own", other, p.Order)
		}
		orders[p.Order] = p.ID
	}
	phases, signals := modelRows(c.rows)
	_, err := phase.New(phases, signals)
	var faults phase.Faults
	if !errors.As(err, &faults) {
		return
	}
	said := map[[3]string]bool{} // by Decode, and references
	for _, p := range c.problems {
		if p.Severity == tables.Error {
			said[[3]string{p.Table, p.Row, p.Column}] = true
		}
	}
	for _, f := range faults {
		row := ""
		switch {
		case f.Row < 0:
		case f.Table == tables.PhasesTable:
			row = c.rows.Phases[f.Row].ID
		default:
			row = c.rows.Signals[f.Row].ID
		}
		if !said[[3]string{f.Table, row, f.Column}] {
			c.report(f.Table, row, f.Column, "%s", f.Message)
		}
	}
}

// schema is what conditions may name.
func (c *compiler) schema() *rule.Schema {
	s := &rule.Schema{
		Standings:  standings,
		Segments:   c.known[tables.SegmentsTable],
		Channels:   append(journey.Channels(), "social.*"),
		Types:      journey.Types(),
		Milestones: journey.Milestones(),
		Items:      c.known[tables.ItemsTable],
		Traits:     c.rows.Settings.Traits,
		Context:    c.rows.Settings.Context,
	}
	for _, p := range c.rows.Phases {
		s.Phases = append(s.Phases, p.ID)
	}
	for _, signal := range c.rows.Signals {
		s.Types = append(s.Types, signal.Type)
		if signal.Channel != phase.AnyChannel {
			s.Channels = append(s.Channels, signal.Channel)
		}
	}
	for _, r := range c.rows.Rules {
		s.Channels = append(s.Channels, r.Channels...)
	}
	for _, list := range []*[]string{&s.Types, &s.Channels} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return s
}

// conditions parses every when text, and looks for segments that go in circles.
func (c *compiler) conditions() {
	schema := c.schema()
	parse := func(table, row, text string) rule.Condition {
		if text == "" {
			return rule.Condition{}
		}
		if c.parse == nil {
			c.report(table, row, "when", "this program reads no conditions")
			return rule.Condition{}
		}
		condition, wrong := c.parse(text, schema)
		for _, p := range wrong {
			c.report(table, row, "when", "%s", p.Message)
			c.problems[len(c.problems)-1].Offset = p.Offset
		}
		return condition
	}
	for _, r := range c.rows.Segments {
		c.src.segments = append(c.src.segments, parse(tables.SegmentsTable, r.ID, r.When))
	}
	for i := range c.rows.Items {
		r := &c.rows.Items[i]
		c.src.items = append(c.src.items, parse(tables.ItemsTable, r.ID, r.When))
	}
	for i := range c.rows.Rules {
		r := &c.rows.Rules[i]
		c.src.rules = append(c.src.rules, parse(tables.RulesTable, r.ID, r.When))
	}
	c.circles()
}
