package snapshot

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"
)

// Content is the fields of an item as one person reads them. It marshals to a
// JSON object of texts, for which nothing is built where the item names no
// variables.
type Content struct {
	fields []Field
	json   []byte
}

// Field is one text of an item's content.
type Field struct {
	Name string
	Text string
}

// newContent returns the content of fields, which are in order of name.
func newContent(fields []Field) Content {
	size := 2
	for _, f := range fields {
		size += len(f.Name) + len(f.Text) + len(`"":"",`)
	}
	body := append(make([]byte, 0, size+size/16), '{')
	for i, f := range fields {
		if i > 0 {
			body = append(body, ',')
		}
		body = append(appendQuoted(body, f.Name), ':')
		body = appendQuoted(body, f.Text)
	}
	return Content{fields: fields, json: append(body, '}')}
}

// Fields returns the fields in order of their names. The caller must not
// change them.
func (c Content) Fields() []Field { return c.fields }

// Field returns the text of a field, or "".
func (c Content) Field(name string) string {
	for _, f := range c.fields {
		if f.Name == name {
			return f.Text
		}
	}
	return ""
}

// MarshalJSON returns the fields as an object. The caller must not change it.
func (c Content) MarshalJSON() ([]byte, error) {
	if c.json == nil {
		return []byte("{}"), nil
	}
	return c.json, nil
}

// UnmarshalJSON reads an object of texts, for clients.
func (c *Content) UnmarshalJSON(body []byte) error {
	var texts map[string]string
	if err := json.Unmarshal(body, &texts); err != nil {
		return err
	}
	fields := make([]Field, 0, len(texts))
	for name, text := range texts {
		fields = append(fields, Field{name, text})
	}
	slices.SortFunc(fields, func(a, b Field) int { return strings.Compare(a.Name, b.Name) })
	*c = newContent(fields)
	return nil
}

const hexDigits = "0123456789abcdef"

// appendQuoted appends s as a JSON text. Bytes that are not UTF-8 become the
// replacement character.
func appendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		if c := s[i]; c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r >= utf8.RuneSelf && (r != utf8.RuneError || size > 1) && r != '\u2028' && r != '\u2029' {
			i += size
			continue
		}
		b = append(b, s[start:i]...)
		switch r {
		case '"', '\\':
			b = append(b, '\\', byte(r))
		case '\n':
			b = append(b, '\\', 'n')
		default:
			b = append(b, '\\', 'u', hexDigits[r>>12&15], hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15])
		}
		i += size
		start = i
	}
	return append(append(b, s[start:]...), '"')
}
