package parse_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/rule/parse"
)

var update = flag.Bool("update", false, "write testdata/mistakes.golden")

// TestMistakes holds what people are told: each line of testdata/mistakes.txt is
// a text with something wrong in it, the golden file shows it with the problems.
func TestMistakes(t *testing.T) {
	input, err := os.ReadFile(filepath.Join("testdata", "mistakes.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for line := range strings.Lines(string(input)) {
		text := strings.TrimSuffix(line, "\n")
		c, problems := parse.Parse(text, schema())
		if len(problems) == 0 {
			t.Errorf("%s\ngot the condition %q, want a problem", text, c)
		}
		if !c.IsZero() {
			t.Errorf("%s\ngot the condition %q beside problems, want the zero one", text, c)
		}
		if !slices.IsSortedFunc(problems, func(a, b parse.Problem) int { return a.Offset - b.Offset }) {
			t.Errorf("%s\ngot problems out of order: %v", text, problems)
		}
		for _, p := range problems {
			out.WriteString(parse.Caret(text, p.Offset) + "\n    " + p.Message + "\n")
		}
		out.WriteString("\n")
	}
	golden := filepath.Join("testdata", "mistakes.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), out.String()); diff != "" {
		t.Errorf("messages differ from %s (-want +got); run with -update if they are meant to:\n%s", golden, diff)
	}
}
