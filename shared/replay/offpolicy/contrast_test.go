package offpolicy_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"wegweiser/shared/replay/offpolicy"
)

// contrast compares two policies on a log, decision by decision.
func contrast(t *testing.T, decisions []offpolicy.Decision, other [2][]offpolicy.Option) (one, two offpolicy.Report, difference offpolicy.Estimates) {
	t.Helper()
	var rewards offpolicy.Rewards
	for i, d := range decisions {
		rewards.Learn(d.Place, d.Item, i%offpolicy.Folds, d.Reward)
	}
	a, err := offpolicy.NewValuation(&rewards, nil)
	if err != nil {
		t.Fatal(err)
	}
	b, err := offpolicy.NewValuation(&rewards, nil)
	if err != nil {
		t.Fatal(err)
	}
	c := offpolicy.NewContrast(a, b)
	for i, d := range decisions {
		d.Fold = i % offpolicy.Folds
		termsA, err := a.Add(&d)
		if err != nil {
			t.Fatal(err)
		}
		d.Target = other[0]
		if d.Place == "1" {
			d.Target = other[1]
		}
		termsB, err := b.Add(&d)
		if err != nil {
			t.Fatal(err)
		}
		c.Add(termsA, termsB)
	}
	if one, err = a.Report(); err != nil {
		t.Fatal(err)
	}
	if two, err = b.Report(); err != nil {
		t.Fatal(err)
	}
	return one, two, c.Estimates()
}

// A difference is that of the values, and its interval holds the true one as
// often as it says. Compared on the same decisions, it is narrower than the two
// intervals together.
func TestContrast(t *testing.T) {
	const logs = 300
	nearly := [2][4]float64{{0.05, 0.1, 0.85, 0}, {0.75, 0.05, 0, 0.2}}
	truth := someShop.worth(best) - someShop.worth(nearly)
	held := map[string]float64{}
	for n := range logs {
		decisions := someShop.log(rand.New(rand.NewPCG(uint64(n), 11)), 1500, uneven, best)
		one, two, difference := contrast(t, decisions, [2][]offpolicy.Option{options(nearly[0]), options(nearly[1])})
		for name, e := range map[string][3]offpolicy.Estimate{
			"IPS":   {difference.IPS, one.IPS, two.IPS},
			"SNIPS": {difference.SNIPS, one.SNIPS, two.SNIPS},
			"DR":    {*difference.DR, *one.DR, *two.DR},
		} {
			if got, want := e[0].Value, e[1].Value-e[2].Value; math.Abs(got-want) > 1e-12 {
				t.Fatalf("%s: got the difference %v, want %v", name, got, want)
			}
			if apart := math.Hypot(e[1].Error, e[2].Error); e[0].Error > apart {
				t.Errorf("%s: got the error %v, want less than the %v of two logs", name, e[0].Error, apart)
			}
			if e[0].Low <= truth && truth <= e[0].High {
				held[name] += 1.0 / logs
			}
		}
	}
	for name, part := range held {
		if part < 0.91 || part > 0.985 {
			t.Errorf("%s: intervals of 95 %% held the true difference in %.1f %% of logs", name, 100*part)
		}
	}
}

// Nothing is said to be better than itself.
func TestContrastWithItself(t *testing.T) {
	decisions := someShop.log(rand.New(rand.NewPCG(1, 11)), 500, uneven, best)
	_, _, difference := contrast(t, decisions, [2][]offpolicy.Option{options(best[0]), options(best[1])})
	for name, e := range map[string]offpolicy.Estimate{"IPS": difference.IPS, "SNIPS": difference.SNIPS, "clipped": difference.Clipped, "DR": *difference.DR} {
		if math.Abs(e.Value) > 1e-12 || e.Error > 1e-7 {
			t.Errorf("%s: got %+v, want no difference", name, e)
		}
	}
	if math.Abs(*difference.Direct) > 1e-12 {
		t.Errorf("direct: got %v, want no difference", *difference.Direct)
	}
}

// Where only the probability of what was shown is known, weights are the same
// and what needs the others is left out.
func TestWanted(t *testing.T) {
	decisions := someShop.log(rand.New(rand.NewPCG(2, 11)), 500, uneven, best)
	whole, err := offpolicy.Evaluate(decisions, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range decisions {
		d := &decisions[i]
		for _, o := range d.Target {
			if o.Item == d.Item {
				d.Wanted = o.Probability
			}
		}
		d.Target = nil
	}
	part, err := offpolicy.Evaluate(decisions, nil)
	if err != nil {
		t.Fatal(err)
	}
	if part.IPS != whole.IPS || part.SNIPS != whole.SNIPS || part.Clipped != whole.Clipped {
		t.Errorf("got %+v, want %+v", part.Estimates, whole.Estimates)
	}
	if part.Direct != nil || part.DR != nil {
		t.Errorf("got a direct estimate %v and DR %v, want none", part.Direct, part.DR)
	}
}

// What is said three times in one breath is no surer than what is said once.
func TestDecisionsThatBelongTogether(t *testing.T) {
	decisions := someShop.log(rand.New(rand.NewPCG(3, 11)), 500, uneven, best)
	repeated := make([]offpolicy.Decision, 0, 3*len(decisions))
	for _, d := range decisions {
		repeated = append(repeated, d)
		d.Same = true
		repeated = append(repeated, d, d)
	}
	once, err := offpolicy.Evaluate(decisions, nil)
	if err != nil {
		t.Fatal(err)
	}
	thrice, err := offpolicy.Evaluate(repeated, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, e := range map[string][2]offpolicy.Estimate{
		"IPS": {once.IPS, thrice.IPS}, "SNIPS": {once.SNIPS, thrice.SNIPS}, "clipped": {once.Clipped, thrice.Clipped}, "logged": {once.Logged, thrice.Logged},
	} {
		if math.Abs(e[0].Value-e[1].Value) > 1e-9 || math.Abs(e[0].Error-e[1].Error) > 1e-9 {
			t.Errorf("%s: got %+v, want %+v", name, e[1], e[0])
		}
	}
}
