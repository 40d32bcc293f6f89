package rank_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wegweiser/shared/journey"
	"wegweiser/shared/rank"
)

// Counters that were put together of tallies answer as those that were tallied,
// now and for whatever is reserved then; only what was reserved before stays.
func TestTalliesAreTheSameCounters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.Custom(func(t *rapid.T) rank.Limit {
			return rank.Limit{
				Scope:  rank.Scope{Kind: rank.ScopeKind(rapid.IntRange(0, 2).Draw(t, "kind")), Name: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "name")},
				Period: rapid.SampledFrom(periods).Draw(t, "period"), Most: rapid.IntRange(1, 5).Draw(t, "most"),
			}
		})
		claim := rapid.Custom(func(t *rapid.T) rank.Claim { return rank.Claim{Limits: rapid.SliceOfN(limit, 1, 3).Draw(t, "limits")} })
		var before rank.Counters
		now := journey.Millis(1763805600123)
		for range rapid.IntRange(0, 12).Draw(t, "showings") {
			now = now.Add(time.Duration(rapid.IntRange(0, 40).Draw(t, "hours")) * time.Hour)
			_ = before.Reserve(now, time.UTC, claim.Draw(t, "claim")) // there may be no room
		}
		before.Advance(now, time.UTC)
		after, err := rank.Tallied(before.Day(), slices.Collect(before.Tallies()))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before.Append(nil), after.Append(nil)); diff != "" {
			t.Fatalf("(-tallied +put together):\n%s", diff)
		}
		now, next := now.Add(time.Hour), claim.Draw(t, "next")
		if got, want := after.Reserve(now, time.UTC, next), before.Reserve(now, time.UTC, next); got != want {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

func TestWhatNoCountersSayIsRefused(t *testing.T) {
	one := rank.Tally{Scope: item("sofa"), Times: []uint32{1}}
	many := make([]rank.Tally, rank.MaxCounters+1)
	for name, tallies := range map[string][]rank.Tally{
		"Twice": {one, one}, "NoPeriod": {{Scope: item("sofa")}}, "FivePeriods": {{Scope: item("sofa"), Times: make([]uint32, 5)}},
		"Kind": {{Scope: rank.Scope{Kind: 9}, Times: []uint32{1}}}, "TooMany": many,
	} {
		if _, err := rank.Tallied(0, tallies); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
	if _, err := rank.Tallied(1<<40, nil); err == nil {
		t.Error("a day that there is not: got no error")
	}
}
