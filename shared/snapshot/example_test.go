package snapshot_test

import (
	"fmt"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/rule/parse"
	"wegweiser/shared/snapshot"
	"wegweiser/shared/tables"
)

// A furniture shop shows a guide to those who compare, and welcomes everybody
// else.
func Example() {
	set, err := tables.Preset(tables.DefaultPreset)
	if err != nil {
		fmt.Println(err)
		return
	}
	set.Add(tables.SettingsTable, tables.NewRow(tables.SettingsTable, "trait.name", map[string]any{"value": "text"}))
	set.Add(tables.PlacementsTable, tables.NewRow(tables.PlacementsTable, "home-hero", map[string]any{
		"kind": "content", "fallback": "welcome",
	}))
	set.Add(tables.ItemsTable,
		tables.NewRow(tables.ItemsTable, "welcome", map[string]any{"kind": "content", "content.title": "Welcome"}),
		tables.NewRow(tables.ItemsTable, "sofa-guide", map[string]any{
			"kind": "content", "content.title": "{{visitor.name|Hello}}, find the sofa that fits",
		}),
	)
	set.Add(tables.RulesTable, tables.NewRow(tables.RulesTable, "research-phase", map[string]any{
		"placements": "home-hero", "phases": "consideration", "when": `count("compare", "7d") >= 1`, "items": "sofa-guide",
	}))
	s, problems := snapshot.Compile(set, parse.Parse)
	for _, p := range problems {
		fmt.Println(p.String())
	}

	now := journey.At(time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC))
	answer := s.Decide(&snapshot.Input{
		At:     now,
		Person: "v_1",
		History: &journey.History{
			Profile: journey.Profile{Traits: map[string]any{"name": "Ada"}},
			Traces:  []journey.Trace{{ID: "e_1", Type: "compare", Channel: "web", At: now.Add(-time.Hour)}},
		},
		Placements: []string{"home-hero"},
	})
	hero := answer.Placements[0]
	fmt.Println(answer.Phase.Name, answer.Phase.Standing)
	fmt.Println(hero.Rule, hero.Items[0].ID)
	fmt.Println(hero.Items[0].Content.Field("title"))
	// Output:
	// consideration prospect
	// research-phase sofa-guide
	// Ada, find the sofa that fits
}
