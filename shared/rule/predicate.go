package rule

import (
	"math"
	"regexp"
	"slices"
	"strings"
)

// Predicate is a condition that is bound to the slots of a Needs: a list of
// tests, each of which says which one comes next when it holds and when it does
// not. It is immutable and safe for use by many goroutines, each with its own
// Facts. The zero Predicate holds always.
type Predicate struct {
	tests []test
	entry int32
	root  *Expr
	needs *Needs
}

// Where a test leads when it does not lead to another one.
const (
	holds int32 = -1
	fails int32 = -2
)

// test compares the value of one slot with something. It is false for a missing
// value whether it is negated or not. A comparison that computes has the slot of
// one of its facts: if that is missing, there is nothing to compute.
type test struct {
	does    does
	kind    Type // of the value in the slot; Missing for isMissing
	negated bool
	slot    uint32
	yes, no int32
	number  float64 // what the slot is compared with; see Needs.literal
	text    string
	more    *more
}

type does uint8

const (
	isMissing does = iota
	equals
	isBelow
	isAtMost
	isOneOf
	contains
	startsWith
	endsWith
	matches
	computes // as more.compute says
)

// more is what few tests need.
type more struct {
	numbers []float64 // of a list
	pattern *regexp.Regexp
	compute *computation
}

// computation is a comparison whose sides are not one fact and one literal.
type computation struct {
	does        does
	kind        Type
	negated     bool
	left, right *operand // right is nil for a list
}

// Holds reports whether the condition holds for f. It allocates nothing of its
// own.
func (p Predicate) Holds(f *Facts) bool {
	if len(p.tests) == 0 {
		return p.entry != fails
	}
	at := p.entry
	for at >= 0 {
		t := &p.tests[at]
		c := &f.cells[t.slot]
		if c.turn != f.turn {
			f.ask(int(t.slot))
		}
		ok := c.kind == t.kind
		if ok {
			switch t.does {
			case equals:
				ok = c.number == t.number
			case isBelow:
				ok = c.number < t.number
			case isAtMost:
				ok = c.number <= t.number
			case isMissing:
			case computes:
				ok = t.more.holds(f)
			default:
				ok = t.more.finds(t.does, c.text, c.number, t.text)
			}
			ok = ok != t.negated
		}
		if ok {
			at = t.yes
		} else {
			at = t.no
		}
	}
	return at == holds
}

// finds is for the comparisons that look through something.
func (m *more) finds(by does, text string, number float64, other string) bool {
	switch by {
	case isOneOf:
		return slices.Contains(m.numbers, number)
	case contains:
		return strings.Contains(text, other)
	case startsWith:
		return strings.HasPrefix(text, other)
	case endsWith:
		return strings.HasSuffix(text, other)
	}
	return m.pattern.MatchString(text)
}

func (m *more) holds(f *Facts) bool {
	compute := m.compute
	left := compute.left.value(f)
	if left.kind != compute.kind {
		return false
	}
	var right Value
	if compute.right != nil {
		if right = compute.right.value(f); right.kind != compute.kind {
			return false
		}
	}
	var ok bool
	switch compute.does {
	case equals:
		ok = left == right
	case isBelow:
		ok = left.number < right.number
	case isAtMost:
		ok = left.number <= right.number
	default:
		ok = m.finds(compute.does, left.text, left.number, right.text)
	}
	return ok != compute.negated
}

// operand is one side of a computed comparison.
type operand struct {
	op          Op // OpLiteral, OpRead or an arithmetic one
	literal     Value
	slot        int
	left, right *operand
}

func (o *operand) value(f *Facts) Value {
	switch o.op {
	case OpLiteral:
		return o.literal
	case OpRead:
		return f.Value(o.slot)
	}
	left, right := o.left.value(f), o.right.value(f)
	if left.kind != Number || right.kind != Number {
		return Value{}
	}
	switch o.op {
	case OpAdd:
		return NumberOf(left.number + right.number)
	case OpSubtract:
		return NumberOf(left.number - right.number)
	case OpMultiply:
		return NumberOf(left.number * right.number)
	case OpDivide:
		return NumberOf(left.number / right.number)
	}
	return NumberOf(math.Mod(left.number, right.number))
}
