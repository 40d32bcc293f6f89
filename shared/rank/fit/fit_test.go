package fit_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wegweiser/shared/rank/beta"
	"wegweiser/shared/rank/fit"
)

func model(t interface {
	Helper()
	Fatalf(string, ...any)
}, cells []fit.Cell, priors map[string]fit.Prior,
) *fit.Model {
	t.Helper()
	m, err := fit.New(cells, priors)
	if err != nil {
		t.Fatalf("fit: %v", err)
	}
	return m
}

func near(got, want, part float64) bool { return math.Abs(got-want) <= part*math.Abs(want) }

func TestBeforeAnything(t *testing.T) {
	m := model(t, nil, map[string]fit.Prior{"told": {Rate: 0.2}, "sure": {Rate: 0.2, Weight: 500}})
	for _, c := range []struct {
		item        string
		alpha, beta float64
	}{
		{"unknown", 0.5, 9.5},
		{"told", 2, 8},
		{"sure", 100, 400},
	} {
		got := m.Posterior(c.item, "decision", "critics")
		if !near(got.Alpha, c.alpha, 1e-12) || !near(got.Beta, c.beta, 1e-12) {
			t.Errorf("%s: got Beta(%v, %v), want Beta(%v, %v)", c.item, got.Alpha, got.Beta, c.alpha, c.beta)
		}
		if want := (fit.Shares{Prior: 1}); got.Shares != want {
			t.Errorf("%s: got the shares %+v, want %+v", c.item, got.Shares, want)
		}
	}
}

// With one cell and one item there is nothing to borrow: the prior and the
// counts add up, and nothing counts twice.
func TestOneCellIsTheTextbook(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 1_000_000).Draw(t, "impressions")
		y := rapid.IntRange(0, n).Draw(t, "successes")
		prior := fit.Prior{Rate: rapid.Float64Range(0.001, 0.9).Draw(t, "rate"), Weight: rapid.Float64Range(0.1, 1000).Draw(t, "weight")}
		m := model(t, []fit.Cell{{"guide", "decision", "", float64(n), float64(y)}}, map[string]fit.Prior{"guide": prior})
		got := m.Posterior("guide", "decision", "")
		alpha, all := prior.Rate*prior.Weight+float64(y), prior.Weight+float64(n)
		if !near(got.Alpha, alpha, 1e-9) || !near(got.Alpha+got.Beta, all, 1e-9) {
			t.Fatalf("got Beta(%v, %v), want Beta(%v, %v)", got.Alpha, got.Beta, alpha, all-alpha)
		}
		if !near(got.Own, float64(n)/all, 1e-9) || got.Borrowed > 1e-9 {
			t.Fatalf("got the shares %+v, want %v of its own", got.Shares, float64(n)/all)
		}
	})
}

// shop is two phases, of which the second takes up twice as often, and two
// segments, of which the second takes up three times as often.
func shop() []fit.Cell {
	var cells []fit.Cell
	for i, item := range []string{"guide", "sofa", "voucher"} {
		for p, phase := range []string{"awareness", "decision"} {
			for s, segment := range []string{"", "critics"} {
				rate := 0.01 * float64(1+i) * float64(1+p) * float64(1+2*s)
				cells = append(cells, fit.Cell{Item: item, Phase: phase, Segment: segment, Impressions: 4000, Successes: 4000 * rate})
			}
		}
	}
	return cells
}

func TestNewItemsStartAsOthersDoThere(t *testing.T) {
	m := model(t, shop(), nil)
	for _, c := range []struct {
		phase, segment string
		want           float64
	}{{"awareness", "", 0.02}, {"decision", "", 0.04}, {"awareness", "critics", 0.06}, {"decision", "critics", 0.12}} {
		if got := m.Posterior("new", c.phase, c.segment); !near(got.Mean(), c.want, 0.1) || got.Prior != 1 {
			t.Errorf("%s %s: got %v (%+v), want the %v of other items there", c.phase, c.segment, got.Mean(), got.Shares, c.want)
		}
	}
}

func TestItemsStartAsTheyDoElsewhere(t *testing.T) {
	cells := append(shop(), fit.Cell{Item: "star", Phase: "awareness", Impressions: 2000, Successes: 160})
	m := model(t, cells, nil)
	// Eight times the guide in one phase: so it is likely in the other, too.
	got, other := m.Posterior("star", "decision", ""), m.Posterior("guide", "decision", "")
	if got.Mean() < 5*other.Mean() {
		t.Errorf("got %v, want far more than the %v of an item that is known to be less", got.Mean(), other.Mean())
	}
	if got.Own != 0 || got.Borrowed < 0.5 || got.Prior <= 0 {
		t.Errorf("got the shares %+v, want most to be borrowed", got.Shares)
	}
	// However much was seen elsewhere, it is less than what is seen here soon.
	cells = append(cells, fit.Cell{Item: "star", Phase: "decision", Impressions: 20000, Successes: 200})
	if got := model(t, cells, nil).Posterior("star", "decision", ""); !near(got.Mean(), 0.01, 0.1) || got.Own < 0.9 {
		t.Errorf("got %v (%+v), want about the 0.01 seen there", got.Mean(), got.Shares)
	}
}

func TestOwnDataDecidesInTheEnd(t *testing.T) {
	for _, c := range shop() {
		c.Impressions, c.Successes = c.Impressions*1000, c.Successes*1000
		m := model(t, append(shop(), c), map[string]fit.Prior{c.Item: {Rate: 0.5, Weight: 100}})
		if got, want := m.Posterior(c.Item, c.Phase, c.Segment), c.Successes/c.Impressions; !near(got.Mean(), want, 0.01) || got.Own < 0.99 {
			t.Errorf("%s %s %s: got %v (%+v), want %v", c.Item, c.Phase, c.Segment, got.Mean(), got.Shares, want)
		}
	}
}

// A phase in which good items are shown does not pass for a good phase.
func TestPhasesAreNotJudgedByTheirItems(t *testing.T) {
	m := model(t, []fit.Cell{
		{"good", "awareness", "", 1000, 100},
		{"bad", "awareness", "", 10000, 100},
		{"good", "decision", "", 10000, 1000},
		{"bad", "decision", "", 1000, 10},
	}, nil)
	early, late := m.Posterior("new", "awareness", ""), m.Posterior("new", "decision", "")
	if !near(early.Mean(), late.Mean(), 0.1) {
		t.Errorf("got %v and %v for a new item, want the same in both phases", early.Mean(), late.Mean())
	}
}

// What is said of one item stands, whatever another one does of which nothing
// was said.
func TestPhasesAreNotJudgedByWhatNobodySaid(t *testing.T) {
	for _, n := range []float64{40, 400, 40_000} {
		m := model(t, []fit.Cell{{"often", "decision", "", n, n / 2}}, map[string]fit.Prior{"said": {Rate: 0.3, Weight: 100}})
		if got := m.Posterior("said", "decision", ""); !near(got.Mean(), 0.3, 0.01) {
			t.Errorf("after %v impressions of another item: got %v of an item with the prior 0.3, want that", n, got.Mean())
		}
	}
}

// Where items do here what they do not do there, nothing is borrowed for long.
func TestOppositeTastes(t *testing.T) {
	cells := func(n, liked, disliked float64) []fit.Cell {
		return []fit.Cell{
			{"tea", "awareness", "", n, n * liked},
			{"coffee", "awareness", "", n, n * disliked},
			{"tea", "decision", "", n, n * disliked},
			{"coffee", "decision", "", n, n * liked},
		}
	}
	opposite := model(t, cells(60, 0.3, 0.05), nil).Posterior("tea", "awareness", "")
	if opposite.Borrowed > 0.05 || !near(opposite.Mean(), 0.3, 0.1) {
		t.Errorf("got %v (%+v), want about the 0.3 seen here, and hardly anything borrowed", opposite.Mean(), opposite.Shares)
	}
	alike := model(t, cells(60, 0.2, 0.2), nil).Posterior("tea", "awareness", "")
	if alike.Borrowed < 0.2 {
		t.Errorf("got the shares %+v of what is liked everywhere, want much borrowed", alike.Shares)
	}
	// A handful of impressions says nothing of tastes.
	few := model(t, []fit.Cell{{"tea", "awareness", "", 8, 1}, {"tea", "decision", "", 8, 0}}, nil).Posterior("tea", "awareness", "")
	if few.Borrowed < 0.2 {
		t.Errorf("got the shares %+v after 8 impressions, want much borrowed", few.Shares)
	}
}

// However much or little there is, what is believed is a propensity.
func TestBeliefsOfAnyCounts(t *testing.T) {
	count := rapid.Custom(func(t *rapid.T) float64 {
		return rapid.SampledFrom([]float64{0, 1e-9, 0.5, 1, 3, 1e9, math.MaxInt64}).Draw(t, "count")
	})
	rapid.Check(t, func(t *rapid.T) {
		var cells []fit.Cell
		for range rapid.IntRange(1, 6).Draw(t, "cells") {
			name := func(of string) string { return fmt.Sprint(of, rapid.IntRange(0, 2).Draw(t, of)) }
			cells = append(cells, fit.Cell{name("item"), name("phase"), name("segment"), count.Draw(t, "impressions"), count.Draw(t, "successes")})
		}
		for _, c := range cells {
			p := model(t, cells, map[string]fit.Prior{"item0": {Rate: fit.MinRate, Weight: fit.MinWeight}}).Posterior(c.Item, c.Phase, c.Segment)
			if !(p.Alpha > 0 && p.Beta > 0) || !near(p.Prior+p.Borrowed+p.Own, 1, 1e-9) {
				t.Fatalf("got %+v of %+v, want a belief", p, cells)
			}
		}
	})
}

// Taking an item out resets nothing: every other keeps its own impressions, and
// what is believed of it moves little.
func TestTakingAnItemOut(t *testing.T) {
	all := shop()
	var rest []fit.Cell
	for _, c := range all {
		if c.Item != "voucher" {
			rest = append(rest, c)
		}
	}
	before, after := model(t, all, nil), model(t, rest, nil)
	for _, c := range rest {
		was, is := before.Posterior(c.Item, c.Phase, c.Segment), after.Posterior(c.Item, c.Phase, c.Segment)
		if !near(is.Mean(), was.Mean(), 0.01) || !near(is.Own, was.Own, 0.05) || is.Own < 0.9 {
			t.Errorf("%s %s %s: got %v (%+v), want about the %v (%+v) from before", c.Item, c.Phase, c.Segment, is.Mean(), is.Shares, was.Mean(), was.Shares)
		}
	}
}

func someCells() *rapid.Generator[[]fit.Cell] {
	names := func(prefix string, n int) *rapid.Generator[string] {
		return rapid.Custom(func(t *rapid.T) string { return fmt.Sprint(prefix, rapid.IntRange(0, n).Draw(t, prefix)) })
	}
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) fit.Cell {
		return fit.Cell{
			Item: names("item", 6).Draw(t, "item"), Phase: names("phase", 3).Draw(t, "phase"), Segment: names("segment", 3).Draw(t, "segment"),
			Impressions: rapid.Float64Range(0, 1e6).Draw(t, "impressions"),
			Successes:   rapid.Float64Range(0, 1e5).Draw(t, "successes"),
		}
	}), 0, 40)
}

func TestPosteriorsAreDistributions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cells := someCells().Draw(t, "cells")
		prior := fit.Prior{Rate: rapid.Float64Range(fit.MinRate, fit.MaxRate).Draw(t, "rate"), Weight: rapid.Float64Range(fit.MinWeight, fit.MaxWeight).Draw(t, "weight")}
		m := model(t, cells, map[string]fit.Prior{"item0": prior})
		again := model(t, rapid.Permutation(cells).Draw(t, "order"), map[string]fit.Prior{"item0": prior})
		for _, c := range append(cells, fit.Cell{Item: "new"}, fit.Cell{Item: "item0", Phase: "new"}) {
			p := m.Posterior(c.Item, c.Phase, c.Segment)
			if !(p.Alpha > 0 && p.Beta > 0) || math.IsInf(p.Alpha+p.Beta, 0) {
				t.Fatalf("%v: got Beta(%v, %v)", c, p.Alpha, p.Beta)
			}
			if sum := p.Prior + p.Borrowed + p.Own; math.Abs(sum-1) > 1e-9 || min(p.Prior, p.Borrowed, p.Own) < 0 {
				t.Fatalf("%v: got the shares %+v, which sum to %v", c, p.Shares, sum)
			}
			if mean := p.Quantiles(); !(mean.Mean() > 0 && mean.Mean() < 1) {
				t.Fatalf("%v: got the mean %v of the quantiles", c, mean.Mean())
			}
			if other := again.Posterior(c.Item, c.Phase, c.Segment); !near(other.Alpha, p.Alpha, 1e-9) || !near(other.Beta, p.Beta, 1e-9) {
				t.Fatalf("%v: got Beta(%v, %v) and, of the same cells in another order, Beta(%v, %v)", c, p.Alpha, p.Beta, other.Alpha, other.Beta)
			}
		}
	})
}

func TestSameCellsSameBits(t *testing.T) {
	first, second := model(t, shop(), nil), model(t, shop(), nil)
	for _, c := range shop() {
		if diff := cmp.Diff(first.Posterior(c.Item, c.Phase, c.Segment), second.Posterior(c.Item, c.Phase, c.Segment)); diff != "" {
			t.Errorf("%v (-first +second):\n%s", c, diff)
		}
	}
}

func TestIntervalsHoldWhatTheySay(t *testing.T) {
	low, high := fit.Posterior{Alpha: 1, Beta: 1}.Interval(0.9)
	if !near(low, 0.05, 1e-6) || !near(high, 0.95, 1e-6) {
		t.Errorf("got %v to %v of what is anywhere, want 0.05 to 0.95", low, high)
	}
}

func TestBadInput(t *testing.T) {
	for _, c := range []struct {
		name  string
		cell  fit.Cell
		prior fit.Prior
		want  string
	}{
		{"NegativeImpressions", fit.Cell{Item: "sofa", Impressions: -1}, fit.Prior{Rate: 0.1}, "the cell of item sofa"},
		{"NoNumber", fit.Cell{Item: "sofa", Successes: math.NaN()}, fit.Prior{Rate: 0.1}, "want numbers from 0"},
		{"Endless", fit.Cell{Item: "sofa", Impressions: math.Inf(1)}, fit.Prior{Rate: 0.1}, "want numbers from 0"},
		{"NoRate", fit.Cell{Item: "sofa"}, fit.Prior{Weight: 3}, "want 1e-06 to 0.999"},
		{"RateOfOne", fit.Cell{Item: "sofa"}, fit.Prior{Rate: 1}, "want 1e-06 to 0.999"},
		{"NegativeWeight", fit.Cell{Item: "sofa"}, fit.Prior{Rate: 0.1, Weight: -1}, "want 0.1 to 1e+09, or 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := fit.New([]fit.Cell{c.cell}, map[string]fit.Prior{"sofa": c.prior}); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error that says %q", err, c.want)
			}
		})
	}
}

// A click whose impression was lost counts as one that was seen.
func TestSuccessesWithoutImpressions(t *testing.T) {
	m := model(t, []fit.Cell{{"sofa", "", "", 10, 0}, {"sofa", "", "", 0, 12}}, map[string]fit.Prior{"sofa": {Rate: 0.1, Weight: 10}})
	if got := m.Posterior("sofa", "", ""); !near(got.Alpha, 13, 1e-9) || !near(got.Beta, 9, 1e-9) {
		t.Errorf("got Beta(%v, %v), want Beta(13, 9)", got.Alpha, got.Beta)
	}
}

// Snapshots have the quantiles of priors themselves, for items that no
// statistics name yet. They must be what is believed here before there is data.
func TestAPriorAloneIsWhatItSays(t *testing.T) {
	for _, p := range []fit.Prior{{Rate: 0.04}, {Rate: 0.04, Weight: 500}, {Rate: 0.95}, {Rate: 0.999, Weight: 0.1}, {Rate: 1e-6, Weight: 1e9}} {
		got := model(t, nil, map[string]fit.Prior{"sofa": p}).Posterior("sofa", "decision", "critics").Quantiles()
		if diff := cmp.Diff(beta.OfPrior(p.Rate, p.Weight).Quantiles(), got); diff != "" {
			t.Errorf("%+v (-the prior's +before any data):\n%s", p, diff)
		}
	}
}
