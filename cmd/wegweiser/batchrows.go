package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"wegweiser/shared/personalize"
)

// longestLine bounds a line of JSON.
const longestLine = 1 << 20

// recipientRows reads the rows of a file one after the other.
type recipientRows struct {
	message string // of rows that name none
	lines   *bufio.Scanner
	csv     *csv.Reader
	names   []string
}

func recipientsIn(input io.Reader, format, message string) (*recipientRows, error) {
	r := &recipientRows{message: message}
	if format == "jsonl" {
		r.lines = bufio.NewScanner(input)
		r.lines.Buffer(nil, longestLine)
		return r, nil
	}
	r.csv = csv.NewReader(input)
	r.csv.FieldsPerRecord, r.csv.LazyQuotes = -1, true
	names, err := r.csv.Read()
	if err != nil {
		return nil, fmt.Errorf("read the line of names: %w", err)
	}
	names[0] = trimBOM(names[0])
	r.names = names
	switch {
	case !slices.Contains(names, "visitor"):
		return nil, fmt.Errorf("the file has no column visitor; it has %v", names)
	case message == "" && !slices.Contains(names, "message"):
		return nil, errors.New("the file has no column message: name the message with --message, so that nobody counts twice")
	}
	return r, nil
}

func trimBOM(name string) string {
	if len(name) >= 3 && name[:3] == "\ufeff" {
		return name[3:]
	}
	return name
}

// next returns the recipient of the next row, and false behind the last. One
// that cannot be read is invalid and says why.
func (r *recipientRows) next() (*personalize.EmailOffer, bool, error) {
	o := &personalize.EmailOffer{}
	problem, more, err := r.read(o)
	if err != nil || !more {
		return nil, false, err
	}
	if o.Message == "" {
		o.Message = r.message
	}
	if problem == "" && o.Message == "" {
		problem = "message is missing: it names what is sent, so that nobody counts twice"
	}
	if problem != "" {
		o.Status, o.Fallback, o.Problem = personalize.StatusInvalid, true, problem
	}
	return o, true, nil
}

func (r *recipientRows) read(o *personalize.EmailOffer) (problem string, more bool, err error) {
	if r.csv == nil {
		if !r.lines.Scan() {
			return "", false, r.lines.Err()
		}
		var row struct{ Visitor, Message string }
		if err := json.Unmarshal(r.lines.Bytes(), &row); err != nil {
			problem = "the line is not a JSON object with visitor and message as texts"
		}
		o.Visitor, o.Message = row.Visitor, row.Message
		return problem, true, nil
	}
	fields, err := r.csv.Read()
	var broken *csv.ParseError
	switch {
	case err == io.EOF:
		return "", false, nil
	case errors.As(err, &broken):
		return "the row is not CSV: " + broken.Err.Error(), true, nil
	case err != nil:
		return "", false, err
	case len(fields) != len(r.names):
		problem = fmt.Sprintf("the row has %d fields where there are %d columns", len(fields), len(r.names))
	}
	for i, name := range r.names {
		if i >= len(fields) {
			break
		}
		switch name {
		case "visitor":
			o.Visitor = fields[i]
		case "message":
			o.Message = fields[i]
		}
	}
	return problem, true, nil
}

// some returns the next rows, at most n, and whether there may be more.
func (r *recipientRows) some(n int) (offers []*personalize.EmailOffer, more bool, err error) {
	for len(offers) < n {
		o, more, err := r.next()
		if err != nil || !more {
			return offers, false, err
		}
		offers = append(offers, o)
	}
	return offers, true, nil
}

// wholeLines returns where the last whole line of a file ends, the first line
// and how many there are.
func wholeLines(file *os.File) (end int64, first string, lines int, err error) {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return 0, "", 0, err
	}
	reader := bufio.NewReader(file)
	for {
		line, err := reader.ReadString('\n')
		if err == io.EOF {
			return end, first, lines, nil
		}
		if err != nil {
			return 0, "", 0, err
		}
		if lines == 0 {
			first = line[:len(line)-1]
		}
		end += int64(len(line))
		lines++
	}
}

// each goes through the answers of a journal in their order.
func (j *journal) each(take func(line []byte, o *personalize.EmailOffer) error) error {
	if _, err := j.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	reader := bufio.NewReader(j.file)
	for n := 0; ; n++ {
		line, err := reader.ReadBytes('\n')
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if n == 0 {
			continue
		}
		o := &personalize.EmailOffer{}
		if err := json.Unmarshal(line, o); err != nil {
			return fmt.Errorf("line %d of %s: %w", n+1, j.path, err)
		}
		if err := take(line, o); err != nil {
			return err
		}
	}
}

func (j *journal) writeJSON(to io.Writer) (map[string]int, error) {
	counts, w := map[string]int{}, bufio.NewWriter(to)
	err := j.each(func(line []byte, o *personalize.EmailOffer) error {
		counts["rows"]++
		counts[o.Status]++
		_, err := w.Write(line)
		return err
	})
	return counts, errors.Join(err, w.Flush())
}

func (j *journal) writeCSV(to io.Writer) (map[string]int, error) {
	var table personalize.OfferTable
	if err := j.each(func(_ []byte, o *personalize.EmailOffer) error { table.Learn(o); return nil }); err != nil {
		return nil, err
	}
	counts, w := map[string]int{}, table.Writer(to)
	err := j.each(func(_ []byte, o *personalize.EmailOffer) error {
		counts["rows"]++
		counts[o.Status]++
		return w.Write(o)
	})
	return counts, errors.Join(err, w.Flush())
}
