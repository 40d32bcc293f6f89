package beta

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"wegweiser/shared/rank"
)

var shape = rapid.Custom(func(t *rapid.T) float64 {
	return math.Exp(rapid.Float64Range(math.Log(0.01), math.Log(1e6)).Draw(t, "log"))
})

func near(got, want, part float64) bool { return math.Abs(got-want) <= part*math.Abs(want) }

func TestBelowKnownForms(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Float64Range(0.1, 50).Draw(t, "n")
		x := rapid.Float64Range(0.001, 0.999).Draw(t, "x")
		if got, want := New(n, 1).below(x, 1-x), math.Pow(x, n); !near(got, want, 1e-11) {
			t.Fatalf("Beta(%v, 1) below %v: got %v, want %v", n, x, got, want)
		}
		if got, want := New(1, n).below(x, 1-x), -math.Expm1(n*math.Log1p(-x)); !near(got, want, 1e-11) {
			t.Fatalf("Beta(1, %v) below %v: got %v, want %v", n, x, got, want)
		}
		if got := New(n, n).below(0.5, 0.5); !near(got, 0.5, 1e-11) {
			t.Fatalf("Beta(%v, %v) below a half: got %v", n, n, got)
		}
	})
}

// Of whole numbers it is a sum of binomial probabilities (DLMF 8.17.5).
func TestBelowIsABinomialSum(t *testing.T) {
	for _, c := range []struct {
		a, b int
		x    float64
	}{{2, 19, 0.05}, {3, 4, 0.5}, {10, 3, 0.8}, {1, 20, 0.3}, {40, 60, 0.41}} {
		want, n := 0.0, c.a+c.b-1
		for j := c.a; j <= n; j++ {
			choose := 1.0
			for k := range j {
				choose *= float64(n-k) / float64(k+1)
			}
			want += choose * math.Pow(c.x, float64(j)) * math.Pow(1-c.x, float64(n-j))
		}
		if got := New(float64(c.a), float64(c.b)).below(c.x, 1-c.x); !near(got, want, 1e-11) {
			t.Errorf("Beta(%d, %d) below %v: got %v, want %v", c.a, c.b, c.x, got, want)
		}
	}
}

func TestQuantilesTurnProbabilitiesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := New(shape.Draw(t, "a"), shape.Draw(t, "b"))
		want := rapid.Float64Range(0.01, 0.99).Draw(t, "probability")
		odds := d.quantile(want, rapid.Float64Range(-40, 40).Draw(t, "guess"))
		if math.Abs(odds) > furthest-1 {
			return // beyond what is told apart
		}
		if got := d.below(share(odds), share(-odds)); math.Abs(got-want) > 3e-7 {
			t.Fatalf("Beta(%v, %v): got the probability %v below the quantile of %v", d.a, d.b, got, want)
		}
	})
}

func TestQuantilesHaveTheMeanOfTheDistribution(t *testing.T) {
	for _, c := range []struct{ a, b, part float64 }{
		{1, 1, 1e-3},
		{1, 19, 0.02},
		{2, 38, 0.01},
		{30, 300, 0.002},
		{5000, 95000, 0.001},
		{1e6, 1e9, 0.001},
	} {
		q := New(c.a, c.b).Quantiles()
		if got, want := q.Mean(), c.a/(c.a+c.b); !near(got, want, c.part) {
			t.Errorf("Beta(%v, %v): got the mean %v, want %v", c.a, c.b, got, want)
		}
	}
}

func TestQuantilesRise(t *testing.T) {
	anything := rapid.Custom(func(t *rapid.T) float64 { return math.Exp(rapid.Float64Range(-16, 44).Draw(t, "log")) })
	rapid.Check(t, func(t *rapid.T) {
		q := New(anything.Draw(t, "a"), anything.Draw(t, "b")).Quantiles()
		for k := 1; k < rank.Strata; k++ {
			if q[k] < q[k-1] {
				t.Fatalf("got the quantiles %v, want them in order", q)
			}
		}
	})
}

// What is walked to is what is looked for one by one, but for the rounding of
// the last bit; and it is walked to wherever there is a middle.
func TestQuantilesAreWhatQuantileSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := New(shape.Draw(t, "a"), shape.Draw(t, "b"))
		if _, precise := d.walk(); !precise && min(d.a, d.b) >= 0.5 {
			t.Fatalf("Beta(%v, %v): the walk was given up", d.a, d.b)
		}
		for k, got := range d.Quantiles() {
			if want := rank.QuantileOf(d.Quantile(stratum(k))); max(got, want)-min(got, want) > 1 {
				t.Fatalf("Beta(%v, %v): got %v as the quantile %d, want %v or the next", d.a, d.b, got, k, want)
			}
		}
	})
}

// BenchmarkQuantiles makes the quantiles of an item in a place. The floor is one
// of them as it is looked for by itself.
func BenchmarkQuantiles(b *testing.B) {
	for _, c := range []struct {
		name string
		a, b float64
	}{{"New", 0.5, 9.5}, {"Some", 3.7, 140.2}, {"Much", 5000, 95000}} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				New(c.a, c.b).Quantiles()
			}
		})
	}
	b.Run("Floor", func(b *testing.B) {
		for b.Loop() {
			New(3.7, 140.2).Quantile(0.25)
		}
	})
}
