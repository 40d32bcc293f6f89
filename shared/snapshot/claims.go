package snapshot

import (
	"maps"
	"slices"
	"strings"

	"wegweiser/shared/rule"
)

// claims gathers what has to hold in one decision, so as to find out that it
// cannot. It looks at one fact, or one computed value, at a time: what it says
// to be impossible is so, and what it lets through may still be.
type claims struct {
	world  *premises
	by     map[string]*domain // by the text of the fact or computed value
	either []alternatives
	deep   int    // in segments that segments name
	said   string // what is being claimed, where it is not a part of a condition
	clash  string // what cannot hold; empty as long as everything may
}

// premises are what is known of the facts of every decision on a snapshot.
type premises struct {
	phases   []rule.Value
	window   int
	segments map[string]*rule.Condition // nil for those that hold nobody
	effort   int                        // parts that may still be looked at
}

// alternatives are conditions of which one has to hold, or to fail.
type alternatives struct {
	of   []rule.Expr
	want bool
	said string
}

func newClaims(w *premises) *claims { return &claims{world: w, by: map[string]*domain{}} }

// with returns a copy that can be added to.
func (c *claims) with() *claims {
	c.world.effort -= len(c.by)
	copied := &claims{world: c.world, by: make(map[string]*domain, len(c.by)), either: slices.Clone(c.either), deep: c.deep, clash: c.clash}
	for name, d := range c.by {
		copied.by[name] = d.clone()
	}
	return copied
}

// member claims that a text is one of those that a column lists; an empty list
// asks nothing.
func (c *claims) member(kind rule.Kind, list []string, said string) {
	if len(list) == 0 {
		return
	}
	args := []rule.Expr{rule.Read(rule.Fact{Kind: kind})}
	for _, text := range list {
		args = append(args, rule.Literal(rule.TextOf(text)))
	}
	c.said = said
	c.add(rule.Apply(rule.OpIn, args...), true)
	c.said = ""
}

// segments claims that the visitor is in one of the segments, without those
// that hold nobody; where none is left it claims nothing, as that is said of
// the segments.
func (c *claims) segments(list []string, said string) {
	list = slices.DeleteFunc(slices.Clone(list), func(name string) bool { return c.world.segments[name] == nil })
	if len(list) == 0 {
		return
	}
	c.said = said
	args := make([]rule.Expr, len(list))
	for i, name := range list {
		args[i] = rule.Read(rule.Fact{Kind: rule.Segment, Name: name})
	}
	if len(args) == 1 {
		c.add(args[0], true)
	} else {
		c.add(rule.Apply(rule.OpOr, args...), true)
	}
	c.said = ""
}

// condition claims that a condition holds.
func (c *claims) condition(condition rule.Condition) {
	if root, ok := condition.Root(); ok {
		c.add(root, true)
	}
}

// add claims that e holds, or that it does not.
func (c *claims) add(e rule.Expr, want bool) {
	if c.world.effort--; c.world.effort < 0 || c.clash != "" {
		return
	}
	switch e.Op {
	case rule.OpLiteral:
		if e.Value.Bool() != want {
			c.clash = c.text(&e, want) + " never holds"
		}
	case rule.OpRead:
		c.read(&e, want)
	case rule.OpAnd, rule.OpOr:
		if want == (e.Op == rule.OpAnd) {
			for _, arg := range e.Args {
				c.add(arg, want)
			}
		} else {
			c.either = append(c.either, alternatives{e.Args, want, c.text(&e, want)})
		}
	case rule.OpNot:
		c.add(e.Args[0], !want)
	case rule.OpMissing:
		d := c.of(&e.Args[0])
		if want {
			d.absent = true
		} else {
			d.present = true
		}
		c.narrowed(d, &e, want)
	default:
		c.compare(&e, want)
	}
}

// text is e as a marketer reads it, or the column that it comes from.
func (c *claims) text(e *rule.Expr, want bool) string {
	switch {
	case c.said != "":
		return c.said
	case want:
		return e.String()
	}
	return rule.Apply(rule.OpNot, *e).String()
}

// read claims a fact that is true or false.
func (c *claims) read(e *rule.Expr, want bool) {
	d := c.of(e)
	if want {
		d.present = true
		d.among = only(d.among, []rule.Value{rule.BoolOf(true)})
	} else {
		d.not = append(d.not, rule.BoolOf(true))
	}
	if c.narrowed(d, e, want); e.Fact.Kind != rule.Segment {
		return
	}
	condition := c.world.segments[e.Fact.Name]
	if condition == nil || c.deep == maxDeep {
		return
	}
	c.deep++
	defer func() { c.deep-- }()
	if root, ok := condition.Root(); ok {
		before := c.said
		if c.said == "" {
			c.said = c.text(e, want)
		}
		c.add(root, want)
		c.said = before
	} else if !want {
		c.clash = c.text(e, want) + " never holds: everybody is in the segment"
	}
}

// maxDeep is how far segments are followed that name each other.
const maxDeep = 4

var flipped = map[rule.Op]rule.Op{
	rule.OpEqual: rule.OpEqual, rule.OpNotEqual: rule.OpNotEqual,
	rule.OpLess: rule.OpGreater, rule.OpLessEqual: rule.OpGreaterEqual,
	rule.OpGreater: rule.OpLess, rule.OpGreaterEqual: rule.OpLessEqual,
}

var opposite = map[rule.Op]rule.Op{
	rule.OpEqual: rule.OpNotEqual, rule.OpNotEqual: rule.OpEqual,
	rule.OpLess: rule.OpGreaterEqual, rule.OpGreaterEqual: rule.OpLess,
	rule.OpGreater: rule.OpLessEqual, rule.OpLessEqual: rule.OpGreater,
	rule.OpIn: rule.OpNotIn, rule.OpNotIn: rule.OpIn,
	rule.OpContains: rule.OpNotContains, rule.OpNotContains: rule.OpContains,
	rule.OpStartsWith: rule.OpNotStartsWith, rule.OpNotStartsWith: rule.OpStartsWith,
	rule.OpEndsWith: rule.OpNotEndsWith, rule.OpNotEndsWith: rule.OpEndsWith,
	rule.OpMatches: rule.OpNotMatches, rule.OpNotMatches: rule.OpMatches,
}

// compare claims a comparison. One that holds has all of its facts; one that
// fails may lack some.
func (c *claims) compare(e *rule.Expr, want bool) {
	if want {
		for i := range e.Args {
			c.present(&e.Args[i], e)
		}
	}
	op, left, right := e.Op, &e.Args[0], e.Args[1:]
	if left.Op == rule.OpLiteral && flipped[op] != 0 {
		op, left, right = flipped[op], &e.Args[1], e.Args[:1]
	}
	if !want {
		op = opposite[op]
	}
	if left.Op == rule.OpLiteral || slices.ContainsFunc(right, func(r rule.Expr) bool { return r.Op != rule.OpLiteral }) {
		return
	}
	values := make([]rule.Value, len(right))
	for i := range right {
		values[i] = right[i].Value
	}
	d := c.of(left)
	d.present = d.present || want
	d.narrow(op, values)
	c.narrowed(d, e, want)
}

// present claims that all facts of an operand are there, because of a comparison.
func (c *claims) present(e, because *rule.Expr) {
	if e.Op == rule.OpRead {
		d := c.of(e)
		d.present = true
		c.narrowed(d, because, true)
		return
	}
	for i := range e.Args {
		c.present(&e.Args[i], because)
	}
}

// narrowed notes what d was narrowed by, and whether nothing is left of it.
func (c *claims) narrowed(d *domain, e *rule.Expr, want bool) {
	if text := c.text(e, want); !slices.Contains(d.said, text) {
		d.said = append(d.said, text)
	}
	if c.clash != "" || d.possible() {
		return
	}
	switch {
	case len(d.said) == 1 && d.always != "":
		c.clash = d.said[0] + " never holds: " + d.always
	case len(d.said) == 1:
		c.clash = d.said[0] + " never holds"
	default:
		c.clash = strings.Join(d.said, " and ") + " never hold together"
	}
}

// of returns the domain of a fact or a computed value.
func (c *claims) of(e *rule.Expr) *domain {
	name := e.String()
	d := c.by[name]
	if d == nil {
		d = c.world.domain(e)
		c.by[name] = d
	}
	return d
}

// settle takes the alternatives that cannot hold out, and claims those that are
// left alone. What it leaves open counts as possible.
func (c *claims) settle() bool {
	for again := true; again && c.clash == ""; {
		again = false
		for i := 0; i < len(c.either) && c.clash == ""; i++ {
			last, open := -1, 0
			for k, e := range c.either[i].of {
				if c.world.effort < 0 {
					return true
				}
				trial := c.with()
				trial.either = nil
				if trial.add(e, c.either[i].want); trial.settle() {
					last = k
					if open++; open > 1 {
						break
					}
				}
			}
			chosen := c.either[i]
			switch {
			case open > 1:
				continue
			case open == 0:
				c.clash = chosen.said + " never holds" + beside(c.by)
			default:
				c.either = slices.Delete(c.either, i, i+1)
				before := c.said
				c.said = ""
				c.add(chosen.of[last], chosen.want)
				c.said = before
				again = true
				i--
			}
		}
	}
	return c.clash == "" || c.world.effort < 0
}

// beside says what else is claimed.
func beside(by map[string]*domain) string {
	var said []string
	for _, name := range slices.Sorted(maps.Keys(by)) {
		for _, text := range by[name].said {
			if !slices.Contains(said, text) {
				said = append(said, text)
			}
		}
	}
	if len(said) == 0 {
		return ""
	}
	return " beside " + strings.Join(said, " and ")
}
