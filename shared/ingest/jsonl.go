package ingest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
)

// maxLine bounds a line of JSON.
const maxLine = 16 << 20

// parentPrefix names a field of the line where each makes its members rows.
const parentPrefix = "parent."

func (m *Mapping) jsonLines(file *bufio.Reader) iter.Seq2[line, error] {
	return func(yield func(line, error) bool) {
		rows := 0
		for number := 1; ; number++ {
			text, err := readLine(file)
			if err != nil && !errors.Is(err, errLong) {
				if !errors.Is(err, io.EOF) {
					yield(line{number: number}, err)
				}
				return
			}
			if err == nil && len(bytes.TrimSpace(text)) == 0 {
				continue
			}
			rows++
			start := line{number: number, row: row{number: rows}, original: original{text: text}, err: err}
			if !m.members(start, yield) {
				return
			}
		}
	}
}

// members yields the rows of a line: itself, or with each its members.
func (m *Mapping) members(start line, yield func(line, error) bool) bool {
	if start.err != nil {
		start.original.text = nil
		return yield(start, nil)
	}
	whole, err := decodeObject(start.original.text)
	if err != nil {
		start.err = err
		return yield(start, nil)
	}
	if m.each == "" {
		m.fill(&start, whole, nil)
		return yield(start, nil)
	}
	list, ok := find(whole, m.each).([]any)
	if !ok {
		start.err = fmt.Errorf("has no list %q", m.each)
		return yield(start, nil)
	}
	for i, value := range list {
		member := start
		member.index = i + 1
		member.original.text = []byte(scalar(value))
		object, ok := value.(map[string]any)
		if ok {
			m.fill(&member, object, whole)
		} else {
			member.err = fmt.Errorf("member %d of %q is not an object", i+1, m.each)
		}
		if !yield(member, nil) {
			return false
		}
	}
	return true
}

func (m *Mapping) fill(l *line, object, parent map[string]any) {
	names := m.columns.names
	l.values, l.typed = make([]string, len(names)), make([]any, len(names))
	for slot, name := range names {
		from := object
		if parent != nil && strings.HasPrefix(name, parentPrefix) {
			from, name = parent, name[len(parentPrefix):]
		}
		value := find(from, name)
		l.values[slot] = scalar(value)
		switch value.(type) {
		case json.Number, bool:
			l.typed[slot] = value
		}
	}
	if m.columns.builtins[contentHash] {
		l.raw = []byte(scalar(object)) // its keys are sorted
	}
}

// find returns the field of that name, or the end of that path of names.
func find(object map[string]any, path string) any {
	if value, ok := object[path]; ok {
		return value
	}
	name, rest, nested := strings.Cut(path, ".")
	if inner, ok := object[name].(map[string]any); ok && nested {
		return find(inner, rest)
	}
	return nil
}

func decodeObject(text []byte) (map[string]any, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var object map[string]any
	if err := decoder.Decode(&object); err != nil {
		return nil, fmt.Errorf("cannot be read as a JSON object: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("has more than one JSON object")
	}
	return object, nil
}

// scalar returns a JSON value as text: what is not text, a number or a truth
// value is compact JSON, and null is empty.
func scalar(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		if v {
			return "true"
		}
		return "false"
	}
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value) // was decoded from JSON
	return strings.TrimSuffix(text.String(), "\n")
}

var errLong = fmt.Errorf("is longer than %d MB", maxLine>>20)

// readLine returns the next line without its end, errLong for one that is too
// long, which is skipped, and io.EOF after the last.
func readLine(file *bufio.Reader) ([]byte, error) {
	var whole []byte
	long := false
	for {
		chunk, err := file.ReadSlice('\n')
		if long = long || len(whole)+len(chunk) > maxLine; long {
			whole = nil
		} else {
			whole = append(whole, chunk...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && (len(whole) > 0 || long):
		case err != nil:
			return nil, err
		}
		if long {
			return nil, errLong
		}
		return bytes.TrimRight(whole, "\r\n"), nil
	}
}
