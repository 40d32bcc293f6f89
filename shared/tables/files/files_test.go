package files

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wegweiser/shared/tables"
)

var update = flag.Bool("update", false, "write the golden files anew")

func folder(files map[string]string) fs.FS {
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

// read reads files without any problem.
func read(t interface {
	Helper()
	Fatal(args ...any)
}, files map[string]string,
) tables.Set {
	t.Helper()
	f, err := Read(folder(files))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range f.Problems {
		t.Fatal(f.Describe(p))
	}
	return f.Set
}

func TestReadAllFormats(t *testing.T) {
	want := tables.Set{
		"items": {
			tables.NewRow("items", "guide", map[string]any{"kind": "content", "tags": "a|b", "value": 49.9, "enabled": false, "content.text.de": "Zeile 1\nZeile 2"}),
			tables.NewRow("items", "sale", map[string]any{"kind": "offer", "content.title": "1.10"}),
		},
	}
	for name, text := range map[string]string{
		"items.yaml": "# what we show\n- id: guide\n  kind: content\n  tags: [a, b]\n  value: 49.90 # a year\n  enabled: false\n  content.text.de: |\n    Zeile 1\n    Zeile 2\n- id: sale\n  kind: offer\n  content.title: 1.10\n",
		"items.yml":  "\uFEFFguide:\n  kind: \"content\"\n  tags:\n    - a\n    - b\n  value: \"49.90\"\n  enabled: FALSE\n  content.text.de: \"Zeile 1\\nZeile 2\"\nsale:\n  kind: offer\n  content.title: '1.10'\n  when: ~\n  tags: []\n",
		"items.json": `[{"id":"guide","kind":"content","tags":["a","b"],"value":49.90,"enabled":false,"content.text.de":"Zeile 1\nZeile 2"},{"id":"sale","kind":"offer","content.title":"1.10"}]`,
		"items.csv":  "id;kind;tags;value;enabled;content.text.de;content.title\r\nguide;content;a|b;49.90;FALSCH;\"Zeile 1\r\nZeile 2\";\r\nsale;offer;;;;;1.10\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(want, read(t, map[string]string{name: text})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadLeavesOtherFilesAlone(t *testing.T) {
	set := read(t, map[string]string{
		"README.md": "# Rows", "notes.txt": "x", ".items.yaml": "{", "archive/items.csv": "x", "products.csv": "sku\n1\n", "Makefile": "", "items": "",
	})
	if n := set.Len(); n != 0 {
		t.Errorf("%d rows were read, want none", n)
	}
}

func TestReadEmptyFiles(t *testing.T) {
	for name, text := range map[string]string{"items.csv": "", "items.yaml": "# later\n", "items.json": "[]", "items.yml": "[]"} {
		if n := read(t, map[string]string{name: text}).Len(); n != 0 {
			t.Errorf("%s gives %d rows, want none", name, n)
		}
	}
}

// Every folder under testdata/problems is read, and what is described to a
// person is compared with its want.txt.
func TestProblemsSayWhere(t *testing.T) {
	cases, err := filepath.Glob("testdata/problems/*")
	if err != nil || len(cases) == 0 {
		t.Fatalf("there are no cases: %v", err)
	}
	for _, dir := range cases {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			f, err := Read(os.DirFS(dir))
			if err != nil {
				t.Fatal(err)
			}
			_, problems := f.Set.Decode()
			var got strings.Builder
			for _, p := range append(f.Problems, problems...) {
				got.WriteString(f.Describe(p) + "\n")
			}
			file := filepath.Join(dir, "want.txt")
			if *update {
				if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadSaysWhatCannotBeOpened(t *testing.T) {
	if _, err := Read(os.DirFS(filepath.Join(t.TempDir(), "none"))); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("reading no folder gives %v, want that it is not there", err)
	}
	large := filepath.Join(t.TempDir(), "items.csv")
	if err := os.WriteFile(large, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(large, MaxBytes+1); err != nil {
		t.Fatal(err)
	}
	f, err := Read(os.DirFS(filepath.Dir(large)))
	if err != nil || len(f.Problems) != 1 || !strings.Contains(f.Problems[0].Message, "too large") {
		t.Errorf("a large file gives %+v, %v, want one problem", f, err)
	}
}

func TestWriteReadsBack(t *testing.T) {
	for _, format := range []Format{YAML, JSON, CSV} {
		t.Run(string(format), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				want := anySet().Draw(t, "set")
				encoded, err := Encode(want, format)
				if err != nil {
					t.Fatal(err)
				}
				texts := map[string]string{}
				for name, text := range encoded {
					texts[name] = string(text)
				}
				if diff := cmp.Diff(want, read(t, texts)); diff != "" {
					t.Fatalf("(-want +got):\n%s\nof %v", diff, texts)
				}
			})
		})
	}
}

func anySet() *rapid.Generator[tables.Set] {
	text := rapid.OneOf(
		rapid.String(),
		rapid.StringMatching(`[a-z0-9 ,;|"'\n\t#:{}\[\]&*!%@\-?<>=\\äß€😀]{0,12}`),
		rapid.StringMatching(`[A-Za-z/][a-z0-9 :;.,!?()+=%€äß-]{0,12}`),
		rapid.SampledFrom([]string{"true", "null", "~", "1.50", "-0", "1e3", "0x1F", ".5", ".inf", "\uFEFF", "\u2028", "\u0085", "- a", "a: b", "a:", " #c", "x #c", "\x00", "a|b", "<<", "=", "no", "2026-11-22", "---", "...", "a\n\n b\n", "{{visitor.first_name|du}}", "\u200b", "\U000e0001"}),
	)
	value := rapid.OneOf(
		rapid.Map(text, func(s string) any { return s }),
		rapid.Map(rapid.Float64Range(-1e25, 1e25), func(n float64) any { return n }),
		rapid.Map(rapid.Bool(), func(b bool) any { return b }),
		rapid.Map(rapid.SliceOfN(text, 0, 4), func(l []string) any { return l }),
		rapid.Map(rapid.SliceOfN(rapid.Float64Range(0, 100), 0, 4), func(l []float64) any { return l }),
	)
	return rapid.Custom(func(t *rapid.T) tables.Set {
		set := tables.Set{}
		for _, table := range tables.Tables() {
			for _, id := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"5", "a", "b.c", "null", "window", "zone"}), 0, 2, rapid.ID).Draw(t, table) {
				cells := map[string]any{}
				for _, name := range []string{"content.title.de", "enabled", "value", "tags", "weights", "when", "no such", "yes"} {
					if rapid.Bool().Draw(t, name) {
						cells[name] = value.Draw(t, "cell")
					}
				}
				set.Add(table, tables.NewRow(table, id, cells))
			}
			sortByID(set[table])
		}
		return set
	})
}

func sortByID(rows []tables.Row) {
	if len(rows) == 2 && rows[0].ID > rows[1].ID {
		rows[0], rows[1] = rows[1], rows[0]
	}
}

func TestWriteIntoAFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "rows")
	set := tables.Set{"items": {tables.NewRow("items", "a", map[string]any{"kind": "offer"})}}
	for range 2 { // the second time over the first
		if err := Write(dir, set, YAML); err != nil {
			t.Fatal(err)
		}
	}
	f, err := Read(os.DirFS(dir))
	if err != nil || len(f.Problems) > 0 {
		t.Fatal(err, f.Problems)
	}
	if diff := cmp.Diff(set, f.Set); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if err := Write(dir, set, CSV); err == nil || !strings.Contains(err.Error(), "items.yaml is in the way") {
		t.Errorf("writing CSV beside YAML gives %v, want that the YAML is in the way", err)
	}
	if err := Write(dir, set, "xml"); err == nil {
		t.Error("writing XML gives no error")
	}
}

func FuzzReadYAML(f *testing.F) {
	for _, seed := range []string{
		"- id: a\n  tags: [x, 'y']\n  value: 1.5\n  content.text: |\n    b\n", "a:\n  kind: offer\nb: ~\n",
		"- &x\n  id: *x\n", "- id: a\n  id: b\n", "? [a]\n: b\n", "{a: {b: [c, {d: e}]}}", "---\n---\n", "\"\\x", "- - -", "%YAML 1.2\n---\na: !!int 5\n", "<<: a\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		folder, err := Read(folder(map[string]string{"items.yaml": text}))
		if err != nil {
			t.Fatal(err)
		}
		_, problems := folder.Set.Decode()
		for _, p := range append(folder.Problems, problems...) {
			if p.Table != "items" || p.Message == "" || folder.Describe(p) == "" {
				t.Fatalf("problem %+v does not say where and what", p)
			}
		}
		if _, err := Encode(folder.Set, YAML); err != nil {
			t.Fatal(err)
		}
	})
}

func TestDescribePointsIntoTheCell(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"segments.yaml", "- id: s\n  when: phase == phsae\n", "segments.yaml:2:18: segments/s.when+9: no such name\n    2 |   when: phase == phsae\n      |                  ^"},
		{"segments.yaml", "- id: s\n  when: \"phase == phsae\"\n", "segments.yaml:2:19: segments/s.when+9: no such name\n    2 |   when: \"phase == phsae\"\n      |                   ^"},
		{"segments.yaml", "- id: s\n  when: >-\n    phase ==\n    phsae\n", "segments.yaml:2:9: segments/s.when+9: no such name\n    2 |   when: >-\n      |         ^"},
		{"segments.json", "[{\"id\": \"s\", \"when\": \"phase == phsae\"}]", "segments.json:1:32: segments/s.when+9: no such name\n    1 | [{\"id\": \"s\", \"when\": \"phase == phsae\"}]\n      |                                ^"},
		{"segments.csv", "id,when\r\ns,phase == phsae\r\n", "segments.csv:2:12: segments/s.when+9: no such name\n    2 | s,phase == phsae\n      |            ^"},
		{"segments.csv", "when,id\nphase == phsae,ü\n", "segments.csv: segments/s.when+9: no such name"},
	} {
		f, err := Read(folder(map[string]string{c.name: c.text}))
		if err != nil {
			t.Fatal(err)
		}
		got := f.Describe(tables.Problem{Table: "segments", Row: "s", Column: "when", Offset: 9, Severity: tables.Error, Message: "no such name"})
		if got != c.want {
			t.Errorf("%s\n%s\ngot\n%s\nwant\n%s", c.name, c.text, got, c.want)
		}
	}
}

func TestClipKeepsTheMarkInSight(t *testing.T) {
	long := strings.Repeat("ä", 100) + "X" + strings.Repeat("\t", 100)
	line, before := clip(long, 1+strings.Index(long, "X"))
	if shown := []rune(line); shown[before] != 'X' || len(shown) > 110 || strings.Contains(line, "\t") {
		t.Errorf("clipped to %q with %d before the mark, want the mark under X", line, before)
	}
	if line, before := clip("short", 99); line != "short" || before != 5 {
		t.Errorf("a mark behind the line gives %q with %d before it, want the line and 5", line, before)
	}
}
