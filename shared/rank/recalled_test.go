package rank_test

import (
	"testing"

	"pgregory.net/rapid"

	"wegweiser/shared/rank"
)

// What is recalled holds for the items that were asked about, in the one place;
// everything else is as it was before.
func TestRecalledStatistics(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		places := somePlaces.Draw(t, "places")
		var now *rank.Statistics
		if rapid.Bool().Draw(t, "published") {
			now = rank.NewStatistics(someItems.Draw(t, "items"), places, believed)
		}
		at := append(places, rank.Place{Phase: "awareness", Segment: "critics"})[rapid.IntRange(0, len(places)).Draw(t, "place")]
		nothing, figures := believed("nothing", at), believed("figures", at)
		then := map[string]*rank.Quantiles{}
		for _, item := range someItems.Draw(t, "asked") {
			if then[item] = nil; rapid.Bool().Draw(t, "had figures") {
				then[item] = &figures
			}
		}
		recalled := now.Recalled(at, &nothing, then)
		for _, item := range append(someItems.Draw(t, "others"), "never seen") {
			for _, place := range append(places, at, rank.Place{Phase: "never seen"}) {
				got, known := recalled.Believed(item, recalled.Column(place))
				want, wantKnown := now.Believed(item, now.Column(place))
				if q, asked := then[item]; asked && place == at {
					if want, wantKnown = &nothing, q != nil; q != nil {
						want = q
					}
				}
				if *got != *want || known != wantKnown {
					t.Fatalf("%q in %v: got %v, %v, want %v, %v", item, place, *got, known, *want, wantKnown)
				}
			}
		}
	})
}
