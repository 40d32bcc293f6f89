package rule

// Bind adds the facts of c to n and returns c as a predicate over their slots.
func (n *Needs) Bind(c Condition) Predicate {
	if c.root == nil {
		return Predicate{}
	}
	b := binder{needs: n}
	entry := b.condition(c.root, holds, fails)
	return Predicate{tests: b.tests, entry: entry, root: c.root, needs: n}
}

// binder writes tests from the last to the first, so that each knows where it
// leads. Every method returns where its condition starts.
type binder struct {
	needs *Needs
	tests []test
}

func (b *binder) condition(e *Expr, yes, no int32) int32 {
	switch e.Op {
	case OpLiteral:
		if e.Value.Bool() {
			return yes
		}
		return no
	case OpRead:
		return b.add(test{does: equals, kind: Bool, slot: b.slot(e), number: 1, yes: yes, no: no})
	case OpAnd:
		for i := len(e.Args) - 1; i >= 0; i-- {
			yes = b.condition(&e.Args[i], yes, no)
		}
		return yes
	case OpOr:
		for i := len(e.Args) - 1; i >= 0; i-- {
			no = b.condition(&e.Args[i], yes, no)
		}
		return no
	case OpNot:
		return b.condition(&e.Args[0], no, yes)
	case OpMissing:
		return b.add(test{does: isMissing, slot: b.slot(&e.Args[0]), yes: yes, no: no})
	}
	return b.add(b.comparison(e, yes, no))
}

func (b *binder) add(t test) int32 {
	b.tests = append(b.tests, t)
	return int32(len(b.tests) - 1)
}

func (b *binder) slot(e *Expr) uint32 { return uint32(b.needs.Slot(e.Fact)) }

func (b *binder) comparison(e *Expr, yes, no int32) test {
	op, left, right := e.Op, &e.Args[0], &e.Args[1]
	if left.Op == OpLiteral && right.Op == OpRead && mirrored[op] != 0 {
		op, left, right = mirrored[op], right, left
	}
	asked := e.facts(nil)[0]
	slot := b.needs.Slot(asked)
	t := test{yes: yes, no: no, kind: left.result(), slot: uint32(slot)}
	t.does, t.negated = op.lowered()
	switch t.does {
	case isOneOf:
		t.more = new(more)
		for i := range e.Args[1:] {
			t.more.numbers = append(t.more.numbers, b.needs.literal(slot, e.Args[i+1].Value))
		}
	case matches:
		t.more = &more{pattern: right.pattern}
	}
	switch {
	case left.Op != OpRead || right.Op != OpLiteral:
		c := &computation{does: t.does, kind: t.kind, negated: t.negated, left: b.operand(left)}
		if t.more == nil {
			t.more = new(more)
			c.right = b.operand(right)
		}
		t.more.compute = c
		t.does, t.negated, t.kind = computes, false, asked.Result()
	case t.does == equals || t.does == isBelow || t.does == isAtMost:
		t.number = b.needs.literal(slot, right.Value)
	default:
		t.text = right.Value.text
	}
	return t
}

// mirrored says what a comparison becomes when its sides change places.
var mirrored = [...]Op{
	OpEqual:        OpEqual,
	OpNotEqual:     OpNotEqual,
	OpLess:         OpGreater,
	OpLessEqual:    OpGreaterEqual,
	OpGreater:      OpLess,
	OpGreaterEqual: OpLessEqual,
	OpNotMatches:   0,
}

// lowered returns what a comparison tests, and whether it holds when that does
// not.
func (op Op) lowered() (does, bool) {
	switch op {
	case OpEqual, OpNotEqual:
		return equals, op == OpNotEqual
	case OpLess, OpGreaterEqual:
		return isBelow, op == OpGreaterEqual
	case OpLessEqual, OpGreater:
		return isAtMost, op == OpGreater
	case OpIn, OpNotIn:
		return isOneOf, op == OpNotIn
	case OpContains, OpNotContains:
		return contains, op == OpNotContains
	case OpStartsWith, OpNotStartsWith:
		return startsWith, op == OpNotStartsWith
	case OpEndsWith, OpNotEndsWith:
		return endsWith, op == OpNotEndsWith
	}
	return matches, op == OpNotMatches
}

func (b *binder) operand(e *Expr) *operand {
	o := &operand{op: e.Op}
	switch e.Op {
	case OpLiteral:
		o.literal = e.Value
	case OpRead:
		o.slot = b.needs.Slot(e.Fact)
	default:
		o.left, o.right = b.operand(&e.Args[0]), b.operand(&e.Args[1])
	}
	return o
}

// result returns the type of a checked operand.
func (e *Expr) result() Type {
	switch e.Op {
	case OpLiteral:
		return e.Value.kind
	case OpRead:
		return e.Fact.Result()
	}
	return Number
}
