package rule_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/rule"
)

func TestExplain(t *testing.T) {
	read, apply := rule.Read, rule.Apply
	decided := apply(rule.OpEqual, read(phase), text("decision"))
	known := map[rule.Fact]rule.Value{
		phase: rule.TextOf("decision"), views: rule.NumberOf(1), vip: rule.BoolOf(true), stars: rule.BoolOf(false),
	}
	tests := map[string]struct {
		root rule.Expr
		want string
	}{
		"FirstOfTwo":  {apply(rule.OpAnd, decided, apply(rule.OpGreaterEqual, read(views), number(3)), read(stars)), `count("product_view", "7d") >= 3: count("product_view", "7d") is 1`},
		"Missing":     {apply(rule.OpAnd, decided, apply(rule.OpNotEqual, read(tier), text("gold"))), `visitor.tier != "gold": visitor.tier is missing`},
		"Or":          {apply(rule.OpAnd, decided, apply(rule.OpOr, read(stars), apply(rule.OpLess, read(views), number(1)))), `segment == "stars" or count("product_view", "7d") < 1: (segment == "stars") is false, count("product_view", "7d") is 1`},
		"Not":         {apply(rule.OpNot, apply(rule.OpAnd, decided, read(vip))), `not (phase == "decision" and visitor.vip): phase is "decision", visitor.vip is true`},
		"Membership":  {read(stars), `segment == "stars": (segment == "stars") is false`},
		"ThereAfter":  {apply(rule.OpMissing, read(phase)), `missing(phase): phase is "decision"`},
		"AlwaysFalse": {rule.Literal(rule.BoolOf(false)), `false`},
		"TwoFields":   {apply(rule.OpLess, read(views), apply(rule.OpMultiply, number(2), read(age))), `count("product_view", "7d") < 2 * visitor.age: count("product_view", "7d") is 1, visitor.age is missing`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			predicate, facts, _ := bound(condition(t, test.root), known)
			failure, failed := predicate.Explain(facts)
			if !failed || failure.String() != test.want {
				t.Errorf("got  %v %s\nwant true %s", failed, failure, test.want)
			}
		})
	}
}

func TestExplainGivesTheValues(t *testing.T) {
	predicate, facts, _ := bound(condition(t, rule.Apply(rule.OpGreater, rule.Read(views), rule.Read(age))),
		map[rule.Fact]rule.Value{views: rule.NumberOf(1)})
	failure, _ := predicate.Explain(facts)
	want := []rule.Reading{{Field: `count("product_view", "7d")`, Value: rule.NumberOf(1)}, {Field: "visitor.age"}}
	equal := cmp.Comparer(func(a, b rule.Value) bool { return a == b })
	if diff := cmp.Diff(want, failure.Actual, equal); diff != "" {
		t.Errorf("readings (-want +got):\n%s", diff)
	}
}
