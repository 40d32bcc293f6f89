package parse_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/builtin"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/parser"
	"pgregory.net/rapid"

	"wegweiser/shared/rule"
	"wegweiser/shared/rule/internal/ruletest"
	"wegweiser/shared/rule/parse"
)

// The oracle is expr's own evaluator. It knows neither facts nor missing values,
// so a text is first rewritten: every fact becomes a call of fact, and every
// comparison is guarded by the presence of all that it computes with.

// byOracle evaluates a when text that Parse accepts.
func byOracle(t fataler, text string, known map[rule.Fact]rule.Value) bool {
	t.Helper()
	config := conf.CreateNew()
	for _, f := range builtin.Builtins {
		config.Functions[f.Name] = f
	}
	tree, err := parser.ParseWithConfig(text, config)
	if err != nil {
		t.Fatalf("%s\nexpr does not parse it: %v", text, err)
	}
	facts := map[string]any{}
	for f, v := range known {
		facts[f.String()] = plainly(v)
	}
	guarded := guard(tree.Node)
	env := map[string]any{
		"fact":    func(name string) any { return facts[name] },
		"present": present,
		"modulo":  func(a, b any) any { return math.Mod(a.(float64), b.(float64)) },
	}
	program, err := expr.Compile(guarded, expr.Optimize(false), expr.Env(env))
	if err != nil {
		t.Fatalf("%s\nexpr does not compile it: %v", guarded, err)
	}
	result, err := expr.Run(program, env)
	if err != nil {
		t.Fatalf("%s\nexpr does not run it: %v", guarded, err)
	}
	holds, ok := result.(bool)
	if !ok {
		t.Fatalf("%s\nexpr gave %v, want true or false", guarded, result)
	}
	return holds
}

type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

func plainly(v rule.Value) any {
	switch v.Type() {
	case rule.Text:
		return v.Text()
	case rule.Number:
		return v.Number()
	case rule.Bool:
		return v.Bool()
	case rule.Time:
		return float64(v.Time())
	}
	return nil
}

func present(v any) bool {
	if number, ok := v.(float64); ok {
		return !math.IsNaN(number) && !math.IsInf(number, 0)
	}
	return v != nil
}

// guard rewrites a condition.
func guard(n ast.Node) string {
	switch n := n.(type) {
	case *ast.UnaryNode:
		if n.Operator == "not" || n.Operator == "!" {
			inner, ok := n.Node.(*ast.BinaryNode)
			if ok && inner.Location() == n.Location() {
				return compare(inner, true)
			}
			return "(not " + guard(n.Node) + ")"
		}
	case *ast.BinaryNode:
		switch n.Operator {
		case "and", "or", "&&", "||":
			return "(" + guard(n.Left) + " " + n.Operator + " " + guard(n.Right) + ")"
		}
		return compare(n, false)
	case *ast.BoolNode:
		return n.String()
	case *ast.CallNode:
		if n.Callee.String() == "missing" {
			return "(not present(" + operand(n.Arguments[0], nil) + "))"
		}
	}
	fact := operand(n, nil)
	return "(present(" + fact + ") and " + fact + ")"
}

func compare(n *ast.BinaryNode, negated bool) string {
	if id, ok := n.Left.(*ast.IdentifierNode); ok && id.Value == "segment" {
		return membership(n.Operator, n.Right, negated)
	}
	if id, ok := n.Right.(*ast.IdentifierNode); ok && id.Value == "segment" {
		return membership(n.Operator, n.Left, negated)
	}
	var parts []string
	left, right := operand(n.Left, &parts), operand(n.Right, &parts)
	if isTime(n.Left) {
		right = moment(n.Right, right)
	} else if isTime(n.Right) {
		left = moment(n.Left, left)
	}
	test := "(" + left + " " + n.Operator + " " + right + ")"
	if negated {
		test = "(not " + test + ")"
	}
	guarded := ""
	for _, part := range parts {
		guarded += "present(" + part + ") and "
	}
	return "(" + guarded + test + ")"
}

func membership(operator string, named ast.Node, negated bool) string {
	ids := []ast.Node{named}
	if list, ok := named.(*ast.ArrayNode); ok {
		ids = list.Nodes
	}
	var any []string
	for _, id := range ids {
		any = append(any, "fact("+fmt.Sprintf("%q", "segment == "+rule.TextOf(id.(*ast.StringNode).Value).String())+")")
	}
	test := "(" + strings.Join(any, " or ") + ")"
	if negated != (operator == "!=") {
		return "(not " + test + ")"
	}
	return test
}

// operand rewrites a value and adds to parts all that has to be present for it,
// what is computed first coming first.
func operand(n ast.Node, parts *[]string) string {
	add := func(text string) string {
		if parts != nil {
			*parts = append(*parts, text)
		}
		return text
	}
	switch n := n.(type) {
	case *ast.IdentifierNode, *ast.MemberNode, *ast.CallNode:
		return add(fmt.Sprintf("fact(%q)", factName(n)))
	case *ast.IntegerNode:
		return fmt.Sprintf("%de0", n.Value) // a float: ours are
	case *ast.UnaryNode:
		return add("(" + n.Operator + operand(n.Node, parts) + ")")
	case *ast.BinaryNode:
		left, right := operand(n.Left, parts), operand(n.Right, parts)
		if n.Operator == "%" {
			return add("modulo(" + left + ", " + right + ")")
		}
		return add("(" + left + " " + n.Operator + " " + right + ")")
	case *ast.ArrayNode:
		var members []string
		for _, member := range n.Nodes {
			members = append(members, operand(member, nil))
		}
		return "[" + strings.Join(members, ", ") + "]"
	}
	return n.String()
}

// factName is what rule.Fact.String gives for the fact that n asks for.
func factName(n ast.Node) string {
	switch n := n.(type) {
	case *ast.MemberNode:
		kind := map[string]rule.Kind{"visitor": rule.Visitor, "context": rule.Context, "score": rule.Score}[n.Node.String()]
		return rule.Fact{Kind: kind, Name: n.Property.(*ast.StringNode).Value}.String()
	case *ast.CallNode:
		var args []string
		for i, arg := range n.Arguments {
			text := arg.(*ast.StringNode).Value
			if i == len(n.Arguments)-1 && n.Callee.String() != "days_since" {
				window, _ := rule.ParseWindow(text)
				text = rule.FormatWindow(window)
			}
			args = append(args, rule.TextOf(text).String())
		}
		return n.Callee.String() + "(" + strings.Join(args, ", ") + ")"
	}
	return n.String()
}

func isTime(n ast.Node) bool {
	switch n.(type) {
	case *ast.IdentifierNode, *ast.MemberNode:
		name := factName(n)
		return name == "now" || name == "visitor.joined"
	}
	return false
}

func moment(n ast.Node, text string) string {
	literal, ok := n.(*ast.StringNode)
	if !ok {
		return text
	}
	at, _ := time.Parse(time.RFC3339, literal.Value)
	return fmt.Sprintf("%de0", at.UnixMilli())
}

// byUs evaluates a condition.
func byUs(c rule.Condition, known map[rule.Fact]rule.Value) bool {
	var needs rule.Needs
	predicate := needs.Bind(c)
	facts := needs.NewFacts()
	facts.Begin(&ruletest.Person{Needs: &needs, Known: known})
	return predicate.Holds(facts)
}

func TestEvaluationAgreesWithExpr(t *testing.T) {
	var held, failed int
	rapid.Check(t, func(t *rapid.T) {
		c := ruletest.Conditions().Draw(t, "condition")
		known := ruletest.Known(rapid.Uint64().Draw(t, "person"))
		want := byOracle(t, c.String(), known)
		if got := byUs(c, known); got != want {
			t.Fatalf("%s\ngot %v, expr says %v, with %v", c, got, want, known)
		}
		if want {
			held++
		} else {
			failed++
		}
	})
	if held == 0 || failed == 0 {
		t.Errorf("%d conditions held and %d failed; want some of both", held, failed)
	}
}

// FuzzAgainstExpr looks for a text that means something else to us than to expr.
func FuzzAgainstExpr(f *testing.F) {
	for i, text := range seeds {
		f.Add(text, uint64(i))
	}
	f.Fuzz(func(t *testing.T, text string, person uint64) {
		c, problems := parse.Parse(text, schema())
		if len(problems) > 0 || c.IsZero() {
			return
		}
		known := ruletest.Known(person)
		want := byOracle(t, text, known)
		if got := byUs(c, known); got != want {
			t.Fatalf("%s\nread as %s\ngot %v, expr says %v, with %v", text, c, got, want, known)
		}
	})
}
