package measure_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/ingest"
	"wegweiser/shared/journey"
	"wegweiser/shared/measure"
	"wegweiser/shared/personalize"
	"wegweiser/shared/rule/parse"
)

// Whatever stands in a row, replay reads it as it is, from CSV and from JSON.
func TestRowsOfDecisionsAreALog(t *testing.T) {
	report := &measure.DecisionsReport{Context: []string{"basket", "channel", "says"}, Rows: []measure.DecisionRow{
		{
			Decision: "d_1", Visitor: "5f1c", At: journey.At(noon), Place: "home", Position: 2, Item: `a|"b", c`, Probability: 1.0 / 3,
			Candidates: []string{`a|"b", c`, "d"}, Reward: 12.5, Rule: "best", Phase: "decision", Standing: "prospect",
			Context: map[string]any{"basket": 12.5, "channel": "web", "says": "one,\ntwo"},
		},
		{Decision: "d_2", At: journey.At(noon), Place: "home", Position: 1, Item: "[x]", Probability: 1, Candidates: []string{"[x]"}},
		{Decision: "d_3", At: journey.At(noon), Place: "home", Position: 1, Item: "x", Probability: 1e-9, Candidates: []string{"x", "y", "z"}, Context: map[string]any{"basket": true}},
	}}
	var table, lines bytes.Buffer
	if err := report.WriteCSV(&table); err != nil {
		t.Fatal(err)
	}
	for i := range report.Rows {
		if err := json.NewEncoder(&lines).Encode(&report.Rows[i]); err != nil {
			t.Fatal(err)
		}
	}
	for name, log := range map[string]*bytes.Buffer{"CSV": &table, "JSON": &lines} {
		reader, err := ingest.OpenChoices(log, nil)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for c, err := range reader.Rows() {
			if err != nil || c.Err != nil || n == len(report.Rows) {
				t.Fatalf("%s: got %v, %v, want three rows", name, err, c.Err)
			}
			row := &report.Rows[n]
			got := measure.DecisionRow{
				Decision: c.Decision, Visitor: c.Visitor, At: c.At, Place: c.Place, Position: c.Position, Item: c.Item, Probability: c.Probability,
				Candidates: c.Candidates, Reward: c.Reward, Rule: row.Rule, Phase: c.Phase, Standing: c.Standing, Context: row.Context,
			}
			if diff := cmp.Diff(*row, got); diff != "" || len(c.Context) != len(row.Context) {
				t.Errorf("%s: (-written +read):\n%s and the context %v", name, diff, c.Context)
			}
			n++
		}
		if n != len(report.Rows) {
			t.Errorf("%s: got %d rows, want %d", name, n, len(report.Rows))
		}
	}
}

const offers = `[
 {"table":"settings","row":{"id":"retention.touchpoints","value":"20d"}},
 {"table":"items","row":{"id":"none","kind":"offer"}},
 {"table":"items","row":{"id":"lamp","kind":"offer"}},
 {"table":"placements","row":{"id":"home","fallback":"none"}},
 {"table":"rules","row":{"id":"all","items":["lamp"]}}
]`

// What counts for a row is what people did with what they saw, in time; what has
// no row is counted.
func TestRewardsOfDecisions(t *testing.T) {
	kept, now := open(t), noon
	options := personalize.Options{
		Clock: func() time.Time { return now }, Parse: parse.Parse, Deadline: time.Minute, HashKey: []byte("h"), TokenSecrets: [][]byte{[]byte("t")},
	}
	begin := func() *measure.Service {
		s := &measure.Service{Service: personalize.New(kept, &options)}
		if err := s.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := begin()
	var edits personalize.ConfigEdits
	if err := json.Unmarshal([]byte(offers), &edits.Rows); err != nil {
		t.Fatal(err)
	}
	maria, server := personalize.Caller{Key: personalize.Admin, Name: "maria"}, personalize.Caller{Key: personalize.Secret}
	if _, err := s.EditConfig(t.Context(), maria, edits); err != nil {
		t.Fatal(err)
	}
	if _, err := s.PublishConfig(t.Context(), maria, s.Snapshot().ID(), personalize.PublishRequest{}); err != nil {
		t.Fatal(err)
	}
	tokens := map[string]string{}
	decide := func(visitor string) {
		d, err := s.Decide(t.Context(), server, personalize.DecideRequest{Visitor: visitor, Placements: []string{"home"}})
		if err != nil || d.Degraded != "" {
			t.Fatalf("got %+v, %v, want a decision", d, err)
		}
		tokens[visitor] = d.Placements["home"].Items[0].Token
	}
	tell := func(visitor, kind string, value *journey.Money) {
		request := personalize.FeedbackRequest{Token: tokens[visitor], Type: kind, Value: value}
		if _, err := s.Feedback(t.Context(), server, request); err != nil {
			t.Fatal(err)
		}
	}
	collect(t, s, map[string]map[string]time.Duration{"forgotten": {"page_view": time.Hour}})
	now = noon.Add(2 * day)
	for _, visitor := range []string{"forgotten", "keen", "late", "unseen", "blind", "abroad", "robot"} {
		decide(visitor)
	}
	for _, visitor := range []string{"forgotten", "keen", "late", "abroad"} {
		tell(visitor, "impression", nil)
	}
	tell("keen", "click", nil)
	tell("blind", "click", nil) // who clicks has seen it, and says so, or nothing is known
	s.Opened(t.Context(), tokens["robot"], personalize.Fetch{Agent: "SomeBot/1.0 (+https://bot.example)"})
	now = now.Add(2 * day)
	tell("keen", "conversion", &journey.Money{Amount: "12.50", Currency: "EUR"})
	tell("abroad", "conversion", &journey.Money{Amount: "99", Currency: "CHF"})
	now = now.Add(6 * day)
	tell("late", "click", nil)
	if err := s.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	now = noon.Add(21 * day)

	for name, c := range map[string]struct {
		request measure.DecisionsRequest
		rewards []float64 // in order
		left    measure.LeftOut
	}{
		"Clicks":      {measure.DecisionsRequest{}, []float64{0, 0, 1}, measure.LeftOut{InputsGone: 1, Unseen: 3}},
		"Patient":     {measure.DecisionsRequest{Within: "9d"}, []float64{0, 1, 1}, measure.LeftOut{InputsGone: 1, Unseen: 3}},
		"Served":      {measure.DecisionsRequest{Served: true}, []float64{0, 0, 0, 0, 1, 1}, measure.LeftOut{InputsGone: 1}},
		"Conversions": {measure.DecisionsRequest{Reward: "conversion"}, []float64{0, 1, 1}, measure.LeftOut{InputsGone: 1, Unseen: 3}},
		"Hasty":       {measure.DecisionsRequest{Reward: "conversion", Within: "24h"}, []float64{0, 0, 0}, measure.LeftOut{InputsGone: 1, Unseen: 3}},
		"Euros":       {measure.DecisionsRequest{Reward: "value", Currency: "EUR"}, []float64{0, 0, 12.5}, measure.LeftOut{InputsGone: 1, Unseen: 3}},
		"Drawn":       {measure.DecisionsRequest{Drawn: true}, nil, measure.LeftOut{InputsGone: 1, Certain: 6}},
		"Later":       {measure.DecisionsRequest{Request: measure.Request{Since: "2026-11-25T00:00:00Z"}}, nil, measure.LeftOut{}},
	} {
		report, err := s.Decisions(t.Context(), c.request)
		if err != nil {
			t.Fatal(err)
		}
		var rewards []float64
		for _, row := range report.Rows {
			rewards = append(rewards, row.Reward)
		}
		slices.Sort(rewards)
		if diff := cmp.Diff(c.rewards, rewards); diff != "" || report.LeftOut != c.left || report.Decisions != len(rewards) || report.Next != "" {
			t.Errorf("%s: got %d decisions and %+v left out, want %+v; rewards (-want +got):\n%s", name, report.Decisions, report.LeftOut, c.left, diff)
		}
	}
	options.HashKey = []byte("another")
	other, err := begin().Decisions(t.Context(), measure.DecisionsRequest{})
	if want := (measure.LeftOut{Unreadable: 7}); err != nil || other.LeftOut != want || len(other.Rows) > 0 {
		t.Errorf("got %+v, %v, want nothing without the key", other, err)
	}
}
