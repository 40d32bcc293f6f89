package ingest_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wegweiser/shared/ingest"
	"wegweiser/shared/journey"
)

var now = journey.Millis(1_800_000_000_000)

func load(t interface {
	Helper()
	Fatalf(string, ...any)
}, text string,
) *ingest.Mapping {
	t.Helper()
	mapping, problems := ingest.Load([]byte(text))
	if mapping == nil {
		t.Fatalf("the mapping has problems: %v", problems)
	}
	return mapping
}

func rows(t *testing.T, mapping, file string) []ingest.Row {
	t.Helper()
	reader, err := load(t, mapping).Open(strings.NewReader(file))
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	var all []ingest.Row
	for row, err := range reader.Rows(now) {
		if err != nil {
			t.Fatalf("read: %v", err)
		}
		all = append(all, row)
	}
	return all
}

func touchpoints(rows []ingest.Row) []journey.Touchpoint {
	var all []journey.Touchpoint
	for _, row := range rows {
		if row.Touchpoint != nil {
			all = append(all, *row.Touchpoint)
		}
	}
	return all
}

func reasons(rows []ingest.Row) map[int]string {
	all := map[int]string{}
	for _, row := range rows {
		if row.Err != nil {
			all[row.Line] = row.Err.Error()
		}
	}
	return all
}

func at(text string) (m journey.Millis) {
	if err := m.UnmarshalText([]byte(text)); err != nil {
		panic(err)
	}
	return m
}

func TestEveryFieldOfATouchpoint(t *testing.T) {
	got := touchpoints(rows(t, `
delimiter: ";"
decimal: ","
visitor: "c-{kunde}"
id: "{beleg}/{row}"
at: {from: "{tag} {zeit}", format: DD.MM.YYYY hh:mm, zone: Europe/Vienna}
type: {from: "{art}", values: {kauf: purchase}}
channel: [{when: {column: ort, is: Laden}, is: store}, {is: web}]
source: kasse
item: "{artikel}"
category: "{gruppe}"
campaign: "{aktion}"
trust: reported
value: {amount: ["{menge}", "{preis}"], currency: "{waehrung}"}
props: {beleg: "{beleg}", leer: "{aktion}"}
`, "\uFEFFbeleg;kunde;tag;zeit;art;ort;artikel;gruppe;aktion;menge;preis;waehrung\n"+
		`B1;7;01.07.2026;14:30;kauf;Laden;"sofa ""drei""";sofas;;3;1.099,90;EUR`+"\n"))
	want := []journey.Touchpoint{{
		ID: "B1/1", Visitor: "c-7", Type: "purchase", Channel: "store", Source: "kasse", At: at("2026-07-01T12:30:00Z"),
		Item: `sofa "drei"`, Category: "sofas", Trust: journey.Reported,
		Value: &journey.Money{Amount: "3299.70", Currency: "EUR"}, Props: map[string]any{"beleg": "B1"},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("touchpoints (-want +got):\n%s", diff)
	}
}

func TestTimeFormats(t *testing.T) {
	for _, test := range []struct{ format, zone, text, want string }{
		{"RFC3339", "UTC", "2026-03-01T10:00:00.123456+02:00", "2026-03-01T08:00:00.123Z"},
		{"unix_s", "UTC", "1659304800", "2022-07-31T22:00:00Z"},
		{"unix_s", "UTC", "1659304800.0259", "2022-07-31T22:00:00.025Z"},
		{"unix_ms", "UTC", "1659304800025", "2022-07-31T22:00:00.025Z"},
		{"YYYY-MM-DD", "Europe/Vienna", "2026-07-01", "2026-06-30T22:00:00Z"},
		{"YYYY-MM-DDThh:mm:ss.SSS", "UTC", "2026-07-01T01:02:03.004", "2026-07-01T01:02:03.004Z"},
		{"YYYY-MM-DD hh:mm:ssZZ", "Europe/Vienna", "2026-07-01 01:02:03-05:00", "2026-07-01T06:02:03Z"},
		{"M/D/YYYY h:mm", "UTC", "12/1/2010 8:26", "2010-12-01T08:26:00Z"},
		{"M/D/YYYY h:mm", "UTC", "12/1/2010 17:05", "2010-12-01T17:05:00Z"},
		{"M/D/YYYY h:mm AM", "UTC", "12/1/2010 8:26 PM", "2010-12-01T20:26:00Z"},
		{"DD MMM YYYY", "UTC", "05 Feb 2024", "2024-02-05T00:00:00Z"},
		{"RFC3339", "UTC", "yesterday", `at: "yesterday" is not of the form RFC3339`},
		{"unix_ms", "UTC", "99999999999999999999", `at: "99999999999999999999" is not of the form unix_ms`},
		{"unix_s", "UTC", "1.x", `at: "1.x" is not of the form unix_s`},
		{"YYYY-MM-DD", "UTC", "2026-02-30", `at: "2026-02-30" is not of the form YYYY-MM-DD`},
		{"YYYY-MM-DD", "UTC", "1970-01-01", "at: must be an RFC 3339 time in 1990 or later, such as 2026-11-22T09:59:00Z"},
		{"YYYY-MM-DD", "UTC", "", "at: is empty"},
	} {
		t.Run(test.format+" "+test.text, func(t *testing.T) {
			mapping := strings.Replace(needed, "RFC3339}", "\""+test.format+"\", zone: "+test.zone+"}", 1)
			row := rows(t, mapping, "v,t\na,"+test.text+"\n")[0]
			got := ""
			if row.Err != nil {
				got = row.Err.Error()
			} else {
				got = row.Touchpoint.At.String()
			}
			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestFilters(t *testing.T) {
	const file = "v,t,q\nnone,2026-01-01T00:00:00Z,\nminus,2026-01-01T00:00:00Z,-2\ntwo,2026-01-01T00:00:00Z,2\nten,2026-01-01T00:00:00Z,10\nword,2026-01-01T00:00:00Z,x10\n"
	for filter, want := range map[string][]string{
		"keep: [{column: q, empty: true}]":                            {"none"},
		"keep: [{column: q, empty: false}]":                           {"minus", "two", "ten", "word"},
		"keep: [{column: q, is: \"10\"}]":                             {"ten"},
		"keep: [{column: q, in: [2, 10]}]":                            {"two", "ten"},
		"keep: [{column: q, matches: 10$}]":                           {"ten", "word"},
		"keep: [{column: q, above: 2}]":                               {"ten"},
		"keep: [{column: q, at_least: 2}]":                            {"two", "ten"},
		"keep: [{column: q, below: 0}]":                               {"minus"},
		"drop: [{column: q, at_most: 2}]":                             {"none", "ten", "word"},
		"drop: [{column: q, empty: true}, {column: v, is: two}]":      {"minus", "ten", "word"},
		"keep: [{column: q, empty: false}, {column: v, is: two}]":     {"two"},
		"keep: [{column: q, at_least: 2, below: 10}]":                 {"two"},
		"keep: [{column: q, above: 0}]\ndrop: [{column: v, is: ten}]": {"two"},
	} {
		t.Run(filter, func(t *testing.T) {
			var got []string
			for _, touchpoint := range touchpoints(rows(t, needed+filter, file)) {
				got = append(got, touchpoint.Visitor)
			}
			if !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

func TestAmounts(t *testing.T) {
	for text, want := range map[string]string{
		"6,2.55":          "15.30",
		"-1,2.55":         "-2.55",
		"3,0.3333":        "0.9999",
		"0.5,0.0001":      "0.0001",
		"-0.1,0.0001":     "0.00",
		"3,":              "",
		"2,abc":           `value: "abc" is not a decimal number`,
		"2,1e3":           `value: "1e3" is not a decimal number`,
		"2,1/3":           `value: "1/3" is not a decimal number`,
		"99999999999,9e9": `value: "9e9" is not a decimal number`,
	} {
		t.Run(text, func(t *testing.T) {
			row := rows(t, needed+`value: {amount: ["{q}", "{p}"], currency: GBP}`, "v,t,q,p\na,2026-01-01T00:00:00Z,"+text+"\n")[0]
			got := ""
			switch {
			case row.Err != nil:
				got = row.Err.Error()
			case row.Touchpoint.Value != nil:
				got = row.Touchpoint.Value.Amount
			}
			if got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestRejectedRowsSayTheirLineAndReason(t *testing.T) {
	got := reasons(rows(t, strings.Replace(needed, "page_view", `{from: "{e}", values: {view: page_view, bot: drop}}`, 1),
		"v,t,e\n"+
			"a,2026-01-01T00:00:00Z,view\n"+ // 2
			"a,2026-01-01T00:00:00Z,bot\n"+ // 3
			"a,2026-01-01T00:00:00Z,look\n"+ // 4
			",2026-01-01T00:00:00Z,view\n"+ // 5
			"\"two\nlines\",2026-01-01T00:00:00Z,view\n"+ // 6
			"a,2026-01-01T00:00:00Z\n"+ // 8
			"a\"b,2026-01-01T00:00:00Z,view\n"+ // 9
			"a,2099-01-01T00:00:00Z,view\n")) // 10
	want := map[int]string{
		4:  `type: the mapping does not list the value "look"`,
		5:  "visitor: is needed: 1 to 128 bytes without control characters",
		6:  "visitor: must not contain control characters",
		8:  "has 2 columns, the first row of the file 3",
		9:  `cannot be read as CSV: bare " in non-quoted-field`,
		10: "at: must not be more than 24 hours ahead",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("reasons by line (-want +got):\n%s", diff)
	}
}

func TestColumnsAreLookedForBeforeTheFirstRow(t *testing.T) {
	for header, want := range map[string]string{
		"v,time":  `the file has no column "t" that the mapping names; it has v, time`,
		"vv,t":    `the file has no column "v" that the mapping names; did the mapping mean "vv"?`,
		"v;t":     `the columns of the file are separated by ";": write delimiter: ";" into the mapping`,
		"v\tt":    `the columns of the file are separated by "\t": write delimiter: "\t" into the mapping`,
		"v,t,t":   `the file has the column "t" twice`,
		"":        "the file is empty; its first row must name the columns",
		" v , t ": "",
	} {
		_, err := load(t, needed).Open(strings.NewReader(header))
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("header %q: got %q, want %q", header, got, want)
		}
	}
}

func TestJSONLinesWithMembersAndTheirParent(t *testing.T) {
	got := rows(t, `
each: visit.hits
visitor: "{parent.client.id}"
id: "{parent.session}-{index}"
type: {from: "{kind}", values: {pv: page_view}}
channel: web
at: {from: "{ts}", format: unix_ms}
item: "{page.sku}"
props: {depth: "{depth}", first: "{first}", tags: "{tags}", label: "d{depth}"}
`, `{"session":"s1","client":{"id":7},"visit":{"hits":[{"kind":"pv","ts":1659304800025,"page":{"sku":"a"},"depth":3,"first":true,"tags":["x"]},{"kind":"pv","ts":"soon"},5]}}

{"session":"s2","client":{"id":8}}
not json
{"session":"s3","client":{"id":9},"visit":{"hits":[]}}
{"session":"s4"} {"session":"s5"}
`)
	want := []journey.Touchpoint{{
		ID: "s1-1", Visitor: "7", Type: "page_view", Channel: "web", At: 1659304800025, Item: "a", Trust: journey.Imported,
		Props: map[string]any{"depth": "3", "first": true, "tags": `["x"]`, "label": "d3"},
	}}
	for _, touchpoint := range touchpoints(got) {
		if number, ok := touchpoint.Props["depth"].(interface{ String() string }); !ok || number.String() != "3" {
			t.Errorf("depth is %#v, want the number 3", touchpoint.Props["depth"])
		}
		touchpoint.Props["depth"] = "3"
	}
	if diff := cmp.Diff(want, touchpoints(got)); diff != "" {
		t.Errorf("touchpoints (-want +got):\n%s", diff)
	}
	wantReasons := map[int]string{
		1: `member 3 of "visit.hits" is not an object`, // and the second member, of the same line
		3: `has no list "visit.hits"`,
		4: "cannot be read as a JSON object: invalid character 'o' in literal null (expecting 'u')",
		6: "has more than one JSON object",
	}
	if diff := cmp.Diff(wantReasons, reasons(got)); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
}

func TestGzipIsFoundByItsFirstBytes(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = io.WriteString(w, "v,t\na,2026-01-01T00:00:00Z\n")
	_ = w.Close()
	if got := len(touchpoints(rows(t, needed, packed.String()))); got != 1 {
		t.Errorf("got %d touchpoints, want 1", got)
	}

	reader, err := load(t, needed).Open(bytes.NewReader(packed.Bytes()[:packed.Len()-8]))
	if err != nil {
		t.Fatal(err)
	}
	var last error
	for _, err := range reader.Rows(now) {
		last = err
	}
	if last == nil || !strings.Contains(last.Error(), "the file ends in the middle") {
		t.Errorf("a cut file: got error %v, want one that says so", last)
	}
}

func TestOneLineTooLongIsRejectedAlone(t *testing.T) {
	got := rows(t, needed, `{"v":"a","t":"2026-01-01T00:00:00Z"}`+"\n"+
		`{"v":"`+strings.Repeat("x", 17<<20)+"\"}\n"+
		`{"v":"b","t":"2026-01-01T00:00:00Z"}`)
	if len(touchpoints(got)) != 2 {
		t.Errorf("got %d touchpoints, want 2", len(touchpoints(got)))
	}
	if diff := cmp.Diff(map[int]string{2: "is longer than 16 MB"}, reasons(got)); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
}

func TestMergeMakesOneTouchpointOfOneID(t *testing.T) {
	const mapping = `
visitor: "{v}"
id: "{order}"
merge: true
type: {from: "{e}", values: {sale: purchase, back: return}}
channel: web
at: {from: "{t}", format: unix_s}
value: {amount: "{price}", currency: "{cur}"}
`
	got := rows(t, mapping, "v,order,e,t,price,cur\n"+
		"a,1,sale,1700000060,10.10,EUR\n"+
		"b,1,sale,1700000000,1,EUR\n"+
		"a,1,sale,1700000000,0.20,EUR\n"+
		"a,1,sale,1700000000,,EUR\n"+
		"a,1,back,1700000000,3,EUR\n"+
		"a,1,sale,1700000000,3,USD\n")
	want := []journey.Touchpoint{
		{ID: "1", Visitor: "a", Type: "purchase", Channel: "web", At: 1700000000_000, Trust: journey.Imported, Value: &journey.Money{Amount: "10.30", Currency: "EUR"}},
		{ID: "1", Visitor: "b", Type: "purchase", Channel: "web", At: 1700000000_000, Trust: journey.Imported, Value: &journey.Money{Amount: "1", Currency: "EUR"}},
	}
	if diff := cmp.Diff(want, touchpoints(got)); diff != "" {
		t.Errorf("touchpoints (-want +got):\n%s", diff)
	}
	wantReasons := map[int]string{
		6: "type: is return, but the other rows of this id are purchase",
		7: "value: is in USD, but the other rows of this id are in EUR",
	}
	if diff := cmp.Diff(wantReasons, reasons(got)); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
	counted := 0
	for _, row := range got {
		counted += row.Rows
	}
	if counted != 6 {
		t.Errorf("the rows stand for %d rows of the file, want 6", counted)
	}
}

// An id of {hash} and {repeat} is the same whatever the order of rows, so that
// a file may be sorted anew and imported again.
func TestHashAndRepeatDoNotDependOnTheOrder(t *testing.T) {
	mapping := load(t, strings.Replace(needed, "{hash}", "{hash}-{repeat}", 1))
	ids := func(t *rapid.T, lines []string) []string {
		reader, err := mapping.Open(strings.NewReader("v,t\n" + strings.Join(lines, "\n") + "\n"))
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for row, err := range reader.Rows(now) {
			if err != nil || row.Touchpoint == nil {
				t.Fatalf("line %d: %v %v", row.Line, err, row.Err)
			}
			all = append(all, row.Touchpoint.Visitor+" "+row.Touchpoint.ID)
		}
		slices.Sort(all)
		return all
	}
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOf(rapid.SampledFrom([]string{"a,2026-01-01T00:00:00Z", "a,2026-01-02T00:00:00Z", "b,2026-01-01T00:00:00Z"})).Draw(t, "lines")
		want := ids(t, lines)
		if distinct := slices.Compact(slices.Clone(want)); len(distinct) != len(lines) {
			t.Fatalf("%d rows got %d ids", len(lines), len(distinct))
		}
		shuffled := slices.Clone(lines)
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if got := ids(t, shuffled); !slices.Equal(got, want) {
			t.Fatalf("shuffled: got %v, want %v", got, want)
		}
	})
}

func TestRejectsKeepTheRowAsItStood(t *testing.T) {
	for name, test := range map[string]struct{ file, want string }{
		"CSV": {
			"t,v,more\nnever,a,\"x,y\"\nshort\n",
			"t,v,more,rejected_line,rejected_reason\n" +
				"never,a,\"x,y\",2,\"at: \"\"never\"\" is not of the form RFC3339\"\n" +
				"short,,,3,\"has 1 columns, the first row of the file 3\"\n",
		},
		"JSONLines": {
			"{\"t\":\"never\", \"v\":\"<a>\"}\noops\n",
			`{"line":1,"reason":"at: \"never\" is not of the form RFC3339","row":{"t":"never","v":"<a>"}}` + "\n" +
				`{"line":2,"reason":"cannot be read as a JSON object: invalid character 'o' looking for beginning of value","row":"oops"}` + "\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			mapping := needed
			if name == "JSONLines" {
				mapping += "format: jsonl\n"
			}
			reader, err := load(t, mapping).Open(strings.NewReader(test.file))
			if err != nil {
				t.Fatal(err)
			}
			var got bytes.Buffer
			rejects, err := reader.Rejects(&got)
			for row, readErr := range reader.Rows(now) {
				err = errors.Join(err, readErr, rejects.Write(row))
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got.String()); diff != "" {
				t.Errorf("rejected rows (-want +got):\n%s", diff)
			}
		})
	}
}
