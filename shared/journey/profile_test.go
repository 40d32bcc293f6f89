package journey_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wegweiser/shared/journey"
)

func bought(id string, at journey.Millis) journey.Milestone {
	return journey.Milestone{ID: id, Type: journey.Purchase, At: at, Amount: 100_000, Currency: "EUR"}
}

func returned(id string, at journey.Millis, purchase string) journey.Milestone {
	return journey.Milestone{ID: id, Type: journey.Return, At: at, Purchase: purchase}
}

func profileOf(milestones ...journey.Milestone) *journey.Profile {
	p := &journey.Profile{}
	for _, m := range milestones {
		p.Record(m)
	}
	return p
}

func TestReturnsTakeBackPurchases(t *testing.T) {
	for _, c := range []struct {
		name       string
		milestones []journey.Milestone
		want       map[string]journey.Millis // by purchase: when it was returned, 0 for one that stands
	}{
		{"Named", []journey.Milestone{bought("a", 1), bought("b", 2), returned("r", 3, "a")}, map[string]journey.Millis{"a": 3, "b": 0}},
		{"TheNewestBefore", []journey.Milestone{bought("a", 1), bought("b", 2), bought("c", 4), returned("r", 3, "")}, map[string]journey.Millis{"a": 0, "b": 3, "c": 0}},
		{"TheNewestThatStands", []journey.Milestone{bought("a", 1), bought("b", 2), returned("r", 3, ""), returned("s", 4, "")}, map[string]journey.Millis{"a": 4, "b": 3}},
		{"NamedTwice", []journey.Milestone{bought("a", 1), bought("b", 2), returned("r", 3, "b"), returned("s", 4, "b")}, map[string]journey.Millis{"a": 0, "b": 3}},
		{"NamedByAnUnknownID", []journey.Milestone{bought("a", 1), returned("r", 3, "x")}, map[string]journey.Millis{"a": 0}},
		{"OfTheSameMillisecond", []journey.Milestone{bought("a", 1), returned("r", 1, "")}, map[string]journey.Millis{"a": 0}},
		{"BeforeItsPurchase", []journey.Milestone{bought("a", 5), returned("r", 3, "a")}, map[string]journey.Millis{"a": 5}},
		{"MoreThanPurchases", []journey.Milestone{bought("a", 1), returned("r", 2, ""), returned("s", 3, "")}, map[string]journey.Millis{"a": 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := profileOf(c.milestones...)
			got := map[string]journey.Millis{}
			for _, b := range p.Purchases() {
				got[b.ID] = b.Returned
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestAPurchaseStandsUntilItsReturn(t *testing.T) {
	p := profileOf(bought("a", 10), returned("r", 20, ""))
	b := p.Purchases()[0]
	for at, want := range map[journey.Millis]bool{9: false, 10: true, 19: true, 20: false, 21: false} {
		if got := b.StandsAt(at); got != want {
			t.Errorf("at %d: got %v, want %v", at, got, want)
		}
	}
}

func TestPurchasesNeedNoRoomOfTheirOwn(t *testing.T) {
	p := profileOf(bought("a", 10), returned("r", 20, ""), bought("b", 30))
	scratch := make([]journey.Bought, 0, journey.MaxMilestones)
	if n := testing.AllocsPerRun(10, func() { p.AppendPurchases(scratch) }); n != 0 {
		t.Errorf("got %v allocations, want 0", n)
	}
}

func TestArrivalOrderGivesTheSameProfile(t *testing.T) {
	milestone := rapid.Custom(func(t *rapid.T) journey.Milestone {
		m := journey.Milestone{Type: rapid.SampledFrom(journey.Milestones()).Draw(t, "type"), At: journey.Millis(rapid.IntRange(1, 20).Draw(t, "at"))}
		if m.Type == journey.Return && rapid.Bool().Draw(t, "names") {
			m.Purchase = fmt.Sprint(rapid.IntRange(0, 63).Draw(t, "purchase"))
		}
		return m
	})
	rapid.Check(t, func(t *rapid.T) {
		milestones := rapid.SliceOfN(milestone, 0, journey.MaxMilestones).Draw(t, "milestones")
		for i := range milestones {
			milestones[i].ID = fmt.Sprint(i)
		}
		want := profileOf(milestones...)
		got := profileOf(append(rapid.Permutation(milestones).Draw(t, "order"), milestones...)...)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("(-in order +as they came):\n%s", diff)
		}
		if diff := cmp.Diff(want.Purchases(), got.Purchases(), cmp.AllowUnexported(journey.Bought{})); diff != "" {
			t.Fatalf("(-in order +as they came):\n%s", diff)
		}
	})
}

// Beyond what is kept one by one, the totals are the same in any order too, as
// long as nothing was returned.
func TestTotalsDoNotDependOnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var milestones []journey.Milestone
		for i := range rapid.IntRange(0, 100).Draw(t, "milestones") {
			m := bought(fmt.Sprint(i), journey.Millis(rapid.IntRange(1, 1000).Draw(t, "at")))
			m.Type = rapid.SampledFrom([]string{journey.Purchase, "complaint"}).Draw(t, "type")
			m.Currency = rapid.SampledFrom([]string{"EUR", "CHF", ""}).Draw(t, "currency")
			milestones = append(milestones, m)
		}
		want := profileOf(milestones...)
		got := profileOf(rapid.Permutation(milestones).Draw(t, "order")...)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("(-in order +as they came):\n%s", diff)
		}
		if n := len(got.Milestones); n != min(len(milestones), journey.MaxMilestones) {
			t.Fatalf("got %d milestones kept of %d", n, len(milestones))
		}
	})
}

// Folding loses single purchases, but neither their number, sum and span nor
// the fact that some were returned.
func TestFoldingKeepsWhatCounts(t *testing.T) {
	p := &journey.Profile{}
	for i := range 100 {
		at := journey.Millis(100 * (i + 1))
		p.Record(bought(fmt.Sprint("p", i), at))
		if i%4 == 0 {
			p.Record(returned(fmt.Sprint("r", i), at+50, ""))
		}
	}
	if n := len(p.Milestones); n > journey.MaxMilestones {
		t.Fatalf("got %d milestones, want at most %d", n, journey.MaxMilestones)
	}
	standing, sum, last := p.Totals.Purchases, p.Totals.Spent["EUR"], p.Totals.Last
	for _, b := range p.Purchases() {
		if b.Returned == 0 {
			standing++
			sum += b.Amount
			last = b.At
		}
	}
	if standing != 75 || sum != 75*100_000 {
		t.Errorf("got %d purchases of %v, want 75 of 750.00", standing, sum)
	}
	if p.Totals.First != 200 || last != 10_000 {
		t.Errorf("got the first at %d and the last at %d, want 200 and 10000", p.Totals.First, last)
	}
	if got := p.Totals.Latest[journey.Return]; got == 0 || got >= p.Milestones[0].At+50 {
		t.Errorf("got the latest folded return at %d, want one before the oldest milestone", got)
	}
}

func TestCloneSharesNothing(t *testing.T) {
	p := profileOf(bought("a", 1), bought("b", 2))
	p.Traits = map[string]any{"plan": "basic"}
	p.Consent = journey.Consent{Stated: true, Purposes: []journey.Purpose{journey.Personalization}}
	p.Totals = journey.Totals{Spent: map[string]journey.Units{"EUR": 1}, Latest: map[string]journey.Millis{journey.Purchase: 1}}
	want, c := p.Clone(), p.Clone()
	c.Record(bought("c", 0))
	c.Milestones[1].Type = "changed"
	c.Traits["plan"], c.Totals.Spent["EUR"], c.Totals.Latest["x"] = "changed", 9, 9
	c.Consent.Purposes[0] = "changed"
	if diff := cmp.Diff(want, *p); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !slices.IsSortedFunc(c.Milestones, func(a, b journey.Milestone) int { return int(a.At - b.At) }) {
		t.Errorf("got %v, want milestones in order of time", c.Milestones)
	}
}
