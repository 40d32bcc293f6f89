package tables

import (
	"slices"
	"strings"
)

// Column describes the cells of one column, or those of a family of columns
// whose names have parts in angle brackets: label.<locale>.
type Column struct {
	Name     string
	Type     Type
	Needed   bool     // an empty cell is an error
	Default  any      // what an empty cell means, in a cell's form; nil: any, or none
	Min, Max float64  // of numbers, both inclusive; of a duration in seconds, of a boost in percent
	Words    []string // what Word and Words may say
	Refers   string   // table whose ids the cell names
	Doc      string   // one sentence for a marketer
	Example  string   // as in a CSV file
}

// Table describes one table: its columns in the order in which they are
// written. The id, which every table has, is the first.
type Table struct {
	Name    string
	Doc     string
	Columns []Column
}

// Column returns the column of that name, or the family that it belongs to.
func (t *Table) Column(name string) (*Column, bool) { return column(t.Columns, name) }

func column(columns []Column, name string) (*Column, bool) {
	for i := range columns {
		if c := &columns[i]; c.Name == name && !c.Family() {
			return c, true
		}
	}
	for i := range columns {
		if c := &columns[i]; c.Family() && belongs(name, c.Name) {
			return c, true
		}
	}
	return nil, false
}

// position returns where a column stands in the order of writing; unknown ones
// are last.
func (t *Table) position(name string) int {
	if t == nil {
		return 0
	}
	for i := range t.Columns {
		if c := &t.Columns[i]; c.Name == name || c.Family() && belongs(name, c.Name) {
			return i
		}
	}
	return len(t.Columns)
}

// Family reports whether c stands for many columns.
func (c *Column) Family() bool { return strings.Contains(c.Name, "<") }

// belongs reports whether name is of the family: the same words, and a proper
// locale, field or name for each part in angle brackets. A last part in square
// brackets may be left out. A tag is whatever stands in its place; what ends
// with a period is a cap.
func belongs(name, family string) bool {
	stem, part, _ := strings.Cut(family, "<")
	if strings.HasSuffix(family, "<period>") {
		_, ok := capOf(name)
		return ok && strings.HasPrefix(name, stem)
	}
	if rest, ok := strings.CutPrefix(name, stem); !ok || part == "tag>" {
		return ok && rest != ""
	}
	family, last, optional := strings.Cut(strings.TrimSuffix(family, "]"), "[.")
	have, want := strings.Split(name, "."), strings.Split(family, ".")
	if optional && len(have) > len(want) {
		want = append(want, last)
	}
	if len(have) != len(want) {
		return false
	}
	for i, part := range want {
		switch {
		case part == "<locale>" && isLocale(have[i]):
		case strings.HasPrefix(part, "<") && part != "<locale>" && isName(have[i]):
		case part == have[i] && part[0] != '<':
		default:
			return false
		}
	}
	return true
}

// cell describes the cell of a row. In settings, what value holds depends on
// the row. A nil table has no cells.
func (t *Table) cell(id, name string) (*Column, bool) {
	if t == nil {
		return nil, false
	}
	if t.Name == SettingsTable && name == "value" {
		if setting, ok := Setting(id); ok {
			return setting, true
		}
	}
	return t.Column(name)
}

// Find returns the table of that name.
func Find(name string) (*Table, bool) {
	for i := range registry {
		if registry[i].Name == name {
			return &registry[i], true
		}
	}
	return nil, false
}

// SettingRows describes the rows that the settings table may hold. The name of
// each is the row's id; the rest describes its value.
func SettingRows() []Column { return slices.Clone(settings) }

// Tables returns the names of all tables in the order in which a newcomer
// reads them: what is known, what can be shown, when, and the settings.
func Tables() []string {
	names := make([]string, len(registry))
	for i := range registry {
		names[i] = registry[i].Name
	}
	return names
}

func position(table string) int {
	if i := slices.Index(Tables(), table); i >= 0 {
		return i
	}
	return len(registry)
}

func namesOf(columns []Column) []string {
	names := make([]string, len(columns))
	for i := range columns {
		names[i] = columns[i].Name
	}
	return names
}
