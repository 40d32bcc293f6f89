package logged_test

import (
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"wegweiser/shared/replay/logged"
	"wegweiser/shared/replay/offpolicy"
)

const header = "decision,visitor,place,item,probability,reward,target\n"

// drawLog is a log of a policy that draws unevenly among the items of two
// places, with what a column says that an even one would have done.
func drawLog(random *rand.Rand, rows int) []string {
	items := []string{"a", "b", "c", "d"}
	chances := []float64{0.4, 0.3, 0.2, 0.1}
	log := make([]string, rows)
	for i := range log {
		at, u := 0, random.Float64()
		for ; at < 3 && u >= chances[at]; at++ {
			u -= chances[at]
		}
		reward := 0.0
		if random.Float64() < 0.1+0.2*float64(at) {
			reward = 1
		}
		log[i] = fmt.Sprintf("d%d,v%d,p%d,%s,%v,%v,0.25\n", i, random.IntN(rows), random.IntN(2), items[at], chances[at], reward)
	}
	return log
}

func value(t *rapid.T, log string, change func(*logged.Request)) (*logged.Result, error) {
	t.Helper()
	request := &logged.Request{
		Open:   func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(log)), nil },
		Policy: logged.Uniform(),
	}
	change(request)
	return logged.Value(t.Context(), request)
}

// The policy that wrote a log is worth what was earned, whether the log says so
// or a column with its probabilities does.
func TestItsOwnPolicyIsWorthWhatWasEarned(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawLog(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1)), rapid.IntRange(2, 200).Draw(t, "rows"))
		got, err := value(t, header+strings.Join(rows, ""), func(r *logged.Request) {
			r.Policy, r.Against = logged.Column("probability"), logged.Logged()
		})
		if err != nil {
			t.Fatal(err)
		}
		for name, e := range map[string]offpolicy.Estimate{
			"IPS": got.Policy.IPS, "SNIPS": got.Policy.SNIPS, "clipped": got.Policy.Clipped, "logged": got.Against.IPS, "logged DR": *got.Against.DR,
		} {
			if math.Abs(e.Value-got.Policy.Logged.Value) > 1e-9 {
				t.Fatalf("%s: got %v, want the %v that were earned", name, e.Value, got.Policy.Logged.Value)
			}
		}
		if e := got.Difference.IPS; math.Abs(e.Value) > 1e-9 || e.Error > 1e-7 {
			t.Fatalf("got the difference %+v, want none", e)
		}
	})
}

// Nothing depends on the order of rows, where they say whose they are.
func TestTheOrderOfRowsSaysNothing(t *testing.T) {
	policies := map[string]func() logged.Policy{
		"uniform": logged.Uniform,
		"order":   func() logged.Policy { return logged.Order([]string{"d", "a"}) },
		"column":  func() logged.Policy { return logged.Column("target") },
		"rank":    func() logged.Policy { return logged.Ranking(0.2) },
	}
	for name, policy := range policies {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2))
				rows := drawLog(random, rapid.IntRange(40, 150).Draw(t, "rows"))
				once, first := value(t, header+strings.Join(rows, ""), func(r *logged.Request) { r.Policy = policy() })
				random.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
				again, second := value(t, header+strings.Join(rows, ""), func(r *logged.Request) { r.Policy = policy() })
				if (first == nil) != (second == nil) {
					t.Fatalf("got %v, and in another order %v", first, second)
				}
				if errors.Is(first, offpolicy.ErrNoSupport) {
					return
				}
				near := cmp.Options{cmpopts.EquateApprox(1e-6, 1e-9), cmpopts.IgnoreUnexported(offpolicy.Support{}), cmpopts.IgnoreFields(offpolicy.Report{}, "Doubts")} // which round
				if diff := cmp.Diff(once, again, near); diff != "" {
					t.Fatalf("in another order (-first +second):\n%s", diff)
				}
			})
		})
	}
}

// A ranking that could learn from the rows that it is asked about would be worth
// far more than one that cannot, where rewards are nothing but noise.
func TestTheRankingLearnsNothingOfWhatItIsAskedAbout(t *testing.T) {
	const logs, rows, items, rate = 60, 400, 40, 0.1
	mean := 0.0
	for seed := range uint64(logs) {
		random := rand.New(rand.NewPCG(seed, 3))
		var log strings.Builder
		log.WriteString("decision,item,probability,reward\n")
		for i := range rows {
			reward := 0
			if random.Float64() < rate {
				reward = 1
			}
			fmt.Fprintf(&log, "d%d-%d,i%d,%v,%d\n", seed, i, random.IntN(items), 1.0/items, reward)
		}
		result, err := logged.Value(t.Context(), &logged.Request{
			Open:   func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(log.String())), nil },
			Policy: logged.Ranking(0.05),
		})
		if errors.Is(err, offpolicy.ErrNoSupport) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		mean += result.Policy.IPS.Value / logs
	}
	if math.Abs(mean-rate) > 0.02 {
		t.Errorf("got %.4f on average, want the %v that everything is worth", mean, rate)
	}
}

// Money is a reward as clicks are, and the ranking goes by what items earn.
func TestTheRankingGoesByMoney(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 4))
	var log strings.Builder
	log.WriteString("decision,item,probability,reward\n")
	for i := range 4000 {
		item, reward := "often", 0.0
		if random.IntN(2) == 0 {
			item = "dear"
		}
		switch u := random.Float64(); {
		case item == "often" && u < 0.2:
			reward = 5
		case item == "dear" && u < 0.1:
			reward = 50
		}
		fmt.Fprintf(&log, "d%d,%s,0.5,%v\n", i, item, reward)
	}
	result, err := logged.Value(t.Context(), &logged.Request{
		Open:    func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(log.String())), nil },
		Policy:  logged.Ranking(0),
		Against: logged.Order([]string{"dear"}),
	})
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(result.Difference.SNIPS.Value) > 0.05 || math.Abs(result.Policy.SNIPS.Value-5) > 1 {
		t.Errorf("got %+v, want some 5, as the dear item alone earns", result.Policy.SNIPS)
	}
}
