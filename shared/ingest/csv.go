package ingest

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"wegweiser/shared/rule"
)

// openCSV reads the header and finds the mapping's columns in it.
func (r *Reader) openCSV(file io.Reader) error {
	reader := csv.NewReader(file)
	reader.Comma = r.mapping.delimiter
	reader.FieldsPerRecord = -1
	header, err := reader.Read()
	if errors.Is(err, io.EOF) {
		return errors.New("the file is empty; its first row must name the columns")
	}
	if err != nil {
		return fmt.Errorf("read the row of column names: %w", plainEOF(err))
	}
	for i, name := range header {
		header[i] = strings.TrimSpace(name)
	}
	places, err := locate(r.mapping.columns.names, header)
	if err != nil && len(header) == 1 {
		if at := strings.IndexAny(header[0], ";\t"); at >= 0 {
			return fmt.Errorf("the columns of the file are separated by %[1]q: write delimiter: %[1]q into the mapping", header[0][at:at+1])
		}
	}
	if err != nil {
		return err
	}
	r.header = header
	r.lines = r.csvLines(reader, places)
	return nil
}

// locate returns where in the header each name stands.
func locate(names, header []string) ([]int, error) {
	at := map[string]int{}
	twice := map[string]bool{}
	for i, name := range header {
		_, twice[name] = at[name]
		at[name] = i
	}
	places := make([]int, len(names))
	var missing []error
	for slot, name := range names {
		place, ok := at[name]
		switch {
		case !ok:
			missing = append(missing, noColumn(name, header))
		case twice[name]:
			missing = append(missing, fmt.Errorf("the file has the column %q twice", name))
		}
		places[slot] = place
	}
	return places, errors.Join(missing...)
}

func noColumn(name string, header []string) error {
	if nearest, ok := rule.Nearest(name, header); ok {
		return fmt.Errorf("the file has no column %q that the mapping names; did the mapping mean %q?", name, nearest)
	}
	return fmt.Errorf("the file has no column %q that the mapping names; it has %s", name, strings.Join(header, ", "))
}

func (r *Reader) csvLines(reader *csv.Reader, places []int) iter.Seq2[line, error] {
	hashes := r.mapping.columns.builtins[contentHash]
	return func(yield func(line, error) bool) {
		last := 1 // line
		for number := 1; ; number++ {
			record, err := reader.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			l := line{row: row{number: number}, original: original{fields: record}}
			if syntax := (*csv.ParseError)(nil); errors.As(err, &syntax) {
				l.number, l.err, err = syntax.StartLine, fmt.Errorf("cannot be read as CSV: %w", syntax.Err), nil
			} else if err == nil {
				l.number, _ = reader.FieldPos(0)
				l.fill(record, places, len(r.header))
			} else {
				l.number = last + 1
			}
			last = l.number
			if hashes {
				l.raw = []byte(strings.Join(record, "\x1f"))
			}
			if !yield(l, err) || err != nil {
				return
			}
		}
	}
}

func (l *line) fill(record []string, places []int, width int) {
	if len(record) != width {
		l.err = fmt.Errorf("has %d columns, the first row of the file %d", len(record), width)
		return
	}
	l.values = make([]string, len(places))
	for slot, place := range places {
		l.values[slot] = record[place]
	}
}
