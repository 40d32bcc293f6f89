package measure_test

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"wegweiser/shared/ingest"
	"wegweiser/shared/journey"
	"wegweiser/shared/measure"
)

// shop returns the journeys of a shop's log as the shipped mapping reads it.
func shop(t *testing.T, until journey.Millis) []*journey.History {
	t.Helper()
	file, err := os.Open(filepath.Join("../../../shared/data", "journey-events-synthetic/ecom_events.csv.gz"))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("../shared/data is needed: %v", err)
		}
		t.Skipf("needs ../shared/data: %v", err)
	}
	defer file.Close()
	text, err := os.ReadFile("../../docs/maps/journey-events.yaml")
	if err != nil {
		t.Fatal(err)
	}
	mapping, problems := ingest.Load(text)
	if mapping == nil {
		t.Fatal(problems)
	}
	reader, err := mapping.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	did := map[string][]journey.Trace{}
	for row, err := range reader.Rows(until) {
		if err != nil || row.Err != nil {
			t.Fatalf("line %d: %v, %v", row.Line, err, row.Err)
		}
		did[row.Touchpoint.Visitor] = append(did[row.Touchpoint.Visitor], row.Touchpoint.Trace())
	}
	var all []*journey.History
	for _, traces := range did {
		slices.SortFunc(traces, func(a, b journey.Trace) int { return cmp.Compare(a.At, b.At) })
		all = append(all, historyOf(traces, until, journey.MaxWindow))
	}
	return all
}

// The figures of a shop that can be counted in its log: 22173 events of 432
// users, of whom 225 bought.
func TestReportsOfAShop(t *testing.T) {
	m := preset(t)
	w := measure.Window{Until: journey.At(time.Date(2024, 7, 1, 0, 0, 0, 0, time.UTC))}
	all := shop(t, w.Until)
	checkAgainstSlow(t, m, w, all)

	j, f := reports(m, w, all)
	touchpoints, seen := 0, 0
	for _, row := range j.Phases {
		touchpoints += row.Touchpoints
	}
	for _, row := range j.Moves {
		if row.From == "" {
			seen += row.Moves
		}
	}
	if touchpoints != 22_173 || j.Visitors != 432 || seen != 432 {
		t.Errorf("got %d touchpoints of %d visitors, %d of them first seen; want 22173 of 432, all", touchpoints, j.Visitors, seen)
	}
	if bought := f.Rows[m.Index("retention")].Reached; bought != 225 {
		t.Errorf("got %d who reached retention, want the 225 who bought", bought)
	}
}
