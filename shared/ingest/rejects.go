package ingest

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"strconv"
)

// Rejects writes rejected rows as they stand in their file, with the line and
// the reason: CSV with two more columns at the end, or JSON Lines of
// {"line","reason","row"}.
type Rejects struct {
	format  string
	columns int
	csv     *csv.Writer
	json    *json.Encoder
}

// Rejects returns a writer of rows of this file.
func (r *Reader) Rejects(w io.Writer) (*Rejects, error) {
	if r.format == JSONLines {
		encoder := json.NewEncoder(w)
		encoder.SetEscapeHTML(false)
		return &Rejects{format: r.format, json: encoder}, nil
	}
	writer := csv.NewWriter(w)
	writer.Comma = r.mapping.delimiter
	rejects := &Rejects{format: r.format, columns: len(r.header), csv: writer}
	return rejects, rejects.record(r.header, "rejected_line", "rejected_reason")
}

// Write writes a row.
func (r *Rejects) Write(row Row) error {
	if r.format == CSV {
		return r.record(row.original.fields, strconv.Itoa(row.Line), row.Err.Error())
	}
	rejected := struct {
		Line   int    `json:"line"`
		Reason string `json:"reason"`
		Row    any    `json:"row"`
	}{row.Line, row.Err.Error(), string(row.original.text)}
	if json.Valid(row.original.text) {
		rejected.Row = json.RawMessage(row.original.text)
	}
	return r.json.Encode(rejected)
}

func (r *Rejects) record(fields []string, line, reason string) error {
	record := make([]string, max(r.columns, len(fields)), max(r.columns, len(fields))+2)
	copy(record, fields)
	if err := r.csv.Write(append(record, line, reason)); err != nil {
		return err
	}
	r.csv.Flush()
	return r.csv.Error()
}
