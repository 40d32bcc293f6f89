package snapshot

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/tables"
)

// chanceOf is the probability that the odds give to what is shown, and their
// sum.
func chanceOf(chances []Chance, item string) (of, sum float64) {
	for _, c := range chances {
		sum += c.Probability
		if c.Item == item {
			of += c.Probability
		}
	}
	return of, sum
}

// The odds of what a ranked rule chose are what it recorded.
func TestOddsOfRankedChoicesAreThoseRecorded(t *testing.T) {
	s := ranking(t, 3)
	for seed := range 200 {
		in := &Input{At: noon, Person: "anna", Seed: fmt.Sprint("d_", seed), Placements: []string{"hero"}}
		a := s.Decide(in)
		odds := s.Odds(in, &a)[0]
		for k, item := range a.Placements[0].Items {
			if of, sum := chanceOf(odds[k], item.ID); of != item.Probability || math.Abs(sum-1) > 1e-12 || len(odds[k]) != 3-k {
				t.Fatalf("place %d: got %v, want %v for %s among %d that add up to 1", k, odds[k], item.Probability, item.ID, 3-k)
			}
		}
	}
}

// Over many persons a weighted rule shows an item as often as the odds say, in
// the first place and, for each item in it, in the second: by the chi-square
// test, whose bounds are exceeded once in a thousand times.
func TestOddsOfWeightedRulesAreFrequenciesOverPersons(t *testing.T) {
	const persons = 20_000
	set := tables.Set{
		tables.PlacementsTable: {row(tables.PlacementsTable, "hero", "count", "2", "fallback", "none")},
		tables.ItemsTable: {
			row(tables.ItemsTable, "none", "kind", "offer"),
			row(tables.ItemsTable, "voucher", "kind", "offer", "group", "money"),
			row(tables.ItemsTable, "discount", "kind", "offer", "group", "money"),
			row(tables.ItemsTable, "lamp", "kind", "offer"),
			row(tables.ItemsTable, "sofa", "kind", "offer", "enabled", "false"),
		},
		tables.RulesTable: {row(tables.RulesTable, "parts", "items", "voucher|discount|lamp|sofa", "choose", "weighted", "weights", "1|2|3|4")},
	}
	s := compiled(t, set)
	counts, expected := map[[2]string]float64{}, map[[2]string]float64{}
	for n := range persons {
		in := &Input{At: noon, Person: fmt.Sprint("v_", n), Placements: []string{"hero"}}
		a := s.Decide(in)
		odds, items := s.Odds(in, &a)[0], a.Placements[0].Items
		of, _ := chanceOf(odds[0], items[0].ID)
		next, _ := chanceOf(odds[1], items[1].ID)
		pair := [2]string{items[0].ID, items[1].ID}
		counts[pair]++
		expected[pair] = of * next * persons
	}
	// A group shows one of its items, so that four pairs are possible.
	off, sum := 0.0, 0.0
	for pair, n := range counts {
		off += (n - expected[pair]) * (n - expected[pair]) / expected[pair]
		sum += expected[pair]
	}
	if len(counts) != 4 || math.Abs(sum-persons) > 1e-6 || off > 16.27 { // 3 degrees of freedom
		t.Errorf("got %v with the odds %v, want four pairs as often as these: chi-square %.1f", counts, expected, off)
	}
}

// What stands in earlier places, also of other placements, cannot be shown; what
// somebody else showed there counts as shown.
func TestOddsHoldGivenWhatStandsBefore(t *testing.T) {
	set := tables.Set{
		tables.PlacementsTable: {
			row(tables.PlacementsTable, "hero", "fallback", "none"),
			row(tables.PlacementsTable, "side", "count", "3", "fallback", "none"),
			row(tables.PlacementsTable, "mail", "fallback", "none"),
		},
		tables.ItemsTable: {
			row(tables.ItemsTable, "none", "kind", "offer"), row(tables.ItemsTable, "a", "kind", "offer"),
			row(tables.ItemsTable, "b", "kind", "offer"), row(tables.ItemsTable, "c", "kind", "offer", "cap_day", "1"),
		},
		tables.RulesTable: {row(tables.RulesTable, "some", "placements", "hero|side", "items", "a|b|c")},
	}
	s := compiled(t, set)
	in := &Input{At: noon, Person: "anna", Placements: []string{"hero", "side", "mail"}}
	a := s.Decide(in)
	certain := func(item string) []Chance { return []Chance{{item, 1}} }
	want := [][][]Chance{{certain("a")}, {certain("b"), certain("c")}, {certain("none")}}
	if diff := cmp.Diff(want, s.Odds(in, &a)); diff != "" {
		t.Errorf("of its own answer (-want +got):\n%s", diff)
	}
	a.Placements[1].Items = slices.Clone(a.Placements[1].Items)
	a.Placements[1].Items[0].ID = "c"
	a.Placements[1].Items = append(a.Placements[1].Items, Item{ID: "unheard of"}, Item{ID: "b"})
	want[1] = [][]Chance{certain("b"), certain("b"), certain("b"), nil}
	if diff := cmp.Diff(want, s.Odds(in, &a)); diff != "" {
		t.Errorf("of what somebody else showed (-want +got):\n%s", diff)
	}
}
