package rank_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"wegweiser/shared/rank"
)

// field is candidates that are hard to tell apart: the most work that a choice
// can be. Kinds of beliefs that are the same are ties.
func field(n, kinds int) []rank.Candidate {
	candidates := make([]rank.Candidate, n)
	for i := range candidates {
		var q rank.Quantiles
		for k := range q {
			q[k] = rank.QuantileOf(0.02 + 0.004*float64(k) + 0.0001*float64(i*7%kinds))
		}
		candidates[i] = rank.Candidate{At: int32(i), Hash: rank.Hash(fmt.Sprint("item-", i)), Quantiles: &q, Weight: 10}
	}
	return candidates
}

// BenchmarkChooseNoAlloc chooses one of 32 candidates with its exact
// probability; the budget is 20 µs. The floor is a pass over their quantiles
// with a logarithm for each, which is less than drawing from 32 posteriors once.
func BenchmarkChooseNoAlloc(b *testing.B) {
	var r rank.Ranking
	choose := func(candidates []rank.Candidate) func(*testing.B) {
		return func(b *testing.B) {
			b.ReportAllocs()
			for seed := uint64(0); b.Loop(); seed++ {
				r.Begin(seed, 0.05)
				for i := range candidates {
					r.Add(candidates[i])
				}
				if _, ok := r.Next(); !ok {
					b.Fatal("got no choice")
				}
			}
		}
	}
	all := field(rank.MaxCandidates, rank.MaxCandidates)
	b.Run("All", choose(all))
	b.Run("Same", choose(field(rank.MaxCandidates, 1)))
	b.Run("Tied", choose(tied()))
	b.Run("Of500", choose(field(500, 500)))
	b.Run("Floor", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sum := 0.0
			for i := range all {
				for _, q := range all[i].Quantiles {
					sum += math.Log(q.Propensity())
				}
			}
			if sum == 0 {
				b.Fatal("got no sum")
			}
		}
	})
}

// tied is candidates that share all values unevenly.
func tied() []rank.Candidate {
	candidates := field(rank.MaxCandidates, 1)
	for i := range candidates {
		q := *candidates[i].Quantiles
		for k := range q {
			q[k] = rank.QuantileOf(0.02 + 0.004*float64(k/(2+i%3)))
		}
		slices.Sort(q[:])
		candidates[i].Quantiles = &q
	}
	return candidates
}
