package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wegweiser/shared/replay/logged"
)

const logMaps = "../../docs/maps/logs"

// decoded reads a JSON file of a data set that the project does not ship.
func decoded(t *testing.T, name string, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(datasets, name))
	switch {
	case err == nil:
	case os.Getenv("CI") == "true":
		t.Fatalf("../shared/data is needed: %v", err)
	default:
		t.Skipf("needs ../shared/data: %v", err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

// replayed runs wegweiser replay on a log of a data set.
func replayed(t *testing.T, log, mapping string, args ...string) logged.Result {
	t.Helper()
	args = append([]string{"replay", filepath.Join(datasets, log), "--map", filepath.Join(logMaps, mapping), "-o", "json"}, args...)
	code, stdout, stderr := run(t, args...)
	if code != exitDone {
		t.Fatalf("wegweiser %s: got the exit code %d: %s", strings.Join(args, " "), code, stderr)
	}
	var result logged.Result
	if err := json.Unmarshal([]byte(stdout), &result); err != nil {
		t.Fatal(err)
	}
	return result
}

// The command gets the figures that come with the Open Bandit samples.
func TestReplayOfTheOpenBandit(t *testing.T) {
	t.Parallel()
	var expected struct {
		Computed struct {
			Shared map[string]struct {
				Rows, Clicks int
				CTR          float64
				IPW          float64
				SNIPW        float64
				Clip10       float64 `json:"ipw_clip10"`
				Error        float64 `json:"ipw_std_error"`
				Mean         float64 `json:"mean_weight"`
				Effective    float64 `json:"effective_sample_size"`
				Max          float64 `json:"max_weight"`
			} `json:"shared_part"`
		} `json:"computed_here"`
	}
	var thompson map[string][][3]float64
	decoded(t, "open-bandit/expected.json", &expected)
	decoded(t, "open-bandit/bts_action_dist.json", &thompson)
	if len(expected.Computed.Shared) != 4 {
		t.Fatalf("got %d logs, want 4", len(expected.Computed.Shared))
	}
	for log, want := range expected.Computed.Shared {
		policy, campaign, _ := strings.Cut(log, "/")
		target := "uniform"
		if policy == "random" {
			var table strings.Builder
			table.WriteString("item,position,probability\n")
			for item, positions := range thompson[campaign] {
				for at, p := range positions {
					fmt.Fprintf(&table, "%d,%d,%v\n", item, at+1, p)
				}
			}
			target = filepath.Join(t.TempDir(), "bts.csv")
			if err := os.WriteFile(target, []byte(table.String()), 0o600); err != nil {
				t.Fatal(err)
			}
			target = "table:" + target
		}
		got := replayed(t, "open-bandit/"+log+".csv.gz", "open-bandit.yaml", "--policy", target, "--against", "logged").Policy
		for _, figure := range []struct {
			name      string
			got, want float64
			tolerance float64
		}{
			{"decisions", float64(got.Decisions), float64(want.Rows), 0},
			{"clicks", got.Logged.Value * float64(got.Decisions), float64(want.Clicks), 1e-6},
			{"IPS", got.IPS.Value, want.IPW, 1e-6},
			{"SNIPS", got.SNIPS.Value, want.SNIPW, 1e-6},
			{"clipped", got.Clipped.Value, want.Clip10, 1e-6},
			{"standard error", got.IPS.Error, want.Error, 1e-6},
			{"mean weight", got.Support.MeanWeight, want.Mean, 1e-4},
			{"effective sample size", got.Support.EffectiveSampleSize, want.Effective, 0.06},
			{"largest weight", got.Support.MaxWeight, want.Max, 0.006},
		} {
			if math.Abs(figure.got-figure.want) > figure.tolerance {
				t.Errorf("%s, %s: got %v, want %v", log, figure.name, figure.got, figure.want)
			}
		}
	}
}

// The interactions of a vendor's engine have no probabilities: the command
// refuses. With those of how often cards were shown, always offering one card is
// worth what it earned on each channel, by the counts that come with the data.
func TestReplayOfSimulatedOffers(t *testing.T) {
	t.Parallel()
	var expected struct {
		Computed struct {
			Shared struct {
				Rows     int
				Outcomes map[string]int
			} `json:"shared_part"`
		} `json:"computed_here"`
	}
	// The counts of cards have a name with a comma, which no tag can hold.
	var counted struct {
		Computed struct {
			Shared map[string]json.RawMessage `json:"shared_part"`
		} `json:"computed_here"`
	}
	var cards map[string][2]float64 // shown and taken, by channel and card
	decoded(t, "offer-interactions-simulated/expected.json", &expected)
	decoded(t, "offer-interactions-simulated/expected.json", &counted)
	if err := json.Unmarshal(counted.Computed.Shared["positive_by_channel_action_[rows,positive]"], &cards); err != nil {
		t.Fatal(err)
	}
	const log, mapping = "offer-interactions-simulated/interactions.csv.gz", "offer-interactions.yaml"
	code, _, stderr := run(t, "replay", filepath.Join(datasets, log), "--map", filepath.Join(logMaps, mapping), "--policy", "order:UPlusPersonal")
	if code != exitFailed || !strings.Contains(stderr, "was shown with a probability that is not known") {
		t.Errorf("got the exit code %d and %q, want a refusal", code, stderr)
	}

	want := expected.Computed.Shared
	labels := want.Outcomes["Churned"] + want.Outcomes["Loyal"]
	taken := want.Outcomes["Accept"] + want.Outcomes["Accepted"] + want.Outcomes["Clicked"]
	shown, one := map[string]float64{}, 0.0
	for card, counts := range cards {
		channel, _, _ := strings.Cut(card, "/")
		shown[channel] += counts[0]
	}
	for channel, rows := range shown {
		counts := cards[channel+"/UPlusPersonal"]
		one += rows / float64(want.Rows-labels) * counts[1] / counts[0]
	}
	got := replayed(t, log, mapping, "--frequencies", "--policy", "order:UPlusPersonal", "--against", "rank")
	if got.Rows != want.Rows || got.LeftOut != labels || got.Rejected != 0 {
		t.Errorf("got %d rows, %d left out and %d rejected, want %d, %d and none", got.Rows, got.LeftOut, got.Rejected, want.Rows, labels)
	}
	for name, figure := range map[string][2]float64{
		"logged": {got.Policy.Logged.Value, float64(taken) / float64(want.Rows-labels)},
		"IPS":    {got.Policy.IPS.Value, one},
		"SNIPS":  {got.Policy.SNIPS.Value, one},
	} {
		if math.Abs(figure[0]-figure[1]) > 1e-9 {
			t.Errorf("%s: got %v, want %v", name, figure[0], figure[1])
		}
	}
	// The best card is the same on both channels. The ranking finds it, and
	// shows it but for what it explores.
	if got.Difference.DR.Low < 0 || got.Against.SNIPS.Value < 0.95*one {
		t.Errorf("got %v for the ranking, want a little less than the %v of the best card", got.Against.SNIPS.Value, one)
	}
	if !strings.Contains(strings.Join(got.Policy.Doubts, "\n"), "how often items were shown") {
		t.Errorf("got the doubts %q, want one about the probabilities", got.Policy.Doubts)
	}
}
