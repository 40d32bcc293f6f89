package snapshot

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/rule/parse"
	"wegweiser/shared/tables"
)

// noon is the time of most tests.
var noon = journey.At(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))

// compiled returns the snapshot of a set that has no errors.
func compiled(t testing.TB, set tables.Set) *Snapshot {
	t.Helper()
	s, problems := Compile(set, parse.Parse)
	if s == nil {
		for _, p := range problems {
			t.Log(p.String())
		}
		t.Fatalf("got %d problems, want a snapshot", len(problems))
	}
	return s
}

// row is one row of a table, its cells as a CSV file has them.
func row(table, id string, cells ...string) tables.Row {
	values := map[string]any{}
	for i := 0; i < len(cells); i += 2 {
		values[cells[i]] = cells[i+1]
	}
	return tables.NewRow(table, id, values)
}

// world is a workspace of a size, with everything that costs time: rules with
// all flat columns and conditions, items with audiences and languages.
func world(t testing.TB, rules, items, placements int) tables.Set {
	t.Helper()
	set, err := tables.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	pick := func(from ...string) string { return from[random.IntN(len(from))] }
	set.Add(tables.SettingsTable,
		row(tables.SettingsTable, "trait.tier", "value", "text"),
		row(tables.SettingsTable, "trait.age", "value", "number"),
		row(tables.SettingsTable, "context.basket", "value", "number"),
	)
	set.Add(tables.SegmentsTable,
		row(tables.SegmentsTable, "critics", "when", `count("review_written", "90d") >= 1`),
		row(tables.SegmentsTable, "spenders", "when", `spent("365d") >= 500 and visitor.tier == "gold"`),
	)
	for i := range placements {
		set.Add(tables.PlacementsTable, row(tables.PlacementsTable, fmt.Sprintf("place-%02d", i),
			"kind", "content", "count", fmt.Sprint(1+i%3), "fallback", "fallback"))
	}
	set.Add(tables.ItemsTable, row(tables.ItemsTable, "fallback", "kind", "content", "content.title", "Welcome"))
	for i := range items {
		cells := []string{
			"kind", "content", "url", fmt.Sprintf("https://shop.example/%d", i),
			"content.title", fmt.Sprintf("Item %d", i), "content.title.de", fmt.Sprintf("Artikel %d", i),
			"content.body", "A text of some length that says what there is to say about this item, and a little more.",
			"tags", fmt.Sprintf("tag-%d", i%20),
		}
		switch i % 5 {
		case 0:
			cells = append(cells, "phases", pick("consideration", "decision", "consideration|decision"))
		case 1:
			cells = append(cells, "when", fmt.Sprintf(`count("product_view", "%dd") >= %d`, 1+i%7, i%4))
		case 2:
			cells = append(cells, "starts", "2026-11-01", "ends", "2026-12-01 18:00", "zone", "Europe/Vienna")
		case 3:
			cells = append(cells, "segments", pick("critics", "spenders"))
		}
		set.Add(tables.ItemsTable, row(tables.ItemsTable, fmt.Sprintf("item-%04d", i), cells...))
	}
	for i := range rules {
		a := random.IntN(items)
		b := (a + 1 + random.IntN(items-1)) % items
		cells := []string{"order", fmt.Sprint(i), "placements", fmt.Sprintf("place-%02d", i%placements)}
		switch i % 4 {
		case 0:
			cells = append(cells, "items", fmt.Sprintf("item-%04d|item-%04d|tag:tag-%d", a, b, i%20))
		case 1:
			cells = append(cells, "items", fmt.Sprintf("tag:tag-%d", i%20))
		case 2:
			cells = append(cells, "items", fmt.Sprintf("item-%04d|item-%04d", a, b), "choose", "weighted", "weights", "3|2")
		case 3:
			cells = append(cells, "items", fmt.Sprintf("item-%04d|tag:tag-%d", a, i%20), "choose", "weighted")
		}
		if i%2 == 0 {
			cells = append(cells, "phases", pick("awareness", "consideration", "decision", "retention", "advocacy"))
		}
		if i%4 == 1 {
			cells = append(cells, "channels", pick("web", "app", "email"))
		}
		if i%5 == 2 {
			cells = append(cells, "locales", pick("de", "de-AT", "en"))
		}
		if i%7 == 3 {
			cells = append(cells, "countries", pick("AT", "DE", "CH"))
		}
		if i%6 == 4 {
			cells = append(cells, "standings", pick("prospect", "active", "lapsed"))
		}
		cells = append(cells, "when", fmt.Sprintf(
			`count("product_view", "%dd") >= %d and context.basket > %d and visitor.tier in ["gold", "silver"]`,
			1+i%14, 2+i%9, i%50))
		set.Add(tables.RulesTable, row(tables.RulesTable, fmt.Sprintf("rule-%04d", i), cells...))
	}
	return set
}

// shop is a workspace of so many rows as a large shop has them: as many items
// as rules, whose conditions resemble each other.
func shop(t testing.TB, rows int) tables.Set {
	t.Helper()
	set, err := tables.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for i := range 10 {
		set.Add(tables.PlacementsTable, row(tables.PlacementsTable, fmt.Sprintf("place-%d", i), "kind", "content", "fallback", "item-0"))
	}
	for i := 0; set.Len() < rows; i++ {
		set.Add(tables.ItemsTable, row(tables.ItemsTable, fmt.Sprintf("item-%d", i), "kind", "content",
			"url", fmt.Sprintf("https://shop.example/%d", i),
			"content.title", fmt.Sprintf("Item %d", i), "content.title.de", fmt.Sprintf("Artikel %d", i)))
		set.Add(tables.RulesTable, row(tables.RulesTable, fmt.Sprintf("rule-%d", i), "order", fmt.Sprint(i),
			"placements", fmt.Sprintf("place-%d", i%10), "phases", "consideration|decision",
			"when", fmt.Sprintf(`count("product_view", "%dd") >= %d`, 1+i%30, i%7), "items", fmt.Sprintf("item-%d", i)))
	}
	return set
}

// past is a history of n touchpoints of the last weeks.
func past(n int) *journey.History {
	random := rand.New(rand.NewPCG(3, 4))
	types := []string{"product_view", "compare", "page_view", "search", "cart_add", "email_open", "review_read", "ad_click"}
	h := &journey.History{Profile: journey.Profile{
		Traits: map[string]any{"tier": "silver", "age": 41.0},
		Locale: "de-AT", Country: "AT",
	}}
	for i := range n {
		at := noon.Add(-time.Duration(n-i) * 3 * time.Hour)
		h.Traces = append(h.Traces, journey.Trace{
			ID: fmt.Sprintf("e_%03d", i), Type: types[random.IntN(len(types))], Channel: "web",
			Item: fmt.Sprintf("item-%04d", random.IntN(500)), At: at, Trust: journey.Likely,
		})
	}
	for i := range 3 {
		h.Profile.Record(journey.Milestone{
			ID: fmt.Sprintf("p_%d", i), Type: journey.Purchase,
			At: noon.Add(-time.Duration(200-i*60) * 24 * time.Hour), Amount: 4_990_000, Currency: "EUR",
		})
	}
	return h
}

// asking is a request for all of n placements.
func asking(t testing.TB, s *Snapshot, h *journey.History, n int) *Input {
	t.Helper()
	c, fault := s.Context(map[string]any{"channel": "web", "basket": 30.0})
	if fault != nil {
		t.Fatal(fault)
	}
	return &Input{At: noon, Person: "v_1", History: h, Context: c, Placements: s.Placements()[:n]}
}
