package rule_test

import (
	"testing"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/rule"
)

// person is a Source over a map, for tests.
type person struct {
	needs *rule.Needs
	known map[rule.Fact]rule.Value
	asked int
}

func (p *person) Fact(slot int) rule.Value {
	p.asked++
	return p.known[p.needs.Fact(slot)]
}

// fiveParts is phase == "consideration" and count("product_view", "7d") >= 3 and
// channel == "email" and country in ["AT", "CH", "DE"] and visitor.age >= 18.
func fiveParts(tb testing.TB) rule.Condition {
	tb.Helper()
	text := func(s string) rule.Expr { return rule.Literal(rule.TextOf(s)) }
	number := func(n float64) rule.Expr { return rule.Literal(rule.NumberOf(n)) }
	c, err := rule.New(rule.Apply(rule.OpAnd,
		rule.Apply(rule.OpEqual, rule.Read(rule.Fact{Kind: rule.Phase}), text("consideration")),
		rule.Apply(rule.OpGreaterEqual, rule.Read(views), number(3)),
		rule.Apply(rule.OpEqual, rule.Read(rule.Fact{Kind: rule.Channel}), text("email")),
		rule.Apply(rule.OpIn, rule.Read(rule.Fact{Kind: rule.Country}), text("AT"), text("CH"), text("DE")),
		rule.Apply(rule.OpGreaterEqual, rule.Read(age), number(18)),
	))
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

var (
	views = rule.Fact{Kind: rule.Count, Name: "product_view", Window: 7 * 24 * time.Hour}
	age   = rule.Fact{Kind: rule.Visitor, Name: "age", Type: rule.Number}
)

func researcher(needs *rule.Needs) *person {
	return &person{needs: needs, known: map[rule.Fact]rule.Value{
		{Kind: rule.Phase}:   rule.TextOf("consideration"),
		{Kind: rule.Channel}: rule.TextOf("email"),
		{Kind: rule.Country}: rule.TextOf("DE"),
		{Kind: rule.Now}:     rule.TimeOf(journey.At(time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC))),
		views:                rule.NumberOf(5),
		age:                  rule.NumberOf(40),
	}}
}

func BenchmarkConditionNoAlloc(b *testing.B) {
	var needs rule.Needs
	predicate := needs.Bind(fiveParts(b))
	facts := needs.NewFacts()
	facts.Begin(researcher(&needs))
	b.ReportAllocs()
	for b.Loop() {
		if !predicate.Holds(facts) {
			b.Fatal("got false, want true")
		}
	}
}
