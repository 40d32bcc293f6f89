package receipt

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"wegweiser/shared/rank"
	"wegweiser/shared/rank/beta"
)

// Forecasts are the cubic through the known quantiles over those of the normal
// distribution.
func TestForecastsAreOfTheCubic(t *testing.T) {
	normal := func(k int) float64 { return math.Sqrt2 * math.Erfinv((float64(k)+0.5)/8-1) }
	known := []int{0, rank.Strata - 1}
	for _, f := range forecasts {
		from := slices.Clone(f.from[:min(len(known), len(f.from))])
		sum := int64(0)
		for k, i := range from {
			if !slices.Contains(known, i) {
				t.Errorf("quantile %d is foretold by %d, which is not known by then", f.of, i)
			}
			want := float64(1 << 16)
			for _, j := range from {
				if j != i {
					want *= (normal(f.of) - normal(j)) / (normal(i) - normal(j))
				}
			}
			if got := float64(f.by[k]); math.Abs(got-want) > 3 {
				t.Errorf("quantile %d by %d: got the weight %.0f, want %.1f", f.of, i, got, want)
			}
			sum += f.by[k]
		}
		if sum != 1<<16 {
			t.Errorf("quantile %d: got weights of %d together, want 65536", f.of, sum)
		}
		known = append(known, f.of)
	}
	if slices.Sort(known); len(slices.Compact(known)) != rank.Strata {
		t.Errorf("got forecasts of %v, want all quantiles", known)
	}
}

func TestLogarithmsAreNearEnough(t *testing.T) {
	for q := range 1 << 16 {
		exact := (float64(q>>parts) + math.Log2(1+float64(q&fraction)/(fraction+1))) * (fraction + 1)
		log := logOf(rank.Quantile(q))
		if math.Abs(float64(log)-exact) > 1.1 {
			t.Fatalf("of %d: got the logarithm %d, want %.2f", q, log, exact)
		}
		if back := quantileAt(log); back < int64(q)-2 || back > int64(q)+2 {
			t.Fatalf("of %d: got %d back from its logarithm", q, back)
		}
	}
}

// Whatever a Beta distribution, its quantiles take a third of their bytes.
func TestQuantilesOfBeliefsAreShort(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct{ least, most, want float64 }{{0.5, 2, 14.5}, {2, 30, 10.5}, {30, 1000, 8.5}, {1000, 100_000, 7.5}} {
		const beliefs = 300
		var w writer
		for range beliefs {
			successes := c.least * math.Pow(c.most/c.least, random.Float64())
			rate := 0.0005 * math.Pow(800, random.Float64())
			q := beta.OfPrior(rate, successes/rate).Quantiles()
			w.quantiles(&q)
		}
		got := float64(len(w.b)) / beliefs
		t.Logf("%g to %g successes: %.1f bytes", c.least, c.most, got)
		if got > c.want {
			t.Errorf("of %g to %g successes: got %.1f bytes each, want at most %.1f", c.least, c.most, got, c.want)
		}
	}
}
