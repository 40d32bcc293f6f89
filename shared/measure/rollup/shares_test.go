package rollup_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"wegweiser/shared/store"
)

// Of every figure of the report it is said where it comes from: in parts that add
// up to 1 as they are written, in JSON and in CSV alike.
func TestPartsAddUpAsTheyAreWritten(t *testing.T) {
	c := begin(t, rows)
	random := rand.New(rand.NewPCG(3, 4))
	var changes []store.Change
	for n := range 4000 {
		// Some items are shown hardly ever, and some nearly always.
		item := fmt.Sprint("item-", int(math.Exp(6*random.Float64())))
		kind := []string{"item_impression", "item_impression", "item_click"}[random.IntN(3)]
		changes = append(changes, reaction(n+1, item, kind, fmt.Sprint("p", random.IntN(3)), fmt.Sprint("s", random.IntN(2))))
	}
	c.apply(t, "shard", changes...)
	report, err := c.Items(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	type parts struct {
		Expected, Low, High     json.Number
		Prior, Borrowed, Own    json.Number
		Impressions, Clicks     json.Number
		Rate                    json.Number
		Item, Phase, Segment    string
		Dismissals, Conversions json.Number
	}
	var written struct {
		Rows []struct {
			parts
			Places []parts
		}
	}
	if err := json.Unmarshal(text, &written); err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := report.WriteCSV(&file); err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(&file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	head, at := lines[0], 1
	next := func(want *parts) {
		t.Helper()
		got := map[string]string{}
		for i, name := range head {
			got[name] = lines[at][i]
		}
		at++
		for name, value := range map[string]json.Number{
			"impressions": want.Impressions, "clicks": want.Clicks, "dismissals": want.Dismissals, "conversions": want.Conversions, "rate": want.Rate,
			"expected": want.Expected, "low": want.Low, "high": want.High, "prior": want.Prior, "borrowed": want.Borrowed, "own": want.Own,
		} {
			if got[name] != value.String() {
				t.Errorf("%s of %s %s %s: got %s in CSV, want the %s of JSON", name, want.Item, want.Phase, want.Segment, got[name], value)
			}
		}
		sum := 0.0
		for _, part := range []json.Number{want.Prior, want.Borrowed, want.Own} {
			share, err := part.Float64()
			if err != nil || share < 0 {
				t.Errorf("%s %s %s: got the part %s, want 0 to 1", want.Item, want.Phase, want.Segment, part)
			}
			sum += share
		}
		if math.Abs(sum-1) > 1e-9 {
			t.Errorf("%s %s %s: got %s, %s and %s, which add up to %v", want.Item, want.Phase, want.Segment, want.Prior, want.Borrowed, want.Own, sum)
		}
	}
	for i := range written.Rows {
		next(&written.Rows[i].parts)
		for k := range written.Rows[i].Places {
			next(&written.Rows[i].Places[k])
		}
	}
	if at != len(lines) {
		t.Errorf("got %d lines in CSV, want %d", len(lines), at)
	}
}
