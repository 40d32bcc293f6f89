package files

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wegweiser/shared/tables"
)

func TestATextReadsBack(t *testing.T) {
	for _, format := range []Format{YAML, JSON, CSV} {
		t.Run(string(format), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				set := anySet().Draw(t, "set")
				for _, table := range append(tables.Tables(), "") {
					want := tables.Set{table: set[table]}
					if table == "" {
						want = set
					}
					text, err := Text(set, table, format)
					if table == "" && format == CSV {
						if err == nil {
							t.Fatalf("CSV of several tables is %s, want an error", text)
						}
						continue
					}
					if err != nil {
						t.Fatal(err)
					}
					told := FormatOf(text)
					if told != format && string(text) != "[]\n" {
						t.Fatalf("the format is %s, want %s, of\n%s", told, format, text)
					}
					got := ReadText("text", table, told, text)
					for _, p := range got.Problems {
						t.Fatal(got.Describe(p))
					}
					for name, rows := range want {
						if diff := cmp.Diff(append([]tables.Row{}, rows...), append([]tables.Row{}, got.Set[name]...)); diff != "" {
							t.Fatalf("%s (-want +got):\n%s\nof %s", name, diff, text)
						}
					}
					if table == "" && len(got.Set) != len(tables.Tables()) {
						t.Fatalf("got %d tables, want all", len(got.Set))
					}
				}
			})
		})
	}
}

func TestFormatOf(t *testing.T) {
	for text, want := range map[string]Format{
		"":                           YAML,
		"[]":                         JSON,
		"[":                          JSON,
		" \n[{\"id\": \"a\"}]":       JSON,
		"\uFEFF{\"items\": []}":      JSON,
		"[{id: a, kind: offer}]":     YAML,
		"{items: [{id: a}]}":         YAML,
		"- id: a\n  kind: offer\n":   YAML,
		"# id,kind\na:\n  id: a\n":   YAML,
		"id\n":                       CSV,
		"id":                         CSV,
		"kind;id\r\noffer;a\r\n":     CSV,
		"\uFEFF\"id\",\"kind\"\na,b": CSV,
		"id: a":                      YAML,
	} {
		if got := FormatOf([]byte(text)); got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
}

func TestProblemsOfATextSayWhere(t *testing.T) {
	for _, c := range []struct {
		table  string
		format Format
		text   string
		want   string
	}{
		{"items", YAML, "- id: a\n  kind: ofer\n", "in:2:9: items/a.kind: must be content, offer or message; did you mean offer?\n    2 |   kind: ofer\n      |         ^"},
		{"", YAML, "items:\n- id: a\n  kind: ofer\n", "in:3:9: items/a.kind: must be content, offer or message; did you mean offer?\n    3 |   kind: ofer\n      |         ^"},
		{"", JSON, "{\"items\": [\n{\"id\": \"a\", \"kind\": \"ofer\"}]}", "in:2:21: items/a.kind: must be content, offer or message; did you mean offer?\n    2 | {\"id\": \"a\", \"kind\": \"ofer\"}]}\n      |                     ^"},
		{"", YAML, "item: []\n", "in:1:1: item: there is no table called item; did you mean items?\n    1 | item: []\n      | ^"},
		{"", JSON, "{\"item\": []}", "in:1:2: item: there is no table called item; did you mean items?\n    1 | {\"item\": []}\n      |  ^"},
		{"", YAML, "items: []\nrules:\n", "in:2:1: rules: its rows are missing; a table without any is []\n    2 | rules:\n      | ^"},
		{"", YAML, "items: []\nitems: []\n", "in:2:1: items: the table is there twice; keep one\n    2 | items: []\n      | ^"},
		{"", JSON, "{\"items\": [], \"items\": []}", "in:1:15: items: the table is there twice; keep one\n    1 | {\"items\": [], \"items\": []}\n      |               ^"},
		{"", YAML, "- id: a\n", "in:1:1: tables with their rows are expected, such as items: with its rows below; where these are the rows of one table, say of which\n    1 | - id: a\n      | ^"},
		{"", JSON, "[]", "in:1:1: tables with their rows are expected: {\"items\": [{\"id\": …}, …], …}\n    1 | []\n      | ^"},
		{"", CSV, "id\n", "in: CSV is the rows of one table, so say of which"},
		{"items", CSV, "id,kind\na,\xfcber\n", "in:2:3: items: from here on the file is not UTF-8; save it as UTF-8, which spreadsheets call CSV UTF-8\n    2 | a,\uFFFDber\n      |   ^"},
	} {
		f := ReadText("in", c.table, c.format, []byte(c.text))
		_, problems := f.Set.Decode()
		problems = append(f.Problems, problems...)
		if len(problems) == 0 {
			t.Errorf("%q has no problem, want\n%s", c.text, c.want)
			continue
		}
		if got := f.Describe(problems[0]); got != c.want {
			t.Errorf("%q\ngot\n%s\nwant\n%s", c.text, got, c.want)
		}
	}
	large := ReadText("in", "items", YAML, []byte(strings.Repeat(" ", MaxBytes+1)))
	if len(large.Problems) != 1 || !strings.Contains(large.Problems[0].Message, "in is too large") {
		t.Errorf("a large text gives %v, want one problem", large.Problems)
	}
}
