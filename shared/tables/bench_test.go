package tables

import (
	"fmt"
	"testing"
)

// large is a workspace of 5,000 rows, as DESIGN's budget for a start has it.
func large() Set {
	set := Set{}
	for i := range 2500 {
		set.Add(ItemsTable, NewRow(ItemsTable, fmt.Sprintf("item-%d", i), map[string]any{
			"kind": "offer", "url": "/sofas/" + Spell(float64(i)), "content.title.de": "Ein Sofa", "content.title.en": "A sofa",
			"content.text.de": "Weich und groß, mit Füßen aus Eiche.", "tags": "sofas|living", "value": i, "cap_week": 3,
		}))
		set.Add(RulesTable, NewRow(RulesTable, fmt.Sprintf("rule-%d", i), map[string]any{
			"order": i, "placements": "home-hero|mail-offer", "phases": "consideration|decision", "locales": "de|en",
			"when": `count("product_view", "7d") >= 3`, "items": fmt.Sprintf("item-%d|tag:sofas", i), "starts": "2026-11-23", "zone": "Europe/Vienna",
		}))
	}
	return set
}

func BenchmarkWorkspace(b *testing.B) {
	set := large()
	for b.Loop() {
		set.Workspace()
	}
}

func BenchmarkDecode(b *testing.B) {
	set := large()
	for b.Loop() {
		if _, problems := set.Decode(); len(problems) > 0 {
			b.Fatal(problems)
		}
	}
}
