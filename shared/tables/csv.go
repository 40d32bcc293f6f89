package tables

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

var byteOrderMark = []byte("\uFEFF")

// ReadCSV reads the rows of a table: a header of column names, then a line a
// row. Members of a list are separated by |, and an empty cell means any. Cells
// are separated by commas, or by semicolons where the header is, as spreadsheets
// of countries with a decimal comma write them; a byte order mark and either
// end of line are read too. Problems are those of the text: unreadable quotes,
// a header without id, a line with more cells than the header.
func ReadCSV(table string, text []byte) ([]Row, []Problem) {
	lines := newCSVReader(text)
	problem := func(format string, args ...any) Problem {
		return Problem{Table: table, Severity: Error, Message: fmt.Sprintf(format, args...)}
	}
	header, err := lines.Read()
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	if err != nil {
		return nil, []Problem{problem("%s", csvMessage(err))}
	}
	for i := range header {
		header[i] = strings.TrimSpace(clean(header[i]))
	}
	var problems []Problem
	for i, name := range header {
		if name != "" && slices.Index(header, name) != i {
			problems = append(problems, problem("line 1: the column %s is there twice; keep one", name))
		}
	}
	if !slices.Contains(header, "id") {
		problems = append(problems, problem("line 1: there is no column id; the first line names the columns, and id is one of them"))
	}
	if len(problems) > 0 {
		return nil, problems
	}
	var rows []Row
	for {
		cells, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return rows, problems
		}
		if err != nil {
			return rows, append(problems, problem("%s", csvMessage(err)))
		}
		row, ok := csvRow(table, header, cells)
		if !ok {
			line, _ := lines.FieldPos(0)
			p := problem("line %d has more cells than the first line has columns; a cell that contains a %s or a quote must stand in double quotes", line, spoken(lines.Comma))
			p.Row = row.ID
			problems = append(problems, p)
			continue
		}
		if row.ID != "" || len(row.Cells) > 0 {
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

// csvRow reports false where a filled cell stands under no column.
func csvRow(table string, header, cells []string) (Row, bool) {
	id, fits := "", true
	values := map[string]any{}
	for i, text := range cells {
		switch {
		case i >= len(header) || header[i] == "":
			fits = fits && strings.TrimSpace(text) == ""
		case header[i] == "id":
			id = strings.TrimSpace(text)
		default:
			values[header[i]] = text
		}
	}
	return NewRow(table, id, values), fits
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

func csvMessage(err error) string {
	var at *csv.ParseError
	if !errors.As(err, &at) {
		return err.Error()
	}
	if errors.Is(at.Err, csv.ErrQuote) || errors.Is(at.Err, csv.ErrBareQuote) {
		return fmt.Sprintf("line %d, column %d: a cell that contains a double quote must stand in double quotes, and the one inside be doubled", at.Line, at.Column)
	}
	return fmt.Sprintf("line %d, column %d: %s", at.Line, at.Column, at.Err)
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
