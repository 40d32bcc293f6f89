package rule_test

import (
	"bytes"
	"encoding/json"
	"slices"
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

func TestJSON(t *testing.T) {
	got, err := json.Marshal(fiveParts(t))
	if err != nil {
		t.Fatal(err)
	}
	want := `["and",["eq",["phase"],"consideration"],["ge",["count","product_view","7d"],3],` +
		`["eq",["channel"],"email"],["in",["country"],"AT","CH","DE"],["ge",["visitor","age","number"],18]]`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestJSONThereAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := ruletest.Conditions().Draw(t, "condition")
		document, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got rule.Condition
		if err := json.Unmarshal(document, &got); err != nil {
			t.Fatalf("%s: %v", document, err)
		}
		if !got.Equal(want) || got.String() != want.String() {
			t.Fatalf("got  %s\nwant %s", got, want)
		}
		known := ruletest.Known(rapid.Uint64().Draw(t, "person"))
		before, factsBefore, _ := bound(want, known)
		after, factsAfter, _ := bound(got, known)
		if before.Holds(factsBefore) != after.Holds(factsAfter) {
			t.Fatalf("%s: got another answer after reading it back", want)
		}
	})
}

func TestTheZeroConditionIsNull(t *testing.T) {
	document, err := json.Marshal(rule.Condition{})
	if err != nil || string(document) != "null" {
		t.Fatalf("got %s, %v; want null", document, err)
	}
	got := fiveParts(t)
	if err := json.Unmarshal(document, &got); err != nil || !got.IsZero() {
		t.Errorf("got %q, %v; want the zero condition", got, err)
	}
}

// corrupt documents must be errors; the fuzz test starts from them.
var corrupt = []string{
	``, `{}`, `[]`, `[[]]`, `3`, `"x"`, `["and"]`, `["and",true]`, `["eq",["phase"]]`, `["eq",["phase"],3]`,
	`["xor",true,true]`, `["phase","x"]`, `["missing",["count","x","7d"]]`, `["matches",["phase"],"("]`,
	`["eq",["visitor","x"],"y"]`, `["eq",["visitor","x","colour"],"y"]`, `["eq",["now"],["time","yesterday"]]`,
	`["ge",["count","x","0d"],1]`, `["ge",["count","x",7],1]`, `["ge",["spent","7d","8d"],1]`, `["ge",["score","x"],1e999]`,
	`["eq",["phase"],null]`, ` `, `[true]`, `["eq",["phase"],"x"] x`, `["eq",["now"],["time"]]`, `["eq",["now"],["time","2026-11-22T10:00:00Z","x"]]`, `["not",["not",["not"]]]`, `["and",true,true`, `["time","2026-11-22T10:00:00Z"]`,
}

func TestACorruptDocumentIsAnError(t *testing.T) {
	large := []string{
		strings.Repeat(`["not",`, 30) + `true` + strings.Repeat(`]`, 30),
		strings.Repeat(`[`, 20000) + strings.Repeat(`]`, 20000),
		`["in",["score","x"]` + strings.Repeat(`,1`, 201) + `]`,
		`["eq",["phase"],"` + strings.Repeat("x", rule.MaxDocument) + `"]`,
	}
	for _, document := range slices.Concat(corrupt, large) {
		var c rule.Condition
		err := c.UnmarshalJSON([]byte(document))
		if err == nil {
			t.Errorf("%.80s: got the condition %q, want an error", document, c)
		} else if !strings.HasPrefix(err.Error(), "condition: ") {
			t.Errorf("%.80s: got %q, want an error that says what it is about", document, err)
		}
		if !c.IsZero() {
			t.Errorf("%.80s: got %q beside an error", document, c)
		}
	}
}

func FuzzUnmarshal(f *testing.F) {
	for _, document := range slices.Concat(corrupt, []string{
		`null`, `["and",["eq",["phase"],"decision"],["not",["segment","stars"]]]`,
		`["or",["lt",["now"],["time","2026-11-22T10:00:00Z"]],["eq",["mod",["visitor","age","number"],2],["div",1,["spent","5h"]]]]`,
		`["and",["not_in",["country"],"AT"],["not_matches",["context","q","text"],"^a"],["missing",["days_since","purchase"]],["seen","x","30m"]]`,
	}) {
		f.Add([]byte(document))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		var c rule.Condition
		if c.UnmarshalJSON(document) != nil {
			return
		}
		predicate, facts, _ := bound(c, ruletest.Known(1))
		if _, failed := predicate.Explain(facts); failed == predicate.Holds(facts) {
			t.Errorf("%s: holds and fails at once", c)
		}
		canonical, err := json.Marshal(c)
		if err != nil {
			t.Fatalf("%s: %v", document, err)
		}
		var again rule.Condition
		if err := json.Unmarshal(canonical, &again); err != nil || !again.Equal(c) {
			t.Errorf("%s: read back as %s, %v", canonical, again, err)
		}
		var spaced bytes.Buffer
		if err := json.Indent(&spaced, canonical, "\n", "\t"); err != nil {
			t.Fatal(err)
		}
		if err := again.UnmarshalJSON(spaced.Bytes()); spaced.Len() <= rule.MaxDocument && (err != nil || !again.Equal(c)) {
			t.Errorf("%s: read back as %s, %v", spaced.Bytes(), again, err)
		}
	})
}
