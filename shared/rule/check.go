package rule

import (
	"errors"
	"fmt"
	"regexp"
	"unicode/utf8"
)

// What New says about a tree that passes MaxDepth, and MaxNodes or MaxContent.
var (
	ErrTooDeep = fmt.Errorf("nested deeper than %d levels", MaxDepth)
	ErrTooBig  = fmt.Errorf("more than %d parts or %d bytes of texts", MaxNodes, MaxContent)
)

// checker copies a tree while it checks it; it counts the nodes and the bytes of
// their names and texts.
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
func (c *checker) condition(e Expr, depth int) (Expr, error) {
	if err := c.enter(depth); err != nil {
		return Expr{}, err
	}
	switch {
	case e.Op == OpLiteral || e.Op == OpRead:
		leaf, result, err := c.leaf(e)
		if err == nil && result != Bool {
			err = fmt.Errorf("a %s is not a condition", result)
		}
		return leaf, err
	case e.Op == OpAnd || e.Op == OpOr:
		return c.chain(e, depth)
	case e.Op == OpNot && len(e.Args) == 1:
		arg, err := c.condition(e.Args[0], depth+1)
		return Apply(OpNot, arg), err
	case e.Op == OpMissing && len(e.Args) == 1 && e.Args[0].Op == OpRead:
		arg, _, err := c.value(e.Args[0], depth+1)
		if err == nil && !arg.Fact.MayBeMissing() {
			err = fmt.Errorf("%s is never missing", arg.Fact.Kind)
		}
		return Apply(OpMissing, arg), err
	case e.Op.comparison() && len(e.Args) >= 2:
		return c.comparison(e, depth)
	}
	return Expr{}, fmt.Errorf("operator %d with %d arguments is not a condition", e.Op, len(e.Args))
}

// chain checks and or or, and lifts members that are chains of the same
// operator into it.
func (c *checker) chain(e Expr, depth int) (Expr, error) {
	if len(e.Args) < 2 {
		return Expr{}, fmt.Errorf("%s needs two conditions", e.Op)
	}
	chain := Expr{Op: e.Op}
	for _, arg := range e.Args {
		if arg.Op == e.Op {
			c.nodes-- // the member is not a node of its own
			lifted, err := c.condition(arg, depth)
			if err != nil {
				return Expr{}, err
			}
			chain.Args = append(chain.Args, lifted.Args...)
			continue
		}
		checked, err := c.condition(arg, depth+1)
		if err != nil {
			return Expr{}, err
		}
		chain.Args = append(chain.Args, checked)
	}
	return chain, nil
}

func (c *checker) comparison(e Expr, depth int) (Expr, error) {
	checked := Expr{Op: e.Op, Args: make([]Expr, len(e.Args))}
	list := e.Op == OpIn || e.Op == OpNotIn
	if !list && len(e.Args) != 2 {
		return Expr{}, fmt.Errorf("%s compares two values", e.Op)
	}
	var compared Type
	for i, arg := range e.Args {
		value, result, err := c.value(arg, depth+1)
		if err != nil {
			return Expr{}, err
		}
		if list && i > 0 && value.Op != OpLiteral {
			return Expr{}, errors.New("a list holds literals")
		}
		if i > 0 && result != compared {
			return Expr{}, fmt.Errorf("%s compares a %s with a %s", e.Op, compared, result)
		}
		checked.Args[i], compared = value, result
	}
	if !e.Op.compares(compared) {
		return Expr{}, fmt.Errorf("%s does not compare a %s", e.Op, compared)
	}
	if len(checked.facts(nil)) == 0 {
		return Expr{}, errors.New("a comparison needs a field")
	}
	if e.Op != OpMatches && e.Op != OpNotMatches {
		return checked, nil
	}
	pattern := &checked.Args[1]
	if pattern.Op != OpLiteral {
		return Expr{}, errors.New("matches needs a literal pattern")
	}
	var err error
	if pattern.pattern, err = regexp.Compile(pattern.Value.text); err != nil {
		return Expr{}, fmt.Errorf("pattern of matches: %w", err)
	}
	return checked, nil
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
func (c *checker) value(e Expr, depth int) (Expr, Type, error) {
	if err := c.enter(depth); err != nil {
		return Expr{}, Missing, err
	}
	if e.Op == OpLiteral || e.Op == OpRead {
		if e.Op == OpRead && e.Fact.Kind == Segment {
			return Expr{}, Missing, errors.New("membership of a segment is a condition of its own")
		}
		return c.leaf(e)
	}
	if !e.Op.arithmetic() || len(e.Args) != 2 {
		return Expr{}, Missing, fmt.Errorf("operator %d with %d arguments is not a value", e.Op, len(e.Args))
	}
	checked := Expr{Op: e.Op, Args: make([]Expr, 2)}
	for i, arg := range e.Args {
		value, result, err := c.value(arg, depth+1)
		if err == nil && result != Number {
			err = fmt.Errorf("%s works on numbers, not on a %s", e.Op, result)
		}
		if err != nil {
			return Expr{}, Missing, err
		}
		checked.Args[i] = value
	}
	return checked, Number, nil
}

func (c *checker) leaf(e Expr) (Expr, Type, error) {
	if c.content += len(e.Fact.Name) + len(e.Value.text); c.content > MaxContent {
		return Expr{}, Missing, ErrTooBig
	}
	if e.Op == OpRead {
		return Read(e.Fact), e.Fact.Result(), e.Fact.Check()
	}
	if e.Value.kind == Missing || e.Value.kind > Time {
		return Expr{}, Missing, errors.New("a literal has no value")
	}
	if !utf8.ValidString(e.Value.text) {
		return Expr{}, Missing, errors.New("a literal is not UTF-8")
	}
	if year := e.Value.Time().Time().Year(); year < 0 || year > 9999 {
		return Expr{}, Missing, errors.New("a time lies outside the years 0 to 9999")
	}
	return Literal(e.Value), e.Value.kind, nil
}
