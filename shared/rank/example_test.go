package rank_test

import (
	"fmt"

	"wegweiser/shared/rank"
)

// Two offers: one that is taken up often, and one that earns more.
func ExampleRanking() {
	var often, seldom rank.Quantiles
	for k := range rank.Strata {
		often[k] = rank.QuantileOf(0.08 + 0.004*float64(k))
		seldom[k] = rank.QuantileOf(0.01 + 0.004*float64(k))
	}
	voucher := rank.Worth{Context: 1, Value: 30, Cost: 10}
	sofa := rank.Worth{Context: 1, Value: 50, Levers: 20} // with a boost of 20 %

	var ranking rank.Ranking
	ranking.Begin(rank.Seed(rank.Hash("d_1"), rank.Hash("home-hero")), 0.05)
	ranking.Add(rank.Candidate{At: 0, Hash: rank.Hash("voucher"), Quantiles: &often, Weight: voucher.Weight()})
	ranking.Add(rank.Candidate{At: 1, Hash: rank.Hash("sofa"), Quantiles: &seldom, Weight: sofa.Weight()})

	probabilities := ranking.Probabilities()
	for i, c := range ranking.Candidates() {
		fmt.Printf("item %d: priority %.2f, probability %.3f\n", c.At, c.Priority(), probabilities[i])
	}
	choice, _ := ranking.Next()
	fmt.Printf("shown: item %d\n", choice.At)
	// Output:
	// item 1: priority 2.40, probability 0.548
	// item 0: priority 2.20, probability 0.452
	// shown: item 1
}
