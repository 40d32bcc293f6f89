package phase

import (
	"math"
	"os"
	"os/exec"
	"regexp"
	"testing"

	"pgregory.net/rapid"
)

func TestHalvedIsNear(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64Range(0, 1100).Draw(t, "x")
		got, want := halved(x), math.Exp2(-x)
		if x >= 1022 {
			want = 0
		}
		if math.Abs(got-want) > 1e-15*want {
			t.Errorf("halved(%v): got %v, want %v", x, got, want)
		}
	})
	for i := range 1022 {
		if got, want := halved(float64(i)), math.Ldexp(1, -i); got != want {
			t.Errorf("halved(%d): got %v, want %v", i, got, want)
		}
	}
	for _, x := range []float64{1022, 1e300, math.Inf(1), math.NaN()} {
		if got := halved(x); got != 0 {
			t.Errorf("halved(%v): got %v, want 0", x, got)
		}
	}
}

func TestRound(t *testing.T) {
	for _, c := range []struct{ shares, want []float64 }{
		{[]float64{0, 0, 0}, []float64{0, 0, 0}},
		{[]float64{1}, []float64{1}},
		{[]float64{1. / 3, 1. / 3, 1. / 3}, []float64{0.3334, 0.3333, 0.3333}},
		{[]float64{0.99996, 0.00002, 0.00002}, []float64{1, 0, 0}},
		{[]float64{0.12344, 0.12346, 0.7531}, []float64{0.1234, 0.1235, 0.7531}},
		{[]float64{1. / 6, 1. / 6, 1. / 6, 1. / 6, 1. / 6, 1. / 6}, []float64{0.1667, 0.1667, 0.1667, 0.1667, 0.1666, 0.1666}},
	} {
		got := append([]float64(nil), c.shares...)
		Round(got)
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%v: got %v, want %v", c.shares, got, c.want)
				break
			}
		}
	}
}

func TestRoundedSharesAddUpAndStayNear(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.Float64Range(0, 1), 1, MaxPhases).Draw(t, "weights")
		total := 0.0
		for i := range weights {
			weights[i] += 1e-6
			total += weights[i]
		}
		shares := make([]float64, len(weights))
		for i := range weights {
			shares[i] = weights[i] / total
		}
		rounded := append([]float64(nil), shares...)
		Round(rounded)
		units := 0
		for i := range rounded {
			units += int(math.Round(rounded[i] * 1e4))
			if math.Abs(rounded[i]-shares[i]) >= 1e-4+1e-12 {
				t.Errorf("got %v for %v, want it within 0.0001", rounded[i], shares[i])
			}
			if rounded[i] != math.Round(rounded[i]*1e4)/1e4 {
				t.Errorf("got %v, want four decimals", rounded[i])
			}
		}
		if units != 10_000 {
			t.Errorf("got shares of %d ten-thousandths, want 10000", units)
		}
		again := append([]float64(nil), rounded...)
		Round(again)
		for i := range again {
			if again[i] != rounded[i] {
				t.Errorf("got %v after rounding %v again, want no change", again, rounded)
			}
		}
	})
}

// Compilers for arm64 may round a product and a sum as one. Decisions must be
// the same there as elsewhere, so nothing here may leave them the choice.
func TestNoProductIsFused(t *testing.T) {
	compile := exec.Command("go", "build", "-gcflags=-S", ".")
	compile.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0")
	listing, err := compile.CombinedOutput()
	if err != nil {
		t.Fatalf("compile for arm64: %v\n%.2000s", err, listing)
	}
	if !regexp.MustCompile(`FMULD`).Match(listing) {
		t.Fatal("got no products at all, want a listing of the instructions")
	}
	for _, line := range regexp.MustCompile(`.*\bFN?M(ADD|SUB)[DS]\b.*`).FindAll(listing, -1) {
		t.Errorf("got %s, want the product converted by float64() before it is added to", line)
	}
}
