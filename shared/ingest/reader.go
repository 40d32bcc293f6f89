package ingest

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"iter"

	"wegweiser/shared/journey"
)

// Row is what became of a row of a file: a touchpoint, or an error that says
// why it cannot be one, or neither where the mapping leaves it out.
type Row struct {
	Line       int // on which it starts, from 1
	Rows       int // how many rows it stands for: 1 without merge
	Touchpoint *journey.Touchpoint
	Err        error

	original original
}

// Reader reads the rows of one file.
type Reader struct {
	mapping *Mapping
	format  string
	header  []string // of CSV
	lines   iter.Seq2[line, error]
}

// line is a row of the file, or a member of one, before it is mapped.
type line struct {
	row
	number   int // in the file, from 1
	original original
	err      error // it cannot be read
}

// original is a row as it stands in the file.
type original struct {
	fields []string // of CSV
	text   []byte   // of JSON: the line, or the member of it
}

// Open begins to read a file, plain or gzip. It fails where the file is not
// readable, or is CSV without a column that the mapping names.
func (m *Mapping) Open(file io.Reader) (*Reader, error) {
	buffered, err := plain(file)
	if err != nil {
		return nil, err
	}
	return m.open(buffered)
}

const bufferSize = 64 << 10

// plain inflates a file where it is gzip, and drops its byte order mark.
func plain(file io.Reader) (*bufio.Reader, error) {
	buffered := bufio.NewReaderSize(file, bufferSize)
	if magic, _ := buffered.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		inflated, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, fmt.Errorf("read gzip: %w", err)
		}
		buffered = bufio.NewReaderSize(inflated, bufferSize)
	}
	if mark, _ := buffered.Peek(3); string(mark) == "\uFEFF" {
		_, _ = buffered.Discard(3)
	}
	return buffered, nil
}

func (m *Mapping) open(buffered *bufio.Reader) (*Reader, error) {
	r := &Reader{mapping: m, format: m.format}
	if r.format == "" {
		r.format = CSV
		if first, _ := buffered.Peek(1); m.each != "" || string(first) == "{" {
			r.format = JSONLines
		}
	}
	if r.format == JSONLines {
		r.lines = m.jsonLines(buffered)
		return r, nil
	}
	return r, r.openCSV(buffered)
}

// Format returns CSV or JSONLines.
func (r *Reader) Format() string { return r.format }

// Rows yields what became of each row in the order of the file; with merge, the
// touchpoints come after the rows of the file (with each, of the line) that
// made none. now bounds the times of touchpoints. An error ends it: the file
// cannot be read further. Rows may be ranged over once.
func (r *Reader) Rows(now journey.Millis) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		mapper := mapper{Mapping: r.mapping, now: now, seen: repeats{}}
		var merged merger
		before := 0
		for l, err := range r.lines {
			if r.mapping.each != "" && l.number != before && !merged.flush(yield) {
				return
			}
			before = l.number
			if err != nil {
				yield(Row{}, fmt.Errorf("read line %d: %w", l.number, plainEOF(err)))
				return
			}
			out := mapper.convert(&l)
			if r.mapping.merge && out.Touchpoint != nil && merged.take(&out) {
				continue
			}
			if !yield(out, nil) {
				return
			}
		}
		merged.flush(yield)
	}
}

func plainEOF(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the file ends in the middle")
	}
	return err
}
