package journey

import (
	"encoding/json"
	"fmt"
	"time"
	"unicode/utf8"
)

// Limits of a touchpoint.
const (
	MaxIDBytes    = 128            // of ids: touchpoint, visitor, source, item, category, campaign
	MaxNameBytes  = 64             // of a type or channel name
	MaxProps      = 20             // keys of props
	MaxPropsBytes = 2 << 10        // of props as JSON
	MinYear       = 1990           // of at
	MaxAhead      = 24 * time.Hour // of at, before the moment of recording
)

// Touchpoint is one thing that happened between a visitor and the brand, on a
// channel, at a time. (Visitor, ID) names it for good: the first body wins.
type Touchpoint struct {
	ID       string
	Visitor  string
	Type     string
	Channel  string
	Source   string
	At       Millis
	Item     string
	Category string
	Value    *Money
	Campaign string
	Trust    Trust
	Props    map[string]any
}

// Trace is the deciding part of a touchpoint: what the phase model and the
// history functions of conditions read.
type Trace struct {
	ID      string
	Type    string
	Channel string
	Item    string
	At      Millis
	Trust   Trust
}

// Trace returns the deciding part of t.
func (t *Touchpoint) Trace() Trace {
	return Trace{ID: t.ID, Type: t.Type, Channel: t.Channel, Item: t.Item, At: t.At, Trust: t.Trust}
}

// Fault is one field of a document that breaks a limit. Message says what
// would be right and never repeats the offending value.
type Fault struct {
	Field   string
	Code    string
	Message string
}

func (f *Fault) Error() string { return f.Field + ": " + f.Message }

func fault(field, code, format string, args ...any) *Fault {
	return &Fault{Field: field, Code: code, Message: fmt.Sprintf(format, args...)}
}

// Validate returns the first field of t that breaks a limit, or nil. now is
// the moment of recording. Codes: missing, too_long, control_characters,
// not_utf8, bad_name, bad_time, bad_money, bad_trust, too_many_props,
// props_too_large, bad_props.
func (t *Touchpoint) Validate(now Millis) *Fault {
	if f := CheckID("id", t.ID); f != nil {
		return f
	}
	if f := CheckID("visitor", t.Visitor); f != nil {
		return f
	}
	if f := CheckName("type", t.Type); f != nil {
		return f
	}
	if f := CheckName("channel", t.Channel); f != nil {
		return f
	}
	for _, optional := range [...]struct{ field, value string }{
		{"source", t.Source}, {"item", t.Item}, {"category", t.Category}, {"campaign", t.Campaign},
	} {
		if optional.value == "" {
			continue
		}
		if f := CheckID(optional.field, optional.value); f != nil {
			return f
		}
	}
	if f := checkAt(t.At, now); f != nil {
		return f
	}
	if t.Value != nil {
		if f := t.Value.check(); f != nil {
			return f
		}
	}
	if t.Trust >= trusts {
		return fault("trust", "bad_trust", "must be one of human, likely, reported, imported, machine")
	}
	return checkProps(t.Props)
}

var earliest = At(time.Date(MinYear, 1, 1, 0, 0, 0, 0, time.UTC))

func checkAt(at, now Millis) *Fault {
	if at < earliest {
		return fault("at", "bad_time", "must be an RFC 3339 time in %d or later, such as 2026-11-22T09:59:00Z", MinYear)
	}
	if at > now.Add(MaxAhead) {
		return fault("at", "bad_time", "must not be more than 24 hours ahead")
	}
	return nil
}

func checkProps(props map[string]any) *Fault {
	if len(props) == 0 {
		return nil
	}
	if len(props) > MaxProps {
		return fault("props", "too_many_props", "must have at most %d keys", MaxProps)
	}
	body, err := json.Marshal(props)
	if err != nil {
		return fault("props", "bad_props", "must be a JSON object")
	}
	if len(body) > MaxPropsBytes {
		return fault("props", "props_too_large", "must be at most %d bytes as JSON", MaxPropsBytes)
	}
	return nil
}

// CheckID reports whether id may name something: 1 to MaxIDBytes bytes of
// UTF-8 without control characters.
func CheckID(field, id string) *Fault {
	switch {
	case id == "":
		return fault(field, "missing", "is needed: 1 to %d bytes without control characters", MaxIDBytes)
	case len(id) > MaxIDBytes:
		return fault(field, "too_long", "must be at most %d bytes", MaxIDBytes)
	case !utf8.ValidString(id):
		return fault(field, "not_utf8", "must be valid UTF-8")
	}
	for _, r := range id {
		if r < 0x20 || r >= 0x7f && r < 0xa0 || r == '\u2028' || r == '\u2029' {
			return fault(field, "control_characters", "must not contain control characters")
		}
	}
	return nil
}

// CheckName reports whether name is a well-formed touchpoint type or channel:
// 1 to MaxNameBytes of a-z, 0-9, underscore and dot.
func CheckName(field, name string) *Fault {
	switch {
	case name == "":
		return fault(field, "missing", "is needed: 1 to %d characters of a-z, 0-9, _ and .", MaxNameBytes)
	case len(name) > MaxNameBytes:
		return fault(field, "too_long", "must be at most %d characters", MaxNameBytes)
	}
	for i := range len(name) {
		c := name[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' && c != '.' {
			return fault(field, "bad_name", "must consist of a-z, 0-9, _ and .")
		}
	}
	return nil
}
