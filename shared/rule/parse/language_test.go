package parse_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/expr-lang/expr/builtin"
	"github.com/expr-lang/expr/parser/operator"

	"wegweiser/shared/journey"
	"wegweiser/shared/rule"
	"wegweiser/shared/rule/internal/ruletest"
	"wegweiser/shared/rule/parse"
)

// documented declares the names that the examples of the language use.
func documented() *parse.Schema {
	return &parse.Schema{
		Phases:     ruletest.Phases,
		Standings:  ruletest.Standings,
		Segments:   []string{"critics"},
		Channels:   journey.Channels(),
		Types:      journey.Types(),
		Milestones: journey.Milestones(),
		Items:      []string{"sofa-guide", "item-id"},
		Traits: map[string]rule.Type{
			"tier": rule.Text, "email": rule.Text, "age": rule.Number, "vip": rule.Bool, "joined": rule.Time,
		},
		Context: map[string]rule.Type{"basket": rule.Number, "query": rule.Text},
	}
}

func TestExamplesParseAndUseWhatTheyExplain(t *testing.T) {
	check := func(name, uses, doc, example string) {
		t.Helper()
		if _, problems := parse.Parse(example, documented()); len(problems) > 0 {
			t.Errorf("the example of %s is %s: %v", name, example, problems)
		}
		if !strings.Contains(example, uses) {
			t.Errorf("the example of %s is %s, want %s in it", name, example, uses)
		}
		if len(doc) < 5 || !strings.HasSuffix(doc, ".") || strings.Contains(doc, ". ") && !strings.Contains(doc, "social. ") {
			t.Errorf("the doc of %s is %q, want one sentence", name, doc)
		}
	}
	for _, f := range parse.Fields() {
		stem, _, _ := strings.Cut(f.Name, "<")
		check(f.Name, stem, f.Doc, f.Example)
	}
	for _, f := range parse.Functions() {
		check(f.Name, f.Name+"(", f.Doc, f.Example)
		check(f.Name, f.Name+"(", f.Doc, map[string]string{"number": f.Call + " > 0", "bool": f.Call}[f.Type])
	}
	for _, o := range parse.Operators() {
		check(o.Sign, " "+o.Sign+" ", o.Doc, " "+o.Example)
		if o.Also != "" {
			check(o.Also, o.Also, o.Doc, strings.Replace(" "+o.Example, " "+o.Sign+" ", " "+o.Also+" ", 1))
		}
	}
}

// Every kind of fact has one name, which is its own.
func TestEveryFactIsDocumented(t *testing.T) {
	names := map[string]int{}
	for _, f := range parse.Fields() {
		stem, _, _ := strings.Cut(f.Name, ".")
		names[stem]++
	}
	for _, f := range parse.Functions() {
		names[f.Name]++
	}
	for kind := rule.Phase; kind.String() != rule.Kind(0).String(); kind++ {
		if names[kind.String()] != 1 {
			t.Errorf("%s is documented %d times, want once", kind, names[kind.String()])
		}
		delete(names, kind.String())
	}
	if delete(names, "missing"); len(names) > 0 {
		t.Errorf("%v are documented and are no facts", names)
	}
}

// What the parser's library brings along is no part of the language.
func TestNothingElseCanBeCalledOrAsked(t *testing.T) {
	known := map[string]bool{}
	for _, f := range parse.Functions() {
		known[f.Name] = true
	}
	for _, f := range parse.Fields() {
		known[f.Name] = true
	}
	var candidates []string
	for _, f := range builtin.Builtins {
		candidates = append(candidates, f.Name)
	}
	for kind := rule.Phase; kind.String() != rule.Kind(0).String(); kind++ {
		candidates = append(candidates, kind.String())
	}
	candidates = append(candidates, "history", "profile", "touchpoints", "visitor", "context", "score", "this", "env", "x")
	for _, name := range candidates {
		if known[name] {
			continue
		}
		for _, text := range []string{
			name, name + ` == "decision"`, name + " > 0", name + " == true", `country in ` + name, name + ".decision > 0", name + `.tier == "gold"`,
			name + "()", name + `("7d") > 0`, name + `("product_view", "7d") > 0`, name + `("purchase") > 0`, name + "(country)", name + `(country) == "AT"`, name + "(visitor.age) > 0",
		} {
			if strings.HasPrefix(text, "visitor.tier") || strings.HasPrefix(text, "score.decision") {
				continue
			}
			if c, problems := parse.Parse(text, documented()); len(problems) == 0 {
				t.Errorf("%s is accepted as %s, and %s is not documented", text, c, name)
			}
		}
	}
}

// An operator is accepted for exactly the types that it is documented for.
func TestOperatorsWorkOnWhatTheirDocumentationSays(t *testing.T) {
	sides := map[string][2]string{
		rule.Text.String():   {"country", `"AT"`},
		rule.Number.String(): {"visitor.age", "18"},
		rule.Bool.String():   {"visitor.vip", "true"},
		rule.Time.String():   {"visitor.joined", `"2026-11-22T10:00:00Z"`},
		parse.Membership:     {"segment", `"critics"`},
	}
	types := map[string][]string{} // by what is between two sides
	var signs []string
	for sign := range operator.Binary {
		signs = append(signs, sign, "not "+sign)
	}
	joins := map[string]bool{}
	for _, o := range parse.Operators() {
		for _, sign := range []string{o.Sign, o.Also, o.Negated} {
			if sign != "" && sign != "not" && sign != "!" {
				types[o.Does+sign] = o.Types
				signs = append(signs, sign)
				joins[sign] = o.Does == parse.Joins
			}
		}
	}
	slices.Sort(signs)
	for _, sign := range slices.Compact(signs) {
		for of, side := range sides {
			other := side[1]
			if strings.HasSuffix(sign, "in") && !strings.HasSuffix(sign, "contains") {
				other = "[" + other + "]"
			}
			compared := side[0] + " " + sign + " " + other
			_, problems := parse.Parse(compared, documented())
			want := slices.Contains(types[parse.Compares+sign], of) || joins[sign] && of == rule.Bool.String()
			if got := len(problems) == 0; got != want {
				t.Errorf("%s: accepted %v, documented %v: %v", compared, got, want, problems)
			}
			calculated := side[0] + " " + sign + " " + other + " > 1"
			_, problems = parse.Parse(calculated, documented())
			// A chain such as 18 <= age > 1 is two comparisons.
			chained := slices.Contains(types[parse.Compares+sign], of) && of == rule.Number.String() && other == side[1]
			want = slices.Contains(types[parse.Calculates+sign], of)
			if got := len(problems) == 0; got != want && !chained {
				t.Errorf("%s: accepted %v, documented %v: %v", calculated, got, want, problems)
			}
		}
	}
}
