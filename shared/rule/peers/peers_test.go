// Package peers measures a condition of five parts beside other engines on the
// same rule, in one run. It is a module of its own so that they stay out of the
// program's requirements:
//
//	cd shared/rule/peers && go test -bench .
//
// The rule, in our words:
//
//	phase == "consideration" and count("product_view", "7d") >= 3 and
//	channel == "email" and country in ["AT", "CH", "DE"] and visitor.age >= 18
//
// What is counted is given to the others as a ready number, which favours them:
// ours goes through the table of facts. Every engine is used as its guide says is
// fastest: compiled once, its machine kept, the input in a struct where it takes
// one. "first" asks every fact anew, as a decision's first rule does; "again"
// reads what an earlier rule has asked.
package peers

import (
	"context"
	"testing"
	"time"

	"cel.dev/cel-go/cel"
	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"
	growthbook "github.com/growthbook/growthbook-golang"

	"wegweiser/shared/rule"
	"wegweiser/shared/rule/parse"
)

const text = `phase == "consideration" and count("product_view", "7d") >= 3 and ` +
	`channel == "email" and country in ["AT", "CH", "DE"] and visitor.age >= 18`

type person struct {
	Phase   string  `expr:"phase"`
	Views   float64 `expr:"views"`
	Channel string  `expr:"channel"`
	Country string  `expr:"country"`
	Age     float64 `expr:"age"`
}

var (
	matching = &person{"consideration", 5, "email", "DE", 40}
	minor    = &person{"consideration", 5, "email", "DE", 17}
)

// engine is one way to decide the rule. ready prepares the input of a person,
// which is not measured, and returns what is.
type engine struct {
	name  string
	ready func(tb testing.TB, p *person) func() bool
}

var engines = []engine{
	{"if", native},
	{"wegweiser/again", again},
	{"wegweiser/first", first},
	{"expr", withExpr},
	{"cel-go", withCEL},
	{"growthbook", withGrowthBook},
}

// TestEnginesAgree keeps the comparison honest.
func TestEnginesAgree(t *testing.T) {
	for _, e := range engines {
		if !e.ready(t, matching)() {
			t.Errorf("%s: got false for everything that is asked, want true", e.name)
		}
		if e.ready(t, minor)() {
			t.Errorf("%s: got true for a minor, want false", e.name)
		}
	}
}

func BenchmarkPeers(b *testing.B) {
	for _, e := range engines {
		b.Run(e.name, func(b *testing.B) {
			decide := e.ready(b, matching)
			b.ReportAllocs()
			for b.Loop() {
				if !decide() {
					b.Fatal("got false, want true")
				}
			}
		})
	}
}

func native(_ testing.TB, p *person) func() bool {
	return func() bool {
		return p.Phase == "consideration" && p.Views >= 3 && p.Channel == "email" &&
			(p.Country == "AT" || p.Country == "CH" || p.Country == "DE") && p.Age >= 18
	}
}

// facts is a Source with every value ready.
type facts []rule.Value

func (f facts) Fact(slot int) rule.Value { return f[slot] }

func ours(tb testing.TB, p *person) (rule.Predicate, *rule.Facts, rule.Source) {
	tb.Helper()
	c, problems := parse.Parse(text, &parse.Schema{
		Phases: []string{"consideration"}, Channels: []string{"email"}, Types: []string{"product_view"},
		Traits: map[string]rule.Type{"age": rule.Number},
	})
	if len(problems) > 0 {
		tb.Fatal(problems)
	}
	needs := new(rule.Needs)
	predicate := needs.Bind(c)
	known := map[rule.Fact]rule.Value{
		{Kind: rule.Phase}:   rule.TextOf(p.Phase),
		{Kind: rule.Channel}: rule.TextOf(p.Channel),
		{Kind: rule.Country}: rule.TextOf(p.Country),
		{Kind: rule.Visitor, Name: "age", Type: rule.Number}:                 rule.NumberOf(p.Age),
		{Kind: rule.Count, Name: "product_view", Window: 7 * 24 * time.Hour}: rule.NumberOf(p.Views),
	}
	ready := make(facts, needs.Len())
	for slot := range ready {
		ready[slot] = known[needs.Fact(slot)]
	}
	f := needs.NewFacts()
	f.Begin(ready)
	return predicate, f, ready
}

func again(tb testing.TB, p *person) func() bool {
	predicate, f, _ := ours(tb, p)
	return func() bool { return predicate.Holds(f) }
}

func first(tb testing.TB, p *person) func() bool {
	predicate, f, source := ours(tb, p)
	return func() bool {
		f.Begin(source)
		return predicate.Holds(f)
	}
}

func withExpr(tb testing.TB, p *person) func() bool {
	program, err := expr.Compile(`phase == "consideration" and views >= 3 and channel == "email" and `+
		`country in ["AT", "CH", "DE"] and age >= 18`, expr.Env(&person{}), expr.AsBool())
	if err != nil {
		tb.Fatal(err)
	}
	machine := new(vm.VM)
	return func() bool {
		result, err := machine.Run(program, p)
		if err != nil {
			tb.Fatal(err)
		}
		return result.(bool)
	}
}

func withCEL(tb testing.TB, p *person) func() bool {
	env, err := cel.NewEnv(
		cel.Variable("phase", cel.StringType), cel.Variable("views", cel.DoubleType), cel.Variable("channel", cel.StringType),
		cel.Variable("country", cel.StringType), cel.Variable("age", cel.DoubleType),
	)
	if err != nil {
		tb.Fatal(err)
	}
	tree, issues := env.Compile(`phase == "consideration" && views >= 3.0 && channel == "email" && ` +
		`country in ["AT", "CH", "DE"] && age >= 18.0`)
	if issues.Err() != nil {
		tb.Fatal(issues.Err())
	}
	program, err := env.Program(tree, cel.EvalOptions(cel.OptOptimize))
	if err != nil {
		tb.Fatal(err)
	}
	input := map[string]any{"phase": p.Phase, "views": p.Views, "channel": p.Channel, "country": p.Country, "age": p.Age}
	return func() bool {
		result, _, err := program.Eval(input)
		if err != nil {
			tb.Fatal(err)
		}
		return result.Value().(bool)
	}
}

// withGrowthBook puts the rule on a feature, which is how that library is asked.
func withGrowthBook(tb testing.TB, p *person) func() bool {
	ctx := context.Background()
	client, err := growthbook.NewClient(ctx,
		growthbook.WithJsonFeatures(`{"offer":{"defaultValue":false,"rules":[{"force":true,"condition":{
			"phase":"consideration","views":{"$gte":3},"channel":"email",
			"country":{"$in":["AT","CH","DE"]},"age":{"$gte":18}}}]}}`),
		growthbook.WithAttributes(growthbook.Attributes{
			"phase": p.Phase, "views": p.Views, "channel": p.Channel, "country": p.Country, "age": p.Age,
		}))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := client.Close(); err != nil {
			tb.Error(err)
		}
	})
	return func() bool { return client.EvalFeature(ctx, "offer").On }
}
