package tables

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"wegweiser/shared/journey"
	"wegweiser/shared/rule"
)

// Unreadable returns the unknown columns of a row, and the cells whose text is
// not of their column's type: what a row cannot be stored with. Decode names
// these and everything else.
func Unreadable(table string, row Row) []Problem {
	c := &checker{}
	t, ok := Find(table)
	if !ok {
		c.unknownTable(table)
		return c.problems
	}
	c.cells(t, row, func(f *finding) bool { return f.unreadable })
	SortProblems(c.problems)
	return c.problems
}

// checker gathers problems.
type checker struct {
	problems []Problem
	zones    map[string]*finding // of the zones looked at: loading one is slow
}

// look is Column.look, each zone once.
func (c *checker) look(column *Column, value any) *finding {
	name, ok := value.(string)
	if column.Type != Zone || !ok {
		return column.look(value)
	}
	f, looked := c.zones[name]
	if !looked {
		f = column.look(value)
		if c.zones == nil {
			c.zones = map[string]*finding{}
		}
		c.zones[name] = f
	}
	return f
}

func (c *checker) report(table, row, column, format string, args ...any) {
	c.problems = append(c.problems, Problem{
		Table: table, Row: row, Column: column, Severity: Error, Message: fmt.Sprintf(format, args...),
	})
}

func (c *checker) warn(table, row, column, format string, args ...any) {
	c.report(table, row, column, format, args...)
	c.problems[len(c.problems)-1].Severity = Warning
}

func (c *checker) unknownTable(name string) {
	c.report(name, "", "", "there is no table called %s; %s", shown(name), meantOr(name, "the tables are ", Tables()))
}

// set looks at every cell of every row.
func (c *checker) set(s Set) {
	if n := s.Len(); n > MaxRows {
		c.report("", "", "", "there are %d rows; all tables together hold at most %d", n, MaxRows)
	}
	if n := len(s.canonical()); n > MaxBytes {
		c.report("", "", "", "all rows together are %d bytes as JSON; at most %d are kept", n, MaxBytes)
	}
	for _, name := range slices.Sorted(maps.Keys(s)) {
		t, ok := Find(name)
		if !ok {
			c.unknownTable(name)
			continue
		}
		c.ids(t, sorted(s[name]))
		for _, row := range s[name] {
			c.cells(t, row, func(*finding) bool { return true })
			c.needed(t, row)
		}
	}
}

func (c *checker) ids(t *Table, rows []Row) {
	for i, row := range rows {
		switch {
		case row.ID == "":
			c.report(t.Name, "", "id", "a row has no id%s; give it a name of its own", c.firstCells(t, row))
		case i > 0 && rows[i-1].ID == row.ID && (i == 1 || rows[i-2].ID != row.ID):
			c.report(t.Name, row.ID, "id", "another row has the same id; give one of them a name of its own")
		case strings.HasPrefix(row.ID, TagPrefix):
			c.report(t.Name, row.ID, "id", "must be an id that does not start with %s, which means all items of a tag", TagPrefix)
		case !isID(row.ID):
			c.report(t.Name, row.ID, "id", "%s", lookID("").message)
		case t.Name == SettingsTable:
			c.setting(row.ID)
		}
	}
}

// firstCells helps to find a row that has no id.
func (c *checker) firstCells(t *Table, row Row) string {
	for _, column := range t.Columns {
		if text, ok := row.Cells[column.Name].(string); ok && len(text) <= MaxID {
			return fmt.Sprintf(" (%s is %s)", column.Name, text)
		}
	}
	return ""
}

func (c *checker) setting(id string) {
	if _, ok := Setting(id); !ok {
		c.report(SettingsTable, id, "id", "%s", unknown("there is no setting called ", id, "the settings are ", settings))
	}
}

// cells reports what is wrong with the filled cells of a row, where it counts.
func (c *checker) cells(t *Table, row Row, counts func(*finding) bool) {
	for _, name := range slices.Sorted(maps.Keys(row.Cells)) {
		column, ok := t.cell(row.ID, name)
		if !ok {
			c.report(t.Name, row.ID, name, "%s", t.unknownColumn(name))
			continue
		}
		if f := c.look(column, row.Cells[name]); f != nil && counts(f) {
			c.report(t.Name, row.ID, name, "%s", f.message)
			c.problems[len(c.problems)-1].Offset = f.offset
		}
	}
}

func (t *Table) unknownColumn(name string) string {
	return unknown(t.Name+" has no column called ", name, "its columns are ", t.Columns)
}

// unknown says what was probably meant by a name that is none of the columns.
func unknown(claim, name, list string, columns []Column) string {
	for i := range columns {
		family := columns[i].Name
		stem, _, ok := strings.Cut(family, "<")
		if ok && strings.HasPrefix(name, stem) {
			return fmt.Sprintf("is not of the form %s, such as %s", family, familyExample.Replace(family))
		}
	}
	return claim + shown(name) + "; " + meantOr(name, list, namesOf(columns))
}

var familyExample = strings.NewReplacer("<locale>", "de-AT", "<field>", "title", "<name>", "first_name", "<tag>", "summer", "<period>", "week", "<channel>", "email", "<group>", "sofa-offers", "[", "", "]", "")

func (c *checker) needed(t *Table, row Row) {
	for _, column := range t.Columns {
		if _, filled := row.Cells[column.Name]; column.Needed && !filled && column.Name != "id" {
			described, _ := t.cell(row.ID, column.Name)
			c.report(t.Name, row.ID, column.Name, "is needed, such as %s", described.Example)
		}
	}
}

// workspace looks at what the cells of one row say together. A cell that is
// itself wrong was read as its default, which agrees with everything.
func (c *checker) workspace(w *Workspace) {
	for i := range w.Signals {
		s := &w.Signals[i]
		c.vocabulary(SignalsTable, s.ID, "type", s.Type, journey.Types())
		c.channel(SignalsTable, s.ID, "channel", s.Channel)
	}
	for i := range w.Items {
		item := &w.Items[i]
		c.schedule(ItemsTable, item.ID, &item.Schedule)
		if item.Kind == Message && len(item.Content) == 0 {
			c.warn(ItemsTable, item.ID, "content.text", "a message without any content says nothing")
		}
		if item.PriorWeight != 0 && item.Prior == 0 {
			c.warn(ItemsTable, item.ID, "prior_weight", "says how much prior counts, and there is none; fill in prior too")
		}
	}
	for i := range w.Rules {
		c.rule(&w.Rules[i])
	}
	for i := range w.Settings.Caps {
		if limit := &w.Settings.Caps[i]; limit.Of == CapChannel {
			c.channel(SettingsTable, limit.Setting(), "id", limit.Name)
		}
	}
	if s := &w.Settings; s.Publish == PublishAuto && s.Approvals > 0 {
		c.report(SettingsTable, "approvals", "value", "must be 0 while publish is auto: nobody approves what publishes itself")
	}
}

func (c *checker) rule(r *RuleRow) {
	c.schedule(RulesTable, r.ID, &r.Schedule)
	for _, channel := range r.Channels {
		c.channel(RulesTable, r.ID, "channels", channel)
	}
	sum := 0.0
	for _, n := range r.Weights {
		sum += n
	}
	switch {
	case len(r.Weights) == 0:
	case r.Choose == Fixed:
		c.warn(RulesTable, r.ID, "weights", "count only where choose is weighted or rank, and it is %s", r.Choose)
	case len(r.Weights) != len(r.Items):
		c.report(RulesTable, r.ID, "weights", "must have one number for each member of items: %d, not %d", len(r.Items), len(r.Weights))
	case sum == 0:
		c.report(RulesTable, r.ID, "weights", "must have a number above 0, or nothing is ever chosen")
	}
}

func (c *checker) schedule(table, row string, s *Schedule) {
	if s.Starts != 0 && s.Ends != 0 && s.Ends <= s.Starts {
		c.report(table, row, "ends", "must be later than starts, or the row never counts")
	}
}

func (c *checker) channel(table, row, column, channel string) {
	if !strings.HasPrefix(channel, "social.") {
		c.vocabulary(table, row, column, channel, journey.Channels())
	}
}

// vocabulary warns of a name that is nearly, but not, one of the shipped ones.
func (c *checker) vocabulary(table, row, column, name string, shipped []string) {
	if slices.Contains(shipped, name) || journey.CheckName("", name) != nil {
		return
	}
	if meant, ok := rule.Nearest(name, shipped); ok {
		c.warn(table, row, column, "%s is not one of the shipped names; did you mean %s? A name of your own is fine", name, meant)
	}
}
