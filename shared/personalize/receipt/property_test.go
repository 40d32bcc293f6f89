package receipt_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize/receipt"
	"wegweiser/shared/rank"
	"wegweiser/shared/snapshot"
	"wegweiser/shared/tables"
)

var (
	someText = rapid.OneOf(rapid.SampledFrom([]string{"", "web", "Europe/Vienna", itemName(3)}), rapid.StringN(0, 9, 40))
	someTime = rapid.OneOf(rapid.Int64Range(int64(now)-1e10, int64(now)+1e6), rapid.Int64Range(-1<<48, 1<<48))
	anyName  = func(known func(int) string, most int) *rapid.Generator[string] {
		return rapid.OneOf(rapid.Map(rapid.IntRange(0, most-1), known), rapid.StringN(1, 9, 40))
	}
	someValue = rapid.OneOf(
		rapid.Map(rapid.Float64(), func(v float64) any { return v }),
		rapid.Map(rapid.Int64Range(-1e9, 1e9), func(v int64) any { return float64(v) / 100 }),
		rapid.Map(rapid.Bool(), func(v bool) any { return v }), rapid.Map(someText, func(v string) any { return v }))
	someQuantiles = rapid.Custom(func(t *rapid.T) (q rank.Quantiles) {
		for i, v := range rapid.SliceOfN(rapid.Uint16(), rank.Strata, rank.Strata).Draw(t, "quantiles") {
			q[i] = rank.Quantile(v)
		}
		slices.Sort(q[:])
		return q
	})
)

func drawConsulted(t *rapid.T) *snapshot.Consulted {
	c := &snapshot.Consulted{Nothing: someQuantiles.Draw(t, "nothing")}
	items := rapid.SliceOfNDistinct(rapid.Int32Range(0, shopItems-1), 0, 20, rapid.ID[int32]).Draw(t, "items")
	slices.Sort(items)
	for _, at := range items {
		believed := rapid.OneOf(someQuantiles, rapid.Just(rank.Quantiles{}), rapid.Just(c.Nothing)).Draw(t, "believed")
		c.Items = append(c.Items, snapshot.ConsultedItem{At: at, Believed: believed})
	}
	return c
}

func drawCounters(t *rapid.T) string {
	var counters rank.Counters
	for range rapid.IntRange(0, 12).Draw(t, "showings") {
		claim := rank.Claim{Limits: []rank.Limit{{
			Scope: rank.Scope{
				Kind: rank.ScopeKind(rapid.IntRange(0, 3).Draw(t, "kind")), Name: anyName(itemName, shopItems).Draw(t, "scope"),
			},
			Period: rapid.SampledFrom([]tables.Period{tables.Day, tables.Week, tables.Month, tables.Life}).Draw(t, "period"), Most: 1 << 20,
		}}}
		at := now.Add(-time.Duration(rapid.IntRange(0, 1000).Draw(t, "hours")) * time.Hour)
		if rapid.Bool().Draw(t, "reserved") {
			claim.ID, claim.Expires = rapid.StringN(1, 9, 40).Draw(t, "reservation"), now.Add(time.Hour)
		}
		_ = counters.Reserve(at, time.UTC, claim) // there is room
	}
	return string(counters.Append(nil))
}

// Whatever a decision was made from, it is read back; of the counters what the
// decision read.
func TestEveryReceiptIsReadBack(t *testing.T) {
	by := shop(t)
	values := func(known func(int) string) *rapid.Generator[map[string]any] {
		return rapid.MapOfN(anyName(known, 50), someValue, 0, 9)
	}
	rapid.Check(t, func(t *rapid.T) {
		in := snapshot.Input{
			At: journey.Millis(someTime.Draw(t, "at")), Person: someText.Draw(t, "person"), Seed: someText.Draw(t, "seed"),
			Withheld:   snapshot.Reason(rapid.SampledFrom([]string{"", "consent", "store", "another"}).Draw(t, "withheld")),
			Uncounted:  snapshot.Reason(rapid.SampledFrom([]string{"", "capped", "store"}).Draw(t, "uncounted")),
			Locale:     someText.Draw(t, "locale"),
			Purposes:   rapid.SliceOfN(rapid.Map(someText, func(s string) journey.Purpose { return journey.Purpose(s) }), 0, 4).Draw(t, "purposes"),
			Placements: rapid.SliceOfN(anyName(placementName, 50), 0, 9).Draw(t, "placements"),
			Spent:      rapid.SliceOfNDistinct(anyName(itemName, shopItems), 0, 9, rapid.ID[string]).Draw(t, "spent"),
		}
		if rapid.Bool().Draw(t, "history") {
			in.History = &journey.History{Truncated: rapid.Bool().Draw(t, "truncated")}
			p := &in.History.Profile
			p.Locale, p.Zone, p.Country = someText.Draw(t, "locale"), "", someText.Draw(t, "country")
			p.Traits = values(valueName).Draw(t, "traits")
			p.Totals = journey.Totals{
				Purchases: rapid.IntRange(0, 1e6).Draw(t, "purchases"), First: journey.Millis(someTime.Draw(t, "first")), Last: journey.Millis(someTime.Draw(t, "last")),
				Spent:  rapid.MapOfN(rapid.SampledFrom([]string{"EUR", "CHF", "XYZ"}), rapid.Map(rapid.Int64(), func(n int64) journey.Units { return journey.Units(n) }), 0, 3).Draw(t, "spent"),
				Latest: rapid.MapOfN(rapid.SampledFrom([]string{"purchase", "complaint", "another"}), rapid.Map(someTime, func(n int64) journey.Millis { return journey.Millis(n) }), 0, 3).Draw(t, "latest"),
			}
			if in.At >= now && in.At < now.Add(time.Hour) {
				in.History.Counters.Packed = drawCounters(t)
			}
		}
		made := &receipt.Receipt{
			Snapshot: rapid.SampledFrom([]string{by.ID(), "s_1", "", "s_" + by.ID()[3:]}).Draw(t, "snapshot"), Visitor: someText.Draw(t, "visitor"),
			Degraded: rapid.SampledFrom([]string{"", "store_error", "another"}).Draw(t, "degraded"), Answer: receipt.DigestOf([]byte(in.Seed)),
			Context: values(valueName).Draw(t, "context"), Input: in,
		}
		if rapid.Bool().Draw(t, "ranked") {
			made.Consulted = drawConsulted(t)
		}
		got, err := receipt.Read(receipt.Pack(made, by, decision), decision)
		if err == nil {
			err = got.Name(by)
		}
		if err != nil {
			t.Fatal(err)
		}
		want := *made
		want.Input.Spent = slices.Sorted(slices.Values(in.Spent))
		got.Input.Spent = slices.Sorted(slices.Values(got.Input.Spent))
		if in.History != nil && in.History.Counters.Packed != "" {
			h := *in.History
			counters, err := by.Counters(&in)
			if err != nil {
				t.Fatal(err)
			}
			final, err := rank.Tallied(counters.Day(), slices.Collect(counters.Tallies()))
			if err != nil {
				t.Fatal(err)
			}
			h.Counters.Packed = string(final.Append(nil))
			want.Input.History = &h
		}
		if diff := cmp.Diff(&want, got, equal); diff != "" {
			t.Fatalf("(-packed +read):\n%s", diff)
		}
	})
}
