package snapshot

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wegweiser/shared/journey"
	"wegweiser/shared/rank"
	"wegweiser/shared/tables"
)

// ranking is a snapshot with one rule that ranks voucher, sofa and lamp for a
// placement of so many items. Settings are pairs of a row and its value.
func ranking(t testing.TB, count int, settings ...string) *Snapshot {
	t.Helper()
	set := tables.Set{
		tables.PlacementsTable: {row(tables.PlacementsTable, "hero", "count", fmt.Sprint(count), "fallback", "none")},
		tables.ItemsTable: {
			row(tables.ItemsTable, "none", "kind", "offer"),
			row(tables.ItemsTable, "voucher", "kind", "offer", "value", "30", "cost", "10", "prior", "0.08", "prior_weight", "400"),
			row(tables.ItemsTable, "sofa", "kind", "offer", "value", "900", "cost", "650", "prior", "0.01", "tags", "present"),
			row(tables.ItemsTable, "lamp", "kind", "offer", "value", "20"),
		},
		tables.RulesTable: {row(tables.RulesTable, "best", "items", "voucher|sofa|lamp", "choose", "rank", "weights", "1|0.5|1.5")},
	}
	for i := 0; i < len(settings); i += 2 {
		set.Add(tables.SettingsTable, row(tables.SettingsTable, settings[i], "value", settings[i+1]))
	}
	return compiled(t, set)
}

// drawnBy is the items of a decision with a seed.
func drawnBy(s *Snapshot, seed int) []Item {
	return s.Decide(&Input{At: noon, Person: "anna", Seed: fmt.Sprint("d_", seed), Placements: []string{"hero"}}).Placements[0].Items
}

// Over many decisions an item is chosen as often as the recorded probabilities
// say, in the first place and, for each item in it, in the second: by the
// chi-square test of Pearson, whose bound is exceeded once in a thousand seeds.
func TestRecordedProbabilitiesAreFrequencies(t *testing.T) {
	const decisions = 20_000
	for name, settings := range map[string][]string{
		"Floor":     nil,
		"NoFloor":   {"exploration", "0"},
		"OnlyFloor": {"exploration", "1"},
		"Boosted":   {"boost.present", "50"},
	} {
		t.Run(name, func(t *testing.T) {
			s := ranking(t, 2, settings...)
			first, second := map[string]float64{}, map[[2]string]float64{}
			chances := map[[2]string]float64{}
			for i := range decisions {
				items := drawnBy(s, i)
				pair := [2]string{items[0].ID, items[1].ID}
				first[pair[0]]++
				second[pair]++
				chances[[2]string{pair[0]}], chances[pair] = items[0].Probability, items[1].Probability
			}
			sum, off := 0.0, 0.0
			for id, n := range first {
				want := chances[[2]string{id}]
				sum += want
				off += (n - want*decisions) * (n - want*decisions) / (want * decisions)
			}
			if math.Abs(sum-1) > 1e-12 {
				t.Errorf("the probabilities of the first place add up to %v, want 1", sum)
			}
			if off > 13.82 { // 2 degrees of freedom
				t.Errorf("got %v in the first place with the probabilities %v: chi-square %.1f", first, chances, off)
			}
			off = 0
			for pair, n := range second {
				expected := first[pair[0]] * chances[pair]
				off += (n - expected) * (n - expected) / expected
			}
			if off > 16.27 { // 3 of them
				t.Errorf("got %v in both places with the probabilities %v: chi-square %.1f", second, chances, off)
			}
		})
	}
}

// What is believed is drawn from, so that the choice is what rank makes of the
// same candidates.
func TestRankedChoiceIsThatOfRank(t *testing.T) {
	s := ranking(t, 1, "boost.present", "50", "exploration", "0.2")
	var r rank.Ranking
	for i := range 50 {
		seed := fmt.Sprint("d_", i)
		r.Begin(rank.Seed(rank.Hash(seed), rank.Hash("hero")), 0.2)
		for id, w := range map[string]rank.Worth{
			"voucher": {Context: 1, Value: 30, Cost: 10},
			"sofa":    {Context: 0.5, Value: 900, Cost: 650, Levers: 50},
			"lamp":    {Context: 1.5, Value: 20},
		} {
			at := slices.Index([]string{"lamp", "none", "sofa", "voucher"}, id) // by id
			believed := (*rank.Statistics)(nil).Of(0, 0)
			if p := s.items[at].prior; p != nil {
				believed = &p.quantiles
			}
			r.Add(rank.Candidate{At: int32(at), Hash: rank.Hash(id), Quantiles: believed, Weight: w.Weight()})
		}
		want, _ := r.Next()
		got := drawnBy(s, i)[0]
		if got.ID != s.items[want.At].id || got.Probability != want.Probability {
			t.Fatalf("with %s: got %s with %v, want %s with %v", seed, got.ID, got.Probability, s.items[want.At].id, want.Probability)
		}
	}
}

func TestPriorsCountUntilStatisticsNameTheItem(t *testing.T) {
	s := ranking(t, 1)
	sure := func(p float64) (q rank.Quantiles) {
		for k := range q {
			q[k] = rank.QuantileOf(p)
		}
		return q
	}
	propensity := map[rank.Place]float64{{}: 0.1, {Phase: "awareness"}: 0.2, {Phase: "awareness", Segment: "gold"}: 0.3}
	statistics := rank.NewStatistics([]string{"sofa"}, []rank.Place{{Phase: "awareness"}}, func(_ string, at rank.Place) rank.Quantiles {
		return sure(propensity[at])
	})
	explained := func(in Input) map[string]*RankExplained {
		in.At, in.Person, in.Placements, in.Explain = noon, "anna", []string{"hero"}, true
		all := map[string]*RankExplained{}
		for _, it := range s.Decide(&in).Explanation.Placements[0].Rules[0].Items {
			all[it.Item] = it.Rank
		}
		return all
	}
	type believed struct {
		From       Belief
		Propensity float64
	}
	for name, c := range map[string]struct {
		in   Input
		want map[string]believed
	}{
		"NoStatistics": {Input{}, map[string]believed{"voucher": {FromPrior, 0.08}, "sofa": {FromPrior, 0.01}, "lamp": {FromNothing, 0.05}}},
		"Statistics":   {Input{Statistics: statistics}, map[string]believed{"voucher": {FromPrior, 0.08}, "sofa": {FromStatistics, 0.2}, "lamp": {FromNothing, 0.2}}},
		"NoPhase": {
			Input{Statistics: statistics, Withheld: Consent},
			map[string]believed{"voucher": {FromPrior, 0.08}, "sofa": {FromStatistics, 0.1}, "lamp": {FromNothing, 0.1}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := explained(c.in)
			for id, want := range c.want {
				if e := got[id]; e.From != want.From || math.Abs(e.Propensity/want.Propensity-1) > 0.05 {
					t.Errorf("got %v of %s from %s, want %v from %s", e.Propensity, id, e.From, want.Propensity, want.From)
				}
			}
		})
	}
}

// The same inputs give the same bits, from whatever copy of the snapshot and
// whatever was decided before; without a seed it is the person and the moment.
func TestRankedDecisionsReplay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, s, in := drawWorld(t)
		in.Seed = rapid.SampledFrom([]string{"", "d_1", "d_2"}).Draw(t, "seed")
		want := s.Decide(in)
		loaded, err := Load(s.Encode())
		if err != nil {
			t.Fatal(err)
		}
		other := *in
		other.Seed, other.Placements = "d_other", []string{"c", "a"}
		loaded.Decide(&other)
		if diff := cmp.Diff(want, loaded.Decide(in), allFields); diff != "" {
			t.Fatalf("replayed (-decided +replayed):\n%s", diff)
		}
	})
}

func TestHypotheticalDecisionsAreThoseOfTheMoment(t *testing.T) {
	s := ranking(t, 3)
	chosen := func(person string, at journey.Millis) string {
		return s.Decide(&Input{At: at, Person: person, Placements: []string{"hero"}}).Placements[0].Items[0].ID
	}
	people, moments := map[string]bool{}, map[string]bool{}
	for i := range 100 {
		if got, want := chosen("anna", noon), chosen("anna", noon); got != want {
			t.Fatalf("got %s and then %s", want, got)
		}
		people[chosen(fmt.Sprint("v_", i), noon)] = true
		moments[chosen("anna", noon+journey.Millis(i))] = true
	}
	if len(people) != 3 || len(moments) != 3 {
		t.Errorf("got %v for a hundred people and %v at a hundred moments, want all items", people, moments)
	}
}

// Of more items than take part, those of the highest priority do, and the others
// say so.
func TestManyCandidates(t *testing.T) {
	set := tables.Set{
		tables.PlacementsTable: {row(tables.PlacementsTable, "hero", "fallback", "none")},
		tables.ItemsTable:      {row(tables.ItemsTable, "none", "kind", "offer")},
		tables.RulesTable:      {row(tables.RulesTable, "best", "items", "tag:all", "choose", "rank")},
	}
	for i := range 40 {
		set.Add(tables.ItemsTable, row(tables.ItemsTable, fmt.Sprintf("item-%02d", i), "kind", "offer", "tags", "all", "value", fmt.Sprint(10+i)))
	}
	s := compiled(t, set)
	answer := s.Decide(&Input{At: noon, Person: "anna", Placements: []string{"hero"}, Explain: true})
	left, sum := 0, 0.0
	for i, it := range answer.Explanation.Placements[0].Rules[0].Items {
		sum += it.Rank.Probability
		switch {
		case it.Failed == nil:
			left++
		case i >= 8 || it.Failed.Column != "choose" || it.Rank.Probability != 0:
			t.Errorf("got %+v of %s with probability %v", it.Failed, it.Item, it.Rank.Probability)
		}
	}
	if left != rank.MaxCandidates || math.Abs(sum-1) > 1e-12 {
		t.Errorf("got %d candidates whose probabilities add up to %v, want 32 and 1", left, sum)
	}
}

func TestArmsTakeTheirShares(t *testing.T) {
	const people = 20_000
	s := ranking(t, 1, "holdout", "0.1", "no_phase", "0.3")
	holdout, noPhase, both := 0, 0, 0
	for i := range people {
		in := &Input{At: noon, Person: fmt.Sprint("v_", i), Seed: fmt.Sprint(i), Placements: []string{"hero"}}
		answer := s.Decide(in)
		if again := s.Decide(&Input{At: noon + 1000, Person: in.Person, Seed: "another", Withheld: Consent}); again.Arms != answer.Arms {
			t.Fatalf("%s was in %+v and then in %+v", in.Person, answer.Arms, again.Arms)
		}
		p := answer.Placements[0]
		if answer.Arms.Holdout != (p.Reason == Holdout) || answer.Arms.Holdout != p.Fallback {
			t.Fatalf("got %+v of a person in %+v", p, answer.Arms)
		}
		if answer.Phase == nil || answer.Phase.Name != "awareness" {
			t.Fatalf("got the phase %v, want the one in which everybody stands", answer.Phase)
		}
		holdout += count(answer.Arms.Holdout)
		noPhase += count(answer.Arms.NoPhase)
		both += count(answer.Arms.Holdout && answer.Arms.NoPhase)
	}
	for name, c := range map[string]struct {
		got  int
		want float64
	}{"holdout": {holdout, 0.1}, "no_phase": {noPhase, 0.3}, "both": {both, 0.03}} {
		if got := float64(c.got) / people; math.Abs(got-c.want) > 4*math.Sqrt(c.want*(1-c.want)/people) {
			t.Errorf("got a share %.4f of %s, want %.2f", got, name, c.want)
		}
	}
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}
