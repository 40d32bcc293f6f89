package tables

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// ReadJSON reads the rows of a table: an array of flat objects, each with its
// id. Problems are those of the text: what is not JSON, a row that is not an
// object, a cell that is an object.
func ReadJSON(table string, text []byte) ([]Row, []Problem) {
	var raw []json.RawMessage
	if err := json.Unmarshal(bytes.TrimPrefix(text, byteOrderMark), &raw); err != nil {
		return nil, []Problem{{Table: table, Severity: Error, Message: jsonMessage(text, err)}}
	}
	var rows []Row
	var problems []Problem
	for _, body := range raw {
		row, found := ReadRow(table, body)
		problems = append(problems, found...)
		rows = append(rows, row)
	}
	return rows, problems
}

// ReadRow reads one row of a table: a flat JSON object.
func ReadRow(table string, body []byte) (Row, []Problem) {
	lines := json.NewDecoder(bytes.NewReader(body))
	lines.UseNumber()
	var cells map[string]any
	if err := lines.Decode(&cells); err != nil {
		return Row{}, []Problem{{Table: table, Severity: Error, Message: jsonMessage(body, err)}}
	}
	id, _ := cells["id"].(string)
	delete(cells, "id")
	return NewRow(table, id, cells), nil
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

// ParseSet reads what MarshalCanonical writes.
func ParseSet(text []byte) (Set, []Problem) {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(text, &raw); err != nil {
		return nil, []Problem{{Severity: Error, Message: jsonMessage(text, err)}}
	}
	set := Set{}
	var problems []Problem
	for table, body := range raw {
		rows, found := ReadJSON(table, body)
		problems = append(problems, found...)
		set.Add(table, rows...)
	}
	SortProblems(problems)
	return set, problems
}

func jsonMessage(text []byte, err error) string {
	return fmt.Sprintf("this is not JSON: %s", strings.TrimPrefix(err.Error(), "json: "))
}
