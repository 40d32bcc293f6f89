package snapshot

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wegweiser/shared/journey"
	"wegweiser/shared/rule/parse"
	"wegweiser/shared/tables"
)

// boosting is a snapshot with one rule that draws among the items a, with the
// tag sale, b, with sale and new, and c, with none. Boosts are pairs of a tag and
// what its setting says.
func boosting(t testing.TB, weights string, boosts ...string) *Snapshot {
	t.Helper()
	set := tables.Set{
		tables.PlacementsTable: {row(tables.PlacementsTable, "hero", "fallback", "none")},
		tables.ItemsTable: {
			row(tables.ItemsTable, "none", "kind", "offer"),
			row(tables.ItemsTable, "a", "kind", "offer", "tags", "sale"),
			row(tables.ItemsTable, "b", "kind", "offer", "tags", "sale|new"),
			row(tables.ItemsTable, "c", "kind", "offer"),
		},
		tables.RulesTable: {row(tables.RulesTable, "test", "items", "a|b|c", "choose", "weighted", "weights", weights)},
	}
	for i := 0; i < len(boosts); i += 2 {
		set.Add(tables.SettingsTable, row(tables.SettingsTable, "boost."+boosts[i], "value", boosts[i+1]))
	}
	return compiled(t, set)
}

func TestBoostsMultiplyWeights(t *testing.T) {
	const people = 10_000
	for name, c := range map[string]struct {
		boosts  []string
		weights [3]float64
	}{
		"None":          {nil, [3]float64{5, 3, 2}},
		"One":           {[]string{"sale", "50"}, [3]float64{7.5, 4.5, 2}},
		"TheyAddUp":     {[]string{"sale", "50", "new", "100"}, [3]float64{7.5, 7.5, 2}},
		"Lowered":       {[]string{"sale", "-50"}, [3]float64{2.5, 1.5, 2}},
		"NeverBelow0":   {[]string{"sale", "-60", "new", "-60"}, [3]float64{2, 0, 2}},
		"TakenOut":      {[]string{"sale", "-100"}, [3]float64{0, 0, 2}},
		"NotYet":        {[]string{"sale", "-100 from 2026-11-23"}, [3]float64{5, 3, 2}},
		"NoLonger":      {[]string{"sale", "-100 until 2026-11-21"}, [3]float64{5, 3, 2}},
		"OfNobodysTag":  {[]string{"beds", "1000"}, [3]float64{5, 3, 2}},
		"WithinItsTime": {[]string{"new", "1000 from 2026-11-22 until 2026-11-22"}, [3]float64{5, 33, 2}},
	} {
		t.Run(name, func(t *testing.T) {
			s := boosting(t, "5|3|2", c.boosts...)
			got := map[string]float64{}
			for i := range people {
				got[firstItem(s, i, 0)] += 1.0 / people
			}
			for k := range c.weights {
				if got := s.weight(&s.rules[0], k, noon); math.Abs(got-c.weights[k]) > 1e-9 {
					t.Errorf("got weight %v of item %d, want %v", got, k, c.weights[k])
				}
			}
			all := c.weights[0] + c.weights[1] + c.weights[2]
			for i, id := range []string{"a", "b", "c"} {
				if want := c.weights[i] / all; math.Abs(got[id]-want) > 0.02 || want == 0 && got[id] > 0 {
					t.Errorf("got share %.3f of %s, want %.3f", got[id], id, want)
				}
			}
		})
	}
}

func TestBoostsHoldFromTheirFirstMomentUntilBeforeTheirLast(t *testing.T) {
	s := boosting(t, "1|1|1", "sale", "-100 from 2026-11-22 12:00 until 2026-11-22 18:00")
	until := noon + 6*60*60*1000
	for at, want := range map[journey.Millis]bool{noon - 1: true, noon: false, until - 1: false, until: true} {
		shown := false
		for i := range 100 {
			answer := s.Decide(&Input{At: at, Person: fmt.Sprint(i), Placements: []string{"hero"}})
			shown = shown || answer.Placements[0].Items[0].ID != "c"
		}
		if shown != want {
			t.Errorf("at %s: items that are taken out are shown: %v, want %v", at, shown, want)
		}
	}
}

func TestTakingOutEverythingLeavesTheFallback(t *testing.T) {
	s := boosting(t, "1|1|0", "sale", "-100")
	answer := s.Decide(&Input{At: noon, Person: "v", Placements: []string{"hero"}})
	if got := answer.Placements[0]; !got.Fallback || got.Reason != NoRule {
		t.Errorf("got %+v, want the fallback", got)
	}
}

// order returns the items of a placement that shows all, in the order of a
// person's draw.
func order(s *Snapshot, person string) []string {
	answer := s.Decide(&Input{At: noon, Person: person, Placements: []string{"all"}})
	ids := make([]string, len(answer.Placements[0].Items))
	for i, item := range answer.Placements[0].Items {
		ids[i] = item.ID
	}
	return ids
}

// Raising the weight of some items moves nobody from one of the others to
// another, and nobody away from the raised ones.
func TestABoostMovesPeopleOnlyToWhatItRaises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 6).Draw(t, "items")
		set, raised := tables.Set{}, map[string]bool{}
		var ids, weights []string
		for i := range n {
			id, tags := fmt.Sprintf("i%d", i), rapid.SampledFrom([]string{"", "x", "y", "x|y"}).Draw(t, "tags")
			ids, weights = append(ids, id), append(weights, tables.Spell(rapid.SampledFrom([]float64{0.5, 1, 1, 2.5, 30}).Draw(t, "weight")))
			raised[id] = strings.Contains(tags, "x")
			set.Add(tables.ItemsTable, row(tables.ItemsTable, id, "kind", "offer", "tags", tags))
		}
		set.Add(tables.PlacementsTable, row(tables.PlacementsTable, "all", "count", fmt.Sprint(n), "fallback", "i0"))
		set.Add(tables.RulesTable, row(tables.RulesTable, "r", "items", join(ids), "choose", "weighted", "weights", join(weights)))
		if other := rapid.SampledFrom([]string{"", "40", "-40"}).Draw(t, "other boost"); other != "" {
			set.Add(tables.SettingsTable, row(tables.SettingsTable, "boost.y", "value", other))
		}
		before, _ := Compile(set, parse.Parse)
		set.Add(tables.SettingsTable, row(tables.SettingsTable, "boost.x", "value", fmt.Sprint(rapid.IntRange(1, 1000).Draw(t, "percent"))))
		after, problems := Compile(set, parse.Parse)
		if before == nil || after == nil {
			t.Fatalf("got problems %v, want snapshots", problems)
		}
		for i := range 50 {
			was, is := order(before, fmt.Sprint(i)), order(after, fmt.Sprint(i))
			if was[0] != is[0] && !raised[is[0]] {
				t.Fatalf("%d moved from %s to %s, want to one of %v or not at all", i, was[0], is[0], raised)
			}
			others := func(list []string) []string {
				return slices.DeleteFunc(slices.Clone(list), func(id string) bool { return raised[id] })
			}
			if diff := cmp.Diff(others(was), others(is)); diff != "" {
				t.Fatalf("the order of the others changed for %d: %s", i, diff)
			}
			for k, id := range is {
				if raised[id] && len(others(is[:k])) > len(others(was[:slices.Index(was, id)])) {
					t.Fatalf("%s went behind others for %d: %v, then %v", id, i, was, is)
				}
			}
		}
	})
}

// What a boost may take out leaves room for the rule behind it, and a boost that
// may take everything out does not change nothing.
func TestBoostsThatTakeOutLeaveRoom(t *testing.T) {
	never, nothing := "can never win", "changes nothing"
	for name, c := range map[string]struct {
		boosts []string
		want   []string
	}{
		"None":       {nil, []string{never}},
		"Raised":     {[]string{"sale", "20"}, []string{never, nothing}},
		"Lowered":    {[]string{"sale", "-60", "new", "20"}, []string{never, nothing, nothing}},
		"TakenOut":   {[]string{"sale", "-100 until 2026-12-24"}, nil},
		"Together":   {[]string{"sale", "-60 until 2026-12-24", "new", "-60"}, nil},
		"NotTheRest": {[]string{"some", "-100"}, []string{never}},
	} {
		t.Run(name, func(t *testing.T) {
			set := tables.Set{
				tables.PlacementsTable: {row(tables.PlacementsTable, "hero", "fallback", "none")},
				tables.ItemsTable: {
					row(tables.ItemsTable, "none", "kind", "offer"),
					row(tables.ItemsTable, "a", "kind", "offer", "tags", "sale|new|some"),
					row(tables.ItemsTable, "b", "kind", "offer", "tags", "sale|new"),
				},
				tables.RulesTable: {
					row(tables.RulesTable, "first", "order", "1", "items", "a|b", "choose", "weighted"),
					row(tables.RulesTable, "second", "order", "2", "items", "none"),
				},
			}
			for i := 0; i < len(c.boosts); i += 2 {
				set.Add(tables.SettingsTable, row(tables.SettingsTable, "boost."+c.boosts[i], "value", c.boosts[i+1]))
			}
			_, problems := Compile(set, parse.Parse)
			matches := len(problems) == len(c.want)
			for i := range problems {
				matches = matches && strings.Contains(problems[i].Message, c.want[i])
			}
			if !matches {
				t.Errorf("got\n%swant %q", lines(problems), c.want)
			}
		})
	}
}

// drawBoosts adds boosts to a set whose items have the tags x and y.
func drawBoosts(t *rapid.T, set tables.Set) {
	for _, tag := range []string{"x", "y"} {
		value := rapid.SampledFrom([]string{"", "50", "-100", "-60", "0", "-100 from 2026-11-22 until 2026-11-22", "1000 from 2026-11-23"}).Draw(t, "boost")
		if value != "" {
			set.Add(tables.SettingsTable, row(tables.SettingsTable, "boost."+tag, "value", value))
		}
	}
}

// A boost that is said to change nothing changes nothing.
func TestIdleBoostsAreIdle(t *testing.T) {
	found := 0
	rapid.Check(t, func(t *rapid.T) {
		set := drawSet(t)
		with, problems := Compile(set, parse.Parse)
		without := tables.Set{}
		for table, rows := range set {
			without.Add(table, slices.DeleteFunc(slices.Clone(rows), func(r tables.Row) bool {
				return slices.ContainsFunc(problems, func(p tables.Problem) bool {
					return strings.HasPrefix(p.Row, tables.BoostPrefix) && p.Row == r.ID
				})
			})...)
		}
		if without.Len() == set.Len() {
			return
		}
		found++
		other, problems := Compile(without, parse.Parse)
		if other == nil {
			t.Fatalf("got problems %v, want a snapshot", problems)
		}
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		for range 50 {
			in := somebody(random, with, with.Placements())
			if diff := cmp.Diff(other.Decide(in).Placements, with.Decide(in).Placements, allFields); diff != "" {
				t.Fatalf("it changed something: %s", diff)
			}
		}
	})
	if found == 0 {
		t.Error("got no idle boost in all sets, want some")
	}
}

// Boosts cost nothing but their arithmetic.
func TestBoostsAllocateNothing(t *testing.T) {
	plain, boosted := boosting(t, "5|3|2"), boosting(t, "5|3|2", "sale", "50 until 2027-01-01", "new", "20")
	in := &Input{At: noon, Person: "v", Placements: []string{"hero"}}
	want := testing.AllocsPerRun(100, func() { plain.Decide(in) })
	if got := testing.AllocsPerRun(100, func() { boosted.Decide(in) }); got > want {
		t.Errorf("got %v allocations with boosts, want the %v without", got, want)
	}
}
