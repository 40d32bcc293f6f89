package offpolicy_test

import (
	"compress/gzip"
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"wegweiser/shared/rank"
	"wegweiser/shared/rank/fit"
	"wegweiser/shared/replay/offpolicy"
)

// offer is a card that a next-best-action engine offered to a simulated customer.
type offer struct {
	day, channel, card string
	propensity         float64 // what the engine believed
	accepted           bool
}

func offers(t *testing.T) []offer {
	t.Helper()
	file := sample(t, filepath.Join("offer-interactions-simulated", "interactions.csv.gz"))
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(unpacked).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := func(name string) int { return slices.Index(rows[0], name) }
	at, channel, action, propensity, outcome := column("decision_time"), column("channel"), column("action"), column("propensity"), column("outcome")
	var list []offer
	for _, row := range rows[1:] {
		if row[channel] == "" {
			continue // says who left in the end
		}
		believed, err := strconv.ParseFloat(row[propensity], 64)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, offer{row[at][:10], row[channel], row[action], believed, slices.Contains([]string{"Accept", "Accepted", "Clicked"}, row[outcome])})
	}
	return list
}

// The ranking learns from the first three days of a vendor's engine and is
// valued on the last three, in which the engine's choices are known by how
// often it made them in a channel.
func TestRankingOnSimulatedOffers(t *testing.T) {
	const until = "2021-01-30"
	var cells []fit.Cell
	var later []offer
	cards, shown := make(map[string][]string), make(map[[2]string]float64)
	all := make(map[string]float64)
	for _, o := range offers(t) {
		if o.day < until {
			cell := fit.Cell{Item: o.card, Segment: o.channel, Impressions: 1}
			if o.accepted {
				cell.Successes = 1
			}
			cells = append(cells, cell)
			continue
		}
		later = append(later, o)
		all[o.channel]++
		if shown[[2]string{o.channel, o.card}]++; shown[[2]string{o.channel, o.card}] == 1 {
			cards[o.channel] = append(cards[o.channel], o.card)
		}
	}
	model, err := fit.New(cells, nil)
	if err != nil {
		t.Fatal(err)
	}
	targets := make(map[string][]offpolicy.Option)
	for channel, names := range cards {
		var r rank.Ranking
		r.Begin(0, 0.05)
		for i, card := range names {
			believed := model.Posterior(card, "", channel).Quantiles()
			r.Add(rank.Candidate{At: int32(i), Hash: rank.Hash(card), Quantiles: &believed, Weight: 1})
		}
		for i, p := range r.Probabilities() {
			targets[channel] = append(targets[channel], offpolicy.Option{Item: names[r.Candidates()[i].At], Probability: p})
		}
	}
	decisions := make([]offpolicy.Decision, len(later))
	for i, o := range later {
		decisions[i] = offpolicy.Decision{
			Place: o.channel, Item: o.card, Target: targets[o.channel],
			Probability: shown[[2]string{o.channel, o.card}] / all[o.channel],
		}
		if o.accepted {
			decisions[i].Reward = 1
		}
	}
	got, err := offpolicy.Evaluate(decisions, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d offers: accepted %.4f; the ranking %.4f (%.4f to %.4f), DR %.4f (%.4f to %.4f), effective sample size %.0f, doubts %q",
		got.Decisions, got.Logged.Value, got.SNIPS.Value, got.SNIPS.Low, got.SNIPS.High, got.DR.Value, got.DR.Low, got.DR.High,
		got.Support.EffectiveSampleSize, got.Doubts)
	if got.SNIPS.Low < 1.5*got.Logged.High {
		t.Errorf("got %.4f to %.4f, want far more than the %.4f of the engine", got.SNIPS.Low, got.SNIPS.High, got.Logged.Value)
	}

	// What the engine believed of a card is not how likely it was to offer it.
	for i, o := range later {
		decisions[i].Probability = o.propensity
	}
	if _, err := offpolicy.Evaluate(decisions, nil); !errors.Is(err, offpolicy.ErrNoSupport) {
		t.Errorf("got %v, want no value by the engine's own beliefs", err)
	}
}

// sample opens a file of ../shared/data.
func sample(t *testing.T, name string) *os.File {
	t.Helper()
	file, err := os.Open(filepath.Join("../../../../shared/data", name))
	switch {
	case err == nil:
		t.Cleanup(func() { _ = file.Close() })
	case os.Getenv("CI") == "true":
		t.Fatalf("../shared/data is needed: %v", err)
	default:
		t.Skipf("needs ../shared/data: %v", err)
	}
	return file
}
