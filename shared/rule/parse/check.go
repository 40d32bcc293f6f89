package parse

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/expr-lang/expr/ast"

	"wegweiser/shared/rule"
)

// checker turns the parser's tree into ours and gathers what is wrong with it.
// Its methods report false when they added a problem, so that the caller does
// not add another one for the same place.
type checker struct {
	schema   *Schema
	words    *words
	problems []Problem
}

func (c *checker) problem(at ast.Node, format string, args ...any) {
	c.problems = append(c.problems, Problem{Offset: c.offset(at), Message: fmt.Sprintf(format, args...)})
}

// offset returns where a node begins in the text; the parser locates a binary
// node at its sign and a member at its name.
func (c *checker) offset(n ast.Node) int {
	switch n := n.(type) {
	case *ast.BinaryNode:
		return c.offset(n.Left)
	case *ast.MemberNode:
		return c.offset(n.Node)
	case *ast.CallNode:
		return c.offset(n.Callee)
	case *ast.UnaryNode:
		if inner, ok := negated(n); ok {
			return c.offset(inner)
		}
	}
	return c.words.offset(n.Location())
}

// negated returns the comparison inside a not that stands between its sides, as
// in x not in [1]. The parser gives both the same location; a leading not has
// its own.
func negated(n *ast.UnaryNode) (*ast.BinaryNode, bool) {
	inner, ok := n.Node.(*ast.BinaryNode)
	return inner, ok && n.Operator == "not" && inner.Location() == n.Location()
}

var comparisons = map[string]struct{ plain, negated rule.Op }{
	"==":         {rule.OpEqual, rule.OpNotEqual},
	"!=":         {rule.OpNotEqual, rule.OpEqual},
	"<":          {rule.OpLess, rule.OpGreaterEqual},
	"<=":         {rule.OpLessEqual, rule.OpGreater},
	">":          {rule.OpGreater, rule.OpLessEqual},
	">=":         {rule.OpGreaterEqual, rule.OpLess},
	"in":         {rule.OpIn, rule.OpNotIn},
	"contains":   {rule.OpContains, rule.OpNotContains},
	"startsWith": {rule.OpStartsWith, rule.OpNotStartsWith},
	"endsWith":   {rule.OpEndsWith, rule.OpNotEndsWith},
	"matches":    {rule.OpMatches, rule.OpNotMatches},
}

var joints = map[string]rule.Op{"and": rule.OpAnd, "&&": rule.OpAnd, "or": rule.OpOr, "||": rule.OpOr}

// condition checks a node that has to be true or false.
func (c *checker) condition(n ast.Node) (rule.Expr, bool) {
	switch n := n.(type) {
	case *ast.UnaryNode:
		if inner, ok := negated(n); ok {
			return c.comparison(inner, comparisons[inner.Operator].negated)
		}
		if n.Operator == "not" || n.Operator == "!" {
			arg, ok := c.condition(n.Node)
			return rule.Apply(rule.OpNot, arg), ok
		}
	case *ast.BinaryNode:
		if op, ok := joints[n.Operator]; ok {
			left, okLeft := c.condition(n.Left)
			right, okRight := c.condition(n.Right)
			return rule.Apply(op, left, right), okLeft && okRight
		}
		if op, ok := comparisons[n.Operator]; ok {
			return c.comparison(n, op.plain)
		}
	case *ast.CallNode:
		if name, ok := n.Callee.(*ast.IdentifierNode); ok && name.Value == "missing" {
			return c.missing(n)
		}
	}
	v, ok := c.value(n)
	if ok && v.is != rule.Bool {
		c.problem(n, "%s is %s and by itself neither true nor false; %s", v, called(v.is), v.hint())
		return rule.Expr{}, false
	}
	return v.expr, ok
}

func (c *checker) missing(n *ast.CallNode) (rule.Expr, bool) {
	if len(n.Arguments) != 1 {
		c.problem(n, "missing asks for one field: missing(country)")
		return rule.Expr{}, false
	}
	if isSegment(n.Arguments[0]) {
		c.problem(n.Arguments[0], "segment is never missing: a visitor is in it or not")
		return rule.Expr{}, false
	}
	v, ok := c.value(n.Arguments[0])
	switch {
	case !ok:
		return rule.Expr{}, false
	case v.expr.Op != rule.OpRead:
		c.problem(n.Arguments[0], "missing asks for a field, such as country; %s is none%s", v, c.quotedField(&v))
		return rule.Expr{}, false
	case !v.expr.Fact.MayBeMissing():
		c.problem(n.Arguments[0], "%s always has a value; compare it", v)
		return rule.Expr{}, false
	}
	return rule.Apply(rule.OpMissing, v.expr), true
}

func (c *checker) comparison(n *ast.BinaryNode, op rule.Op) (rule.Expr, bool) {
	if isSegment(n.Left) || isSegment(n.Right) {
		return c.membership(n, op)
	}
	if op == rule.OpIn || op == rule.OpNotIn {
		return c.list(n, op)
	}
	left, okLeft := c.value(n.Left)
	right, okRight := c.value(n.Right)
	if !okLeft || !okRight {
		return rule.Expr{}, false
	}
	if !c.agree(n, op, &left, &right) {
		return rule.Expr{}, false
	}
	if op == rule.OpMatches || op == rule.OpNotMatches {
		if right.expr.Op != rule.OpLiteral {
			c.problem(n.Right, "matches needs a pattern between quotes, such as \"^sofa\"")
			return rule.Expr{}, false
		}
		if _, err := regexp.Compile(right.expr.Value.Text()); err != nil {
			c.problem(n.Right, "the pattern cannot be read: %s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
			return rule.Expr{}, false
		}
	}
	if op == rule.OpEqual || op == rule.OpNotEqual {
		okLeft, okRight = c.expected(right, left), c.expected(left, right)
	}
	return rule.Apply(op, left.expr, right.expr), okLeft && okRight
}

// agree checks that the two sides have one type that op compares, and that one
// of them can change. A text beside a time becomes a time.
func (c *checker) agree(n *ast.BinaryNode, op rule.Op, left, right *value) bool {
	if !c.asTime(left, right.is) || !c.asTime(right, left.is) {
		return false
	}
	if left.fixed && right.fixed {
		c.problem(n, "%s and %s are both fixed; one side has to be a field%s", left, right, c.quotedField(left, right))
		return false
	}
	subject, other := left, right
	if left.fixed {
		subject, other = right, left
	}
	if !c.suits(n, op, subject) {
		return false
	}
	if subject.is != other.is {
		c.problem(other.node, "%s is %s; %s is %s%s", subject, called(subject.is), other, called(other.is), other.as(subject.is))
		return false
	}
	return true
}

// suits checks that op compares values such as v.
func (c *checker) suits(n ast.Node, op rule.Op, v *value) bool {
	sign := strings.TrimPrefix(op.String(), "not ")
	switch op {
	case rule.OpEqual, rule.OpNotEqual:
	case rule.OpLess, rule.OpLessEqual, rule.OpGreater, rule.OpGreaterEqual:
		if v.is == rule.Text {
			c.problem(n, "%s is text; %s compares numbers and times, use == or != here", v, sign)
			return false
		}
		if v.is == rule.Bool {
			c.problem(n, "%s is true or false; write it alone or after not, without %s", v, sign)
			return false
		}
	default:
		if v.is != rule.Text {
			c.problem(n, "%s is %s; %s works on texts", v, called(v.is), sign)
			return false
		}
	}
	return true
}

// list checks x in [literals].
func (c *checker) list(n *ast.BinaryNode, op rule.Op) (rule.Expr, bool) {
	left, ok := c.value(n.Left)
	members, isList := n.Right.(*ast.ArrayNode)
	if !isList {
		c.problem(n.Right, `%s needs a list after it, such as ["a", "b"]; to look inside a text use contains`, op)
		return rule.Expr{}, false
	}
	if ok && left.is != rule.Text && left.is != rule.Number {
		c.problem(n.Left, "%s is %s; %s works on texts and numbers", left, called(left.is), op)
		ok = false
	}
	if ok && left.fixed {
		c.problem(n.Left, "%s is fixed; before %s a field has to stand%s", left, op, c.quotedField(&left))
		ok = false
	}
	if len(members.Nodes) == 0 {
		c.problem(members, "the list is empty; write what is allowed, such as [\"a\", \"b\"]")
		return rule.Expr{}, false
	}
	args := []rule.Expr{left.expr}
	for _, node := range members.Nodes {
		member, okMember := c.value(node)
		switch {
		case !okMember:
			ok = false
		case member.expr.Op != rule.OpLiteral:
			c.problem(node, "a list holds fixed texts or numbers; %s is none, join comparisons with or", member)
			ok = false
		case left.is != rule.Missing && member.is != left.is:
			c.problem(node, "%s is %s; %s is %s%s", left, called(left.is), member, called(member.is), member.as(left.is))
			ok = false
		default:
			ok = c.expected(left, member) && ok
		}
		args = append(args, member.expr)
	}
	return rule.Apply(op, args...), ok
}

func isSegment(n ast.Node) bool {
	name, ok := n.(*ast.IdentifierNode)
	return ok && name.Value == "segment"
}

// membership checks segment == "x", segment != "x", and in and not in over lists.
func (c *checker) membership(n *ast.BinaryNode, op rule.Op) (rule.Expr, bool) {
	named := n.Right
	if isSegment(named) && (op == rule.OpEqual || op == rule.OpNotEqual) {
		named = n.Left
	}
	nodes := []ast.Node{named}
	list, isList := named.(*ast.ArrayNode)
	if isList {
		nodes = list.Nodes
	}
	in := op == rule.OpIn || op == rule.OpNotIn
	if (!in && op != rule.OpEqual && op != rule.OpNotEqual) || in != isList || len(nodes) == 0 {
		c.problem(n, `ask for membership as segment == "…", segment != "…" or segment in ["…", "…"]`)
		return rule.Expr{}, false
	}
	all := true
	var members []rule.Expr
	for _, node := range nodes {
		id, ok := node.(*ast.StringNode)
		if !ok {
			c.problem(node, `the name of a segment stands between quotes: segment == "…"`)
			all = false
			continue
		}
		all = c.known(node, "segment", id.Value, c.schema.Segments) && all
		members = append(members, rule.Read(rule.Fact{Kind: rule.Segment, Name: id.Value}))
	}
	if !all {
		return rule.Expr{}, false
	}
	member := members[0]
	if len(members) > 1 {
		member = rule.Apply(rule.OpOr, members...)
	}
	if op == rule.OpNotEqual || op == rule.OpNotIn {
		member = rule.Apply(rule.OpNot, member)
	}
	return member, true
}
