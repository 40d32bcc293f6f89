package tables

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// anyText draws text that codecs find hard.
func anyText() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.String(),
		rapid.StringMatching(`[a-z0-9 ,;|"'\n\t#:{}\[\]&*!%@\-?<>=\\äß€😀]{0,12}`),
		rapid.SampledFrom([]string{"true", "null", "~", "1.50", "-0", "1e3", "0x1F", ".5", "\uFEFF", "\u2028", "- a", "a: b", " #c", "\x00", "=SUM(A1)", "\r\nx", "2026-11-22", "a|b", "\\.", "|", ">"}),
	)
}

func anyValue() *rapid.Generator[any] {
	return rapid.OneOf(
		rapid.Map(anyText(), func(s string) any { return s }),
		rapid.Map(rapid.Float64Range(-1e25, 1e25), func(n float64) any { return n }),
		rapid.Map(rapid.IntRange(-5, 1000), func(n int) any { return n }),
		rapid.Map(rapid.Bool(), func(b bool) any { return b }),
		rapid.Map(rapid.SliceOfN(anyText(), 0, 4), func(l []string) any { return l }),
		rapid.Map(rapid.SliceOfN(rapid.Float64Range(0, 100), 0, 4), func(l []float64) any { return l }),
	)
}

// anyRow draws a row of the table, and of nothing that the table forbids.
func anyRow(table string) *rapid.Generator[Row] {
	return rapid.Custom(func(t *rapid.T) Row {
		names := []string{"no_such_column", "content.title", "content.title.de", "label.en"}
		known, _ := Find(table)
		for i := range known.Columns {
			if c := &known.Columns[i]; !c.Family() {
				names = append(names, c.Name)
			}
		}
		ids := []string{"window", "zone", "receipt_sample", "locales", "trait.age"}
		cells := map[string]any{}
		for _, name := range rapid.SliceOfN(rapid.SampledFrom(names), 0, 8).Draw(t, "columns") {
			cells[name] = anyValue().Draw(t, name)
		}
		id := rapid.OneOf(rapid.SampledFrom(ids), rapid.StringMatching(`[A-Za-z0-9][A-Za-z0-9_.:\-]{0,8}`)).Draw(t, "id")
		return NewRow(table, id, cells)
	})
}

func anySet() *rapid.Generator[Set] {
	return rapid.Custom(func(t *rapid.T) Set {
		set := Set{}
		for _, table := range Tables() {
			rows := rapid.SliceOfNDistinct(anyRow(table), 0, 3, func(r Row) string { return r.ID }).Draw(t, table)
			if len(rows) > 0 {
				set.Add(table, sorted(rows)...)
			}
		}
		return set
	})
}

func TestEveryCodecKeepsEverySet(t *testing.T) {
	codecs := map[string]func(t *rapid.T, set Set) Set{
		"JSON": func(t *rapid.T, set Set) Set {
			read := Set{}
			for table, rows := range set {
				got, problems := ReadJSON(table, WriteJSON(rows))
				fail(t, problems)
				read.Add(table, got...)
			}
			return read
		},
		"CSV": func(t *rapid.T, set Set) Set {
			read := Set{}
			for table, rows := range set {
				got, problems := ReadCSV(table, WriteCSV(table, rows))
				fail(t, problems)
				read.Add(table, got...)
			}
			return read
		},
		"CSVOfASpreadsheet": func(t *rapid.T, set Set) Set {
			read := Set{}
			for table, rows := range set {
				got, problems := ReadCSV(table, asGermanExcel(t, WriteCSV(table, rows)))
				fail(t, problems)
				read.Add(table, got...)
			}
			return read
		},
		"row": func(t *rapid.T, set Set) Set {
			read := Set{}
			for table, rows := range set {
				for _, row := range rows {
					body, err := row.MarshalJSON()
					if err != nil {
						t.Fatal(err)
					}
					got, problems := ReadRow(table, row.ID, body)
					fail(t, problems)
					read.Add(table, got)
				}
			}
			return read
		},
	}
	for name, codec := range codecs {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				want := anySet().Draw(t, "set")
				got := codec(t, want)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("(-want +got):\n%s", diff)
				}
				if got, want := string(got.canonical()), string(want.canonical()); got != want {
					t.Fatalf("canonical bytes are\n%s\nwant\n%s", got, want)
				}
			})
		})
	}
}

func fail(t *rapid.T, problems []Problem) {
	for _, p := range problems {
		t.Fatal(p)
	}
}

// asGermanExcel writes a CSV file again as a German spreadsheet saves it.
func asGermanExcel(t *rapid.T, text []byte) []byte {
	lines, err := newCSVReader(text).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	out.WriteString("\uFEFF")
	for _, cells := range lines {
		for i, cell := range cells {
			if i > 0 {
				out.WriteByte(';')
			}
			out.WriteString(`"` + strings.ReplaceAll(strings.ReplaceAll(cell, `"`, `""`), "\n", "\r\n") + `"`)
		}
		out.WriteString(strings.Repeat(";", 3) + "\r\n")
	}
	return []byte(out.String())
}

func TestNewRowForms(t *testing.T) {
	for _, c := range []struct {
		table, column string
		value, want   any
	}{
		{ItemsTable, "value", "49.90", 49.9},
		{ItemsTable, "value", " 49.90 ", 49.9},
		{ItemsTable, "value", "49,90", "49,90"},
		{ItemsTable, "value", "-0", 0.0},
		{ItemsTable, "value", "NaN", "NaN"},
		{ItemsTable, "value", "1e999", "1e999"},
		{ItemsTable, "value", true, "true"},
		{ItemsTable, "value", []string{"1", "2"}, "1|2"},
		{ItemsTable, "enabled", "FALSCH", false},
		{ItemsTable, "enabled", "True", true},
		{ItemsTable, "enabled", "1", "1"},
		{ItemsTable, "tags", "a | b||", []string{"a", "b"}},
		{ItemsTable, "tags", []string{"a|b", " ", "c"}, []string{"a", "b", "c"}},
		{ItemsTable, "tags", "|", nil},
		{ItemsTable, "tags", 7, []string{"7"}},
		{ItemsTable, "content.title", 7, "7"},
		{ItemsTable, "content.title", " a\r\nb ", " a\nb "},
		{ItemsTable, "content.title", "a\xffb", "a\uFFFDb"},
		{ItemsTable, "content.title", " \t", nil},
		{ItemsTable, "content.title", nil, nil},
		{ItemsTable, "no_such", []string{"a", "b"}, "a|b"},
		{RulesTable, "weights", "70|30", []float64{70, 30}},
		{RulesTable, "weights", "70|x", "70|x"},
		{RulesTable, "weights", 1, []float64{1}},
		{SegmentsTable, "when", " phase == \"x\" \n", "phase == \"x\""},
	} {
		row := NewRow(c.table, "x", map[string]any{c.column: c.value})
		if diff := cmp.Diff(c.want, row.Cells[c.column]); diff != "" {
			t.Errorf("%s.%s of %#v (-want +got):\n%s", c.table, c.column, c.value, diff)
		}
	}
}

func TestSettingsTakeTheFormOfTheirRow(t *testing.T) {
	for id, want := range map[string]any{
		"window": 50.0, "receipt_sample": 50.0, "locales": []string{"50"}, "trait.age": "50", "no_such": "50",
	} {
		row := NewRow(SettingsTable, id, map[string]any{"value": "50"})
		if diff := cmp.Diff(want, row.Cells["value"]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", id, diff)
		}
	}
}

func TestCanonical(t *testing.T) {
	set := Set{}
	set.Add(SettingsTable, NewRow(SettingsTable, "window", map[string]any{"value": "100.0"}))
	set.Add(ItemsTable,
		NewRow(ItemsTable, "b", map[string]any{"kind": "offer", "tags": "x|y", "value": 0.1, "content.title.de": "Sofas & <mehr>"}),
		NewRow(ItemsTable, "a", map[string]any{"kind": "content", "enabled": false}),
	)
	set.Add(RulesTable)
	want := `{"items":[{"id":"a","enabled":false,"kind":"content"},` +
		`{"id":"b","content.title.de":"Sofas & <mehr>","kind":"offer","tags":["x","y"],"value":0.1}],` +
		`"settings":[{"id":"window","value":100}]}`
	if got := string(set.canonical()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestCanonicalTextIsJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set := anySet().Draw(t, "set")
		var got map[string][]map[string]any
		if err := json.Unmarshal(set.canonical(), &got); err != nil {
			t.Fatal(err)
		}
		for table, rows := range set {
			for i, row := range rows {
				if got[table][i]["id"] != row.ID || len(got[table][i]) != len(row.Cells)+1 {
					t.Fatalf("%s row %d is %v, want %v", table, i, got[table][i], row)
				}
				for name, want := range row.Cells {
					if text, ok := want.(string); ok && got[table][i][name] != text {
						t.Fatalf("%s is %q, want %q", name, got[table][i][name], text)
					}
				}
			}
		}
	})
}

func TestReadingSaysWhatIsWrongWithTheText(t *testing.T) {
	read := map[string]func(table string, text []byte) ([]Row, []Problem){"JSON": ReadJSON, "CSV": ReadCSV}
	for _, c := range []struct{ codec, text, want string }{
		{"JSON", ``, "items: line 1, column 1: a list of rows is expected: [{\"id\": …}, …]\n"},
		{"JSON", `{"id":"a"}`, "items: line 1, column 1: a list of rows is expected: [{\"id\": …}, …]\n"},
		{"JSON", "[\n {\"id\":\"a\"},\n 5]", "items: line 3, column 2: a row is expected: {\"id\": …, …}\n"},
		{"JSON", "[{\"id\":\"a\",\n\"kind\" \"offer\"}]", "items: line 2, column 8: a colon is missing\n"},
		{"JSON", `[{"id":"a","value":01}]`, "items: line 1, column 21: a comma or } is missing\n"},
		{"JSON", `[{"id":"a","value":+1}]`, "items: line 1, column 20: a value is missing: text in double quotes, a number, true, false, null or a list\n"},
		{"JSON", `[{"id":"a"},]`, "items: line 1, column 13: a row is expected: {\"id\": …, …}\n"},
		{"JSON", `[{"id":"a"}] x`, "items: line 1, column 14: nothing may follow here\n"},
		{"JSON", `[{"id":"a","kind":"off`, "items: line 1, column 23: a double quote is missing at the end of the text\n"},
		{"JSON", "[{\"id\":\"a\",\"kind\":\"of\tfer\"}]", "items: line 1, column 22: a control character must be written as an escape, such as \\n\n"},
		{"JSON", `[{"id":"a","kind":"\x"}]`, "items: line 1, column 21: an escape is one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u with four digits\n"},
		{"JSON", `[{"id":"a","kind":"\u12"}]`, "items: line 1, column 21: four digits of 0-9 and a-f must follow \\u\n"},
		{"JSON", `[{"id":"a","kind":"offer","kind":"content"}]`, "items/a.kind: line 1, column 27: the column is there twice; keep one\n"},
		{"JSON", `[{"content":{"title":"x"},"id":"a"}]`, "items/a.content: line 1, column 13: " + nestedMessage + "\n"},
		{"JSON", `[{"id":"a","tags":[["x"]]}]`, "items/a.tags: line 1, column 19: " + nestedMessage + "\n"},
		{"JSON", `[{"id":"a","tags":` + strings.Repeat("[", 100), "items/a.tags: line 1, column 19: " + nestedMessage + "\nitems: line 1, column 52: this is nested too deeply\n"},
		{"CSV", "name,kind\na,offer\n", "items: line 1, column 1: there is no column id; the first line names the columns, and id is one of them\n"},
		{"CSV", "id,kind,kind\na,offer,offer\n", "items: line 1, column 9: the column kind is there twice; keep one\n"},
		{"CSV", "id,value\na,1,5\nb,2\nc,3,0\n", "items/a: line 2, column 5: this cell stands under no column; a cell that contains a comma must stand in double quotes\nitems/c: line 4, column 5: this cell stands under no column; a cell that contains a comma must stand in double quotes\n"},
		{"CSV", "id;kind\na;of\"fer\n", "items: line 2, column 5: a cell that contains a double quote must stand in double quotes, and the one inside be doubled\n"},
		{"CSV", "id,kind\na,\"offer\n", "items: line 2, column 10: a cell that contains a double quote must stand in double quotes, and the one inside be doubled\n"},
	} {
		if _, problems := read[c.codec](ItemsTable, []byte(c.text)); lines(problems) != c.want {
			t.Errorf("%s of %s\ngot  %swant %s", c.codec, c.text, lines(problems), c.want)
		}
	}
}

func TestReadRowWantsOneID(t *testing.T) {
	if row, problems := ReadRow(ItemsTable, "a", []byte(`{"kind":"offer"}`)); len(problems) > 0 || row.ID != "a" {
		t.Errorf("a row without id has id %q and problems %v, want that of the caller", row.ID, problems)
	}
	_, problems := ReadRow(ItemsTable, "a", []byte(`{"id":"b"}`))
	if got, want := lines(problems), "items/a.id: must be \"a\", or left out\n"; got != want {
		t.Errorf("got %swant %s", got, want)
	}
}

func TestUnreadableIsOnlyWhatCannotBeStored(t *testing.T) {
	row := NewRow(ItemsTable, "a", map[string]any{
		"colour": "red", "value": "cheap", "starts": "soon", "kind": "banner", "cap_day": -1, "url": "javascript:x",
	})
	want := "items/a.colour: items has no column called colour; its columns are id, kind, url, content.<field>[.<locale>], tags, phases, standings, segments, when, starts, ends, zone, value, cost, prior, prior_weight, group, purpose, cap_day, cap_week, cap_month, cap_life, budget, budget_period, transactional, enabled\n" +
		"items/a.starts: must be a time such as 2026-11-22, 2026-11-22 18:00 or 2026-11-22T18:00:00+01:00\n" +
		"items/a.value: must be a number from 0 to 1000000000000\n"
	if got := lines(Unreadable(ItemsTable, row)); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if got, want := lines(Unreadable("item", Row{ID: "a"})), "item: there is no table called item; did you mean items?\n"; got != want {
		t.Errorf("got %swant %s", got, want)
	}
}

func TestPlacesOfCells(t *testing.T) {
	for codec, c := range map[string]struct {
		text string
		read func(Places, string, []byte) ([]Row, []Problem)
		want Places
	}{
		"JSON": {
			"[\n  {\"id\": \"a\", \"kind\":\"offer\"},\n  {\"kind\": \"content\",\n   \"id\": \"b\"} x", Places.ReadJSON,
			Places{
				{"a", ""}: {2, 3}, {"a", "id"}: {2, 10}, {"a", "kind"}: {2, 22},
				{"b", ""}: {3, 3}, {"b", "kind"}: {3, 12}, {"b", "id"}: {4, 10},
			},
		},
		"CSV": {
			"kind;id\noffer;a\n\ncontent;b\n;c;x\n", Places.ReadCSV,
			Places{
				{"a", ""}: {2, 1}, {"a", "kind"}: {2, 1}, {"a", "id"}: {2, 7},
				{"b", ""}: {4, 1}, {"b", "kind"}: {4, 1}, {"b", "id"}: {4, 9},
			},
		},
	} {
		got := Places{}
		c.read(got, ItemsTable, []byte(c.text))
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", codec, diff)
		}
	}
}
