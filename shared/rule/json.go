package rule

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"wegweiser/shared/journey"
)

// A condition's JSON is its tree in prefix form. A literal is itself, except a
// time; everything else is an array that starts with a word:
//
//	["and",["eq",["phase"],"decision"],["ge",["count","product_view","7d"],3]]
//
// null is the condition that holds always.

// MarshalJSON returns the one compact form of c.
func (c Condition) MarshalJSON() ([]byte, error) { return c.appendJSON(nil), nil }

// UnmarshalJSON reads what MarshalJSON writes and checks it as New does.
func (c *Condition) UnmarshalJSON(document []byte) error {
	if len(document) > MaxDocument {
		return fmt.Errorf("condition: more than %d bytes of JSON", MaxDocument)
	}
	var tree any
	if err := json.Unmarshal(document, &tree); err != nil {
		return fmt.Errorf("condition: %w", err)
	}
	if tree == nil {
		*c = Condition{}
		return nil
	}
	root, err := fromJSON(tree, 1)
	if err != nil {
		return fmt.Errorf("condition: %w", err)
	}
	read, err := New(root)
	if err != nil {
		return err
	}
	*c = read
	return nil
}

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

// fromJSON turns a decoded document into a tree for New to check. It bounds
// the depth itself, a chain of and counting as it stands: what MarshalJSON
// writes has none that New would make flatter.
func fromJSON(tree any, depth int) (Expr, error) {
	if depth > MaxDepth {
		return Expr{}, ErrTooDeep
	}
	switch node := tree.(type) {
	case string:
		return Literal(TextOf(node)), nil
	case float64:
		return Literal(NumberOf(node)), nil
	case bool:
		return Literal(BoolOf(node)), nil
	case []any:
		if len(node) == 0 {
			return Expr{}, errors.New("an empty array")
		}
		word, ok := node[0].(string)
		if !ok {
			return Expr{}, errors.New("an array that does not start with a word")
		}
		if op, ok := opNamed(word); ok {
			return applyFromJSON(op, node[1:], depth)
		}
		return leafFromJSON(word, node[1:])
	}
	return Expr{}, fmt.Errorf("a JSON %T is not part of a condition", tree)
}

func applyFromJSON(op Op, args []any, depth int) (Expr, error) {
	if len(args) > MaxNodes {
		return Expr{}, ErrTooBig
	}
	e := Expr{Op: op, Args: make([]Expr, len(args))}
	for i, arg := range args {
		var err error
		if e.Args[i], err = fromJSON(arg, depth+1); err != nil {
			return Expr{}, err
		}
	}
	return e, nil
}

// leafFromJSON reads a time or a fact: a word and the texts that it needs.
func leafFromJSON(word string, args []any) (Expr, error) {
	rest := make([]string, len(args))
	for i, arg := range args {
		text, ok := arg.(string)
		if !ok {
			return Expr{}, fmt.Errorf("%q takes texts", word)
		}
		rest[i] = text
	}
	if word == "time" && len(rest) == 1 {
		var at journey.Millis
		if err := at.UnmarshalText([]byte(rest[0])); err != nil {
			return Expr{}, err
		}
		return Literal(TimeOf(at)), nil
	}
	kind, ok := kindNamed(word)
	if !ok {
		return Expr{}, fmt.Errorf("there is no operator or fact called %q", word)
	}
	f := Fact{Kind: kind}
	take := func(needed bool) (text string) {
		if needed && len(rest) > 0 {
			text, rest = rest[0], rest[1:]
		}
		return text
	}
	f.Name = take(traits[kind].named)
	if window := take(traits[kind].window); window != "" {
		var err error
		if f.Window, err = ParseWindow(window); err != nil {
			return Expr{}, err
		}
	}
	f.Type, _ = ParseType(take(traits[kind].result == Missing))
	if len(rest) > 0 {
		return Expr{}, fmt.Errorf("%q has more than it takes", word)
	}
	return Read(f), nil
}

func opNamed(name string) (Op, bool) {
	for op := OpAnd; op.valid(); op++ {
		if ops[op].name == name {
			return op, true
		}
	}
	return 0, false
}

func kindNamed(name string) (Kind, bool) {
	for k := Phase; k.valid(); k++ {
		if traits[k].text == name {
			return k, true
		}
	}
	return 0, false
}
