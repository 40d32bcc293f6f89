package rank_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wegweiser/shared/rank"
)

// misfit is Pearson's chi-square of counts against probabilities, and the value
// that it exceeds once in 10,000 times (by the cube root of Wilson and Hilferty).
func misfit(counts []int, probabilities []float64) (square, most float64) {
	all, degrees := 0, -1.0
	for _, n := range counts {
		all += n
	}
	for i, p := range probabilities {
		expected := p * float64(all)
		if expected == 0 {
			if counts[i] > 0 {
				return math.Inf(1), 0
			}
			continue
		}
		degrees++
		square += (float64(counts[i]) - expected) * (float64(counts[i]) - expected) / expected
	}
	spread := 2 / (9 * degrees)
	return square, degrees * math.Pow(1-spread+3.719*math.Sqrt(spread), 3)
}

func ranking(seed uint64, floor float64, candidates []rank.Candidate) *rank.Ranking {
	r := new(rank.Ranking)
	r.Begin(seed, floor)
	for _, c := range candidates {
		r.Add(c)
	}
	return r
}

// uneven is candidates of which some are far better than others.
func uneven(n int) []rank.Candidate {
	candidates := field(n, n)
	for i := range candidates {
		candidates[i].Weight = 10 + float64(i%5)
	}
	return candidates
}

func TestFrequenciesAreTheProbabilities(t *testing.T) {
	for _, c := range []struct {
		name       string
		candidates []rank.Candidate
		floor      float64
	}{
		{"Two", uneven(2), 0},
		{"Thirty", uneven(30), 0},
		{"ThirtyWithAFloor", uneven(30), 0.2},
		{"Same", field(rank.MaxCandidates, 1), 0.05},
		{"Tied", tied(), 0.05},
	} {
		t.Run(c.name, func(t *testing.T) {
			const decisions = 30_000
			var r rank.Ranking
			probabilities := slices.Clone(ranking(0, c.floor, c.candidates).Probabilities())
			order := make(map[int32]int)
			for i, one := range ranking(0, c.floor, c.candidates).Candidates() {
				order[one.At] = i
			}
			counts := make([]int, len(c.candidates))
			for n := range decisions {
				r.Begin(rank.Seed(rank.Hash(fmt.Sprint("d_", n)), rank.Hash("home-hero")), c.floor)
				for _, one := range c.candidates {
					r.Add(one)
				}
				choice, _ := r.Next()
				counts[order[choice.At]]++
				if want := probabilities[order[choice.At]]; choice.Probability != want {
					t.Fatalf("item %d: got the probability %v, want %v", choice.At, choice.Probability, want)
				}
			}
			if square, most := misfit(counts, probabilities); square > most {
				t.Errorf("got a chi-square of %.1f, want at most %.1f: counts %v of %v", square, most, counts, probabilities)
			}
		})
	}
}

// Thompson sampling as it is told: all draw from what is believed of them, and
// the best draw wins.
func TestProbabilitiesAreThoseOfThompsonSampling(t *testing.T) {
	const draws = 60_000
	for _, candidates := range [][]rank.Candidate{uneven(rank.MaxCandidates), tied()} {
		r := ranking(0, 0, candidates)
		random := rand.New(rand.NewPCG(1, 2))
		counts := make([]int, rank.MaxCandidates)
		for range draws {
			best, holders, winner := 0.0, 0, 0
			for i, c := range r.Candidates() {
				v := c.Quantiles[random.IntN(rank.Strata)].Propensity() * c.Weight
				if v > best {
					best, holders = v, 0
				}
				if v == best {
					// Each of the holders so far is as likely to stay.
					if holders++; random.IntN(holders) == 0 {
						winner = i
					}
				}
			}
			counts[winner]++
		}
		if square, most := misfit(counts, r.Probabilities()); square > most {
			t.Errorf("got a chi-square of %.1f, want at most %.1f", square, most)
		}
	}
}

// The probability of the second, given the first, is that of the rest alone.
func TestLaterPlaces(t *testing.T) {
	candidates := uneven(12)
	r := ranking(7, 0.1, candidates)
	var shown []int32
	for {
		choice, ok := r.Next()
		if !ok {
			break
		}
		var rest []rank.Candidate
		for _, c := range candidates {
			if !slices.Contains(shown, c.At) {
				rest = append(rest, c)
			}
		}
		alone := ranking(0, 0.1, rest)
		at := slices.IndexFunc(alone.Candidates(), func(c rank.Candidate) bool { return c.At == choice.At })
		if want := alone.Probabilities()[at]; choice.Probability != want {
			t.Errorf("place %d: got the probability %v, want %v", len(shown), choice.Probability, want)
		}
		shown = append(shown, choice.At)
	}
	if slices.Sort(shown); len(slices.Compact(shown)) != len(candidates) {
		t.Errorf("got %v, want each of the %d items once", shown, len(candidates))
	}
}

func TestFloor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, rank.MaxCandidates).Draw(t, "n")
		floor := rapid.Float64Range(0, 1).Draw(t, "floor")
		candidates := uneven(n)
		candidates[0].Weight = rapid.Float64Range(1e-3, 1e3).Draw(t, "weight")
		sum := 0.0
		for i, p := range ranking(0, floor, candidates).Probabilities() {
			if p < floor/float64(n) {
				t.Fatalf("candidate %d: got the probability %v, want at least %v", i, p, floor/float64(n))
			}
			sum += p
		}
		if math.Abs(sum-1) > 1e-12 {
			t.Fatalf("got probabilities that sum to %v, want 1", sum)
		}
	})
}

func choices(r *rank.Ranking) []rank.Choice {
	var list []rank.Choice
	for {
		c, ok := r.Next()
		if !ok {
			return list
		}
		list = append(list, c)
	}
}

func TestReplays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		candidates := uneven(rapid.IntRange(1, 80).Draw(t, "n"))
		seed := rapid.Uint64().Draw(t, "seed")
		want := choices(ranking(seed, 0.05, candidates))
		shuffled := rapid.Permutation(candidates).Draw(t, "order")
		if diff := cmp.Diff(want, choices(ranking(seed, 0.05, shuffled))); diff != "" {
			t.Fatalf("in another order (-want +got):\n%s", diff)
		}
	})
}

func TestSeedsOfPlacementsDiffer(t *testing.T) {
	seen := make(map[uint64]bool)
	for d := range 100 {
		for p := range 10 {
			seen[rank.Seed(rank.Hash(fmt.Sprint("d_", d)), rank.Hash(fmt.Sprint("p", p)))] = true
		}
	}
	if len(seen) != 1000 {
		t.Errorf("got %d seeds for 1000 placements", len(seen))
	}
}

func TestTheBestOfManyAreSampled(t *testing.T) {
	candidates := field(100, 100)
	for i := range candidates {
		candidates[i].Weight = 1 + float64(i/2) // each weight twice
	}
	slices.SortFunc(candidates, func(a, b rank.Candidate) int {
		switch {
		case a.Priority() > b.Priority(), a.Priority() == b.Priority() && a.Hash < b.Hash:
			return -1
		}
		return 1
	})
	want := candidates[:rank.MaxCandidates]
	got := ranking(1, 0, slices.Concat(candidates[50:], candidates[:50])).Candidates()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEqualsStandByHash(t *testing.T) {
	got := ranking(1, 0, field(40, 1)).Candidates()
	if len(got) != rank.MaxCandidates {
		t.Fatalf("got %d candidates, want %d", len(got), rank.MaxCandidates)
	}
	for i := 1; i < len(got); i++ {
		if got[i].Hash < got[i-1].Hash {
			t.Errorf("candidate %d stands behind one of a larger hash", i)
		}
	}
}

func TestWorthlessCandidatesAreLeftOut(t *testing.T) {
	candidates := field(4, 4)
	for i, weight := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		candidates[i].Weight = weight
	}
	if c, ok := ranking(1, 0.5, candidates).Next(); ok {
		t.Errorf("got %v, want no choice", c)
	}
}

func TestChoosingAllocatesNothing(t *testing.T) {
	var r rank.Ranking
	for name, candidates := range map[string][]rank.Candidate{"All": field(40, 40), "Tied": tied()} {
		if n := testing.AllocsPerRun(20, func() {
			r.Begin(1, 0.05)
			for i := range candidates {
				r.Add(candidates[i])
			}
			r.Next()
			r.Next()
		}); n != 0 {
			t.Errorf("%s: got %v allocations, want 0", name, n)
		}
	}
}

// What was recorded is chosen again by every later version, with the same bits
// of its probability.
func TestChoicesStay(t *testing.T) {
	var got []string
	for n := range 6 {
		r := ranking(rank.Seed(rank.Hash(fmt.Sprint("d_", n)), rank.Hash("home-hero")), 0.05, tied()[:9])
		for range 2 {
			c, _ := r.Next()
			got = append(got, fmt.Sprintf("%d %x", c.At, math.Float64bits(c.Probability)))
		}
	}
	want := []string{
		"1 3fab21e360b60b61", "3 3fd1ccd4cccccccc",
		"0 3fd13ae005b05b05", "6 3fd5e6f1851eb851",
		"1 3fab21e360b60b61", "0 3fd1ccd4cccccccc",
		"2 3f86c71c71c71c73", "3 3fd151a722222222",
		"4 3fab21e360b60b61", "6 3fd1ccd4cccccccc",
		"7 3fab21e360b60b61", "4 3faf2f9ffffffffe",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
