package rule_test

import (
	"fmt"
	"time"

	"wegweiser/shared/rule"
)

// visitor is what a snapshot hands to its conditions.
type visitor struct {
	needs *rule.Needs
	views int
}

func (v visitor) Fact(slot int) rule.Value {
	switch fact := v.needs.Fact(slot); fact.Kind {
	case rule.Phase:
		return rule.TextOf("consideration")
	case rule.Count:
		return rule.NumberOf(float64(v.views))
	}
	return rule.Value{}
}

// A snapshot binds its conditions once, and then decides for one visitor after
// the other with the same Facts.
func Example() {
	viewed := rule.Fact{Kind: rule.Count, Name: "product_view", Window: 7 * 24 * time.Hour}
	researching, err := rule.New(rule.Apply(
		rule.OpAnd,
		rule.Apply(rule.OpEqual, rule.Read(rule.Fact{Kind: rule.Phase}), rule.Literal(rule.TextOf("consideration"))),
		rule.Apply(rule.OpGreaterEqual, rule.Read(viewed), rule.Literal(rule.NumberOf(3))),
	))
	if err != nil {
		fmt.Println(err)
		return
	}
	needs := new(rule.Needs)
	predicate := needs.Bind(researching)

	facts := needs.NewFacts()
	for _, views := range []int{5, 1} {
		facts.Begin(visitor{needs, views})
		fmt.Println(predicate.Holds(facts))
		if failure, failed := predicate.Explain(facts); failed {
			fmt.Println(failure)
		}
	}
	// Output:
	// true
	// false
	// count("product_view", "7d") >= 3: count("product_view", "7d") is 1
}

func ExampleNew() {
	lapsing := rule.Fact{Kind: rule.DaysSince, Name: "purchase"}
	c, err := rule.New(rule.Apply(rule.OpGreater, rule.Read(lapsing), rule.Literal(rule.NumberOf(90))))
	fmt.Println(c, err)
	// Output: days_since("purchase") > 90 <nil>
}

func ExampleNearest() {
	fmt.Println(rule.Nearest("phsae", []string{"phase", "channel", "country"}))
	// Output: phase true
}

func ExampleParseWindow() {
	window, err := rule.ParseWindow("90m")
	fmt.Println(window, err, rule.FormatWindow(48*time.Hour))
	// Output: 1h30m0s <nil> 2d
}
