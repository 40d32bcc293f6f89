package parse

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/ast"

	"wegweiser/shared/journey"
	"wegweiser/shared/rule"
)

// value is a checked operand.
type value struct {
	node  ast.Node
	expr  rule.Expr
	is    rule.Type
	fixed bool // made of literals only
}

func (v value) String() string { return v.expr.String() }

// called returns how a message speaks of a type.
func called(t rule.Type) string {
	switch t {
	case rule.Number:
		return "a number"
	case rule.Bool:
		return "true or false"
	case rule.Time:
		return "a time"
	}
	return "text"
}

// hint says how v could become a condition.
func (v value) hint() string {
	switch {
	case v.expr.Op == rule.OpLiteral && v.is == rule.Text:
		return `to allow several texts write field in ["…", "…"]`
	case v.fixed:
		return "compare it with a field"
	case v.is == rule.Text:
		return fmt.Sprintf(`compare it, as in %s == "…"`, v)
	case v.is == rule.Time:
		return fmt.Sprintf(`compare it, as in %s >= "2026-01-31T00:00:00Z"`, v)
	}
	return fmt.Sprintf("compare it, as in %s >= 1", v)
}

// as proposes how a literal of the wrong type is written as a t.
func (v value) as(t rule.Type) string {
	if v.expr.Op != rule.OpLiteral {
		return ""
	}
	text := v.expr.Value.Text()
	_, numeric := strconv.ParseFloat(text, 64)
	switch {
	case v.is == rule.Text && (t == rule.Number && numeric == nil || t == rule.Bool && (text == "true" || text == "false")):
		return fmt.Sprintf("; write %s without quotes", text)
	case v.is == rule.Number && t == rule.Text:
		return fmt.Sprintf(`; write "%s" with quotes`, v)
	case t == rule.Bool:
		return "; write true or false"
	}
	return ""
}

// asTime turns a literal text into a time when the other side is one.
func (c *checker) asTime(v *value, other rule.Type) bool {
	if other != rule.Time || v.is != rule.Text || v.expr.Op != rule.OpLiteral {
		return true
	}
	text := v.expr.Value.Text()
	var at journey.Millis
	if err := at.UnmarshalText([]byte(text)); err == nil && at.Time().Year() >= 0 && at.Time().Year() <= 9999 {
		v.expr, v.is = rule.Literal(rule.TimeOf(at)), rule.Time
		return true
	}
	for _, ending := range []string{"T00:00:00Z", "Z", ":00Z"} {
		if fuller := strings.Replace(text, " ", "T", 1) + ending; at.UnmarshalText([]byte(fuller)) == nil {
			c.problem(v.node, "%s is not a whole time; write %q", v, fuller)
			return false
		}
	}
	c.problem(v.node, `%s is not a time; write one such as "2026-01-31T09:00:00+01:00"`, v)
	return false
}

// value checks an operand of a comparison.
func (c *checker) value(n ast.Node) (value, bool) {
	literal := func(v rule.Value) (value, bool) {
		return value{node: n, expr: rule.Literal(v), is: v.Type(), fixed: true}, true
	}
	switch n := n.(type) {
	case *ast.StringNode:
		return literal(rule.TextOf(n.Value))
	case *ast.IntegerNode:
		return literal(rule.NumberOf(float64(n.Value)))
	case *ast.FloatNode:
		return literal(rule.NumberOf(n.Value))
	case *ast.BoolNode:
		return literal(rule.BoolOf(n.Value))
	case *ast.UnaryNode:
		return c.signed(n)
	case *ast.BinaryNode:
		return c.arithmetic(n)
	case *ast.IdentifierNode:
		return c.field(n)
	case *ast.MemberNode:
		return c.member(n)
	case *ast.CallNode:
		return c.call(n)
	case *ast.NilNode:
		c.problem(n, "there is no nil; ask missing(field)")
	case *ast.ArrayNode:
		c.problem(n, "a list stands after in only, as in country in [\"AT\", \"DE\"]")
	default:
		c.problem(n, "this is not part of a condition; compare fields with == != < <= > >= or in")
	}
	return value{}, false
}

// signed checks a leading minus or plus. A minus before anything but a literal
// becomes a subtraction from 0.
func (c *checker) signed(n *ast.UnaryNode) (value, bool) {
	if n.Operator != "-" && n.Operator != "+" {
		if _, between := negated(n); between {
			return c.nested(n)
		}
		c.problem(n, "not belongs to what stands right after it; put parentheses around what it turns: not (phase == \"…\")")
		return value{}, false
	}
	v, ok := c.number(n.Node, n.Operator)
	if !ok || n.Operator == "+" {
		return v, ok
	}
	v.node = n
	if v.expr.Op == rule.OpLiteral {
		v.expr = rule.Literal(rule.NumberOf(-v.expr.Value.Number()))
	} else {
		v.expr = rule.Apply(rule.OpSubtract, rule.Literal(rule.NumberOf(0)), v.expr)
	}
	return v, true
}

// nested refuses a comparison where a value has to stand.
func (c *checker) nested(n ast.Node) (value, bool) {
	c.problem(n, "the result of a comparison is not compared again; join comparisons with and, or and not")
	return value{}, false
}

var signs = map[string]rule.Op{
	"+": rule.OpAdd, "-": rule.OpSubtract, "*": rule.OpMultiply, "/": rule.OpDivide, "%": rule.OpRemainder,
}

func (c *checker) arithmetic(n *ast.BinaryNode) (value, bool) {
	op, ok := signs[n.Operator]
	if !ok {
		return c.nested(n)
	}
	left, okLeft := c.number(n.Left, n.Operator)
	right, okRight := c.number(n.Right, n.Operator)
	return value{
		node: n, expr: rule.Apply(op, left.expr, right.expr), is: rule.Number, fixed: left.fixed && right.fixed,
	}, okLeft && okRight
}

func (c *checker) number(n ast.Node, sign string) (value, bool) {
	v, ok := c.value(n)
	if ok && v.is != rule.Number {
		c.problem(n, "%s works on numbers; %s is %s%s", sign, v, called(v.is), v.as(rule.Number))
		return value{}, false
	}
	return v, ok
}

func (c *checker) field(n *ast.IdentifierNode) (value, bool) {
	if f, ok := fieldOf(n.Value); ok && f.alone() {
		return read(n, rule.Fact{Kind: f.kind}), true
	}
	switch n.Value {
	case "segment":
		c.problem(n, `ask for membership as segment == "…", segment != "…" or segment in ["…", "…"]`)
	case "visitor":
		c.problem(n, "name a trait: visitor.<trait>%s", choice(names(c.schema.Traits)))
	case "context":
		c.problem(n, "name a value of the request: context.<key>%s", choice(names(c.schema.Context)))
	case "score":
		c.problem(n, "name a phase: score.<phase>%s", choice(c.schema.Phases))
	default:
		if f, ok := functionOf(n.Value); ok {
			c.problem(n, "%s is a function: %s", n.Value, f.Call)
		} else {
			c.problem(n, "there is no field called %s%s", n.Value, c.meantField(n.Value))
		}
	}
	return value{}, false
}

// meantField guesses what an unknown word stands for: a trait without its
// visitor, a text without its quotes, a typo.
func (c *checker) meantField(name string) string {
	if _, ok := c.schema.Traits[name]; ok {
		return "; did you mean visitor." + name + "?"
	}
	if _, ok := c.schema.Context[name]; ok {
		return "; did you mean context." + name + "?"
	}
	for _, ids := range [][]string{
		c.schema.Phases, c.schema.Standings, c.schema.Segments, c.schema.Channels,
		c.schema.Types, c.schema.Milestones, c.schema.Items,
	} {
		if slices.Contains(ids, name) {
			return fmt.Sprintf("; a text stands between quotes: %q", name)
		}
	}
	if near, ok := rule.Nearest(name, listed(fields, (*Field).stem)); ok {
		return "; did you mean " + near + "?"
	}
	if near, ok := rule.Nearest(name, names(c.schema.Traits)); ok {
		return "; did you mean visitor." + near + "?"
	}
	return "; fields are " + listing(listed(fields, func(f *Field) string { return f.Name })) + "; a text stands between quotes"
}

func read(n ast.Node, f rule.Fact) value {
	return value{node: n, expr: rule.Read(f), is: f.Result()}
}

// member checks visitor.x, context.x and score.x, which may also be written
// visitor["x"] for names that are not one word.
func (c *checker) member(n *ast.MemberNode) (value, bool) {
	group, ok := n.Node.(*ast.IdentifierNode)
	if !ok {
		c.problem(n, "there is one dot at most: visitor.<trait>, context.<key> or score.<phase>")
		return value{}, false
	}
	property, ok := n.Property.(*ast.StringNode)
	if !ok {
		c.problem(n, "a name has to follow: %s.<name> or %s[\"<name>\"]", group.Value, group.Value)
		return value{}, false
	}
	declared, kind := map[string]rule.Type(nil), rule.Visitor
	switch group.Value {
	case "visitor":
		declared = c.schema.Traits
	case "context":
		declared, kind = c.schema.Context, rule.Context
	case "score":
		fact := rule.Fact{Kind: rule.Score, Name: property.Value}
		return read(n, fact), c.known(n, "phase", property.Value, c.schema.Phases)
	default:
		meant := "; there are visitor.<trait>, context.<key> and score.<phase>"
		if near, ok := rule.Nearest(group.Value, []string{"visitor", "context", "score"}); ok {
			meant = "; did you mean " + near + "." + property.Value + "?"
		}
		c.problem(n, "there is nothing called %s with a dot after it%s", group.Value, meant)
		return value{}, false
	}
	t, ok := declared[property.Value]
	if !ok {
		what := map[rule.Kind]string{rule.Visitor: "trait", rule.Context: "context value"}[kind]
		c.problem(n, "there is no %s called %s%s", what, property.Value, meant(property.Value, names(declared), fmt.Sprintf(
			"; declare it in settings as %s.%s", map[rule.Kind]string{rule.Visitor: "trait", rule.Context: "context"}[kind], property.Value)))
		return value{}, false
	}
	return read(n, rule.Fact{Kind: kind, Name: property.Value, Type: t}), true
}
