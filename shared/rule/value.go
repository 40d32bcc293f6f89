package rule

import (
	"math"
	"strconv"

	"wegweiser/shared/journey"
)

// Type is the kind of a value.
type Type uint8

// The types. Missing, the zero Type, is that of a value that is not there.
const (
	Missing Type = iota
	Text
	Number
	Bool
	Time
)

func (t Type) String() string {
	switch t {
	case Text:
		return "text"
	case Number:
		return "number"
	case Bool:
		return "bool"
	case Time:
		return "time"
	}
	return "missing"
}

// ParseType returns the type that String names text, number, bool or time.
func ParseType(name string) (Type, bool) {
	for _, t := range []Type{Text, Number, Bool, Time} {
		if t.String() == name {
			return t, true
		}
	}
	return Missing, false
}

// Value is what a fact or a literal is worth. The zero Value is missing. Two
// values are equal under == when they have the same type and content.
type Value struct {
	text   string
	number float64 // also 0 or 1 of a bool, and the milliseconds of a time
	kind   Type
}

// TextOf returns a text value.
func TextOf(s string) Value { return Value{text: s, kind: Text} }

// NumberOf returns a number value. NaN and the infinities are missing.
func NumberOf(n float64) Value {
	if math.IsNaN(n) || math.IsInf(n, 0) {
		return Value{}
	}
	if n == 0 {
		n = 0 // one zero, not two
	}
	return Value{number: n, kind: Number}
}

// BoolOf returns a bool value.
func BoolOf(b bool) Value {
	v := Value{kind: Bool}
	if b {
		v.number = 1
	}
	return v
}

// TimeOf returns a time value.
func TimeOf(m journey.Millis) Value { return Value{number: float64(m), kind: Time} }

// Type returns the type of v.
func (v Value) Type() Type { return v.kind }

// Text returns the content of a text value, "" of any other.
func (v Value) Text() string { return v.text }

// Number returns the content of a number value, 0 of any other.
func (v Value) Number() float64 {
	if v.kind != Number {
		return 0
	}
	return v.number
}

// Bool reports whether v is the bool value true.
func (v Value) Bool() bool { return v.kind == Bool && v.number != 0 }

// Time returns the moment of a time value, 0 of any other.
func (v Value) Time() journey.Millis {
	if v.kind != Time {
		return 0
	}
	return journey.Millis(v.number)
}

// String returns v as a when text writes it; "missing" when it is not there.
func (v Value) String() string {
	switch v.kind {
	case Text:
		return quote(v.text)
	case Number:
		return formatNumber(v.number)
	case Bool:
		return strconv.FormatBool(v.number != 0)
	case Time:
		return quote(v.Time().String())
	}
	return "missing"
}

// formatNumber keeps the digits of numbers that people write and gives others
// an exponent: a bare integer beyond int64 is not one that the parser reads.
func formatNumber(n float64) string {
	if size := math.Abs(n); size != 0 && (size >= 1e15 || size < 1e-6) {
		return strconv.FormatFloat(n, 'e', -1, 64)
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}
