package tables

import (
	"fmt"
	"slices"
)

// Place is where something stands in a text: its line, and the byte in the
// line, both counted from 1.
type Place struct {
	Line   int
	Column int
}

func (p Place) String() string { return fmt.Sprintf("line %d, column %d", p.Line, p.Column) }

// Cell names a cell of a table. Without a column it is the row.
type Cell struct {
	Row    string
	Column string
}

// Places collects where the cells of a text stand while its codec reads them:
// use the codecs that are its methods. Of two rows with one id, the later one
// counts. A nil Places collects nothing.
type Places map[Cell]Place

// ReadJSON reads the rows of a table: an array of flat objects, each with its
// id. Problems are those of the text: what is not JSON, a column that is there
// twice in a row, a cell that is an object.
func ReadJSON(table string, text []byte) ([]Row, []Problem) { return Places(nil).ReadJSON(table, text) }

// ReadCSV reads the rows of a table: a header of column names, then a line a
// row. Members of a list are separated by |, and an empty cell means any. Cells
// are separated by commas, or by semicolons where the header is, as spreadsheets
// of countries with a decimal comma write them; there, numbers may have that
// comma and times be written as 23.11.2026 09:00. A byte order mark and either
// end of line are read too. Problems are those of the text: unreadable quotes,
// a header without id, a line with more cells than the header.
func ReadCSV(table string, text []byte) ([]Row, []Problem) { return Places(nil).ReadCSV(table, text) }

func (p Places) note(row, column string, at Place) {
	if p != nil {
		p[Cell{row, column}] = at
	}
}

// placer finds the places of bytes in a text.
type placer struct {
	text     string
	newlines []int // where they are; nil before the first question
}

func (p *placer) place(at int) Place {
	if p.newlines == nil {
		p.newlines = []int{}
		for i := range len(p.text) {
			if p.text[i] == '\n' {
				p.newlines = append(p.newlines, i)
			}
		}
	}
	line, _ := slices.BinarySearch(p.newlines, at)
	if line == 0 {
		return Place{Line: 1, Column: at + 1}
	}
	return Place{Line: line + 1, Column: at - p.newlines[line-1]}
}
