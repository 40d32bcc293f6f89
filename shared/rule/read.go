package rule

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"wegweiser/shared/journey"
)

// UnmarshalJSON reads what MarshalJSON writes and checks it as New does.
func (c *Condition) UnmarshalJSON(document []byte) error {
	if len(document) > MaxDocument {
		return fmt.Errorf("condition: more than %d bytes of JSON", MaxDocument)
	}
	if !json.Valid(document) {
		return errors.New("condition: not a JSON document")
	}
	r := reader{document: document}
	if r.next() == 'n' {
		*c = Condition{}
		return nil
	}
	root, err := r.expr(1)
	if err != nil {
		return fmt.Errorf("condition: %w", err)
	}
	read, err := adopt(root)
	if err != nil {
		return err
	}
	*c = read
	return nil
}

// reader builds a tree from a document that is known to be valid JSON. A
// snapshot is read before the first decision, thousands of conditions at once,
// so it goes over the bytes once and builds nothing in between.
type reader struct {
	document []byte
	at       int
}

// next skips white space and returns the byte that follows.
func (r *reader) next() byte {
	for {
		switch b := r.document[r.at]; b {
		case ' ', '\t', '\r', '\n':
			r.at++
		default:
			return b
		}
	}
}

// expr reads one value. It bounds the depth itself, a chain of and counting as
// it stands: what MarshalJSON writes has none that New would make flatter.
func (r *reader) expr(depth int) (Expr, error) {
	if depth > MaxDepth {
		return Expr{}, ErrTooDeep
	}
	switch r.next() {
	case '[':
		return r.array(depth)
	case '"':
		text, err := r.text()
		return Literal(TextOf(text)), err
	case 't':
		r.at += len("true")
		return Literal(BoolOf(true)), nil
	case 'f':
		r.at += len("false")
		return Literal(BoolOf(false)), nil
	case '{', 'n':
		return Expr{}, errors.New("objects and null are no part of a condition")
	}
	return r.number()
}

func (r *reader) number() (Expr, error) {
	from := r.at
	for r.at < len(r.document) && isNumeric(r.document[r.at]) {
		r.at++
	}
	number, err := strconv.ParseFloat(string(r.document[from:r.at]), 64)
	return Literal(NumberOf(number)), err
}

func isNumeric(b byte) bool {
	return b >= '0' && b <= '9' || b == '-' || b == '+' || b == '.' || b == 'e' || b == 'E'
}

func (r *reader) text() (string, error) {
	from, plain := r.at, true
	for r.at++; r.document[r.at] != '"'; r.at++ {
		switch b := r.document[r.at]; {
		case b == '\\':
			r.at++
			plain = false
		case b >= 0x80:
			plain = false
		}
	}
	r.at++
	if plain {
		return string(r.document[from+1 : r.at-1]), nil
	}
	var text string
	err := json.Unmarshal(r.document[from:r.at], &text)
	return text, err
}

// array reads an operator with its arguments, a fact or a time.
func (r *reader) array(depth int) (Expr, error) {
	r.at++
	if r.next() != '"' {
		return Expr{}, errors.New("an array that does not start with a word")
	}
	word, err := r.text()
	if err != nil {
		return Expr{}, err
	}
	var args []Expr
	for r.next() == ',' {
		r.at++
		arg, err := r.expr(depth + 1)
		if err != nil {
			return Expr{}, err
		}
		if args = append(args, arg); len(args) > MaxNodes {
			return Expr{}, ErrTooBig
		}
	}
	r.at++
	if op, ok := opNamed(word); ok {
		return Apply(op, args...), nil
	}
	return leaf(word, args)
}

// leaf makes a time or a fact of a word and the texts that it needs.
func leaf(word string, args []Expr) (Expr, error) {
	for _, arg := range args {
		if arg.Op != OpLiteral || arg.Value.kind != Text {
			return Expr{}, fmt.Errorf("%q takes texts", word)
		}
	}
	if word == "time" && len(args) == 1 {
		var at journey.Millis
		err := at.UnmarshalText([]byte(args[0].Value.text))
		return Literal(TimeOf(at)), err
	}
	kind, ok := kindNamed(word)
	if !ok {
		return Expr{}, fmt.Errorf("there is no operator or fact called %q", word)
	}
	take := func(needed bool) (text string) {
		if needed && len(args) > 0 {
			text, args = args[0].Value.text, args[1:]
		}
		return text
	}
	f := Fact{Kind: kind, Name: take(traits[kind].named)}
	if window := take(traits[kind].window); window != "" {
		var err error
		if f.Window, err = ParseWindow(window); err != nil {
			return Expr{}, err
		}
	}
	f.Type, _ = ParseType(take(traits[kind].result == Missing))
	if len(args) > 0 {
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
