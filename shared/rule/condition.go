package rule

import (
	"fmt"
	"slices"
)

// Limits of a condition, whether it comes from text or from a snapshot.
const (
	MaxText    = 4096        // characters of a when text
	MaxNodes   = 200         // operators, facts and literals together
	MaxDepth   = 20          // of the tree; a chain of and, or of or, is one level
	MaxContent = 4 * MaxText // bytes of names and literal texts together
)

// Condition is a checked, immutable condition. The zero Condition holds always.
type Condition struct {
	root *Expr
}

// New checks the tree and returns it as a condition that shares nothing with it.
// Chains of and, and of or, are made one level. The error names the first thing
// that is wrong: an operator with the wrong number or types of arguments, a fact
// that uses more or less than its kind says, a comparison without a fact, a bad
// regular expression, or a limit that is passed.
func New(root Expr) (Condition, error) {
	root = root.clone()
	var c checker
	if err := c.condition(&root, 1); err != nil {
		return Condition{}, fmt.Errorf("condition: %w", err)
	}
	return Condition{root: &root}, nil
}

// clone copies what the operator of e uses.
func (e *Expr) clone() Expr {
	switch e.Op {
	case OpLiteral:
		return Literal(e.Value)
	case OpRead:
		return Read(e.Fact)
	}
	copied := Expr{Op: e.Op, Args: make([]Expr, len(e.Args))}
	for i := range e.Args {
		copied.Args[i] = e.Args[i].clone()
	}
	return copied
}

// IsZero reports whether c is the condition that holds always.
func (c Condition) IsZero() bool { return c.root == nil }

// Root returns the tree of c, for those who store it in a form of their own and
// give it back to New. It must not be changed. It reports false for the
// condition that holds always, which has none.
func (c Condition) Root() (Expr, bool) {
	if c.root == nil {
		return Expr{}, false
	}
	return *c.root, true
}

// Equal reports whether c and other are the same tree.
func (c Condition) Equal(other Condition) bool {
	if c.root == nil || other.root == nil {
		return c.root == other.root
	}
	return c.root.equal(*other.root)
}

func (e Expr) equal(other Expr) bool {
	return e.Op == other.Op && e.Fact == other.Fact && e.Value == other.Value && slices.EqualFunc(e.Args, other.Args, Expr.equal)
}

// Facts returns the distinct facts that c asks for, in the order in which they
// stand in its text.
func (c Condition) Facts() []Fact {
	if c.root == nil {
		return nil
	}
	return c.root.facts(nil)
}

func (e *Expr) facts(found []Fact) []Fact {
	if e.Op == OpRead {
		for _, f := range found {
			if f == e.Fact {
				return found
			}
		}
		return append(found, e.Fact)
	}
	for i := range e.Args {
		found = e.Args[i].facts(found)
	}
	return found
}

// asks reports whether there is a fact in e.
func (e *Expr) asks() bool {
	if e.Op == OpRead {
		return true
	}
	for i := range e.Args {
		if e.Args[i].asks() {
			return true
		}
	}
	return false
}
