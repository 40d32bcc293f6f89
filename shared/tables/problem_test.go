package tables

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// readTables reads every CSV file of a folder as the table of its name.
func readTables(t *testing.T, folder string) Set {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.csv"))
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no tables in %s: %v", folder, err)
	}
	set := Set{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		table := strings.TrimSuffix(filepath.Base(file), ".csv")
		rows, problems := ReadCSV(table, text)
		for _, p := range problems {
			t.Fatal(p)
		}
		set.Add(table, rows...)
	}
	return set
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

func lines(problems []Problem) string {
	var b strings.Builder
	for _, p := range problems {
		b.WriteString(p.String() + "\n")
	}
	return b.String()
}

func TestDecodeNamesEveryProblemAtOnce(t *testing.T) {
	_, problems := readTables(t, "testdata/problems").Decode()
	golden(t, "testdata/problems/want.txt", lines(problems))
}
