package rule

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"unicode/utf8"
)

// What New says about a tree that passes MaxDepth, and MaxNodes or MaxContent.
var (
	ErrTooDeep = fmt.Errorf("nested deeper than %d levels", MaxDepth)
	ErrTooBig  = fmt.Errorf("more than %d parts or %d bytes of texts", MaxNodes, MaxContent)
)

// checker checks a tree in place; it counts the nodes and the bytes of their
// names and texts.
type checker struct{ nodes, content int }

func (c *checker) enter(depth int) error {
	c.nodes++
	if depth > MaxDepth {
		return ErrTooDeep
	}
	if c.nodes > MaxNodes {
		return ErrTooBig
	}
	return nil
}

// condition checks a node that answers true or false.
func (c *checker) condition(e *Expr, depth int) error {
	if err := c.enter(depth); err != nil {
		return err
	}
	switch {
	case e.Op == OpLiteral || e.Op == OpRead:
		result, err := c.leaf(e)
		if err == nil && result != Bool {
			err = fmt.Errorf("a %s is not a condition", result)
		}
		return err
	case e.Op == OpAnd || e.Op == OpOr:
		return c.chain(e, depth)
	case e.Op == OpNot && len(e.Args) == 1:
		return c.condition(&e.Args[0], depth+1)
	case e.Op == OpMissing && len(e.Args) == 1 && e.Args[0].Op == OpRead:
		_, err := c.value(&e.Args[0], depth+1)
		if fact := e.Args[0].Fact; err == nil && !fact.MayBeMissing() {
			err = fmt.Errorf("%s is never missing", fact.Kind)
		}
		return err
	case e.Op.comparison() && len(e.Args) >= 2:
		return c.comparison(e, depth)
	}
	return fmt.Errorf("operator %d with %d arguments is not a condition", e.Op, len(e.Args))
}

// chain checks and or or, after lifting members that are chains of the same
// operator into it.
func (c *checker) chain(e *Expr, depth int) error {
	if len(e.Args) < 2 {
		return fmt.Errorf("%s needs two conditions", e.Op)
	}
	for i := 0; i < len(e.Args); {
		switch member := &e.Args[i]; {
		case member.Op != e.Op:
			if err := c.condition(member, depth+1); err != nil {
				return err
			}
			i++
		case len(member.Args) < 2:
			return fmt.Errorf("%s needs two conditions", e.Op)
		default:
			e.Args = slices.Replace(e.Args, i, i+1, member.Args...)
		}
	}
	return nil
}

func (c *checker) comparison(e *Expr, depth int) error {
	list := e.Op == OpIn || e.Op == OpNotIn
	if !list && len(e.Args) != 2 {
		return fmt.Errorf("%s compares two values", e.Op)
	}
	var compared Type
	for i := range e.Args {
		arg := &e.Args[i]
		result, err := c.value(arg, depth+1)
		switch {
		case err != nil:
			return err
		case list && i > 0 && arg.Op != OpLiteral:
			return errors.New("a list holds literals")
		case i > 0 && result != compared:
			return fmt.Errorf("%s compares a %s with a %s", e.Op, compared, result)
		}
		compared = result
	}
	if !e.Op.compares(compared) {
		return fmt.Errorf("%s does not compare a %s", e.Op, compared)
	}
	if !e.asks() {
		return errors.New("a comparison needs a field")
	}
	if e.Op == OpMatches || e.Op == OpNotMatches {
		return e.Args[1].compile()
	}
	return nil
}

// compile makes the pattern of a literal.
func (e *Expr) compile() (err error) {
	if e.Op != OpLiteral {
		return errors.New("matches needs a literal pattern")
	}
	if e.pattern, err = regexp.Compile(e.Value.text); err != nil {
		return fmt.Errorf("pattern of matches: %w", err)
	}
	return nil
}

// compares reports whether op can compare two values of type t.
func (op Op) compares(t Type) bool {
	switch op {
	case OpEqual, OpNotEqual:
		return t != Missing
	case OpLess, OpLessEqual, OpGreater, OpGreaterEqual:
		return t == Number || t == Time
	case OpIn, OpNotIn:
		return t == Text || t == Number
	}
	return t == Text
}

// value checks an operand of a comparison and returns its type.
func (c *checker) value(e *Expr, depth int) (Type, error) {
	if err := c.enter(depth); err != nil {
		return Missing, err
	}
	if e.Op == OpLiteral || e.Op == OpRead {
		if e.Op == OpRead && e.Fact.Kind == Segment {
			return Missing, errors.New("membership of a segment is a condition of its own")
		}
		return c.leaf(e)
	}
	if !e.Op.arithmetic() || len(e.Args) != 2 {
		return Missing, fmt.Errorf("operator %d with %d arguments is not a value", e.Op, len(e.Args))
	}
	for i := range e.Args {
		result, err := c.value(&e.Args[i], depth+1)
		if err == nil && result != Number {
			err = fmt.Errorf("%s works on numbers, not on a %s", e.Op, result)
		}
		if err != nil {
			return Missing, err
		}
	}
	return Number, nil
}

func (c *checker) leaf(e *Expr) (Type, error) {
	if c.content += len(e.Fact.Name) + len(e.Value.text); c.content > MaxContent {
		return Missing, ErrTooBig
	}
	if e.Op == OpRead {
		return e.Fact.Result(), e.Fact.Check()
	}
	if e.Value.kind == Missing || e.Value.kind > Time {
		return Missing, errors.New("a literal has no value")
	}
	if !utf8.ValidString(e.Value.text) {
		return Missing, errors.New("a literal is not UTF-8")
	}
	if year := e.Value.Time().Time().Year(); year < 0 || year > 9999 {
		return Missing, errors.New("a time lies outside the years 0 to 9999")
	}
	return e.Value.kind, nil
}
