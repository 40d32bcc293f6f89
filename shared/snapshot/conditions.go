package snapshot

import (
	"cmp"
	"maps"
	"slices"

	"wegweiser/shared/rule"
)

// conditions is the list of the distinct conditions of a source, in order of
// their text. The one that holds always has no place in it.
type conditions struct {
	list   []rule.Condition
	bound  []rule.Predicate  // parallel to list; while reading
	number map[string]uint64 // by text, from 1; while writing
	room   []rule.Expr       // for the nodes to come of one condition; while reading
}

// walkAll goes through the list itself, which is that of the lists together.
func (s *conditions) walkAll(c *codec, lists ...[]rule.Condition) {
	if !c.reading {
		s.gather(lists)
	}
	nodes := make([]rule.Expr, rule.MaxNodes)
	each(c, &s.list, func(c *codec, condition *rule.Condition) {
		s.room = nodes
		s.walkCondition(c, condition)
	})
}

func (s *conditions) gather(lists [][]rule.Condition) {
	distinct := map[string]rule.Condition{}
	for _, list := range lists {
		for _, condition := range list {
			if !condition.IsZero() {
				distinct[condition.String()] = condition
			}
		}
	}
	s.number = make(map[string]uint64, len(distinct))
	for i, text := range slices.Sorted(maps.Keys(distinct)) {
		s.list = append(s.list, distinct[text])
		s.number[text] = uint64(i) + 1
	}
}

// walk goes through the conditions of n rows, by number; 0 holds always. What is
// read goes where it belongs, as a predicate.
func (s *conditions) walk(c *codec, rows []rule.Condition, n int, into func(int) **rule.Predicate) {
	for i := range n {
		var number uint64
		if !c.reading && !rows[i].IsZero() {
			number = s.number[rows[i].String()]
		}
		c.uint(&number)
		switch {
		case !c.reading || c.err != nil || number == 0:
		case number > uint64(len(s.list)):
			c.fail()
		default:
			*into(i) = &s.bound[number-1]
		}
	}
}

func (s *conditions) walkCondition(c *codec, condition *rule.Condition) {
	root, _ := condition.Root()
	s.walkExpr(c, &root)
	if !c.reading || c.err != nil {
		return
	}
	var err error
	*condition, err = rule.New(root)
	c.err = cmp.Or(c.err, err)
}

// walkExpr reads nodes into room, from which rule.New copies them. There is room
// for as many as a condition may have, so that nothing nests without end.
func (s *conditions) walkExpr(c *codec, e *rule.Expr) {
	small(c, &e.Op)
	switch e.Op {
	case rule.OpLiteral:
		walkValue(c, &e.Value)
	case rule.OpRead:
		small(c, &e.Fact.Kind)
		text(c, &e.Fact.Name)
		whole(c, &e.Fact.Window)
		small(c, &e.Fact.Type)
	default:
		n := c.count(len(e.Args))
		if c.reading {
			if n > len(s.room) {
				c.fail()
				return
			}
			e.Args, s.room = s.room[:n], s.room[n:]
			clear(e.Args)
		}
		for i := range e.Args {
			s.walkExpr(c, &e.Args[i])
		}
	}
}

func walkValue(c *codec, v *rule.Value) {
	kind := v.Type()
	small(c, &kind)
	switch kind {
	case rule.Text:
		s := v.Text()
		text(c, &s)
		*v = rule.TextOf(s)
	case rule.Number:
		n := v.Number()
		c.float(&n)
		*v = rule.NumberOf(n)
	case rule.Bool:
		b := v.Bool()
		c.bool(&b)
		*v = rule.BoolOf(b)
	case rule.Time:
		at := v.Time()
		whole(c, &at)
		*v = rule.TimeOf(at)
	}
}
