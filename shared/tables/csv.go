package tables

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

var byteOrderMark = []byte("\uFEFF")

// ReadCSV is the function ReadCSV, and collects where the cells stand.
func (p Places) ReadCSV(table string, text []byte) ([]Row, []Problem) {
	r := &csvReader{table: table, places: p, lines: newCSVReader(text)}
	header, ok := r.next()
	if !ok || !r.header(header) {
		return nil, r.problems
	}
	var rows []Row
	for {
		cells, ok := r.next()
		if !ok {
			return rows, r.problems
		}
		if row, ok := r.row(cells); ok {
			rows = append(rows, row)
		}
	}
}

func newCSVReader(text []byte) *csv.Reader {
	text = bytes.TrimPrefix(text, byteOrderMark)
	lines := csv.NewReader(bytes.NewReader(text))
	lines.FieldsPerRecord = -1
	lines.Comma = separator(text)
	return lines
}

type csvReader struct {
	table    string
	lines    *csv.Reader
	columns  []string
	places   Places
	problems []Problem
}

func (r *csvReader) problem(row string, at Place, format string, args ...any) {
	r.problems = append(r.problems, Problem{
		Table: r.table, Row: row, Severity: Error, Message: at.String() + ": " + fmt.Sprintf(format, args...),
	})
}

// next returns the cells of the next line, or false where none can be read.
func (r *csvReader) next() ([]string, bool) {
	cells, err := r.lines.Read()
	if err == nil {
		return cells, true
	}
	var wrong *csv.ParseError
	if errors.As(err, &wrong) {
		r.problem("", Place{wrong.Line, wrong.Column}, "a cell that contains a double quote must stand in double quotes, and the one inside be doubled")
	}
	return nil, false
}

func (r *csvReader) place(i int) Place {
	line, column := r.lines.FieldPos(i)
	return Place{line, column}
}

// header reports whether the first line says which column is which.
func (r *csvReader) header(names []string) bool {
	for i := range names {
		names[i] = strings.TrimSpace(clean(names[i]))
		if names[i] != "" && slices.Contains(names[:i], names[i]) {
			r.problem("", r.place(i), "the column %s is there twice; keep one", names[i])
		}
	}
	if !slices.Contains(names, "id") {
		r.problem("", r.place(0), "there is no column id; the first line names the columns, and id is one of them")
	}
	r.columns = names
	return len(r.problems) == 0
}

// row reports false for a line that is empty, or that has a cell under no
// column.
func (r *csvReader) row(cells []string) (Row, bool) {
	beyond, values := -1, map[string]any{}
	for i, text := range cells {
		if i < len(r.columns) && r.columns[i] != "" {
			values[r.columns[i]] = text
		} else if strings.TrimSpace(text) != "" && beyond < 0 {
			beyond = i
		}
	}
	id := idText(values["id"])
	if r.lines.Comma == ';' {
		keep(r.table, id, values)
	}
	row := NewRow(r.table, id, values)
	if beyond >= 0 {
		r.problem(row.ID, r.place(beyond), "this cell stands under no column; a cell that contains a %s must stand in double quotes", spoken(r.lines.Comma))
		return row, false
	}
	if row.ID == "" && len(row.Cells) == 0 {
		return row, false
	}
	if r.places != nil {
		r.places.note(row.ID, "", r.place(0))
		for i := range min(len(cells), len(r.columns)) {
			r.places.note(row.ID, r.columns[i], r.place(i))
		}
	}
	return row, true
}

// keep brings what a spreadsheet with a decimal comma wrote into the form of
// other files.
func keep(table, id string, values map[string]any) {
	t, _ := Find(table)
	for name, value := range values {
		if c, ok := t.cell(id, name); ok {
			values[name] = c.kept(value.(string))
		}
	}
}

// separator is what stands between the names of the header, quotes apart.
func separator(text []byte) rune {
	counts, quoted := [2]int{}, false
	for _, c := range text {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\n' && counts[1] > counts[0]:
			return ';'
		case c == '\n':
			return ','
		case c == ',':
			counts[0]++
		case c == ';':
			counts[1]++
		}
	}
	if counts[1] > counts[0] {
		return ';'
	}
	return ','
}

func spoken(separator rune) string {
	if separator == ';' {
		return "semicolon"
	}
	return "comma"
}

// WriteCSV writes rows by id under a header of the columns that they fill, in
// the order of the table, those of a family and unknown ones by name.
func WriteCSV(table string, rows []Row) []byte {
	columns := filled(table, rows)
	var out bytes.Buffer
	lines := csv.NewWriter(&out)
	line := append([]string{"id"}, columns...)
	_ = lines.Write(line) // a buffer takes everything
	for _, row := range sorted(rows) {
		line[0] = row.ID
		for i, name := range columns {
			members, _ := spelled(row.Cells[name])
			line[i+1] = strings.Join(members, "|")
		}
		_ = lines.Write(line)
	}
	lines.Flush()
	return out.Bytes()
}

// filled returns the columns that any of the rows fills, in the order of the
// table.
func filled(table string, rows []Row) []string {
	names := map[string]bool{}
	for _, row := range rows {
		for name := range row.Cells {
			names[name] = true
		}
	}
	t, _ := Find(table)
	sorted := slices.Sorted(maps.Keys(names))
	slices.SortStableFunc(sorted, func(a, b string) int { return cmp.Compare(t.position(a), t.position(b)) })
	return sorted
}
