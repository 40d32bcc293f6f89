package rule

import "strings"

// String returns c as a when text that parses back to c; "" for the condition
// that holds always.
func (c Condition) String() string {
	if c.root == nil {
		return ""
	}
	return c.root.String()
}

// String returns e as it stands in a when text.
func (e Expr) String() string {
	switch {
	case e.Op == OpLiteral:
		return e.Value.String()
	case e.Op == OpRead:
		return e.Fact.String()
	case e.Op == OpAnd || e.Op == OpOr:
		parts := make([]string, len(e.Args))
		for i := range e.Args {
			parts[i] = e.Args[i].within(e.Op == OpAnd && e.Args[i].Op == OpOr)
		}
		return strings.Join(parts, " "+e.Op.String()+" ")
	case e.Op == OpNot:
		return e.negation()
	case e.Op == OpMissing:
		return "missing(" + e.Args[0].String() + ")"
	case e.Op == OpIn || e.Op == OpNotIn:
		list := make([]string, len(e.Args)-1)
		for i := range list {
			list[i] = e.Args[i+1].String()
		}
		return e.Args[0].String() + " " + e.Op.String() + " [" + strings.Join(list, ", ") + "]"
	}
	left, right := &e.Args[0], &e.Args[1]
	if binds := ops[e.Op].binds; binds > 0 {
		return left.within(binds > ops[left.Op].binds && left.Op.arithmetic()) +
			" " + e.Op.String() + " " +
			right.within(binds >= ops[right.Op].binds && right.Op.arithmetic())
	}
	return left.String() + " " + e.Op.String() + " " + right.String()
}

// within returns the text of e, in parentheses where its surroundings would
// otherwise tear it apart.
func (e Expr) within(parentheses bool) string {
	if parentheses {
		return "(" + e.String() + ")"
	}
	return e.String()
}

// negation writes not; not binds more tightly than a comparison.
func (e Expr) negation() string {
	arg := &e.Args[0]
	if arg.Op == OpRead && arg.Fact.Kind == Segment {
		return "segment != " + quote(arg.Fact.Name)
	}
	single := arg.Op == OpRead || arg.Op == OpLiteral || arg.Op == OpMissing
	return "not " + arg.within(!single)
}
