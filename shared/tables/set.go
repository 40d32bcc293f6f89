package tables

import (
	"slices"
	"strings"
)

// Limits of a set.
const (
	MaxRows     = 20_000   // of all tables together
	MaxBytes    = 8 << 20  // of the canonical bytes
	MaxID       = 64       // characters of a row's id
	MaxText     = 16 << 10 // bytes of a text cell
	MaxWhen     = 4096     // characters of a condition
	MaxMembers  = 1000     // of a list
	MaxPlacings = 50       // items that one placement shows
)

// Row is one config row: its id and its filled cells by column. A cell is a
// string, a float64, a bool, a []string or a []float64, as its column says;
// [NewRow] brings other values to these. In JSON a row is one flat object.
type Row struct {
	ID    string
	Cells map[string]any
}

// Set holds the rows of each table by the table's name. The order of rows says
// nothing: the codecs write them by id.
type Set map[string][]Row

// Add puts rows into a table, behind those that are there.
func (s Set) Add(table string, rows ...Row) { s[table] = append(s[table], rows...) }

// Row returns the row of that id.
func (s Set) Row(table, id string) (Row, bool) {
	for _, row := range s[table] {
		if row.ID == id {
			return row, true
		}
	}
	return Row{}, false
}

// Len returns the number of rows of all tables.
func (s Set) Len() int {
	n := 0
	for _, rows := range s {
		n += len(rows)
	}
	return n
}

// sorted returns the rows by id, those of one id in the order given.
func sorted(rows []Row) []Row {
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b Row) int { return strings.Compare(a.ID, b.ID) })
	return rows
}

// Columns returns the filled columns of the row in the order in which the
// table has them, unknown ones last.
func (r Row) Columns(table string) []string { return filled(table, []Row{r}) }
