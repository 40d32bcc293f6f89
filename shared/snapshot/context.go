package snapshot

import (
	"fmt"
	"strings"

	"wegweiser/shared/journey"
	"wegweiser/shared/rule"
)

// Context is what a request says about itself, checked against the
// declarations of the snapshot that it is then decided on. The zero value says
// nothing.
type Context struct {
	Channel string
	Locale  string // BCP 47, such as de-AT
	Country string // ISO 3166-1 alpha-2, in capitals
	Zone    string // IANA, such as Europe/Vienna

	values []rule.Value // parallel to Snapshot.keys; nil where none was sent
}

// key is a declared key of the context.
type key struct {
	name string
	kind rule.Type
}

// Context checks the context object of a request. The keys channel, locale,
// country and zone are always there; the others are declared in the settings
// as context.<key>. A key with a value of another type is refused with the
// code bad_context; keys that are not declared are ignored, and null is as good
// as nothing. Of several faults the first by key is told.
func (s *Snapshot) Context(values map[string]any) (Context, *journey.Fault) {
	var c Context
	for _, known := range [...]struct {
		name  string
		into  *string
		check func(string) (string, string)
	}{
		{"channel", &c.Channel, asChannel},
		{"country", &c.Country, asCountry},
		{"locale", &c.Locale, asLocale},
		{"zone", &c.Zone, asZone},
	} {
		value, sent := values[known.name]
		if !sent || value == nil {
			continue
		}
		text, ok := value.(string)
		wrong := "must be a text"
		if ok {
			*known.into, wrong = known.check(text)
		}
		if wrong != "" {
			return Context{}, badContext(known.name, wrong)
		}
	}
	for i, k := range s.keys {
		value, sent := values[k.name]
		if !sent || value == nil {
			continue
		}
		typed, ok := valueOf(value, k.kind)
		if !ok {
			return Context{}, badContext(k.name, "must be a "+typeNames[k.kind])
		}
		if c.values == nil {
			c.values = make([]rule.Value, len(s.keys))
		}
		c.values[i] = typed
	}
	return c, nil
}

// What a request may say under declared keys: all of it is kept in the receipt
// of its decision. They are the limits of traits and of the props of touchpoints.
const (
	MaxContextKeys  = 50
	MaxContextBytes = 2 << 10 // of texts
)

// Fits returns what is wrong with a request's context where it says more than
// it may, with the code bad_context. Keys that are not declared do not count.
func (s *Snapshot) Fits(values map[string]any) *journey.Fault {
	keys, bytes := 0, 0
	for name, value := range values {
		if value == nil || s.Number(ContextName, name) < 0 {
			continue
		}
		text, _ := value.(string)
		keys, bytes = keys+1, bytes+len(text)
	}
	if keys <= MaxContextKeys && bytes <= MaxContextBytes {
		return nil
	}
	return &journey.Fault{Field: "context", Code: "bad_context", Message: fmt.Sprintf(
		"must have at most %d declared keys, with texts of at most %d bytes together; it has %d keys with %d bytes",
		MaxContextKeys, MaxContextBytes, keys, bytes)}
}

func badContext(key, message string) *journey.Fault {
	return &journey.Fault{Field: "context." + key, Code: "bad_context", Message: message}
}

var typeNames = map[rule.Type]string{
	rule.Text:   "text of at most 1024 bytes",
	rule.Number: "number",
	rule.Bool:   "boolean, true or false",
	rule.Time:   "time in RFC 3339, such as 2026-11-22T09:59:00Z",
}

// maxContextText bounds a text of the context.
const maxContextText = 1024

// valueOf returns a value as JSON gives it, in a declared type.
func valueOf(value any, kind rule.Type) (rule.Value, bool) {
	var typed rule.Value
	switch v := value.(type) {
	case string:
		if len(v) > maxContextText {
			return rule.Value{}, false
		}
		typed = rule.TextOf(v)
		if kind == rule.Time {
			var at journey.Millis
			if at.UnmarshalText([]byte(v)) != nil {
				return rule.Value{}, false
			}
			typed = rule.TimeOf(at)
		}
	case float64:
		typed = rule.NumberOf(v)
	case bool:
		typed = rule.BoolOf(v)
	}
	return typed, typed.Type() == kind
}

func asChannel(text string) (channel, wrong string) {
	if f := journey.CheckName("channel", text); f != nil {
		return "", f.Message
	}
	return text, ""
}

func asCountry(text string) (country, wrong string) {
	country = strings.ToUpper(text)
	if len(country) != 2 || country[0] < 'A' || country[0] > 'Z' || country[1] < 'A' || country[1] > 'Z' {
		return "", "must be a country code of two letters, such as AT"
	}
	return country, ""
}

func asLocale(text string) (locale, wrong string) {
	wrong = "must be a language tag, such as de or de-AT"
	if len(text) > 35 {
		return "", wrong
	}
	for i, part := range strings.Split(folded(text), "-") {
		if len(part) < 1 || len(part) > 8 || i == 0 && len(part) < 2 || !alphanumeric(part, "") {
			return "", wrong
		}
	}
	return text, ""
}

func asZone(text string) (zone, wrong string) {
	if len(text) < 1 || len(text) > 64 || !alphanumeric(strings.ToLower(text), "/_+-") {
		return "", "must be a time zone by its IANA name, such as Europe/Vienna"
	}
	return text, ""
}

// alphanumeric reports whether s is made of a-z, 0-9 and the characters of more.
func alphanumeric(s, more string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && strings.IndexByte(more, c) < 0 {
			return false
		}
	}
	return true
}
