package fit_test

import (
	"math/rand/v2"
	"testing"
)

// evenly is a world of one phase whose rates are spread between two.
func evenly(random *rand.Rand, items int, low, high float64) *world {
	w := &world{rates: [][]float64{nil}, values: ones(items), fixed: ones(items)}
	for range items {
		w.rates[0] = append(w.rates[0], spread(random, low, high))
	}
	return w
}

// Worlds that are made to be hard: hardly anything is taken up, nothing stays as
// it is, what is liked here is disliked there, the marketer is wrong.
func TestRegretInHardWorlds(t *testing.T) {
	for _, c := range []struct {
		name    string
		uniform float64 // of its regret at most
		fixed   float64
		make    func(*rand.Rand) *world
	}{
		{"OneOf200Clicks", 1, 1, func(random *rand.Rand) *world { return evenly(random, 8, 0.002, 0.0125) }},
		{"Alike", 1.05, 1.05, func(random *rand.Rand) *world { return evenly(random, 8, 0.045, 0.055) }},
		{"ThirtyItems", 0.8, 0.85, func(random *rand.Rand) *world { return evenly(random, 30, 0.01, 0.2) }},
		{"OneGoodOfThirty", 0.95, 0.95, func(random *rand.Rand) *world {
			w := evenly(random, 30, 0.02, 0.021)
			w.rates[0][random.IntN(30)] = 0.15
			return w
		}},
		{"NearlyAlways", 0.4, 0.5, func(random *rand.Rand) *world { return evenly(random, 6, 0.5, 0.95) }},
		{"ToldLate", 0.75, 0.75, func(random *rand.Rand) *world {
			w := evenly(random, 8, 0.01, 0.2)
			w.late = 50
			return w
		}},
		{"TastesTurn", 0.85, 0.85, func(random *rand.Rand) *world {
			w := evenly(random, 8, 0.01, 0.2)
			w.turned = [][]float64{append([]float64{}, w.rates[0]...)}
			random.Shuffle(8, func(i, j int) { w.turned[0][i], w.turned[0][j] = w.turned[0][j], w.turned[0][i] })
			return w
		}},
		{"TheBestBecomesTheWorst", 1.1, 1.1, func(random *rand.Rand) *world {
			w := evenly(random, 2, 0.01, 0.2)
			w.turned = [][]float64{{w.rates[0][1], w.rates[0][0]}}
			return w
		}},
		{"ValuesFrom1To100", 0.3, 1.1, func(random *rand.Rand) *world {
			w := evenly(random, 8, 0.01, 0.2)
			for i := range w.values {
				w.values[i] = spread(random, 1, 100)
			}
			w.fixed = w.values
			return w
		}},
		// What is liked in one phase is disliked in the other.
		{"OppositeTastes", 0.8, 0.8, func(random *rand.Rand) *world {
			w := evenly(random, 6, 0.01, 0.2)
			w.rates = append(w.rates, nil)
			for _, rate := range w.rates[0] {
				w.rates[1] = append(w.rates[1], 0.002/rate)
			}
			return w
		}},
		{"OppositeTastesInTwo", 0.4, 0.4, func(*rand.Rand) *world {
			return &world{rates: [][]float64{{0.15, 0.01}, {0.01, 0.15}}, values: ones(2), fixed: ones(2)}
		}},
		{"EachPhaseItsOwn", 0.95, 0.95, func(*rand.Rand) *world {
			return &world{rates: [][]float64{
				{0.12, 0.02, 0.02, 0.02}, {0.02, 0.12, 0.02, 0.02}, {0.02, 0.02, 0.12, 0.02}, {0.02, 0.02, 0.02, 0.12},
			}, values: ones(4), fixed: ones(4)}
		}},
		// A fixed priority by guesses that are all ten times too high is as good
		// as by right ones: it is not compared.
		{"AllPriorsTooHigh", 0.6, 0, func(random *rand.Rand) *world { return scaled(guessed(random, 0.5), 10) }},
		{"AllPriorsTooLow", 0.35, 1, func(random *rand.Rand) *world { return scaled(guessed(random, 0.5), 0.1) }},
	} {
		t.Run(c.name, func(t *testing.T) { compare(t, c.uniform, c.fixed, c.make) })
	}
}

func scaled(w *world, by float64) *world {
	for id, p := range w.priors {
		p.Rate = min(p.Rate*by, 0.9)
		w.priors[id] = p
	}
	return w
}
