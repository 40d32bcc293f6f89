package tables

import (
	"testing"
	"unicode/utf8"
)

// whatever holds of everything that can be read: no panic, every problem names
// its table, and what was read survives every codec.
func whatever(t *testing.T, table string, rows []Row, problems []Problem) {
	for _, p := range problems {
		if p.Table == "" || p.Message == "" || p.Severity == "" || !utf8.ValidString(p.String()) {
			t.Fatalf("problem %+v does not say where and what", p)
		}
	}
	set := Set{table: rows}
	_, found := set.Decode()
	for _, p := range found {
		if p.Message == "" || p.Offset < 0 {
			t.Fatalf("problem %+v does not say where and what", p)
		}
	}
	again, wrong := ReadJSON(table, WriteJSON(rows))
	if len(wrong) > 0 {
		t.Fatalf("what was read cannot be read again: %v", wrong)
	}
	want := string(set.canonical())
	if got := string(Set{table: again}.canonical()); got != want {
		t.Fatalf("written and read again:\n%s\nwant\n%s", got, want)
	}
}

func FuzzReadJSON(f *testing.F) {
	for _, seed := range []string{
		`[{"id":"a","kind":"offer","tags":["x","y"],"value":1.5e3,"enabled":false,"content.title.de":"\u00e4\ud83d\ude00"}]`,
		`[{"id":1,"weights":[1,2],"items":"a|b","starts":"2026-11-22 18:00"}]`,
		`[{"":{},"id":null}, {"id":"a","id":"b"}]`,
		`[{"id":"a","tags":[[]]}`, `[`, `"\ud800"`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, table := range []string{ItemsTable, RulesTable, SettingsTable} {
			rows, problems := ReadJSON(table, []byte(text))
			whatever(t, table, rows, problems)
		}
	})
}

func FuzzReadCSV(f *testing.F) {
	for _, seed := range []string{
		"id,kind,tags,value\na,offer,x|y,1.5\n",
		"\uFEFFid;kind;\"content.title.de\"\r\na;offer;\"Ein \"\"Wort\"\"\"\r\n;;\r\n",
		"id\n\"", "id,id\n", ";\n", "a\n1,2", "id,when\nx,\"a\nb\"\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, table := range []string{ItemsTable, RulesTable, SettingsTable} {
			rows, problems := ReadCSV(table, []byte(text))
			whatever(t, table, rows, problems)
		}
	})
}
