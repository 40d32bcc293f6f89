package rank

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// brute counts, over all ways in which the candidates can draw one of their
// quantiles, how often each has the best priority; the tied share evenly.
func brute(candidates []Candidate) []float64 {
	won := make([]float64, len(candidates))
	drawn := make([]int, len(candidates))
	for {
		best, holders := uint64(0), []int(nil)
		for i, c := range candidates {
			switch v := value(c.Quantiles[drawn[i]].Propensity(), c.Weight); {
			case v > best || holders == nil:
				best, holders = v, []int{i}
			case v == best:
				holders = append(holders, i)
			}
		}
		for _, i := range holders {
			won[i] += 1 / float64(len(holders))
		}
		at := 0
		for ; at < len(drawn); at++ {
			if drawn[at]++; drawn[at] < Strata {
				break
			}
			drawn[at] = 0
		}
		if at == len(drawn) {
			break
		}
	}
	for i := range won {
		won[i] /= math.Pow(Strata, float64(len(candidates)))
	}
	return won
}

// someQuantiles draws few different quantiles, so that ties happen.
func someQuantiles(span int) *rapid.Generator[*Quantiles] {
	return rapid.Custom(func(t *rapid.T) *Quantiles {
		start := rapid.IntRange(40_000, 40_000+span).Draw(t, "start")
		step := rapid.IntRange(0, span).Draw(t, "step")
		var q Quantiles
		for k := range q {
			q[k] = Quantile(start + k*step/3)
		}
		return &q
	})
}

func someCandidates(most, span int) *rapid.Generator[[]Candidate] {
	return rapid.Custom(func(t *rapid.T) []Candidate {
		n := rapid.IntRange(1, most).Draw(t, "n")
		candidates := make([]Candidate, n)
		for i := range candidates {
			candidates[i] = Candidate{
				At:        int32(i),
				Hash:      mix(uint64(i)),
				Quantiles: someQuantiles(span).Draw(t, "quantiles"),
				Weight:    rapid.SampledFrom([]float64{1, 1, 1, 0.5, 2, 49.9}).Draw(t, "weight"),
			}
		}
		return candidates
	})
}

func TestProbabilitiesAreThoseOfAllDraws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		candidates := someCandidates(3, rapid.SampledFrom([]int{3, 40, 4000}).Draw(t, "span")).Draw(t, "candidates")
		want := brute(candidates)
		got := make([]float64, len(candidates))
		new(race).run(candidates, got)
		for i := range got {
			if math.Abs(got[i]-want[i]) > 1e-12 {
				t.Fatalf("candidate %d of %d: got the probability %v, want %v", i, len(got), got[i], want[i])
			}
		}
	})
}

func TestProbabilitiesAreThoseOfAllDrawsOfFive(t *testing.T) {
	for _, step := range []int{0, 1, 7, 300} {
		var candidates []Candidate
		for i := range 5 {
			var q Quantiles
			for k := range q {
				q[k] = Quantile(50_000 + k*(step+i%3) + i/2)
			}
			candidates = append(candidates, Candidate{Quantiles: &q, Weight: 1})
		}
		want := brute(candidates)
		got := make([]float64, len(candidates))
		new(race).run(candidates, got)
		for i := range got {
			if math.Abs(got[i]-want[i]) > 1e-12 {
				t.Errorf("step %d, candidate %d: got the probability %v, want %v", step, i, got[i], want[i])
			}
		}
	}
}

func TestProbabilitiesSumToOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		candidates := someCandidates(MaxCandidates, rapid.SampledFrom([]int{3, 40, 4000}).Draw(t, "span")).Draw(t, "candidates")
		got := make([]float64, len(candidates))
		new(race).run(candidates, got)
		sum := 0.0
		for i, p := range got {
			if p < 0 || p > 1+1e-12 {
				t.Fatalf("candidate %d: got the probability %v", i, p)
			}
			sum += p
		}
		if math.Abs(sum-1) > 1e-12 {
			t.Fatalf("got probabilities that sum to %v, want 1", sum)
		}
	})
}

// What is alike is as likely, whatever stands beside it.
func TestAlikeAreAsLikely(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		candidates := someCandidates(MaxCandidates-1, 400).Draw(t, "candidates")
		candidates = append(candidates, candidates[0])
		got := make([]float64, len(candidates))
		new(race).run(candidates, got)
		if first, last := got[0], got[len(got)-1]; math.Abs(first-last) > 1e-12 {
			t.Fatalf("got %v and %v for two that are alike", first, last)
		}
	})
}

// A candidate of which more is believed is never less likely than before.
func TestBetterIsLikelier(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		candidates := someCandidates(MaxCandidates, 400).Draw(t, "candidates")
		before, after := make([]float64, len(candidates)), make([]float64, len(candidates))
		new(race).run(candidates, before)
		candidates[0].Weight *= 1.05
		new(race).run(candidates, after)
		if after[0] < before[0]-1e-12 {
			t.Fatalf("got %v, want at least the %v of a smaller weight", after[0], before[0])
		}
	})
}

func TestQuadratureIsExact(t *testing.T) {
	for degree := range MaxCandidates {
		got := 0.0
		for n, x := range nodes {
			got += weights[n] * math.Pow(x, float64(degree))
		}
		want, _ := big.NewRat(1, int64(degree+1)).Float64()
		if math.Abs(got-want) > 1e-14 {
			t.Errorf("the integral of t^%d: got %v, want %v", degree, got, want)
		}
	}
}
