package snapshot

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/rule"
	"wegweiser/shared/tables"
)

// What is unknown is missing for conditions, is named where one asked on its way
// to a placement, and leaves nothing behind for the next decision.
func TestWhatIsUnknownIsNamedWhereItIsAskedFor(t *testing.T) {
	s := compiled(t, tables.Set{
		tables.PlacementsTable: {
			row(tables.PlacementsTable, "hero", "kind", "content", "fallback", "welcome"),
			row(tables.PlacementsTable, "side", "kind", "content", "fallback", "welcome"),
		},
		tables.ItemsTable: {
			row(tables.ItemsTable, "welcome", "kind", "content", "content.title", "Welcome, {{visitor.name|you}}"),
			row(tables.ItemsTable, "guide", "kind", "content", "content.title", "A guide"),
		},
		tables.SegmentsTable: {row(tables.SegmentsTable, "gold", "when", `visitor.tier == "gold"`)},
		tables.RulesTable: {
			row(tables.RulesTable, "rich", "placements", "hero", "when", "context.basket > 50", "items", "guide"),
			row(tables.RulesTable, "golden", "placements", "side", "segments", "gold", "items", "guide"),
		},
		tables.SettingsTable: {
			row(tables.SettingsTable, "trait.tier", "value", "text"), row(tables.SettingsTable, "trait.name", "value", "text"),
			row(tables.SettingsTable, "context.basket", "value", "number"),
		},
	})
	context, fault := s.Context(map[string]any{"basket": 90.0})
	if fault != nil {
		t.Fatal(fault)
	}
	basket, tier := rule.Fact{Kind: rule.Context, Name: "basket", Type: rule.Number}, rule.Fact{Kind: rule.Visitor, Name: "tier", Type: rule.Text}
	name := rule.Fact{Kind: rule.Visitor, Name: "name", Type: rule.Text}
	for what, tc := range map[string]struct {
		unknown    []rule.Fact
		placements []string
		want       []string
		shown      string
	}{
		"Nothing":    {nil, []string{"hero"}, nil, "guide"},
		"Asked":      {[]rule.Fact{basket, tier}, []string{"hero"}, []string{"context.basket"}, "welcome"},
		"NotAsked":   {[]rule.Fact{tier}, []string{"hero"}, nil, "guide"},
		"BySegment":  {[]rule.Fact{basket, tier}, []string{"side"}, []string{"visitor.tier"}, "welcome"},
		"OnlyInText": {[]rule.Fact{name}, []string{"side"}, nil, "welcome"},
		"NoPlaces":   {[]rule.Fact{basket, tier}, nil, nil, ""},
	} {
		for range 2 { // the second time the first has left its traces
			a := s.Decide(&Input{At: noon, Person: "anna", Context: context, Placements: tc.placements, Unknown: tc.unknown})
			if diff := cmp.Diff(tc.want, a.Unknown); diff != "" {
				t.Errorf("%s (-want +got):\n%s", what, diff)
			}
			if tc.shown != "" && a.Placements[0].Items[0].ID != tc.shown {
				t.Errorf("%s: got %s, want %s", what, a.Placements[0].Items[0].ID, tc.shown)
			}
		}
	}
	plain := compiled(t, tables.Set{tables.SettingsTable: {row(tables.SettingsTable, "context.basket", "value", "text")}})
	if diff := cmp.Diff([]rule.Fact{name, tier}, sortedFacts(s.Beyond(plain, false))); diff != "" {
		t.Errorf("beyond another's declarations (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]rule.Fact{basket, name, tier}, sortedFacts(s.Beyond(plain, true))); diff != "" {
		t.Errorf("beyond what another asks for (-want +got):\n%s", diff)
	}
	if got := s.Beyond(s, true); got != nil {
		t.Errorf("got %v beyond itself, want nothing", got)
	}
}

func sortedFacts(facts []rule.Fact) []rule.Fact {
	slices.SortFunc(facts, func(a, b rule.Fact) int { return strings.Compare(a.Name, b.Name) })
	return facts
}
