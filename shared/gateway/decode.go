package gateway

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"strconv"
	"unicode/utf8"

	"wegweiser/shared/personalize"
)

// maxDepth is how deep lists and objects may stand in each other.
const maxDepth = 32

// Bounds of what one body may ask for, so that a megabyte of brackets does not
// become a hundred of memory.
const (
	maxFaults  = 20     // fields that a refusal names; nothing is read after the last
	maxMembers = 1000   // of a list; what a call takes is less
	maxValues  = 10_000 // in objects of the sender's own, such as context
)

// decode reads body into what into points at. It takes what encoding/json
// takes, less everything that a sender cannot have meant: fields that are not
// known or come twice (a name counts letter by letter, capitals too), values
// of another type, text that is not UTF-8, and anything behind the document.
// Unlike encoding/json it names every wrong field by its path, and none of the
// values.
func (s shape) decode(body []byte, into any) *Problem {
	if p := wellFormed(body); p != nil {
		return p
	}
	d := &decoder{body: body}
	if d.peek() != '{' {
		return problem(http.StatusBadRequest, "bad_json", "the body must be a JSON object")
	}
	s(d, reflect.ValueOf(into).Elem())
	if len(d.faults) == 0 {
		return nil
	}
	p := problem(http.StatusUnprocessableEntity, d.faults[0].Code, d.faults[0].Field+" "+d.faults[0].Message)
	p.Errors = d.faults
	return p
}

// wellFormed refuses what is no JSON document, so that a decoder need not look
// for broken syntax.
func wellFormed(body []byte) *Problem {
	switch {
	case len(body) == 0:
		return problem(http.StatusBadRequest, "bad_json", "the body is empty: send a JSON object")
	case !utf8.Valid(body):
		return problem(http.StatusBadRequest, "not_utf8", "the body must be UTF-8")
	case tooDeep(body):
		return problemf(http.StatusBadRequest, "too_deep", "lists and objects may stand at most %d deep in each other", maxDepth)
	case !json.Valid(body):
		return badJSON(body)
	}
	return nil
}

func badJSON(body []byte) *Problem {
	var syntax *json.SyntaxError
	var any any
	if errors.As(json.Unmarshal(body, &any), &syntax) && syntax.Error() != "unexpected end of JSON input" {
		return problemf(http.StatusBadRequest, "bad_json", "the body is not JSON: it cannot be read from byte %d on", syntax.Offset)
	}
	return problem(http.StatusBadRequest, "bad_json", "the body is not JSON: it breaks off before its end")
}

func tooDeep(body []byte) bool {
	depth, quoted := 0, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}

// decoder walks over a well-formed document. path is where it stands.
type decoder struct {
	body   []byte
	at     int
	values int // read as any
	path   []byte
	faults []personalize.FieldError
}

// peek goes to the next value, bracket or comma and returns its first byte.
func (d *decoder) peek() byte {
	for d.body[d.at] <= ' ' {
		d.at++
	}
	return d.body[d.at]
}

// raw passes over the next value and returns it.
func (d *decoder) raw() []byte {
	first := d.peek()
	start := d.at
	switch first {
	case '"':
		d.passText()
	case '{', '[':
		for depth := 0; ; {
			switch d.body[d.at] {
			case '"':
				d.passText()
				continue
			case '{', '[':
				depth++
			case '}', ']':
				depth--
			}
			if d.at++; depth == 0 {
				return d.body[start:d.at]
			}
		}
	default:
		for d.at < len(d.body) && !ends(d.body[d.at]) {
			d.at++
		}
	}
	return d.body[start:d.at]
}

func ends(c byte) bool { return c <= ' ' || c == ',' || c == ']' || c == '}' }

func (d *decoder) passText() {
	for d.at++; d.body[d.at] != '"'; d.at++ {
		if d.body[d.at] == '\\' {
			d.at++
		}
	}
	d.at++
}

// text reads a value that peek says is one. What it returns may be part of the
// body.
func (d *decoder) text() []byte {
	quoted := d.raw()
	if bytes.IndexByte(quoted, '\\') < 0 {
		return quoted[1 : len(quoted)-1]
	}
	var s string
	_ = json.Unmarshal(quoted, &s) // well-formed
	return []byte(s)
}

// object calls member for each member of an object, with the decoder at its
// value, which member must pass over. The path names the member.
func (d *decoder) object(member func(name []byte)) {
	d.at++
	for d.peek() != '}' {
		name := d.text()
		d.peek()
		d.at++ // the colon
		outside := len(d.path)
		if outside > 0 {
			d.path = append(d.path, '.')
		}
		d.path = append(d.path, shown(name)...)
		member(name)
		d.path = d.path[:outside]
		if d.full() {
			return
		}
		d.comma()
	}
	d.at++
}

// list calls element for each of at most limit elements of a list, as object
// does, and reports false where there are more. It passes over all of them.
func (d *decoder) list(limit int, element func()) bool {
	start := d.at
	d.at++
	for i := 0; d.peek() != ']'; i++ {
		if i == limit {
			d.at = start
			d.raw()
			return false
		}
		outside := len(d.path)
		d.path = append(strconv.AppendInt(append(d.path, '['), int64(i), 10), ']')
		element()
		d.path = d.path[:outside]
		if d.full() {
			return true
		}
		d.comma()
	}
	d.at++
	return true
}

func (d *decoder) comma() {
	if d.peek() == ',' {
		d.at++
	}
}

// maxShown is how much of a sender's own name a refusal repeats.
const maxShown = 64

func shown(name []byte) []byte {
	if len(name) <= maxShown {
		return name
	}
	cut := maxShown
	for !utf8.RuneStart(name[cut]) {
		cut--
	}
	return name[:cut]
}

func (d *decoder) fault(code, message string) {
	d.faults = append(d.faults, personalize.FieldError{Field: string(d.path), Code: code, Message: message})
}

// full reports that a refusal names enough. Where the decoder stands is then of
// no meaning any more: whoever called it returns.
func (d *decoder) full() bool { return len(d.faults) >= maxFaults }

// refuse reports that the next value is of the wrong type, and passes over it.
func (d *decoder) refuse(want string) {
	d.fault("wrong_type", "must be "+want)
	d.raw()
}
