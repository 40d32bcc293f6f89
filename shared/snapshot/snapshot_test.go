package snapshot

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/journey"
	"wegweiser/shared/tables"
)

// What decides links no network, no store and no expression language.
func TestDependencies(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	deps := strings.Fields(string(out))
	if !slices.Contains(deps, "wegweiser/shared/rule") {
		t.Fatalf("got %d dependencies without package rule; the test is blind", len(deps))
	}
	for _, dep := range deps {
		switch {
		case dep == "net", dep == "net/http", dep == "os/exec",
			dep == "wegweiser/shared/rule/parse",
			strings.HasPrefix(dep, "wegweiser/shared/store"),
			strings.Contains(dep, "expr-lang"), strings.Contains(dep, "yaml"), strings.Contains(dep, "aws"):
			t.Errorf("snapshot depends on %s", dep)
		}
	}
}

// Deciding allocates for the answer alone: not for rules, not for items, not
// for touchpoints.
func TestAllocationsAreThoseOfTheAnswer(t *testing.T) {
	allocations := func(rules, items int) float64 {
		s := compiled(t, world(t, rules, items, 4))
		in := asking(t, s, past(200), 4)
		s.Decide(in)
		return testing.AllocsPerRun(50, func() { s.Decide(in) })
	}
	small, large := allocations(20, 50), allocations(400, 1000)
	if large > small {
		t.Errorf("got %v allocations with 400 rules and 1000 items, want at most the %v of 20 and 50", large, small)
	}
	if small > 10 {
		t.Errorf("got %v allocations, want at most 10", small)
	}
}

func TestUnknownPlacement(t *testing.T) {
	s := compiled(t, world(t, 1, 2, 3))
	for _, c := range []struct {
		names         []string
		name, nearest string
		unknown       bool
	}{
		{nil, "", "", false},
		{[]string{"place-00", "place-02"}, "", "", false},
		{[]string{"place-00", "plaec-01", "nowhere"}, "plaec-01", "place-01", true},
		{[]string{"nowhere-at-all"}, "nowhere-at-all", "", true},
	} {
		name, nearest, unknown := s.UnknownPlacement(c.names)
		if name != c.name || nearest != c.nearest || unknown != c.unknown {
			t.Errorf("%v: got %q, %q, %v, want %q, %q, %v", c.names, name, nearest, unknown, c.name, c.nearest, c.unknown)
		}
	}
	answer := s.Decide(&Input{At: noon, Placements: []string{"nowhere", "place-01", "place-01"}})
	if len(answer.Placements) != 1 || answer.Placements[0].Name != "place-01" {
		t.Errorf("got %v, want place-01 alone", answer.Placements)
	}
}

func TestContext(t *testing.T) {
	set, err := tables.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"text", "number", "bool", "time"} {
		set.Add(tables.SettingsTable, row(tables.SettingsTable, "context."+kind, "value", kind))
	}
	s := compiled(t, set)
	for name, c := range map[string]struct {
		values string
		field  string // of the fault; empty: none
	}{
		"Empty":        {`{}`, ""},
		"All":          {`{"channel":"social.x","locale":"zh-Hant-TW","country":"at","zone":"America/Argentina/Buenos_Aires","text":"t","number":1,"bool":false,"time":"2026-11-22T00:00:00Z"}`, ""},
		"Nulls":        {`{"channel":null,"number":null}`, ""},
		"Undeclared":   {`{"other":{"deep":[1]}}`, ""},
		"ChannelType":  {`{"channel":1}`, "context.channel"},
		"ChannelName":  {`{"channel":"Web Shop"}`, "context.channel"},
		"Country":      {`{"country":"AUT"}`, "context.country"},
		"CountryDigit": {`{"country":"A1"}`, "context.country"},
		"Locale":       {`{"locale":"de--AT"}`, "context.locale"},
		"LocaleLong":   {`{"locale":"` + strings.Repeat("de-", 40) + `de"}`, "context.locale"},
		"Zone":         {`{"zone":"../etc"}`, "context.zone"},
		"Text":         {`{"text":1}`, "context.text"},
		"TextLong":     {`{"text":"` + strings.Repeat("x", 1025) + `"}`, "context.text"},
		"Number":       {`{"number":"1"}`, "context.number"},
		"Bool":         {`{"bool":"true"}`, "context.bool"},
		"Time":         {`{"time":"tomorrow"}`, "context.time"},
		"TimeNumber":   {`{"time":1}`, "context.time"},
	} {
		t.Run(name, func(t *testing.T) {
			var values map[string]any
			if err := json.Unmarshal([]byte(c.values), &values); err != nil {
				t.Fatal(err)
			}
			_, fault := s.Context(values)
			switch {
			case c.field == "" && fault != nil:
				t.Errorf("got %v, want none", fault)
			case c.field != "" && (fault == nil || fault.Field != c.field || fault.Code != "bad_context"):
				t.Errorf("got %v, want one of %s", fault, c.field)
			}
		})
	}
	got, fault := s.Context(map[string]any{"country": "at", "locale": "de_AT"})
	if fault != nil || got.Country != "AT" || got.Locale != "de_AT" {
		t.Errorf("got %+v, %v", got, fault)
	}
}

func TestContentJSON(t *testing.T) {
	texts := map[string]string{
		"plain": "a text", "quoted": `"\` + "\n\t\x00\x7f", "html": "<b>&</b>", "wide": "Ünï\u2028\u2029😀", "broken": "a\xffb\xc3",
	}
	var fields []Field
	for _, name := range []string{"broken", "html", "plain", "quoted", "wide"} {
		fields = append(fields, Field{name, texts[name]})
	}
	body, err := json.Marshal(newContent(fields))
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]string
	if err := json.Unmarshal(body, &got); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	texts["broken"] = "a\uFFFDb\uFFFD"
	if diff := cmp.Diff(texts, got); diff != "" {
		t.Error(diff)
	}
	var again Content
	if err := json.Unmarshal(body, &again); err != nil || again.Field("plain") != "a text" || again.Field("other") != "" || len(again.Fields()) != 5 {
		t.Errorf("got %+v, %v", again, err)
	}
	if body, err := json.Marshal(Content{}); err != nil || string(body) != "{}" {
		t.Errorf("got %s, %v of no content, want {}", body, err)
	}
}

func TestValuesAreCutAndClean(t *testing.T) {
	for name, c := range map[string]struct {
		value string
		html  bool
		want  string
	}{
		"Plain":     {"Anna & Ben", false, "Anna & Ben"},
		"HTML":      {`<a href="x">'&'</a>`, true, "&lt;a href=&#34;x&#34;&gt;&#39;&amp;&#39;&lt;/a&gt;"},
		"Controls":  {"a\x00\r\n\tb\u0085\u2028c", false, "abc"},
		"Broken":    {"a\xffb\uFFFDc", false, "ab\uFFFDc"},
		"Long":      {strings.Repeat("ü", 300), false, strings.Repeat("ü", 200)},
		"LongHTML":  {strings.Repeat("<", 300), true, strings.Repeat("&lt;", 200)},
		"Expansion": {"{{visitor.name}}", true, "{{visitor.name}}"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := string(appendSafe(nil, c.value, c.html)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// The history functions at their edges: windows are open at the past end and
// closed at now.
func TestHistoryFunctions(t *testing.T) {
	day := 24 * time.Hour
	h := &journey.History{}
	for i, at := range []journey.Millis{noon.Add(-7 * day), noon.Add(-7*day + time.Millisecond), noon, noon + 1} {
		h.Traces = append(h.Traces, journey.Trace{ID: fmt.Sprint(i), Type: "compare", Channel: "web", At: at})
	}
	h.Traces = append(h.Traces, journey.Trace{ID: "m", Type: "compare", At: noon, Trust: journey.Machine})
	for _, m := range []journey.Milestone{
		{ID: "old", Type: journey.Purchase, At: noon.Add(-400 * day), Amount: 1_000_000, Currency: "EUR"},
		{ID: "kept", Type: journey.Purchase, At: noon.Add(-36 * time.Hour), Amount: 500_000, Currency: "EUR"},
		{ID: "dollars", Type: journey.Purchase, At: noon.Add(-day), Amount: 700_000, Currency: "USD"},
		{ID: "back", Type: journey.Purchase, At: noon.Add(-2 * day), Amount: 900_000, Currency: "EUR"},
		{ID: "return", Type: journey.Return, At: noon.Add(-12 * time.Hour), Purchase: "back"},
		{ID: "future", Type: journey.Purchase, At: noon.Add(day), Amount: 900_000, Currency: "EUR"},
	} {
		h.Profile.Record(m)
	}
	for when, want := range map[string]bool{
		`count("compare", "7d") == 2`:             true,
		`count("compare", "8d") == 3`:             true,
		`days_since("purchase") == 1`:             true,
		`days_since("return") == 0.5`:             true,
		`missing(days_since("complaint"))`:        true,
		`spent("365d") == 50`:                     true,
		`spent("3650d") == 150`:                   true,
		`spent("1h") == 0`:                        true,
		`not seen("x", "30d")`:                    true,
		`count("compare", "7d") == 0`:             false,
		`days_since("complaint") > 0`:             false,
		`days_since("subscription_start") < 1000`: false,
	} {
		t.Run(when, func(t *testing.T) {
			if got := holds(t, when, h); got != want {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

// holds reports whether a condition holds for a history at noon.
func holds(t *testing.T, when string, h *journey.History) bool {
	t.Helper()
	set, err := tables.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	set.Add(tables.PlacementsTable, row(tables.PlacementsTable, "p", "fallback", "x"))
	set.Add(tables.ItemsTable, row(tables.ItemsTable, "x", "kind", "offer"), row(tables.ItemsTable, "y", "kind", "offer"))
	set.Add(tables.RulesTable, row(tables.RulesTable, "r", "when", when, "items", "y"))
	answer := compiled(t, set).Decide(&Input{At: noon, History: h, Placements: []string{"p"}})
	return !answer.Placements[0].Fallback
}

// Many goroutines share a snapshot, its scratch, and what it prepares when it is
// first shown or explained.
func TestDecideConcurrently(t *testing.T) {
	s, before := compiled(t, world(t, 50, 100, 4)), compiled(t, world(t, 50, 100, 4))
	want := before.Decide(asking(t, before, past(100), 4))
	var wait sync.WaitGroup
	for range 8 {
		in := asking(t, s, past(100), 4)
		other := &Input{At: noon, Person: "other", Placements: s.Placements(), Explain: true}
		wait.Go(func() {
			for range 50 {
				s.Decide(other)
				if diff := cmp.Diff(want, s.Decide(in), allFields); diff != "" {
					t.Error(diff)
					return
				}
			}
		})
	}
	wait.Wait()
}
