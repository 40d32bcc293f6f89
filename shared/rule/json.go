package rule

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// A condition's JSON is its tree in prefix form. A literal is itself, except a
// time; everything else is an array that starts with a word:
//
//	["and",["eq",["phase"],"decision"],["ge",["count","product_view","7d"],3]]
//
// null is the condition that holds always.

// MarshalJSON returns the one compact form of c.
func (c Condition) MarshalJSON() ([]byte, error) { return c.appendJSON(nil), nil }

func (c Condition) appendJSON(b []byte) []byte {
	if c.root == nil {
		return append(b, "null"...)
	}
	return c.root.appendJSON(b)
}

func (e *Expr) appendJSON(b []byte) []byte {
	switch e.Op {
	case OpLiteral:
		return e.Value.appendJSON(b)
	case OpRead:
		return e.Fact.appendJSON(b)
	}
	b = appendString(append(b, '['), ops[e.Op].name)
	for i := range e.Args {
		b = e.Args[i].appendJSON(append(b, ','))
	}
	return append(b, ']')
}

func (v Value) appendJSON(b []byte) []byte {
	switch v.kind {
	case Text:
		return appendString(b, v.text)
	case Number:
		number, _ := json.Marshal(v.number) // a Value is never NaN or infinite
		return append(b, number...)
	case Bool:
		return strconv.AppendBool(b, v.number != 0)
	}
	return append(appendString(append(b, `["time",`...), v.Time().String()), ']')
}

func (f Fact) appendJSON(b []byte) []byte {
	b = appendString(append(b, '['), f.Kind.String())
	if f.Name != "" {
		b = appendString(append(b, ','), f.Name)
	}
	if f.Window != 0 {
		b = appendString(append(b, ','), FormatWindow(f.Window))
	}
	if f.Type != Missing {
		b = appendString(append(b, ','), f.Type.String())
	}
	return append(b, ']')
}

func appendString(b []byte, s string) []byte {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		panic(err) // a string always encodes
	}
	return append(b, bytes.TrimSuffix(out.Bytes(), []byte("\n"))...)
}
