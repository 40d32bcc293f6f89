package snapshot

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"wegweiser/shared/tables"
)

// What an earlier program published is loaded, and decides what it decided
// then. The .snapshot files are written once, by the first program that has
// the format, and never again, whatever -update says.
func TestEveryFormatLoads(t *testing.T) {
	paths, err := filepath.Glob("testdata/formats/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("got %d recorded formats (%v), want some", len(paths), err)
	}
	for _, path := range paths {
		recorded := strings.TrimSuffix(path, ".txtar") + ".snapshot"
		t.Run(filepath.Base(recorded), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			made := compiled(t, caseTables(t, archive))
			encoded, err := os.ReadFile(recorded)
			if os.IsNotExist(err) && *update {
				encoded, err = made.Encode(), os.WriteFile(recorded, made.Encode(), 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
			loaded, err := Load(encoded)
			if err != nil {
				t.Fatal(err)
			}
			// The same rows are the same snapshot to every program.
			if made.ID() != loaded.ID() {
				t.Errorf("got %s of the same rows, want %s", made.ID(), loaded.ID())
			}
			if again, err := Load(loaded.Encode()); err != nil || again.ID() != loaded.ID() {
				t.Errorf("what was loaded does not load again: %v", err)
			}
			got := map[string]string{}
			for _, f := range archive.Files {
				if who, ok := strings.CutSuffix(f.Name, ".request.json"); ok {
					got[who+".want.json"] = decided(t, loaded, f.Data)
				}
			}
			compareCase(t, path, archive, got)
		})
	}
}

// Programs of an earlier format would decide otherwise on what they do not know,
// so that they must not load it.
func TestOffersNeedTheThirdFormat(t *testing.T) {
	version := func(table, id string, cells ...string) int {
		set := tables.Set{
			tables.PlacementsTable: {row(tables.PlacementsTable, "hero", "fallback", "none")},
			tables.ItemsTable: {
				row(tables.ItemsTable, "none", "kind", "offer"),
				row(tables.ItemsTable, "care", "kind", "offer", "purpose", "personalization", "value", "3", "cost", "2"),
			},
			tables.RulesTable: {row(tables.RulesTable, "all", "items", "care")},
		}
		set.Add(table, row(table, id, cells...))
		return compiled(t, set).version
	}
	if got := version(tables.SettingsTable, "exploration", "value", "0.05"); got != firstVersion {
		t.Errorf("got the format %d without offers, want the first", got)
	}
	for name, got := range map[string]int{
		"Ranked":      version(tables.RulesTable, "best", "items", "care", "choose", "rank"),
		"Prior":       version(tables.ItemsTable, "sofa", "kind", "offer", "prior", "0.1"),
		"Purpose":     version(tables.ItemsTable, "ad", "kind", "offer", "purpose", "advertising"),
		"Exploration": version(tables.SettingsTable, "exploration", "value", "0.1"),
		"Holdout":     version(tables.SettingsTable, "holdout", "value", "0.1"),
		"NoPhase":     version(tables.SettingsTable, "no_phase", "value", "0.1"),
		"ItemCap":     version(tables.ItemsTable, "once", "kind", "offer", "cap_day", "1"),
		"Cap":         version(tables.SettingsTable, "cap.all.day", "value", "3"),
	} {
		if got != offersVersion {
			t.Errorf("%s: got the format %d, want %d", name, got, offersVersion)
		}
	}
}
