package rule

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"wegweiser/shared/journey"
)

// Kind says what a fact is about.
type Kind uint8

// The kinds, with the type of value that each gives, and what of a Fact each
// uses beside its Kind.
const (
	Phase     Kind = iota + 1 // text: the phase's id
	Standing                  // text
	Channel                   // text: the channel of the request
	Locale                    // text
	Country                   // text
	Now                       // time: the moment of the decision
	Score                     // number, 0 to 1: of the phase Name
	Segment                   // bool: membership of the segment Name
	Visitor                   // Type: the trait Name
	Context                   // Type: the request's context value Name
	Count                     // number: touchpoints of type Name in (now − Window, now]
	DaysSince                 // number, with its fraction: 24-hour days since the newest milestone of type Name; missing when there is none
	Spent                     // number: purchases that stand in (now − Window, now]
	Seen                      // bool: an impression of item Name in (now − Window, now]
)

// traits says, for each kind, its name in a when text, the type of its value
// (Missing: the fact declares it), whether it has a name and a window, and
// whether missing() may ask for it.
var traits = [...]struct {
	text          string
	result        Type
	named, window bool
	optional      bool
}{
	Phase:     {text: "phase", result: Text, optional: true},
	Standing:  {text: "standing", result: Text, optional: true},
	Channel:   {text: "channel", result: Text, optional: true},
	Locale:    {text: "locale", result: Text, optional: true},
	Country:   {text: "country", result: Text, optional: true},
	Now:       {text: "now", result: Time},
	Score:     {text: "score", result: Number, named: true, optional: true},
	Segment:   {text: "segment", result: Bool, named: true},
	Visitor:   {text: "visitor", named: true, optional: true},
	Context:   {text: "context", named: true, optional: true},
	Count:     {text: "count", result: Number, named: true, window: true},
	DaysSince: {text: "days_since", result: Number, named: true, optional: true},
	Spent:     {text: "spent", result: Number, window: true},
	Seen:      {text: "seen", result: Bool, named: true, window: true},
}

func (k Kind) valid() bool { return k >= Phase && k <= Seen }

// String returns the word for k in a when text: phase, days_since and so on.
func (k Kind) String() string {
	if !k.valid() {
		return "unknown"
	}
	return traits[k].text
}

// Fact names one thing that a condition may ask. Facts are comparable: two that
// are equal under == are the same question and share a slot.
type Fact struct {
	Name   string        // as the kind says; else empty
	Window time.Duration // whole minutes, as the kind says; else 0
	Kind   Kind
	Type   Type // declared, of Visitor and Context; else Missing
}

// Result returns the type of the values that f gives when it is not missing.
func (f Fact) Result() Type {
	if !f.Kind.valid() {
		return Missing
	}
	if t := traits[f.Kind].result; t != Missing {
		return t
	}
	return f.Type
}

// MayBeMissing reports whether missing() may ask for f. Counts, sums, seen and
// membership always have a value.
func (f Fact) MayBeMissing() bool { return f.Kind.valid() && traits[f.Kind].optional }

// Check returns an error when f uses more or less than its kind says.
func (f Fact) Check() error {
	if !f.Kind.valid() {
		return fmt.Errorf("fact kind %d is unknown", f.Kind)
	}
	is := traits[f.Kind]
	switch {
	case is.named && (f.Name == "" || len(f.Name) > journey.MaxIDBytes || !utf8.ValidString(f.Name)):
		return fmt.Errorf("%s needs a name of 1 to %d bytes", f.Kind, journey.MaxIDBytes)
	case !is.named && f.Name != "":
		return fmt.Errorf("%s takes no name", f.Kind)
	case is.window && (f.Window <= 0 || f.Window > MaxWindow || f.Window%time.Minute != 0):
		return fmt.Errorf("%s needs a window of whole minutes, at most %s", f.Kind, FormatWindow(MaxWindow))
	case !is.window && f.Window != 0:
		return fmt.Errorf("%s takes no window", f.Kind)
	case is.result == Missing && (f.Type < Text || f.Type > Time):
		return fmt.Errorf("%s needs a type: text, number, bool or time", f.Kind)
	case is.result != Missing && f.Type != Missing:
		return fmt.Errorf("%s declares no type", f.Kind)
	}
	return nil
}

// String returns f as a when text asks for it, such as visitor.age or
// count("purchase", "30d"). A segment reads segment == "stars".
func (f Fact) String() string {
	switch f.Kind {
	case Score, Visitor, Context:
		if isIdentifier(f.Name) {
			return f.Kind.String() + "." + f.Name
		}
		return f.Kind.String() + "[" + quote(f.Name) + "]"
	case Segment:
		return "segment == " + quote(f.Name)
	case Count, Seen:
		return f.Kind.String() + "(" + quote(f.Name) + ", " + quote(FormatWindow(f.Window)) + ")"
	case DaysSince:
		return "days_since(" + quote(f.Name) + ")"
	case Spent:
		return "spent(" + quote(FormatWindow(f.Window)) + ")"
	}
	return f.Kind.String()
}

// isIdentifier reports whether name can follow a dot in a when text.
func isIdentifier(name string) bool {
	for i, r := range name {
		letter := r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	switch name {
	case "", "and", "or", "not", "in", "contains", "startsWith", "endsWith", "matches", "let", "if", "else", "true", "false", "nil":
		return false
	}
	return true
}

// quote writes s between double quotes as a when text reads it.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
