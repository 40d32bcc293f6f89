package rule_test

import (
	"testing"
	"time"

	"wegweiser/shared/rule"
	"wegweiser/shared/rule/internal/ruletest"
)

func text(s string) rule.Expr    { return rule.Literal(rule.TextOf(s)) }
func number(n float64) rule.Expr { return rule.Literal(rule.NumberOf(n)) }

var (
	phase   = rule.Fact{Kind: rule.Phase}
	channel = rule.Fact{Kind: rule.Channel}
	country = rule.Fact{Kind: rule.Country}
	views   = rule.Fact{Kind: rule.Count, Name: "product_view", Window: 7 * 24 * time.Hour}
	age     = rule.Fact{Kind: rule.Visitor, Name: "age", Type: rule.Number}
	tier    = rule.Fact{Kind: rule.Visitor, Name: "tier", Type: rule.Text}
	vip     = rule.Fact{Kind: rule.Visitor, Name: "vip", Type: rule.Bool}
	stars   = rule.Fact{Kind: rule.Segment, Name: "stars"}
)

func condition(tb testing.TB, root rule.Expr) rule.Condition {
	tb.Helper()
	c, err := rule.New(root)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// fiveParts is the condition that the budget speaks of.
func fiveParts(tb testing.TB) rule.Condition {
	return condition(tb, rule.Apply(rule.OpAnd,
		rule.Apply(rule.OpEqual, rule.Read(phase), text("consideration")),
		rule.Apply(rule.OpGreaterEqual, rule.Read(views), number(3)),
		rule.Apply(rule.OpEqual, rule.Read(channel), text("email")),
		rule.Apply(rule.OpIn, rule.Read(country), text("AT"), text("CH"), text("DE")),
		rule.Apply(rule.OpGreaterEqual, rule.Read(age), number(18)),
	))
}

// researcher is somebody for whom all five parts hold.
func researcher() map[rule.Fact]rule.Value {
	return map[rule.Fact]rule.Value{
		phase:   rule.TextOf("consideration"),
		channel: rule.TextOf("email"),
		country: rule.TextOf("DE"),
		views:   rule.NumberOf(5),
		age:     rule.NumberOf(40),
	}
}

// bound returns c as a predicate with facts ready to be read.
func bound(c rule.Condition, known map[rule.Fact]rule.Value) (rule.Predicate, *rule.Facts, *ruletest.Person) {
	needs := new(rule.Needs)
	predicate := needs.Bind(c)
	person := &ruletest.Person{Needs: needs, Known: known}
	facts := needs.NewFacts()
	facts.Begin(person)
	return predicate, facts, person
}
