package tables

import (
	"fmt"
	"strings"
)

// ReadJSON is the function ReadJSON, and collects where the cells stand.
func (p Places) ReadJSON(table string, text []byte) ([]Row, []Problem) {
	r := newJSONReader(text)
	r.places = p
	rows := r.rows(table)
	return rows, r.finish(table)
}

// ReadRow reads one row of a table, a flat object. Its id may be left out; one
// that is there must be id, unless that is empty.
func ReadRow(table, id string, body []byte) (Row, []Problem) {
	r := newJSONReader(body)
	row := r.row(table)
	if id != "" {
		if row.ID != "" && row.ID != id {
			r.problem(table, id, "id", "must be %q, or left out", id)
		}
		row = NewRow(table, id, row.Cells)
	}
	return row, r.finish(table)
}

// WriteJSON writes rows by id, one a line.
func WriteJSON(rows []Row) []byte {
	out := []byte("[")
	for i, row := range sorted(rows) {
		if i > 0 {
			out = append(out, ',')
		}
		out = row.appendJSON(append(out, '\n'))
	}
	return append(out, "\n]\n"...)
}

// jsonReader reads on past what is wrong with a cell, up to the first place
// that is not JSON.
type jsonReader struct {
	scanner
	placer   placer
	places   Places
	problems []Problem
	failed   *syntaxError
	spots    []spot // of the row that is being read
}

// spot is where a cell starts, and what is wrong with its text.
type spot struct {
	column string
	at     int
	wrong  string
}

func newJSONReader(text []byte) *jsonReader {
	plain := strings.TrimPrefix(string(text), "\uFEFF")
	return &jsonReader{scanner: scanner{text: plain}, placer: placer{text: plain}}
}

// keep remembers the first syntax error.
func (r *jsonReader) keep(err *syntaxError) {
	if r.failed == nil {
		r.failed = err
	}
}

func (r *jsonReader) finish(table string) []Problem {
	if r.keep(r.end()); r.failed != nil {
		r.problem(table, "", "", "%s: %s", r.placer.place(r.failed.at), r.failed.want)
	}
	return r.problems
}

func (r *jsonReader) problem(table, row, column, format string, args ...any) {
	r.problems = append(r.problems, Problem{
		Table: table, Row: row, Column: column, Severity: Error, Message: fmt.Sprintf(format, args...),
	})
}

func (r *jsonReader) rows(table string) []Row {
	var rows []Row
	r.keep(r.list("a list of rows is expected: [{\"id\": …}, …]", func() *syntaxError {
		row := r.row(table)
		rows = append(rows, row)
		return r.failed
	}))
	return rows
}

func (r *jsonReader) row(table string) Row {
	r.space()
	cells := map[string]any{}
	r.spots = append(r.spots[:0], spot{at: r.at})
	r.keep(r.object("a row is expected: {\"id\": …, …}", func(name string, at int) *syntaxError {
		r.space()
		here := spot{column: strings.TrimSpace(clean(name)), at: r.at}
		value, err := r.value(0)
		if value == (nested{}) {
			here.wrong, value = nestedMessage, nil
		}
		if _, twice := cells[here.column]; twice {
			here.at, here.wrong = at, "the column is there twice; keep one"
		}
		cells[here.column] = value
		r.spots = append(r.spots, here)
		return err
	}))
	row := NewRow(table, idText(cells["id"]), cells)
	for _, s := range r.spots {
		if s.wrong == "" && r.places == nil {
			continue
		}
		at := r.placer.place(s.at)
		r.places.note(row.ID, s.column, at)
		if s.wrong != "" {
			r.problem(table, row.ID, s.column, "%s: %s", at, s.wrong)
		}
	}
	return row
}

func idText(value any) string {
	id, _ := form(ID, value).(string)
	return id
}

const nestedMessage = "a cell holds text, a number, true or false, or a list of these; what is inside needs columns of its own, such as content.title.de"
