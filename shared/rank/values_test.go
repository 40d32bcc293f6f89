package rank_test

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"wegweiser/shared/rank"
)

func TestQuantilesAreNear(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := math.Exp2(-rapid.Float64Range(0.001, 32).Draw(t, "bits"))
		q := rank.QuantileOf(want)
		got := q.Propensity()
		if math.Abs(got-want) > want/4096 {
			t.Fatalf("got %v, want %v to one part in 4096", got, want)
		}
		if again := rank.QuantileOf(got); again != q {
			t.Fatalf("got %d for the number of %d", again, q)
		}
	})
}

func TestQuantilesStandInOrder(t *testing.T) {
	for q := rank.Quantile(0); q < math.MaxUint16; q++ {
		if q.Propensity() >= (q + 1).Propensity() {
			t.Fatalf("got %v for %d and %v for the next", q.Propensity(), q, (q + 1).Propensity())
		}
	}
}

func TestQuantilesOfWhatIsNoPropensity(t *testing.T) {
	for _, c := range []struct {
		propensity float64
		want       rank.Quantile
	}{
		{0, 0},
		{-1, 0},
		{math.NaN(), 0},
		{1e-300, 0},
		{math.Inf(-1), 0},
		{1, math.MaxUint16},
		{2, math.MaxUint16},
		{math.Inf(1), math.MaxUint16},
	} {
		if got := rank.QuantileOf(c.propensity); got != c.want {
			t.Errorf("%v: got %d, want %d", c.propensity, got, c.want)
		}
	}
}

func TestWorth(t *testing.T) {
	for _, c := range []struct {
		name  string
		worth rank.Worth
		want  float64
	}{
		{"Margin", rank.Worth{Context: 1, Value: 49.5, Cost: 9.5}, 40},
		{"WithoutValue", rank.Worth{Context: 2}, 2},
		{"Levers", rank.Worth{Context: 1, Value: 100, Levers: 55}, 155},
		{"Dampened", rank.Worth{Context: 1, Value: 100, Levers: -40}, 60},
		{"LeversTakeItOut", rank.Worth{Context: 1, Value: 100, Levers: -130}, 0},
		{"Loss", rank.Worth{Context: 1, Value: 5, Cost: 8}, -3},
		{"CostAlone", rank.Worth{Context: 1, Cost: 8}, -8},
		{"NoContext", rank.Worth{Value: 5}, 0},
		{"NoNumber", rank.Worth{Context: math.Inf(1), Value: 5, Levers: -100}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.worth.Weight(); math.Abs(got-c.want) > 1e-12*math.Abs(c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// A loss turned twice is no gain.
func TestLossesStayLosses(t *testing.T) {
	loss := rank.Worth{Context: 1, Value: 5, Cost: 8, Levers: -300}
	if got := loss.Weight(); got > 0 {
		t.Errorf("got %v, want no weight", got)
	}
}

func TestArmsHaveTheirSharesIndependently(t *testing.T) {
	const persons = 40_000
	shares := rank.Shares{Holdout: 0.1, NoPhase: 0.25}
	counts := make([]int, 4)
	for i := range persons {
		arms := rank.ArmsOf(fmt.Sprint("v_", i), shares)
		at := 0
		if arms.Holdout {
			at++
		}
		if arms.NoPhase {
			at += 2
		}
		counts[at]++
	}
	want := []float64{0.9 * 0.75, 0.1 * 0.75, 0.9 * 0.25, 0.1 * 0.25}
	if square, most := misfit(counts, want); square > most {
		t.Errorf("got a chi-square of %.1f, want at most %.1f: %v of %d", square, most, counts, persons)
	}
}

func TestArmsStay(t *testing.T) {
	for i := range 5000 {
		person := fmt.Sprint("v_", i)
		few := rank.ArmsOf(person, rank.Shares{Holdout: 0.1, NoPhase: 0.1})
		many := rank.ArmsOf(person, rank.Shares{Holdout: 0.3, NoPhase: 0.3})
		if few.Holdout && !many.Holdout || few.NoPhase && !many.NoPhase {
			t.Fatalf("%s: got %v in a tenth and %v in three", person, few, many)
		}
		if got := rank.ArmsOf(person, rank.Shares{Holdout: 1}); got != (rank.Arms{Holdout: true}) {
			t.Fatalf("%s: got %v, want the holdout of everybody alone", person, got)
		}
		if got := rank.ArmsOf(person, rank.Shares{}); got != (rank.Arms{}) {
			t.Fatalf("%s: got %v, want no arm", person, got)
		}
	}
}

// Whoever was given an arm or a choice keeps it in the next version.
func TestHashesStay(t *testing.T) {
	for _, c := range []struct {
		got, want uint64
	}{
		{rank.Hash(""), 0xcbf29ce484222325},
		{rank.Hash("a"), 0xaf63dc4c8601ec8c}, // from FNV's own test vectors
		{rank.Hash("foobar"), 0x85944171f73967e8},
		{rank.Seed(0, 0), 0xa706dd2f4d197e6f},
	} {
		if c.got != c.want {
			t.Errorf("got %#x, want %#x", c.got, c.want)
		}
	}
	held := ""
	for i := range 64 {
		arms := rank.ArmsOf(fmt.Sprint("v_", i), rank.Shares{Holdout: 0.5, NoPhase: 0.5})
		held += map[rank.Arms]string{{}: ".", {Holdout: true}: "h", {NoPhase: true}: "n", {Holdout: true, NoPhase: true}: "b"}[arms]
	}
	if want := "h.h.hbhb..hbbnnhn.bhbbbbn.hhh.b.bhb..hbnb.hhnnnnhhhnh.nhnh.bh.h."; held != want {
		t.Errorf("got the arms %s, want %s", held, want)
	}
}
