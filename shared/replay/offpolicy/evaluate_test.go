package offpolicy_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"wegweiser/shared/replay/offpolicy"
)

// shop takes up items by place: what a policy earns in it is known.
type shop struct {
	rates [2][4]float64
}

var someShop = shop{[2][4]float64{{0.05, 0.1, 0.3, 0.02}, {0.25, 0.1, 0.05, 0.15}}}

func options(p [4]float64) []offpolicy.Option {
	list := make([]offpolicy.Option, 0, 4)
	for i, one := range p {
		list = append(list, offpolicy.Option{Item: fmt.Sprint(i), Probability: one})
	}
	return list
}

// log is n decisions of a policy, valued for another one.
func (s *shop) log(random *rand.Rand, n int, policy [4]float64, target [2][4]float64) []offpolicy.Decision {
	shared := [2][]offpolicy.Option{options(target[0]), options(target[1])}
	decisions := make([]offpolicy.Decision, n)
	for k := range decisions {
		place, item := random.IntN(2), 0
		for u := random.Float64() - policy[0]; u >= 0 && item < 3; u -= policy[item] {
			item++
		}
		reward := 0.0
		if random.Float64() < s.rates[place][item] {
			reward = 1
		}
		decisions[k] = offpolicy.Decision{
			Place: fmt.Sprint(place), Item: fmt.Sprint(item), Probability: policy[item], Reward: reward, Target: shared[place],
		}
	}
	return decisions
}

func (s *shop) worth(target [2][4]float64) float64 {
	sum := 0.0
	for place := range target {
		for item, p := range target[place] {
			sum += p * s.rates[place][item] / 2
		}
	}
	return sum
}

var (
	even   = [4]float64{0.25, 0.25, 0.25, 0.25}
	uneven = [4]float64{0.6, 0.2, 0.15, 0.05}
	best   = [2][4]float64{{0, 0.1, 0.9, 0}, {0.8, 0, 0, 0.2}}
)

func estimates(r *offpolicy.Report) map[string]offpolicy.Estimate {
	return map[string]offpolicy.Estimate{"IPS": r.IPS, "SNIPS": r.SNIPS, "clipped": r.Clipped, "DR": *r.DR}
}

// Over many logs the estimates are right on average, and their intervals hold
// the truth as often as they say.
func TestEstimatesHoldTheTruth(t *testing.T) {
	const logs, decisions = 400, 1500
	truth := someShop.worth(best)
	sums, held, widths := map[string]float64{}, map[string]float64{}, map[string]float64{}
	for n := range logs {
		r, err := offpolicy.Evaluate(someShop.log(rand.New(rand.NewPCG(uint64(n), 7)), decisions, uneven, best), &offpolicy.Options{Clip: 100})
		if err != nil {
			t.Fatal(err)
		}
		for name, e := range estimates(&r) {
			sums[name] += e.Value / logs
			widths[name] += (e.High - e.Low) / logs
			if e.Low <= truth && truth <= e.High {
				held[name] += 1.0 / logs
			}
		}
	}
	for name, mean := range sums {
		t.Logf("%s: %.4f of %.4f on average, intervals %.4f wide hold the truth in %.1f %% of logs", name, mean, truth, widths[name], 100*held[name])
		if math.Abs(mean-truth) > 0.01*truth {
			t.Errorf("%s: got %.4f on average, want %.4f", name, mean, truth)
		}
		if held[name] < 0.91 || held[name] > 0.985 {
			t.Errorf("%s: intervals of 95 %% held the truth in %.1f %% of logs", name, 100*held[name])
		}
	}
	if widths["DR"] >= widths["IPS"] {
		t.Errorf("got intervals of DR that are %.4f wide, want less than the %.4f of IPS", widths["DR"], widths["IPS"])
	}
}

// Where the probabilities that were logged are too low, DR is saved by its model.
func TestDRIsRightWhereTheModelIs(t *testing.T) {
	truth := someShop.worth(best)
	decisions := someShop.log(rand.New(rand.NewPCG(1, 2)), 60_000, even, best)
	for i := range decisions {
		decisions[i].Probability /= 1.3
	}
	r, err := offpolicy.Evaluate(decisions, nil)
	if err != nil {
		t.Fatal(err)
	}
	if off := math.Abs(r.DR.Value-truth) / truth; off > 0.03 {
		t.Errorf("DR: got %.4f, want %.4f", r.DR.Value, truth)
	}
	if off := r.IPS.Value/truth - 1; off < 0.2 {
		t.Errorf("IPS: got %.4f, want some 1.3 times the %.4f, or this test shows nothing", r.IPS.Value, truth)
	}
}

// A policy valued on its own log is what it earned.
func TestItsOwnLog(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 400).Draw(t, "n")
		decisions := someShop.log(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1)), n, uneven, [2][4]float64{uneven, uneven})
		r, err := offpolicy.Evaluate(decisions, nil)
		if err != nil {
			t.Fatal(err)
		}
		for name, e := range map[string]offpolicy.Estimate{"IPS": r.IPS, "SNIPS": r.SNIPS, "clipped": r.Clipped} {
			if math.Abs(e.Value-r.Logged.Value) > 1e-9 {
				t.Fatalf("%s: got %v, want the %v that were earned", name, e.Value, r.Logged.Value)
			}
		}
		if math.Abs(r.Support.EffectiveSampleSize-float64(n)) > 1e-6 {
			t.Fatalf("got an effective sample size of %v, want %d", r.Support.EffectiveSampleSize, n)
		}
	})
}

func TestIntervalsHoldTheirValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(20, 400).Draw(t, "n")
		decisions := someShop.log(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1)), n, uneven, best)
		r, err := offpolicy.Evaluate(decisions, &offpolicy.Options{Confidence: rapid.Float64Range(0.5, 0.999).Draw(t, "confidence")})
		if errors.Is(err, offpolicy.ErrNoSupport) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		for name, e := range estimates(&r) {
			if e.Low > max(0, e.Value) || e.High < e.Value || e.Low < 0 || math.IsNaN(e.Value+e.Low+e.High) {
				t.Fatalf("%s: got %+v", name, e)
			}
		}
		if s := r.Support; s.EffectiveSampleSize < 0 || s.EffectiveSampleSize > float64(n)*(1+1e-9) {
			t.Fatalf("got an effective sample size of %v of %d", s.EffectiveSampleSize, n)
		}
	})
}

func TestRefusals(t *testing.T) {
	random := func() *rand.Rand { return rand.New(rand.NewPCG(3, 4)) }
	logged := func(change func(*offpolicy.Decision)) []offpolicy.Decision {
		decisions := someShop.log(random(), 2000, even, [2][4]float64{even, even})
		for i := range decisions {
			change(&decisions[i])
		}
		return decisions
	}
	for _, c := range []struct {
		name      string
		decisions []offpolicy.Decision
		options   *offpolicy.Options
		support   bool // the log does not support a value
		want      string
	}{
		{"Nothing", nil, nil, false, "there are no decisions"},
		{"OneRow", logged(func(*offpolicy.Decision) {})[:1], nil, true, "one decision"},
		{"OneDecision", logged(func(d *offpolicy.Decision) { d.Same = true })[:20], nil, true, "one decision"},
		{"AnotherItemAlways", someShop.log(random(), 200, [4]float64{1, 0, 0, 0}, [2][4]float64{{0, 1, 0, 0}, {0, 1, 0, 0}}), nil, true, "none of the 200 items"},
		// The log knows three of four items; two fifths of what the target
		// would do is not in it, though nobody said so.
		{"NeverInTheLog", someShop.log(random(), 2000, [4]float64{0.4, 0.3, 0.3, 0}, [2][4]float64{{0.2, 0.2, 0.2, 0.4}, {0.2, 0.2, 0.2, 0.4}}), nil, true, "was not possible"},
		{"SaidToBeImpossible", logged(func(d *offpolicy.Decision) {
			d.Target = []offpolicy.Option{{Item: "0", Probability: 0.8}, {Item: "new", Probability: 0.2, Impossible: true}}
		}), nil, true, "20 % of what the target would show"},
		{"ProbabilitiesTooHigh", logged(func(d *offpolicy.Decision) { d.Probability = 0.35 }), nil, true, "was not possible"},
		{"UnknownProbability", logged(func(d *offpolicy.Decision) { d.Probability = 0 }), nil, true, "not known"},
		{"ProbabilityAboveOne", logged(func(d *offpolicy.Decision) { d.Probability = 1.5 }), nil, false, "above 0 and up to 1"},
		{"NoNumber", logged(func(d *offpolicy.Decision) { d.Reward = math.NaN() }), nil, false, "want a number"},
		{"TargetOfHalf", logged(func(d *offpolicy.Decision) { d.Target = d.Target[:2] }), nil, false, "add up to 0.5"},
		{"NegativeTarget", logged(func(d *offpolicy.Decision) { d.Target = []offpolicy.Option{{Item: "0", Probability: -1}} }), nil, false, "want 0 to 1"},
		{"Confidence", logged(func(*offpolicy.Decision) {}), &offpolicy.Options{Confidence: 95}, false, "between 0 and 1"},
		{"Clip", logged(func(*offpolicy.Decision) {}), &offpolicy.Options{Clip: -1}, false, "the largest weight"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := offpolicy.Evaluate(c.decisions, c.options)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want an error that says %q", err, c.want)
			}
			if got := errors.Is(err, offpolicy.ErrNoSupport); got != c.support {
				t.Errorf("got no support %v, want %v: %v", got, c.support, err)
			}
			if r.IPS != (offpolicy.Estimate{}) || r.DR != nil {
				t.Errorf("got the value %v with the refusal", r.IPS)
			}
		})
	}
}

func TestDoubts(t *testing.T) {
	decisions := someShop.log(rand.New(rand.NewPCG(5, 6)), 60, uneven, [2][4]float64{uneven, uneven})
	decisions[0].Probability = 0.001
	decisions[1].Target = []offpolicy.Option{{Item: "0", Probability: 0.5}, {Item: "new", Probability: 0.5, Impossible: true}}
	r, err := offpolicy.Evaluate(decisions, nil)
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join(r.Doubts, "\n")
	for _, want := range []string{"the worth of 1.", "of all weight", "earned anything", "was impossible"} {
		if !strings.Contains(all, want) {
			t.Errorf("got the doubts %q, want one that says %q", r.Doubts, want)
		}
	}
}

func Example() {
	// Of two offers, each was shown in half of the decisions. What if the
	// voucher were shown in nine of ten?
	target := []offpolicy.Option{{Item: "voucher", Probability: 0.9}, {Item: "sofa", Probability: 0.1}}
	var decisions []offpolicy.Decision
	for k := range 1000 {
		d := offpolicy.Decision{Place: "home-hero", Item: "sofa", Probability: 0.5, Target: target}
		if k%2 == 0 {
			d.Item = "voucher"
		}
		if k%20 == 0 || k%50 == 1 {
			d.Reward = 1
		}
		decisions = append(decisions, d)
	}
	r, err := offpolicy.Evaluate(decisions, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("was %.3f, would be %.3f (%.3f to %.3f)\n", r.Logged.Value, r.SNIPS.Value, r.SNIPS.Low, r.SNIPS.High)
	fmt.Printf("%d decisions, worth %.0f of the target\n", r.Decisions, r.Support.EffectiveSampleSize)
	// Output:
	// was 0.070, would be 0.094 (0.070 to 0.118)
	// 1000 decisions, worth 610 of the target
}
