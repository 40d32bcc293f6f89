package files

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"wegweiser/shared/tables"
)

// ReadText reads one text as if it were a folder: the rows of one table or,
// where table is empty, a document of several, which maps their names to their
// rows and which CSV cannot be. Name is what problems call the text.
func ReadText(name, table string, format Format, text []byte) *Folder {
	f := &Folder{Set: tables.Set{}, sources: map[string]source{}}
	if len(text) > MaxBytes {
		f.problem(table, "%s is too large; a text has at most %d MB", name, MaxBytes>>20)
		return f
	}
	f.encoding(table, text)
	places := map[string]tables.Places{table: {}}
	var problems []tables.Problem
	switch {
	case table != "" && format == YAML:
		f.Set[table], problems = readYAML(places[table], table, text)
	case table != "" && format == JSON:
		f.Set[table], problems = places[table].ReadJSON(table, text)
	case table != "":
		f.Set[table], problems = places[table].ReadCSV(table, text)
	case format == YAML:
		f.Set, problems = readYAMLDocument(places, text)
	case format == JSON:
		f.Set, problems = tables.ReadDocument(text, places)
	default:
		f.problem("", "CSV is the rows of one table, so say of which")
	}
	f.Problems = append(f.Problems, problems...)
	tables.SortProblems(f.Problems)
	lines := linesOf(text)
	for table, places := range places {
		f.sources[table] = source{name, lines, places}
	}
	return f
}

// FormatOf tells how a text is written: CSV has the column id in its first
// line, JSON begins with a bracket and then a double quote or another bracket,
// and the rest is YAML.
func FormatOf(text []byte) Format {
	start := bytes.TrimSpace(bytes.TrimPrefix(text, []byte("\uFEFF")))
	inner := bytes.TrimLeft(start, "[{ \t\r\n")
	switch {
	case len(inner) < len(start) && (len(inner) == 0 || strings.IndexByte("\"]}", inner[0]) >= 0):
		return JSON
	case len(inner) < len(start):
		return YAML
	}
	line, _, _ := bytes.Cut(start, []byte("\n"))
	for _, separator := range ",;" {
		header := csv.NewReader(bytes.NewReader(line))
		header.Comma = separator
		names, err := header.Read()
		if err == nil && slices.ContainsFunc(names, func(name string) bool { return strings.TrimSpace(name) == "id" }) {
			return CSV
		}
	}
	return YAML
}

// Text writes the rows of one table, or where table is empty all tables as one
// document, so that ReadText gives them again. CSV has no such document.
func Text(set tables.Set, table string, format Format) ([]byte, error) {
	rows := set[table]
	switch {
	case format == YAML && table == "":
		return writeYAMLDocument(set), nil
	case format == YAML && len(rows) == 0:
		return []byte("[]\n"), nil
	case format == YAML:
		return writeYAML(table, rows), nil
	case format == JSON && table == "":
		return tables.WriteDocument(set), nil
	case format == JSON:
		return tables.WriteJSON(rows), nil
	case format == CSV && table == "":
		return nil, fmt.Errorf("CSV is the rows of one table")
	case format == CSV:
		return tables.WriteCSV(table, rows), nil
	}
	return nil, errFormat(format)
}

// writeYAMLDocument writes all tables, also those without rows.
func writeYAMLDocument(set tables.Set) []byte {
	var out bytes.Buffer
	for i, table := range tables.Tables() {
		if i > 0 {
			out.WriteByte('\n')
		}
		if len(set[table]) == 0 {
			out.WriteString(table + ": []\n")
			continue
		}
		out.WriteString(table + ":\n")
		out.Write(writeYAML(table, set[table]))
	}
	return out.Bytes()
}

// readYAMLDocument reads a mapping from tables to their rows.
func readYAMLDocument(places map[string]tables.Places, text []byte) (tables.Set, []tables.Problem) {
	const want = "tables with their rows are expected, such as items: with its rows below; where these are the rows of one table, say of which"
	set := tables.Set{}
	r := &yamlReader{lines: linesOf(text)}
	body := r.parse(text)
	named, ok := mapping(body)
	if body != nil && !ok {
		r.wrong("", "", body, want)
	}
	for _, m := range named {
		name, ok := r.name(m.Key)
		if !ok {
			r.wrong("", "", m.Key, want)
			continue
		}
		r.table, r.found, r.places = name, nil, tables.Places{{}: r.start(m.Key)}
		if places[name] != nil {
			r.wrong("", "", m.Key, "the table is there twice; keep one")
			continue
		}
		places[name] = r.places
		if _, empty := m.Value.(*ast.NullNode); empty {
			r.wrong("", "", m.Key, "its rows are missing; a table without any is []")
			continue
		}
		r.rows(m.Value)
		set.Add(name, r.found...)
	}
	return set, r.problems
}
