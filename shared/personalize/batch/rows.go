package batch

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
)

// Format is how the rows of a file are written.
type Format string

// The formats.
const (
	CSV       Format = "csv"   // with a line of names
	JSONLines Format = "jsonl" // an object a line
)

// FormatOf returns the format of a file by its name.
func FormatOf(name string) Format {
	if strings.HasSuffix(name, ".jsonl") || strings.HasSuffix(name, ".ndjson") {
		return JSONLines
	}
	return CSV
}

// Unreadable says what is wrong with a file: it will not be otherwise when it is
// read again, as it may be after other errors.
type Unreadable struct{ Reason string }

func (u *Unreadable) Error() string { return u.Reason }

// Rows reads the recipients of a file one after the other.
type Rows struct {
	message string // of rows that name none
	names   []string
	csv     *csv.Reader
	bound   *bounded // under csv
	lines   *bufio.Scanner
	passed  int64 // bytes of lines
	number  int   // of the row that was read last
}

// Read begins to read a file. Rows that name no message have message; it is
// Unreadable if neither does, if CSV has no column visitor, or if a row is
// longer than 1 MB.
func Read(input io.Reader, format Format, message string) (*Rows, error) {
	r := readPart(input, format, nil, message)
	if format == JSONLines {
		return r, nil
	}
	names, err := r.fields()
	var broken *csv.ParseError
	switch {
	case err == io.EOF:
		return nil, &Unreadable{"the file is empty: it must have a line of names, with visitor among them"}
	case errors.Is(err, errLong):
		return nil, &Unreadable{fmt.Sprintf("the line of names is longer than %d bytes: %s", longestRow, closeQuotes)}
	case errors.As(err, &broken):
		return nil, &Unreadable{"the line of names is not CSV: " + broken.Err.Error()}
	case err != nil:
		return nil, fmt.Errorf("read the line of names: %w", err)
	}
	names[0] = strings.TrimPrefix(names[0], "\ufeff")
	r.names = names
	switch {
	case !slices.Contains(names, "visitor"):
		// Without a line of names, what stands there is somebody's.
		return nil, &Unreadable{"the file has no column visitor: its first line must name the columns"}
	case message == "" && !slices.Contains(names, "message"):
		return nil, &Unreadable{"the file has no column message: name the message that all are for, so that nobody counts twice"}
	}
	return r, nil
}

// readPart begins to read rows behind the line of names.
func readPart(input io.Reader, format Format, names []string, message string) *Rows {
	r := &Rows{message: message, names: names}
	if format == JSONLines {
		r.lines = bufio.NewScanner(input)
		r.lines.Buffer(nil, longestRow)
		r.lines.Split(r.line)
		return r
	}
	r.bound = &bounded{input: input}
	r.csv = csv.NewReader(r.bound)
	r.csv.FieldsPerRecord, r.csv.LazyQuotes = -1, true
	return r
}

func (r *Rows) line(data []byte, end bool) (advance int, token []byte, err error) {
	advance, token, err = bufio.ScanLines(data, end)
	r.passed += int64(advance)
	return advance, token, err
}

// offset is where the next row begins.
func (r *Rows) offset() int64 {
	if r.csv != nil {
		return r.csv.InputOffset()
	}
	return r.passed
}

// Next returns the recipient of the next row, and false behind the last. One
// that cannot be read is invalid and says why; one that is longer than 1 MB
// makes the file Unreadable, as nobody knows where the next begins.
func (r *Rows) Next() (*personalize.EmailOffer, bool, error) {
	o := &personalize.EmailOffer{}
	problem, more, err := r.read(o)
	if err != nil || !more {
		return nil, false, err
	}
	if o.Message == "" {
		o.Message = r.message
	}
	if problem == "" {
		problem = check(o)
	}
	if problem != "" {
		o.Status, o.Fallback, o.Problem = personalize.StatusInvalid, true, problem
	}
	return o, true, nil
}

func check(o *personalize.EmailOffer) (problem string) {
	if o.Message == "" {
		return "message is missing: it names what is sent, so that nobody counts twice"
	}
	fault := journey.CheckID("visitor", o.Visitor)
	if fault == nil {
		fault = journey.CheckID("message", o.Message)
	}
	if fault == nil {
		return ""
	}
	return fault.Field + " " + fault.Message
}

// Some returns the next rows, at most n, and whether there may be more.
func (r *Rows) Some(n int) (offers []*personalize.EmailOffer, more bool, err error) {
	for len(offers) < n {
		o, more, err := r.Next()
		if err != nil || !more {
			return offers, false, err
		}
		offers = append(offers, o)
	}
	return offers, true, nil
}

func (r *Rows) read(o *personalize.EmailOffer) (problem string, more bool, err error) {
	r.number++
	if r.csv == nil {
		return r.readLine(o)
	}
	fields, err := r.fields()
	var broken *csv.ParseError
	switch {
	case err == io.EOF:
		return "", false, nil
	case errors.Is(err, errLong):
		return "", false, &Unreadable{fmt.Sprintf("row %d behind the line of names is longer than %d bytes: %s", r.number, longestRow, closeQuotes)}
	case errors.As(err, &broken):
		return "the row is not CSV: " + broken.Err.Error(), true, nil
	case err != nil:
		return "", false, err
	case len(fields) != len(r.names):
		problem = fmt.Sprintf("the row has %d fields where there are %d columns", len(fields), len(r.names))
	}
	for i, name := range r.names[:min(len(r.names), len(fields))] {
		switch name {
		case "visitor":
			o.Visitor = fields[i]
		case "message":
			o.Message = fields[i]
		}
	}
	return problem, true, nil
}

func (r *Rows) readLine(o *personalize.EmailOffer) (problem string, more bool, err error) {
	more = r.lines.Scan()
	switch err := r.lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return "", false, &Unreadable{fmt.Sprintf("line %d is longer than %d bytes: each must be an object of its own, with visitor and message", r.number, longestRow)}
	case err != nil: // what was read of a line until then is not the line
		return "", false, err
	case !more:
		return "", false, nil
	}
	var row struct{ Visitor, Message string }
	if err := json.Unmarshal(bytes.TrimPrefix(r.lines.Bytes(), []byte("\ufeff")), &row); err != nil {
		problem = "the line is not a JSON object with visitor and message as texts"
	}
	o.Visitor, o.Message = row.Visitor, row.Message
	return problem, true, nil
}
