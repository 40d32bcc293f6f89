package rule_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wegweiser/shared/rule"
	"wegweiser/shared/rule/internal/ruletest"
)

func TestNewRefuses(t *testing.T) {
	read, apply := rule.Read, rule.Apply
	deep := rule.Read(vip)
	for range rule.MaxDepth {
		deep = apply(rule.OpNot, deep)
	}
	wide := apply(rule.OpIn, read(age))
	for range rule.MaxNodes {
		wide.Args = append(wide.Args, number(1))
	}
	tests := map[string]struct {
		root rule.Expr
		want string
	}{
		"TextAsCondition":       {read(phase), "a text is not a condition"},
		"AndOfOne":              {apply(rule.OpAnd, read(vip)), "and needs two conditions"},
		"NotOfTwo":              {apply(rule.OpNot, read(vip), read(vip)), "not a condition"},
		"MixedTypes":            {apply(rule.OpEqual, read(age), text("x")), "compares a number with a text"},
		"OrderedTexts":          {apply(rule.OpLess, read(tier), text("x")), "does not compare a text"},
		"ContainsInNumber":      {apply(rule.OpContains, read(age), number(1)), "does not compare a number"},
		"FieldInList":           {apply(rule.OpIn, read(age), read(views)), "a list holds literals"},
		"ThreeSides":            {apply(rule.OpEqual, read(age), number(1), number(2)), "compares two values"},
		"NoField":               {apply(rule.OpEqual, number(1), number(1)), "needs a field"},
		"BadPattern":            {apply(rule.OpMatches, read(tier), text("(")), "pattern"},
		"FieldAsPattern":        {apply(rule.OpMatches, read(tier), read(phase)), "literal pattern"},
		"MissingCount":          {apply(rule.OpMissing, read(views)), "never missing"},
		"MissingLiteral":        {apply(rule.OpMissing, text("x")), "not a condition"},
		"ComparedMembership":    {apply(rule.OpEqual, read(stars), rule.Literal(rule.BoolOf(true))), "condition of its own"},
		"SumOfTexts":            {apply(rule.OpEqual, apply(rule.OpAdd, read(tier), text("x")), number(1)), "works on numbers"},
		"NoValue":               {apply(rule.OpEqual, read(age), rule.Literal(rule.Value{})), "has no value"},
		"NotUTF8":               {apply(rule.OpEqual, read(tier), text("\xff")), "not UTF-8"},
		"NoType":                {apply(rule.OpEqual, read(rule.Fact{Kind: rule.Visitor, Name: "x"}), text("x")), "needs a type"},
		"TypeOfBuiltIn":         {apply(rule.OpEqual, read(rule.Fact{Kind: rule.Phase, Type: rule.Text}), text("x")), "declares no type"},
		"NoName":                {apply(rule.OpEqual, read(rule.Fact{Kind: rule.DaysSince}), number(1)), "needs a name"},
		"NameOfPhase":           {apply(rule.OpEqual, read(rule.Fact{Kind: rule.Phase, Name: "x"}), text("x")), "takes no name"},
		"NoWindow":              {apply(rule.OpEqual, read(rule.Fact{Kind: rule.Spent}), number(1)), "needs a window"},
		"WindowOfSeconds":       {apply(rule.OpEqual, read(rule.Fact{Kind: rule.Spent, Window: 1}), number(1)), "whole minutes"},
		"WindowOfPhase":         {apply(rule.OpEqual, read(rule.Fact{Kind: rule.Phase, Window: 1}), text("x")), "takes no window"},
		"UnknownKind":           {read(rule.Fact{Kind: 99}), "kind 99 is unknown"},
		"UnknownOperator":       {apply(99, read(vip)), "operator 99"},
		"DeeperThanAllowed":     {deep, "nested deeper"},
		"MorePartsThanAllowed":  {wide, "more than 200 parts or"},
		"MoreTextThanAllowed":   {apply(rule.OpEqual, read(tier), text(strings.Repeat("x", rule.MaxContent))), "16384 bytes of texts"},
		"MorePartsInShortPiece": {apply(rule.OpAnd, wide, wide), "more than 200 parts or"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c, err := rule.New(test.root)
			if err == nil {
				t.Fatalf("got the condition %q, want an error", c)
			}
			if !strings.HasPrefix(err.Error(), "condition: ") || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %q, want an error about %q", err, test.want)
			}
		})
	}
}

func TestChainsBecomeOneLevel(t *testing.T) {
	missing := rule.Apply(rule.OpMissing, rule.Read(tier))
	chain := rule.Read(vip)
	for range 2 * rule.MaxDepth {
		chain = rule.Apply(rule.OpAnd, chain, missing)
	}
	c := condition(t, chain)
	if want := "visitor.vip" + strings.Repeat(" and missing(visitor.tier)", 2*rule.MaxDepth); c.String() != want {
		t.Errorf("got  %s\nwant %s", c, want)
	}
}

func TestNewSharesNothing(t *testing.T) {
	root := rule.Apply(rule.OpEqual, rule.Read(phase), text("decision"))
	c := condition(t, root)
	root.Args[1] = text("retention")
	if got, want := c.String(), `phase == "decision"`; got != want {
		t.Errorf("got %s after the tree was changed, want %s", got, want)
	}
}

func TestFacts(t *testing.T) {
	c := condition(t, rule.Apply(rule.OpOr,
		rule.Read(stars), rule.Apply(rule.OpLess, rule.Read(age), rule.Read(views)), rule.Apply(rule.OpMissing, rule.Read(age))))
	if diff := cmp.Diff([]rule.Fact{stars, age, views}, c.Facts()); diff != "" {
		t.Errorf("facts (-want +got):\n%s", diff)
	}
	if got := (rule.Condition{}).Facts(); got != nil {
		t.Errorf("got %v of the zero condition, want none", got)
	}
}

// A snapshot stores conditions by their roots.
func TestRootThereAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := ruletest.Conditions().Draw(t, "condition")
		root, ok := want.Root()
		if !ok {
			t.Fatalf("got no root of %s", want)
		}
		got, err := rule.New(root)
		if err != nil {
			t.Fatalf("%s: %v", want, err)
		}
		if !got.Equal(want) || got.String() != want.String() {
			t.Fatalf("got  %s\nwant %s", got, want)
		}
		known := ruletest.Known(rapid.Uint64().Draw(t, "person"))
		before, factsBefore, _ := bound(want, known)
		after, factsAfter, _ := bound(got, known)
		if before.Holds(factsBefore) != after.Holds(factsAfter) {
			t.Fatalf("%s: got another answer after building it again", want)
		}
		if _, failed := after.Explain(factsAfter); failed == after.Holds(factsAfter) {
			t.Errorf("%s: holds and fails at once", want)
		}
	})
}

func TestEqual(t *testing.T) {
	root := func(age rule.Type, than rule.Value) rule.Condition {
		return condition(t, rule.Apply(rule.OpEqual, rule.Read(rule.Fact{Kind: rule.Visitor, Name: "age", Type: age}), rule.Literal(than)))
	}
	one := root(rule.Number, rule.NumberOf(1))
	for name, other := range map[string]rule.Condition{
		"Nothing": {}, "Value": root(rule.Number, rule.NumberOf(2)), "Type": root(rule.Text, rule.TextOf("1")),
		"Longer": condition(t, rule.Apply(rule.OpNot, rule.Literal(rule.BoolOf(true)))),
	} {
		if one.Equal(other) || other.Equal(one) {
			t.Errorf("%s: got that %q equals %q", name, one, other)
		}
	}
	if !one.Equal(root(rule.Number, rule.NumberOf(1))) || !(rule.Condition{}).Equal(rule.Condition{}) {
		t.Error("got that a condition is not equal to itself")
	}
}
