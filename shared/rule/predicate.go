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

// test compares the value of one slot, or of two computed operands, with
// something. It is false for a missing value whether it is negated or not.
type test struct {
	does    does
	kind    Type // of the value that it compares
	negated bool
	slot    uint32
	yes, no int32
	number  float64
	text    string
	more    *more
}

type does uint8

const (
	isMissing does = iota
	equalsNumber
	isBelow
	isAtMost
	equalsText
	oneOfNumbers
	oneOfTexts
	contains
	startsWith
	endsWith
	matches
	computes // then what more.does says
)

// more is what few tests need.
type more struct {
	numbers []float64 // sorted
	texts   []string  // sorted
	pattern *regexp.Regexp

	does        does
	left, right *operand // right is nil for a list or a pattern
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
		var ok bool
		if t.does == computes {
			ok = t.compute(f)
		} else {
			c := &f.cells[t.slot]
			if c.turn != f.turn {
				f.ask(int(t.slot))
			}
			if c.kind == t.kind {
				ok = t.compare(c) != t.negated
			}
		}
		if ok {
			at = t.yes
		} else {
			at = t.no
		}
	}
	return at == holds
}

func (t *test) compare(c *cell) bool {
	switch t.does {
	case equalsText:
		return c.text == t.text
	case equalsNumber:
		return c.number == t.number
	case isBelow:
		return c.number < t.number
	case isAtMost:
		return c.number <= t.number
	case isMissing:
		return true
	}
	return t.search(t.does, c.text, c.number, t.text)
}

// search is for the comparisons that look through something.
func (t *test) search(by does, text string, number float64, other string) bool {
	switch by {
	case oneOfNumbers:
		_, found := slices.BinarySearch(t.more.numbers, number)
		return found
	case oneOfTexts:
		_, found := slices.BinarySearch(t.more.texts, text)
		return found
	case contains:
		return strings.Contains(text, other)
	case startsWith:
		return strings.HasPrefix(text, other)
	case endsWith:
		return strings.HasSuffix(text, other)
	}
	return t.more.pattern.MatchString(text)
}

// compute is for comparisons whose sides are not one fact and one literal.
func (t *test) compute(f *Facts) bool {
	left := t.more.left.value(f)
	if left.kind != t.kind {
		return false
	}
	var right Value
	if t.more.right != nil {
		if right = t.more.right.value(f); right.kind != t.kind {
			return false
		}
	}
	var ok bool
	switch t.more.does {
	case equalsText:
		ok = left.text == right.text
	case equalsNumber:
		ok = left.number == right.number
	case isBelow:
		ok = left.number < right.number
	case isAtMost:
		ok = left.number <= right.number
	default:
		ok = t.search(t.more.does, left.text, left.number, right.text)
	}
	return ok != t.negated
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
