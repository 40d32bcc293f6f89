package tables

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// This file reads JSON for this package alone. Rows are flat, so all that is
// needed is small; in return every mistake is told with its line and column,
// a name that is there twice is one, and loading a published snapshot stays a
// small part of a cold start.

// maxDepth bounds nesting, which is an error beyond one list anyway.
const maxDepth = 32

// numeral is a JSON number as it was written.
type numeral string

// nested is an object, or a list within a list, where a cell should be.
type nested struct{}

// scanner stands at a byte of a JSON text.
type scanner struct {
	text string
	at   int
}

// syntaxError is a place where the text is not the JSON that was expected.
type syntaxError struct {
	at   int
	want string
}

func (s *scanner) fail(want string) *syntaxError { return &syntaxError{s.at, want} }

// skip passes white space and reports whether c stands behind it, and passes
// that too.
func (s *scanner) skip(c byte) bool {
	s.space()
	if s.at < len(s.text) && s.text[s.at] == c {
		s.at++
		return true
	}
	return false
}

func (s *scanner) space() {
	for s.at < len(s.text) {
		switch s.text[s.at] {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return
		}
	}
}

func (s *scanner) end() *syntaxError {
	if s.space(); s.at < len(s.text) {
		return s.fail("nothing may follow here")
	}
	return nil
}

// list calls member at the start of every member.
func (s *scanner) list(want string, member func() *syntaxError) *syntaxError {
	if !s.skip('[') {
		return s.fail(want)
	}
	if s.skip(']') {
		return nil
	}
	for {
		if err := member(); err != nil {
			return err
		}
		if s.skip(']') {
			return nil
		}
		if !s.skip(',') {
			return s.fail("a comma or ] is missing")
		}
	}
}

// object calls member at the start of every member's value.
func (s *scanner) object(want string, member func(name string, at int) *syntaxError) *syntaxError {
	if !s.skip('{') {
		return s.fail(want)
	}
	if s.skip('}') {
		return nil
	}
	for {
		s.space()
		at := s.at
		name, err := s.string("a name in double quotes is missing")
		if err != nil {
			return err
		}
		if !s.skip(':') {
			return s.fail("a colon is missing")
		}
		if err := member(name, at); err != nil {
			return err
		}
		if s.skip('}') {
			return nil
		}
		if !s.skip(',') {
			return s.fail("a comma or } is missing")
		}
	}
}

// value reads a cell: a string, numeral, bool, nil, a []any of these, or
// nested.
func (s *scanner) value(depth int) (any, *syntaxError) {
	s.space()
	switch c := s.peek(); {
	case depth > maxDepth:
		return nil, s.fail("this is nested too deeply")
	case c == '"':
		return s.string("")
	case c == '{':
		err := s.object("", func(string, int) *syntaxError {
			_, err := s.value(depth + 1)
			return err
		})
		return nested{}, err
	case c == '[':
		return s.members(depth)
	case c == '-' || c >= '0' && c <= '9':
		return s.numeral()
	}
	switch rest := s.text[s.at:]; {
	case strings.HasPrefix(rest, "true"):
		s.at += len("true")
		return true, nil
	case strings.HasPrefix(rest, "false"):
		s.at += len("false")
		return false, nil
	case strings.HasPrefix(rest, "null"):
		s.at += len("null")
		return nil, nil
	}
	return nil, s.fail("a value is missing: text in double quotes, a number, true, false, null or a list")
}

func (s *scanner) members(depth int) (any, *syntaxError) {
	var members []any
	deeper := false
	err := s.list("", func() *syntaxError {
		member, err := s.value(depth + 1)
		switch member.(type) {
		case nested, []any:
			deeper = true
		}
		members = append(members, member)
		return err
	})
	if deeper {
		return nested{}, err
	}
	return members, err
}

func (s *scanner) peek() byte {
	if s.at < len(s.text) {
		return s.text[s.at]
	}
	return 0
}

func (s *scanner) digits() bool {
	from := s.at
	for c := s.peek(); c >= '0' && c <= '9'; c = s.peek() {
		s.at++
	}
	return s.at > from
}

func (s *scanner) numeral() (any, *syntaxError) {
	from := s.at
	if s.peek() == '-' {
		s.at++
	}
	if s.peek() == '0' {
		s.at++
	} else if !s.digits() {
		return nil, s.fail("a digit is missing")
	}
	if s.peek() == '.' {
		if s.at++; !s.digits() {
			return nil, s.fail("a digit is missing behind the point")
		}
	}
	if c := s.peek(); c == 'e' || c == 'E' {
		s.at++
		if c := s.peek(); c == '+' || c == '-' {
			s.at++
		}
		if !s.digits() {
			return nil, s.fail("a digit is missing in the exponent")
		}
	}
	return numeral(s.text[from:s.at]), nil
}

// string reads text in double quotes. Text without escapes is a part of the
// text read, not a copy.
func (s *scanner) string(want string) (string, *syntaxError) {
	if s.peek() != '"' {
		return "", s.fail(want)
	}
	s.at++
	from := s.at
	for s.at < len(s.text) {
		switch c := s.text[s.at]; {
		case c == '"':
			s.at++
			return s.text[from : s.at-1], nil
		case c == '\\':
			return s.escaped(from)
		case c < 0x20:
			return "", s.fail(`a control character must be written as an escape, such as \n`)
		}
		s.at++
	}
	return "", s.fail("a double quote is missing at the end of the text")
}

// escaped reads on from the first escape.
func (s *scanner) escaped(from int) (string, *syntaxError) {
	var b strings.Builder
	b.WriteString(s.text[from:s.at])
	for s.at < len(s.text) {
		c := s.text[s.at]
		s.at++
		switch {
		case c == '"':
			return b.String(), nil
		case c < 0x20:
			s.at--
			return "", s.fail(`a control character must be written as an escape, such as \n`)
		case c != '\\':
			b.WriteByte(c)
		case s.peek() == 'u':
			r, ok := s.unicode()
			if !ok {
				return "", s.fail(`four digits of 0-9 and a-f must follow \u`)
			}
			b.WriteRune(r)
		default:
			i := strings.IndexByte(`"\/bfnrt`, s.peek())
			if i < 0 || s.at == len(s.text) {
				return "", s.fail(`an escape is one of \" \\ \/ \b \f \n \r \t and \u with four digits`)
			}
			b.WriteByte("\"\\/\b\f\n\r\t"[i])
			s.at++
		}
	}
	return "", s.fail("a double quote is missing at the end of the text")
}

// unicode reads uXXXX, with the second half of a surrogate pair where one
// follows.
func (s *scanner) unicode() (rune, bool) {
	r, ok := s.hex()
	if !ok || !utf16.IsSurrogate(r) {
		return r, ok
	}
	if strings.HasPrefix(s.text[s.at:], `\u`) {
		back := s.at
		s.at++
		if low, ok := s.hex(); ok {
			if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
				return pair, true
			}
		}
		s.at = back
	}
	return utf8.RuneError, true
}

func (s *scanner) hex() (rune, bool) {
	if s.at+5 > len(s.text) {
		return 0, false
	}
	n, err := strconv.ParseUint(s.text[s.at+1:s.at+5], 16, 16)
	if err != nil {
		return 0, false
	}
	s.at += 5
	return rune(n), true
}
