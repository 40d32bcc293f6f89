package measure_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/ingest"
	"wegweiser/shared/journey"
	"wegweiser/shared/measure"
	"wegweiser/shared/personalize"
	"wegweiser/shared/rule/parse"
	"wegweiser/shared/store"
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
	server := personalize.Caller{Key: personalize.Secret}
	publishOffers(t, s)
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

// tiring is a store in which reading everything of a visitor takes its time.
type tiring struct {
	store.Store
	took  atomic.Int64
	reads atomic.Int32
}

func (s *tiring) Touchpoints(ctx context.Context, visitor string, now journey.Millis) iter.Seq2[journey.Touchpoint, error] {
	s.reads.Add(1)
	s.took.Add(int64(time.Second))
	return s.Store.Touchpoints(ctx, visitor, now)
}

// What came of decisions is read within the time of a page, which ends earlier
// for it, and pages add up to what one has.
func TestReactionsAreReadWithinThePage(t *testing.T) {
	const visitors = 150
	kept := &tiring{Store: open(t)}
	var later atomic.Int64
	now := func() time.Time { return noon.Add(time.Duration(later.Load())) }
	begin := func(clock func() time.Time) *measure.Service {
		s := &measure.Service{Service: personalize.New(kept, &personalize.Options{
			Clock: clock, Parse: parse.Parse, Deadline: time.Minute, HashKey: []byte("h"), TokenSecrets: [][]byte{[]byte("t")},
		})}
		if err := s.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		return s
	}
	patient := begin(now)
	publishOffers(t, patient)
	server := personalize.Caller{Key: personalize.Secret}
	for v := range visitors {
		for range 1 + v%2 {
			d, err := patient.Decide(t.Context(), server, personalize.DecideRequest{Visitor: fmt.Sprint("v_", v), Placements: []string{"home"}})
			if err != nil || d.Degraded != "" {
				t.Fatalf("got %+v, %v, want a decision", d, err)
			}
			for _, kind := range []string{"impression", "click"}[:v%3] {
				if _, err := patient.Feedback(t.Context(), server, personalize.FeedbackRequest{Token: d.Placements["home"].Items[0].Token, Type: kind}); err != nil {
					t.Fatal(err)
				}
			}
			later.Add(int64(time.Second))
		}
	}
	if err := patient.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	later.Store(int64(10 * day))
	until := measure.Request{Until: noon.Add(day).Format(time.RFC3339)}
	whole, err := patient.Decisions(t.Context(), measure.DecisionsRequest{Request: until})
	if err != nil || whole.Next != "" || len(whole.Rows) == 0 || whole.LeftOut.Unseen == 0 {
		t.Fatalf("got %+v, %v, want all in one page", whole, err)
	}
	tired := begin(func() time.Time { return now().Add(time.Duration(kept.took.Load())) })
	request := measure.DecisionsRequest{Request: until}
	var sum *measure.DecisionsReport
	for {
		kept.reads.Store(0)
		page, err := tired.Decisions(t.Context(), request)
		if err != nil {
			t.Fatal(err)
		}
		// Of some visitors it is read ahead.
		if got := kept.reads.Load(); got > 50 {
			t.Errorf("got everything of %d visitors read in a page of 4 s, want some of %d", got, visitors)
		}
		if sum == nil {
			sum = page
		} else {
			sum.Rows = append(sum.Rows, page.Rows...)
			if err := sum.Count(page); err != nil {
				t.Fatal(err)
			}
		}
		query := page.Following()
		if query == nil {
			break
		}
		request = measure.DecisionsRequestOf(query)
	}
	if diff := cmp.Diff(whole, sum); diff != "" {
		t.Errorf("-in one page +in several:\n%s", diff)
	}
}

// publishOffers makes the offers live.
func publishOffers(t *testing.T, s *measure.Service) {
	t.Helper()
	var edits personalize.ConfigEdits
	if err := json.Unmarshal([]byte(offers), &edits.Rows); err != nil {
		t.Fatal(err)
	}
	maria := personalize.Caller{Key: personalize.Admin, Name: "maria"}
	if _, err := s.EditConfig(t.Context(), maria, edits); err != nil {
		t.Fatal(err)
	}
	if _, err := s.PublishConfig(t.Context(), maria, s.Snapshot().ID(), personalize.PublishRequest{}); err != nil {
		t.Fatal(err)
	}
}
