package snapshot

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
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
