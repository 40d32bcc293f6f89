package offpolicy_test

import (
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"math"
	"path/filepath"
	"strconv"
	"testing"

	"wegweiser/shared/replay/offpolicy"
)

func decode(t *testing.T, name string, into any) {
	t.Helper()
	if err := json.NewDecoder(sample(t, filepath.Join("open-bandit", name))).Decode(into); err != nil {
		t.Fatalf("read %s: %v", name, err)
	}
}

// fashion is the decisions of a policy and a campaign, with what the target
// shows at each position.
func fashion(t *testing.T, log string, target [3][]offpolicy.Option) []offpolicy.Decision {
	t.Helper()
	unpacked, err := gzip.NewReader(sample(t, filepath.Join("open-bandit", log+".csv.gz")))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(unpacked).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	decisions := make([]offpolicy.Decision, 0, len(rows)-1)
	for _, row := range rows[1:] {
		clicks, err := strconv.ParseFloat(row[4], 64)
		if err != nil {
			t.Fatal(err)
		}
		probability, err := strconv.ParseFloat(row[5], 64)
		if err != nil {
			t.Fatal(err)
		}
		position, err := strconv.Atoi(row[3])
		if err != nil {
			t.Fatal(err)
		}
		decisions = append(decisions, offpolicy.Decision{
			Place: row[3], Item: row[2], Probability: probability, Reward: clicks, Target: target[position-1],
		})
	}
	return decisions
}

// uniformly shows n items with the same probability.
func uniformly(n int) []offpolicy.Option {
	options := make([]offpolicy.Option, n)
	for i := range options {
		options[i] = offpolicy.Option{Item: strconv.Itoa(i), Probability: 1 / float64(n)}
	}
	return options
}

// The Open Bandit Dataset holds real decisions of a fashion shop, with the
// probabilities that they were taken with.
//
// The figures that come with the sample: whoever computes them from the same
// rows gets the same.
func TestOpenBandit(t *testing.T) {
	var expected struct {
		Computed struct {
			Shared map[string]struct {
				Rows      int
				CTR       float64
				IPW       float64
				SNIPW     float64
				Clip10    float64 `json:"ipw_clip10"`
				Error     float64 `json:"ipw_std_error"`
				Mean      float64 `json:"mean_weight"`
				Effective float64 `json:"effective_sample_size"`
				Max       float64 `json:"max_weight"`
			} `json:"shared_part"`
		} `json:"computed_here"`
	}
	var thompson map[string][][3]float64
	decode(t, "expected.json", &expected)
	decode(t, "bts_action_dist.json", &thompson)
	if len(expected.Computed.Shared) != 4 {
		t.Fatalf("got %d logs, want 4", len(expected.Computed.Shared))
	}
	for log, want := range expected.Computed.Shared {
		t.Run(log, func(t *testing.T) {
			policy, campaign := filepath.Split(log)
			var target [3][]offpolicy.Option
			for position := range target {
				target[position] = uniformly(len(thompson[campaign]))
				for item, shown := range thompson[campaign] {
					if policy == "random/" {
						target[position][item].Probability = shown[position]
					}
				}
			}
			got, err := offpolicy.Evaluate(fashion(t, log, target), nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, figure := range []struct {
				name      string
				got, want float64
				tolerance float64
			}{
				{"decisions", float64(got.Decisions), float64(want.Rows), 0},
				{"logged", got.Logged.Value, want.CTR, 1e-6},
				{"IPS", got.IPS.Value, want.IPW, 1e-6},
				{"SNIPS", got.SNIPS.Value, want.SNIPW, 1e-6},
				{"clipped", got.Clipped.Value, want.Clip10, 1e-6},
				{"standard error", got.IPS.Error, want.Error, 1e-6},
				{"mean weight", got.Support.MeanWeight, want.Mean, 1e-4},
				{"effective sample size", got.Support.EffectiveSampleSize, want.Effective, 0.06},
				{"largest weight", got.Support.MaxWeight, want.Max, 0.006},
			} {
				if math.Abs(figure.got-figure.want) > figure.tolerance {
					t.Errorf("%s: got %v, want %v", figure.name, figure.got, figure.want)
				}
			}
			t.Logf("IPS %.6f ± %.6f, SNIPS %.6f ± %.6f, clipped %.6f ± %.6f, direct %.6f, DR %.6f ± %.6f, doubts %q",
				got.IPS.Value, got.IPS.Error, got.SNIPS.Value, got.SNIPS.Error, got.Clipped.Value, got.Clipped.Error,
				*got.Direct, got.DR.Value, got.DR.Error, got.Doubts)
		})
	}
}

// What the random policy says of the other one, and the other way around, holds
// what was then seen of either in all of the data.
func TestOpenBanditHoldsThePublishedRates(t *testing.T) {
	for _, c := range []struct {
		log       string
		items     int
		published float64 // of the uniform policy, in all data
	}{{"bts/men", 34, 0.0051}, {"random/men", 34, 0.0051}, {"random/women", 46, 0.0048}} {
		even := uniformly(c.items)
		got, err := offpolicy.Evaluate(fashion(t, c.log, [3][]offpolicy.Option{even, even, even}), &offpolicy.Options{Confidence: 0.99})
		if err != nil {
			t.Fatalf("%s: %v", c.log, err)
		}
		for name, e := range map[string]offpolicy.Estimate{"IPS": got.IPS, "SNIPS": got.SNIPS, "DR": *got.DR} {
			if c.published < e.Low || c.published > e.High {
				t.Errorf("%s, %s: got %.5f to %.5f, want the %.5f that was published between them", c.log, name, e.Low, e.High, c.published)
			}
		}
	}
}
