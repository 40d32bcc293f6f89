package snapshot

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"wegweiser/shared/journey"
	"wegweiser/shared/phase"
	"wegweiser/shared/rule/parse"
	"wegweiser/shared/tables"
)

// drawSet draws a small workspace in which rules get into each other's way.
func drawSet(t *rapid.T) tables.Set {
	set, err := tables.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	set.Add(tables.SettingsTable, row(tables.SettingsTable, "trait.tier", "value", "text"))
	set.Add(tables.SegmentsTable, row(tables.SegmentsTable, "gold", "when", `visitor.tier == "gold"`))
	some := func(label string, from ...string) string {
		return join(rapid.SliceOfNDistinct(rapid.SampledFrom(from), 0, 2, rapid.ID[string]).Draw(t, label))
	}
	one := func(label string, from ...string) string { return rapid.SampledFrom(from).Draw(t, label) }
	audience := func() []string {
		schedule := rapid.SampledFrom([]struct{ from, to string }{
			{}, {}, {"2026-11-01", ""}, {"2026-12-01", ""}, {"", "2026-11-21"}, {"", "2026-11-22"}, {"2026-11-22", "2026-11-23"},
		}).Draw(t, "schedule")
		return []string{
			"phases", some("phases", "awareness", "consideration", "retention"),
			"standings", some("standings", "prospect", "active"),
			"segments", some("segments", "gold"),
			"when", one("when", "", `count("compare", "7d") >= 1`, `visitor.tier != "gold"`, `missing(country)`, `channel == "web"`),
			"starts", schedule.from, "ends", schedule.to,
			"zone", one("zone", "", "UTC", "Europe/Vienna"),
			"enabled", one("enabled", "", "", "true", "false"),
		}
	}
	drawBoosts(t, set)
	set.Add(tables.SettingsTable,
		row(tables.SettingsTable, "holdout", "value", one("holdout", "0", "0", "0.3")),
		row(tables.SettingsTable, "no_phase", "value", one("no_phase", "0", "0", "0.3")))
	names := []string{"a", "b", "c"}
	for i, name := range names {
		set.Add(tables.PlacementsTable, row(tables.PlacementsTable, name,
			"kind", one("kind", "", "content"), "count", fmt.Sprint(1+i), "fallback", "fallback"))
	}
	set.Add(tables.ItemsTable, row(tables.ItemsTable, "fallback", "kind", "content", "content.title", "Welcome"))
	items := []string{"fallback"}
	for i := range rapid.IntRange(1, 8).Draw(t, "items") {
		id := fmt.Sprintf("i%d", i)
		items = append(items, id)
		set.Add(tables.ItemsTable, row(tables.ItemsTable, id, append(audience(),
			"kind", "content", "content.title", id, "tags", one("tags", "", "x", "y"),
			"purpose", one("purpose", "", "", "personalization", "advertising"),
			"value", one("value", "", "", "10"), "cost", one("cost", "", "", "5", "12"),
			"prior", one("prior", "", "0.1"))...))
	}
	set.Add(tables.ItemsTable, row(tables.ItemsTable, "tagged", "kind", "content", "tags", "x|y"))
	for i := range rapid.IntRange(0, 8).Draw(t, "rules") {
		chosen := rapid.SliceOfNDistinct(rapid.SampledFrom(append(items, "tag:x", "tag:y")), 1, 4, rapid.ID[string]).Draw(t, "chosen")
		cells := append(audience(),
			"order", fmt.Sprint(rapid.IntRange(0, 3).Draw(t, "order")),
			"placements", some("placements", names...), "items", join(chosen),
			"channels", some("channels", "web", "app"),
			"locales", some("locales", "de", "de-AT", "en"),
			"countries", some("countries", "AT", "DE"))
		if choose := one("choose", "fixed", "weighted", "rank"); choose != "fixed" {
			cells = append(cells, "choose", choose)
			if rapid.Bool().Draw(t, "weights") {
				weights := make([]string, len(chosen))
				for k := range weights {
					weights[k] = one("weight", "0", "1", "2.5")
				}
				weights[0] = "1"
				cells = append(cells, "weights", join(weights))
			}
		}
		set.Add(tables.RulesTable, row(tables.RulesTable, fmt.Sprintf("r%d", i), cells...))
	}
	return set
}

func join(list []string) string {
	joined := ""
	for i, s := range list {
		if i > 0 {
			joined += "|"
		}
		joined += s
	}
	return joined
}

func drawInput(t *rapid.T, s *Snapshot) *Input {
	one := func(label string, from ...string) string { return rapid.SampledFrom(from).Draw(t, label) }
	h := &journey.History{Profile: journey.Profile{
		Traits:  map[string]any{"tier": one("tier", "gold", "silver")},
		Locale:  one("profile locale", "", "de", "de-AT", "en-GB"),
		Country: one("country", "", "AT"),
	}}
	if rapid.Bool().Draw(t, "compared") {
		h.Traces = append(h.Traces, journey.Trace{ID: "e", Type: "compare", Channel: "web", At: noon - 1000})
	}
	if rapid.Bool().Draw(t, "bought") {
		h.Traces = append(h.Traces, journey.Trace{ID: "p", Type: journey.Purchase, Channel: "web", At: noon - 500})
		h.Profile.Record(journey.Milestone{ID: "p", Type: journey.Purchase, At: noon - 500})
	}
	c, fault := s.Context(map[string]any{"channel": one("channel", "web", "email")})
	if fault != nil {
		t.Fatal(fault)
	}
	return &Input{
		At: noon, Person: one("person", "anna", "ben", "clara"), History: h, Context: c,
		Withheld:   Reason(one("withheld", "", "", "", "consent", "store")),
		Purposes:   purposes[:rapid.IntRange(0, 2).Draw(t, "purposes")],
		Placements: rapid.Permutation([]string{"a", "b", "c"}).Draw(t, "placements"),
	}
}

var purposes = []journey.Purpose{journey.Personalization, journey.Advertising}

// drawWorld draws a snapshot and a request for it.
func drawWorld(t *rapid.T) (tables.Set, *Snapshot, *Input) {
	set := drawSet(t)
	s, problems := Compile(set, parse.Parse)
	if s == nil {
		t.Fatalf("got problems %v, want a snapshot", problems)
	}
	return set, s, drawInput(t, s)
}

var allFields = cmp.Options{cmp.AllowUnexported(Content{}), cmpopts.EquateEmpty()}

func TestAnswersKeepTheirPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set, s, in := drawWorld(t)
		answer := s.Decide(in)
		if len(answer.Placements) != 3 {
			t.Fatalf("got %d placements, want 3", len(answer.Placements))
		}
		if personal := in.Withheld == ""; personal != (answer.Phase != nil) {
			t.Errorf("got phase %v for withheld %q", answer.Phase, in.Withheld)
		}
		workspace, _ := set.Decode()
		seen := map[string]bool{}
		for i, p := range answer.Placements {
			if p.Name != in.Placements[i] {
				t.Errorf("got placement %d %s, want %s", i, p.Name, in.Placements[i])
			}
			if p.Fallback {
				if len(p.Items) != 1 || p.Items[0].ID != "fallback" || p.Rule != "" || p.Reason == "" {
					t.Errorf("got the fallback %+v", p)
				}
				seen["fallback"] = true
				continue
			}
			count := workspace.Placements[slices.IndexFunc(workspace.Placements, func(r tables.PlacementRow) bool { return r.ID == p.Name })].Count
			if len(p.Items) == 0 || len(p.Items) > count {
				t.Errorf("got %d items in %s, want 1 to %d", len(p.Items), p.Name, count)
			}
			for _, item := range p.Items {
				if seen[item.ID] {
					t.Errorf("%s is there twice", item.ID)
				}
				seen[item.ID] = true
				row := workspace.Items[slices.IndexFunc(workspace.Items, func(r tables.ItemRow) bool { return r.ID == item.ID })]
				if !row.Enabled || !row.Schedule.Holds(in.At) {
					t.Errorf("%s is shown and is disabled or out of its time", item.ID)
				}
				if row.Purpose == journey.Advertising && !slices.Contains(in.Purposes, row.Purpose) || row.Purpose != "" && in.Withheld != "" {
					t.Errorf("%s is shown without consent to %s", item.ID, row.Purpose)
				}
				if !(item.Probability > 0 && item.Probability <= 1) {
					t.Errorf("%s is shown with the probability %v", item.ID, item.Probability)
				}
			}
		}
	})
}

// The explanation goes through the rules one by one, the decision by an index;
// they must agree.
func TestExplanationIsWhatWasDecided(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, s, in := drawWorld(t)
		plain := s.Decide(in)
		in.Explain = true
		explained := s.Decide(in)
		if diff := cmp.Diff(plain, explained, allFields, cmpopts.IgnoreFields(Answer{}, "Explanation")); diff != "" {
			t.Fatalf("explaining changed the answer: %s", diff)
		}
		for i, e := range explained.Explanation.Placements {
			won, shown := "", []string(nil)
			for _, r := range e.Rules {
				if r.Won != (r.Failed == nil) {
					t.Errorf("%s: won is %v and failed %v", r.Rule, r.Won, r.Failed)
				}
				for _, item := range r.Items {
					if item.Shown {
						shown = append(shown, item.Item)
					}
				}
				if r.Won {
					won = r.Rule
				}
			}
			p := plain.Placements[i]
			if won != p.Rule {
				t.Errorf("%s: explained %q, decided %q", p.Name, won, p.Rule)
			}
			var want []string
			for _, item := range p.Items {
				if !p.Fallback {
					want = append(want, item.ID)
				}
			}
			slices.Sort(want)
			slices.Sort(shown)
			if !slices.Equal(want, shown) {
				t.Errorf("%s: explained %v, decided %v", p.Name, shown, want)
			}
		}
	})
}

func TestOrderOfRowsSaysNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set, s, in := drawWorld(t)
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		shuffled := tables.Set{}
		for table, rows := range set {
			rows = slices.Clone(rows)
			random.Shuffle(len(rows), func(i, k int) { rows[i], rows[k] = rows[k], rows[i] })
			shuffled.Add(table, rows...)
		}
		other, _ := Compile(shuffled, parse.Parse)
		if other.ID() != s.ID() {
			t.Fatalf("got id %s, want %s", other.ID(), s.ID())
		}
		if diff := cmp.Diff(s.Decide(in), other.Decide(in), allFields); diff != "" {
			t.Error(diff)
		}
	})
}

func TestEncodedSnapshotDecidesAlike(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, s, in := drawWorld(t)
		encoded := s.Encode()
		loaded, err := Load(encoded)
		if err != nil {
			t.Fatal(err)
		}
		if loaded.ID() != s.ID() || string(loaded.Encode()) != string(encoded) {
			t.Fatalf("got %s, want %s and the same bytes", loaded.ID(), s.ID())
		}
		in.Explain = true
		got, want := loaded.Decide(in), s.Decide(in)
		if diff := cmp.Diff(want, got, allFields); diff != "" {
			t.Fatal(diff)
		}
		a, errA := json.Marshal(got.Placements)
		b, errB := json.Marshal(s.Decide(in).Placements)
		if errA != nil || errB != nil || string(a) != string(b) {
			t.Fatalf("got %s (%v), want %s (%v)", a, errA, b, errB)
		}
	})
}

// weighing is a snapshot with one rule that draws among three items.
func weighing(t testing.TB, weights string, count int) *Snapshot {
	t.Helper()
	set, err := tables.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	set.Add(tables.PlacementsTable, row(tables.PlacementsTable, "hero", "count", fmt.Sprint(count), "fallback", "none"))
	for _, id := range []string{"none", "a", "b", "c"} {
		set.Add(tables.ItemsTable, row(tables.ItemsTable, id, "kind", "offer"))
	}
	set.Add(tables.RulesTable, row(tables.RulesTable, "test", "items", "a|b|c", "choose", "weighted", "weights", weights))
	return compiled(t, set)
}

func firstItem(s *Snapshot, person int, place int) string {
	answer := s.Decide(&Input{At: noon, Person: fmt.Sprintf("v_%d", person), Placements: []string{"hero"}})
	return answer.Placements[0].Items[place].ID
}

func TestWeightsAreShares(t *testing.T) {
	const people = 20_000
	s := weighing(t, "5|3|2", 2)
	first, second := map[string]float64{}, map[string]float64{}
	for i := range people {
		first[firstItem(s, i, 0)] += 1.0 / people
		second[firstItem(s, i, 1)] += 1.0 / people
	}
	for id, want := range map[string]float64{"a": 0.5, "b": 0.3, "c": 0.2} {
		if got := first[id]; math.Abs(got-want) > 0.015 {
			t.Errorf("got share %.3f of %s, want %.3f", got, id, want)
		}
	}
	// Drawn without replacement: P(second a) = 0.3·5/7 + 0.2·5/8.
	for id, want := range map[string]float64{"a": 0.3*5/7 + 0.2*5/8, "b": 0.5*3/5 + 0.2*3/8, "c": 0.5*2/5 + 0.3*2/7} {
		if got := second[id]; math.Abs(got-want) > 0.015 {
			t.Errorf("got share %.3f of %s in the second place, want %.3f", got, id, want)
		}
	}
}

// Raising a weight moves people only to that item.
func TestOnlyThoseMoveWhoMust(t *testing.T) {
	const people = 5_000
	before, after := weighing(t, "5|3|2", 1), weighing(t, "5|6|2", 1)
	moved := 0
	for i := range people {
		was, is := firstItem(before, i, 0), firstItem(after, i, 0)
		if was != is {
			moved++
			if is != "b" {
				t.Fatalf("v_%d moved from %s to %s, want to b or not at all", i, was, is)
			}
		}
	}
	// b grows from 0.3 to 6/13.
	if got, want := float64(moved)/people, 6.0/13-0.3; math.Abs(got-want) > 0.03 {
		t.Errorf("got %.3f moved, want %.3f", got, want)
	}
}

func TestPhaseIsWhatDecideAnswers(t *testing.T) {
	s := compiled(t, world(t, 10, 10, 2))
	h := past(50)
	got := s.Phase(h, noon)
	if diff := cmp.Diff(*s.Decide(&Input{At: noon, History: h}).Phase, got); diff != "" {
		t.Error(diff)
	}
	sum := 0
	for _, score := range got.Scores {
		units := score.Share * 10_000
		sum += int(math.Round(units))
		if math.Abs(units-math.Round(units)) > 1e-6 {
			t.Errorf("got %v for %s, want four decimals", score.Share, score.Phase)
		}
	}
	if sum != 10_000 || got.Confidence == 0 {
		t.Errorf("got scores %v, want a sum of 1", got.Scores)
	}
	if got := s.Phase(nil, noon); got.Known || got.Name != "awareness" || got.Standing != phase.Prospect.String() || len(got.Because) != 0 {
		t.Errorf("got %+v of nobody", got)
	}
}
