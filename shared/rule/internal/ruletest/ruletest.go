// Package ruletest makes random conditions and random people for the tests of
// package rule and of its parser.
package ruletest

import (
	"math/rand/v2"
	"time"

	"pgregory.net/rapid"

	"wegweiser/shared/journey"
	"wegweiser/shared/rule"
)

// The names that random conditions use.
var (
	Phases     = []string{"awareness", "consideration", "decision", "retention", "advocacy"}
	Standings  = []string{"prospect", "active", "cooling", "lapsed"}
	Segments   = []string{"stars", "critics", "quiet ones"}
	Channels   = []string{"web", "app", "email", "social.*"}
	Types      = []string{"product_view", "cart_add", "purchase"}
	Milestones = []string{"purchase", "complaint"}
	Items      = []string{"sofa-guide", "spring-offer"}
	Traits     = map[string]rule.Type{
		"age": rule.Number, "points": rule.Number, "tier": rule.Text, "first name": rule.Text,
		"not": rule.Text, "vip": rule.Bool, "joined": rule.Time,
	}
	Context = map[string]rule.Type{"query": rule.Text, "cart": rule.Number, "night": rule.Bool}
)

// Facts are all that random conditions ask, each with literals that suit it.
var Facts = []struct {
	rule.Fact
	Literals []rule.Value
}{
	{rule.Fact{Kind: rule.Phase}, texts(Phases...)},
	{rule.Fact{Kind: rule.Standing}, texts(Standings...)},
	{rule.Fact{Kind: rule.Channel}, texts("web", "app", "email", "social.mastodon")},
	{rule.Fact{Kind: rule.Locale}, texts("de", "de-AT", "en-GB")},
	{rule.Fact{Kind: rule.Country}, texts("AT", "DE", "CH")},
	{rule.Fact{Kind: rule.Visitor, Name: "tier", Type: rule.Text}, words},
	{rule.Fact{Kind: rule.Visitor, Name: "first name", Type: rule.Text}, words},
	{rule.Fact{Kind: rule.Visitor, Name: "not", Type: rule.Text}, words},
	{rule.Fact{Kind: rule.Context, Name: "query", Type: rule.Text}, words},

	{rule.Fact{Kind: rule.Visitor, Name: "age", Type: rule.Number}, numbers},
	{rule.Fact{Kind: rule.Visitor, Name: "points", Type: rule.Number}, numbers},
	{rule.Fact{Kind: rule.Context, Name: "cart", Type: rule.Number}, numbers},
	{rule.Fact{Kind: rule.Score, Name: "decision"}, numbers},
	{rule.Fact{Kind: rule.Count, Name: "product_view", Window: 7 * 24 * time.Hour}, numbers},
	{rule.Fact{Kind: rule.Count, Name: "cart_add", Window: 90 * time.Minute}, numbers},
	{rule.Fact{Kind: rule.DaysSince, Name: "purchase"}, numbers},
	{rule.Fact{Kind: rule.Spent, Window: 5 * time.Hour}, numbers},

	{rule.Fact{Kind: rule.Visitor, Name: "vip", Type: rule.Bool}, bools},
	{rule.Fact{Kind: rule.Context, Name: "night", Type: rule.Bool}, bools},
	{rule.Fact{Kind: rule.Seen, Name: "sofa-guide", Window: 30 * 24 * time.Hour}, bools},

	{rule.Fact{Kind: rule.Now}, moments},
	{rule.Fact{Kind: rule.Visitor, Name: "joined", Type: rule.Time}, moments},
}

var (
	words   = texts("gold", "Gold", "", "sofa bed", `a "b" \c`, "größe", "line\nbreak\t\x01\x7f", "gol", "😀")
	bools   = []rule.Value{rule.BoolOf(true), rule.BoolOf(false)}
	numbers = []rule.Value{
		rule.NumberOf(0), rule.NumberOf(1), rule.NumberOf(3), rule.NumberOf(-3), rule.NumberOf(0.5),
		rule.NumberOf(18.25), rule.NumberOf(1e21), rule.NumberOf(-2.5e-9), rule.NumberOf(9007199254740993),
	}
	moments = []rule.Value{
		moment("2026-11-22T10:00:00Z"), moment("2026-11-22T10:00:00.5Z"), moment("1990-01-01T00:00:00Z"),
	}
	patterns = texts("^g", "o+", `\d{2}`, "[a-z]old$", "")
)

func texts(all ...string) []rule.Value {
	values := make([]rule.Value, len(all))
	for i, s := range all {
		values[i] = rule.TextOf(s)
	}
	return values
}

func moment(text string) rule.Value {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return rule.TimeOf(journey.At(at))
}

// Conditions draws conditions that the parser accepts with the names above.
func Conditions() *rapid.Generator[rule.Condition] {
	return rapid.Custom(func(t *rapid.T) rule.Condition {
		c, err := rule.New(condition(t, 4))
		if err != nil {
			t.Fatalf("a drawn condition is refused: %v", err)
		}
		return c
	})
}

func condition(t *rapid.T, depth int) rule.Expr {
	last := 6
	if depth == 0 {
		last = 3
	}
	switch rapid.IntRange(0, last).Draw(t, "condition") {
	case 0:
		return comparison(t)
	case 1:
		return pick(t, rule.Bool)
	case 2:
		fact := rapid.SampledFrom(Facts).Draw(t, "asked").Fact
		if !fact.MayBeMissing() {
			fact = rule.Fact{Kind: rule.Country}
		}
		return rule.Apply(rule.OpMissing, rule.Read(fact))
	case 3:
		return rule.Read(rule.Fact{Kind: rule.Segment, Name: rapid.SampledFrom(Segments).Draw(t, "segment")})
	case 4:
		return rule.Apply(rule.OpNot, condition(t, depth-1))
	}
	op := rapid.SampledFrom([]rule.Op{rule.OpAnd, rule.OpOr}).Draw(t, "chain")
	var args []rule.Expr
	for range rapid.IntRange(2, 3).Draw(t, "parts") {
		args = append(args, condition(t, depth-1))
	}
	return rule.Apply(op, args...)
}

// pick reads a random fact of a type.
func pick(t *rapid.T, of rule.Type) rule.Expr {
	fact, _ := pickWithLiterals(t, of)
	return fact
}

func pickWithLiterals(t *rapid.T, of rule.Type) (rule.Expr, []rule.Value) {
	var fitting []int
	for i, f := range Facts {
		if f.Result() == of {
			fitting = append(fitting, i)
		}
	}
	f := Facts[rapid.SampledFrom(fitting).Draw(t, "fact")]
	return rule.Read(f.Fact), f.Literals
}

func comparison(t *rapid.T) rule.Expr {
	of := rapid.SampledFrom([]rule.Type{rule.Text, rule.Number, rule.Bool, rule.Time}).Draw(t, "type")
	ops := []rule.Op{rule.OpEqual, rule.OpNotEqual}
	switch of {
	case rule.Text:
		for op := rule.OpIn; op <= rule.OpNotMatches; op++ {
			ops = append(ops, op)
		}
	case rule.Number:
		ops = append(ops, rule.OpLess, rule.OpLessEqual, rule.OpGreater, rule.OpGreaterEqual, rule.OpIn, rule.OpNotIn)
	case rule.Time:
		ops = append(ops, rule.OpLess, rule.OpLessEqual, rule.OpGreater, rule.OpGreaterEqual)
	}
	op := rapid.SampledFrom(ops).Draw(t, "op")
	left, literals := pickWithLiterals(t, of)
	literal := func() rule.Expr { return rule.Literal(rapid.SampledFrom(literals).Draw(t, "literal")) }
	switch {
	case op == rule.OpIn || op == rule.OpNotIn:
		args := []rule.Expr{left}
		for range rapid.IntRange(1, 4).Draw(t, "members") {
			args = append(args, literal())
		}
		return rule.Apply(op, args...)
	case op == rule.OpMatches || op == rule.OpNotMatches:
		return rule.Apply(op, left, rule.Literal(rapid.SampledFrom(patterns).Draw(t, "pattern")))
	case of == rule.Number && rapid.Bool().Draw(t, "computed"):
		return rule.Apply(op, arithmetic(t, 2, left), arithmetic(t, 2, literal()))
	case rapid.IntRange(0, 3).Draw(t, "sides") == 0:
		return rule.Apply(op, left, pick(t, of))
	case op < rule.OpContains && rapid.Bool().Draw(t, "mirrored"):
		return rule.Apply(op, literal(), left)
	}
	return rule.Apply(op, left, literal())
}

// arithmetic draws a sum or product around a leaf that is sure to be in it.
func arithmetic(t *rapid.T, depth int, leaf rule.Expr) rule.Expr {
	if depth == 0 || rapid.Bool().Draw(t, "leaf") {
		return leaf
	}
	other := pick(t, rule.Number)
	if rapid.Bool().Draw(t, "number") {
		other = rule.Literal(rapid.SampledFrom(numbers).Draw(t, "literal"))
	}
	op := rapid.SampledFrom([]rule.Op{
		rule.OpAdd, rule.OpSubtract, rule.OpMultiply, rule.OpDivide, rule.OpRemainder,
	}).Draw(t, "sign")
	sides := []rule.Expr{arithmetic(t, depth-1, leaf), arithmetic(t, depth-1, other)}
	if rapid.Bool().Draw(t, "swap") {
		sides[0], sides[1] = sides[1], sides[0]
	}
	return rule.Apply(op, sides...)
}

// Person is a Source over a map. A fact that is not in the map is missing.
type Person struct {
	Needs *rule.Needs
	Known map[rule.Fact]rule.Value
	Asked map[rule.Fact]int // how often each was asked
}

// Fact implements rule.Source.
func (p *Person) Fact(slot int) rule.Value {
	fact := p.Needs.Fact(slot)
	if p.Asked == nil {
		p.Asked = map[rule.Fact]int{}
	}
	p.Asked[fact]++
	return p.Known[fact]
}

// Known returns what is known of the person with this number: most facts, some
// missing, the same for the same number.
func Known(number uint64) map[rule.Fact]rule.Value {
	random := rand.New(rand.NewPCG(number, 0))
	known := map[rule.Fact]rule.Value{}
	for _, f := range Facts {
		value := f.Literals[random.IntN(len(f.Literals))]
		if f.MayBeMissing() && random.IntN(4) == 0 {
			continue
		}
		known[f.Fact] = value
	}
	for _, id := range Segments {
		known[rule.Fact{Kind: rule.Segment, Name: id}] = rule.BoolOf(random.IntN(2) == 0)
	}
	return known
}
