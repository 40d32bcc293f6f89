package tables

import (
	"regexp"
	"slices"
	"strings"
)

// Type is what a cell holds. The comment gives its form in a Row and how it is
// written.
type Type string

// The types of cells.
const (
	Text      Type = "text"      // string
	ID        Type = "id"        // string: a row's id
	Word      Type = "word"      // string: one of Column.Words
	Name      Type = "name"      // string: a touchpoint type or channel
	Currency  Type = "currency"  // string: three capital letters
	Zone      Type = "zone"      // string: an IANA time zone
	URL       Type = "url"       // string: a path or an absolute https or http address
	Time      Type = "time"      // string: RFC 3339, 2026-11-22 or 2026-11-22 18:00
	Duration  Type = "duration"  // string: a whole number and d, h, m or s
	Condition Type = "condition" // string: a when text
	Integer   Type = "integer"   // float64 without a fraction
	Number    Type = "number"    // float64
	Bool      Type = "bool"      // bool
	IDs       Type = "ids"       // []string
	Words     Type = "words"     // []string, each one of Column.Words
	Names     Type = "names"     // []string of channels
	Tags      Type = "tags"      // []string of free words
	Locales   Type = "locales"   // []string such as de or de-AT
	Countries Type = "countries" // []string of two capital letters
	Numbers   Type = "numbers"   // []float64
)

// List reports whether a cell of type t has members.
func (t Type) List() bool {
	switch t {
	case IDs, Words, Names, Tags, Locales, Countries, Numbers:
		return true
	}
	return false
}

// Column describes the cells of one column, or those of a family of columns
// whose names have parts in angle brackets: label.<locale>.
type Column struct {
	Name     string
	Type     Type
	Needed   bool     // an empty cell is an error
	Default  any      // what an empty cell means, in a cell's form; nil: any, or none
	Min, Max float64  // of numbers, both inclusive; of a duration in seconds
	Above    bool     // Min itself is too low
	Words    []string // what Word and Words may say
	Refers   string   // table whose ids the cell names
	Doc      string   // one sentence for a marketer
	Example  string   // as in a CSV file

	family *regexp.Regexp
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
		if c := &columns[i]; c.Name == name || c.family != nil && c.family.MatchString(name) {
			return c, true
		}
	}
	return nil, false
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

// cell returns the column that describes the cell of a row: in settings, what
// value holds depends on the row.
func cell(table, id, name string) (*Column, bool) {
	if table == SettingsTable && name == "value" {
		if setting, ok := Setting(id); ok {
			return setting, true
		}
	}
	t, ok := Find(table)
	if !ok {
		return nil, false
	}
	return t.Column(name)
}

// parts of a family's name.
var familyParts = strings.NewReplacer(
	".", `\.`,
	"<locale>", localePattern,
	"<field>", `[A-Za-z_][A-Za-z0-9_]{0,63}`,
	"<name>", `[A-Za-z_][A-Za-z0-9_]{0,55}`,
	"[", "(?:", "]", ")?",
)

const localePattern = `[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?`

// prepared fills in what a column's other fields say.
func prepared(columns []Column) []Column {
	for i := range columns {
		if c := &columns[i]; strings.Contains(c.Name, "<") {
			c.family = regexp.MustCompile("^" + familyParts.Replace(c.Name) + "$")
		}
	}
	return columns
}
