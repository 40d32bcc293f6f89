package snapshot

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"wegweiser/shared/rule"
	"wegweiser/shared/tables"
)

// maxValue is how many characters of a variable's value are put into a text.
const maxValue = 200

// variable is one {{name|default}} of a content text.
type variable struct {
	start, end int // its bytes in the text
	name       string
	fact       rule.Fact
	otherwise  string
}

// flaw is what is wrong with a text, at a byte of it.
type flaw struct {
	at      int
	message string
}

// variables returns the variables of a text in order, and what is wrong with
// others.
func variables(text string, declared *tables.Settings) (found []variable, wrong []flaw) {
	for at := 0; ; {
		start := strings.Index(text[at:], "{{")
		if start < 0 {
			return found, wrong
		}
		start += at
		length := strings.Index(text[start:], "}}")
		if length < 0 {
			return found, append(wrong, flaw{start, "this {{ has no }}; write a variable as {{visitor.name|default}}"})
		}
		v := variable{start: start, end: start + length + len("}}")}
		v.name, v.otherwise, _ = strings.Cut(text[start+len("{{"):start+length], "|")
		v.name, v.otherwise = strings.TrimSpace(v.name), strings.TrimSpace(v.otherwise)
		var ok bool
		if v.fact, ok = factOf(v.name, declared); ok {
			found = append(found, v)
		} else {
			wrong = append(wrong, flaw{start, unknownVariable(v.name, declared)})
		}
		at = v.end
	}
}

// factOf returns what a variable reads.
func factOf(name string, declared *tables.Settings) (rule.Fact, bool) {
	if name == "phase" {
		return rule.Fact{Kind: rule.Phase}, true
	}
	for _, from := range [...]struct {
		prefix string
		kind   rule.Kind
		types  map[string]rule.Type
	}{
		{"visitor.", rule.Visitor, declared.Traits},
		{"context.", rule.Context, declared.Context},
	} {
		if key, ok := strings.CutPrefix(name, from.prefix); ok {
			kind, ok := from.types[key]
			return rule.Fact{Kind: from.kind, Name: key, Type: kind}, ok
		}
	}
	return rule.Fact{}, false
}

func unknownVariable(name string, declared *tables.Settings) string {
	known := []string{"phase"}
	for key := range declared.Traits {
		known = append(known, "visitor."+key)
	}
	for key := range declared.Context {
		known = append(known, "context."+key)
	}
	message := fmt.Sprintf("there is no variable %q", name)
	if near, ok := rule.Nearest(name, known); ok {
		return message + fmt.Sprintf("; did you mean {{%s}}?", near)
	}
	if prefix, key, ok := strings.Cut(name, "."); ok && (prefix == "visitor" || prefix == "context") {
		declaration := map[string]string{"visitor": "trait.", "context": "context."}[prefix] + key
		return message + fmt.Sprintf("; declare it in the settings: %s = text, number, bool or time", declaration)
	}
	return message + "; there are {{phase}}, {{visitor.<trait>}} and {{context.<key>}}"
}

// template is a text with variables, cut up.
type template struct {
	holes []hole
	rest  string // behind the last one
	html  bool
}

// hole is the plain text before a variable, and the variable.
type hole struct {
	before    string
	slot      int
	otherwise string
}

// newTemplate cuts up the text of a field, whose variables are known to be
// right.
func newTemplate(field, text string, found []variable, needs *rule.Needs) *template {
	t := &template{html: strings.HasSuffix(field, "html")}
	at := 0
	for _, v := range found {
		t.holes = append(t.holes, hole{text[at:v.start], needs.Slot(v.fact), v.otherwise})
		at = v.end
	}
	t.rest = text[at:]
	return t
}

// filled returns the text as one person reads it.
func (t *template) filled(facts *rule.Facts) string {
	var b []byte
	for i := range t.holes {
		h := &t.holes[i]
		b = append(b, h.before...)
		if value := plain(facts.Value(h.slot)); value != "" {
			b = appendSafe(b, value, t.html)
		} else {
			b = append(b, h.otherwise...)
		}
	}
	return string(append(b, t.rest...))
}

func plain(v rule.Value) string {
	switch v.Type() {
	case rule.Text:
		return v.Text()
	case rule.Number:
		return strconv.FormatFloat(v.Number(), 'f', -1, 64)
	case rule.Bool:
		return strconv.FormatBool(v.Bool())
	case rule.Time:
		return v.Time().String()
	}
	return ""
}

var escapes = map[rune]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '"': "&#34;", '\'': "&#39;"}

// appendSafe appends a value as plain text.
func appendSafe(b []byte, value string, html bool) []byte {
	kept := 0
	for i, r := range value {
		if r == utf8.RuneError && !strings.HasPrefix(value[i:], "\uFFFD") || unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			continue
		}
		if kept++; kept > maxValue {
			break
		}
		if escape, ok := escapes[r]; ok && html {
			b = append(b, escape...)
		} else {
			b = utf8.AppendRune(b, r)
		}
	}
	return b
}
