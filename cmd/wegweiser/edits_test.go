package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// folderOf makes a folder with items of so many fields of 4,000 bytes each.
func folderOf(t *testing.T, items, fields int) string {
	t.Helper()
	rows := make([]map[string]any, items)
	for i := range rows {
		rows[i] = map[string]any{"id": fmt.Sprint("item-", i), "kind": "content"}
		for field := range fields {
			rows[i][fmt.Sprint("content.f", field)] = strings.Repeat("<br>", 1000)
		}
	}
	text, err := json.Marshal(rows)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "items.json"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

func TestLargeFoldersAreApplied(t *testing.T) {
	code, stdout, stderr := run(t, "config", "apply", folderOf(t, 150, 3), "--data", t.TempDir())
	if code != 0 || !strings.HasPrefix(stdout, "150 rows changed, s_") {
		t.Errorf("got %d, %q, %q, want 150 rows live", code, stdout, stderr)
	}
}

func TestRowsThatNoStoreTakesAreProblems(t *testing.T) {
	folder := folderOf(t, 2, 7)
	for _, args := range [][]string{{"config", "check", folder}, {"config", "apply", folder, "--data", t.TempDir()}} {
		code, _, stderr := run(t, args...)
		if code != 1 || strings.Count(stderr, "bytes as JSON; a row may have 24576") != 2 {
			t.Errorf("%s: got %d, %q, want 1 and two rows that are too large", strings.Join(args[:2], " "), code, stderr)
		}
	}
}
