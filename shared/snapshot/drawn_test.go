package snapshot

import (
	"testing"

	"wegweiser/shared/tables"
)

// An answer says where chance chose, and nowhere else.
func TestDrawnIsWhatWeightsChoose(t *testing.T) {
	set := tables.Set{}
	set.Add(tables.PlacementsTable, row("placements", "hero", "fallback", "welcome"), row("placements", "aside", "fallback", "welcome"), row("placements", "foot", "fallback", "welcome"))
	set.Add(tables.ItemsTable, row("items", "welcome", "kind", "content"), row("items", "a", "kind", "content"), row("items", "b", "kind", "content"))
	set.Add(tables.RulesTable,
		row("rules", "weighed", "placements", "hero", "items", "a", "choose", "weighted"),
		row("rules", "fixed", "placements", "aside", "items", "b"))
	answer := compiled(t, set).Decide(&Input{At: noon, Person: "v_1", Placements: []string{"hero", "aside", "foot"}})
	for i, want := range []bool{true, false, false} {
		if p := answer.Placements[i]; p.Drawn != want {
			t.Errorf("%s, filled by %q: drawn is %v, want %v", p.Name, p.Rule, p.Drawn, want)
		}
	}
}
