package personalize_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
	"wegweiser/shared/rank"
	"wegweiser/shared/rank/beta"
	"wegweiser/shared/rule/parse"
	"wegweiser/shared/snapshot"
	"wegweiser/shared/store"
	"wegweiser/shared/store/dynamo/dynamotest"
	"wegweiser/shared/tables"
)

// ranked starts a service that ranks by statistics, and whose ids follow from
// how many there were before.
func ranked(t testing.TB, kept store.Store, c *clock) *personalize.Service {
	t.Helper()
	s := personalize.New(kept, &personalize.Options{
		Clock: c.now, Parse: parse.Parse, HashKey: []byte("test"), Deadline: time.Minute, Ranks: true,
		Entropy: rand.NewChaCha8([32]byte{1}),
	})
	if err := s.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	return s
}

// learnt publishes statistics of the shop, the same for the same number.
func learnt(t testing.TB, kept store.Store, c *clock, number uint64) {
	t.Helper()
	random := rand.New(rand.NewPCG(number, 7))
	places := []rank.Place{{Phase: "awareness"}, {Phase: "consideration", Segment: "keen"}, {Phase: "decision"}}
	summary := store.Summary{Version: fmt.Sprint("summary-", number), At: journey.At(c.now())}
	var err error
	if summary.Encoded, err = rank.NewStatistics([]string{"lamp", "come-back"}, places, func(string, rank.Place) rank.Quantiles {
		return beta.OfPrior(0.01+0.3*random.Float64(), 1+50*random.Float64()).Quantiles()
	}).MarshalBinary(); err != nil {
		t.Fatal(err)
	}
	if err := kept.PutSummary(context.Background(), summary); err != nil {
		t.Fatal(err)
	}
}

// made is what a decision was answered with.
type made struct {
	phase      string
	placements map[string]personalize.Filling
}

func madeOf(phase *personalize.Phase, placements map[string]*snapshot.Placement) made {
	m := made{placements: map[string]personalize.Filling{}}
	if phase != nil {
		m.phase = phase.Name
	}
	for name, p := range placements {
		f := personalize.Filling{Items: []string{}, Rule: p.Rule, Fallback: p.Fallback, Reason: p.Reason}
		for i := range p.Items {
			f.Items = append(f.Items, p.Items[i].ID)
		}
		m.placements[name] = f
	}
	return m
}

// sideOf is one side of what a dry run says of a decision.
func sideOf(row *personalize.PredictionRow, to bool) made {
	m := made{phase: row.Phase.From, placements: map[string]personalize.Filling{}}
	if to {
		m.phase = row.Phase.To
	}
	for name, change := range row.Placements {
		side := change.From
		if to {
			side = change.To
		}
		if side != nil {
			m.placements[name] = *side
		}
	}
	return m
}

var anyMade = cmp.AllowUnexported(made{})

// visit has people of a shop come by and ask, the same for the same number, and
// returns what they were answered with.
func visit(t testing.TB, s *personalize.Service, c *clock, number uint64, visitors, decisions int) map[string]made {
	t.Helper()
	random := rand.New(rand.NewPCG(number, 3))
	answers := map[string]made{}
	live := s.Snapshot()
	for i := range decisions {
		request := personalize.DecideRequest{
			Visitor: fmt.Sprintf("v_%03d", random.IntN(visitors)), Placements: []string{"home-hero", "mail-offer", "old-corner"},
			Context: map[string]any{"channel": []string{"web", "app", "email"}[random.IntN(3)], "unheard": "of"},
		}
		random.Shuffle(3, func(i, j int) {
			request.Placements[i], request.Placements[j] = request.Placements[j], request.Placements[i]
		})
		request.Placements = slices.DeleteFunc(request.Placements[:1+random.IntN(3)], func(name string) bool {
			_, _, unknown := live.UnknownPlacement([]string{name})
			return unknown
		})
		switch random.IntN(6) {
		case 0:
			request.Context["basket"] = float64(random.IntN(100))
		case 1:
			request.Consent = journey.Consent{Stated: true, Purposes: []journey.Purpose{journey.Measurement}}
		case 2:
			request.Consent = journey.Consent{Stated: true, Purposes: []journey.Purpose{journey.Personalization}}
		case 3:
			kind := []string{"product_view", "compare", "cart_add"}[random.IntN(3)]
			request.Touchpoints = []json.RawMessage{json.RawMessage(fmt.Sprintf(`{"id":"own_%d_%d","visitor":%q,"type":%q,"channel":"web","at":%q}`,
				number, i, request.Visitor, kind, c.ago(time.Duration(random.IntN(3))*time.Hour)))}
		}
		d, err := s.Decide(context.Background(), personalize.Caller{Key: personalize.Secret, Locale: "de"}, request)
		if err != nil {
			t.Fatal(err)
		}
		answers[d.Decision] = madeOf(d.Phase, d.Placements)
		c.advance(time.Minute)
	}
	settle(t, s)
	return answers
}

func decisionsOf(t testing.TB, s *personalize.Service, request personalize.DryRunRequest) (*personalize.DryRun, map[string]*personalize.PredictionRow) {
	t.Helper()
	request.Sample, request.Rows = personalize.DecisionSample, personalize.AllRows
	d := wholeDryRun(t, s, request)
	rows := map[string]*personalize.PredictionRow{}
	for i := range d.Rows {
		rows[d.Rows[i].Decision] = &d.Rows[i]
	}
	left := 0
	for _, cell := range d.Recorded.LeftOut {
		left += cell.Decisions
	}
	if d.Sample != personalize.DecisionSample || len(rows) != d.Decisions || d.Recorded.Receipts != d.Decisions+left+d.Recorded.Others {
		t.Fatalf("got %d rows of %d decisions and %+v, want one each, and all receipts accounted for", len(rows), d.Decisions, d.Recorded)
	}
	return d, rows
}

// What a dry run over recorded decisions says of the live side is what was
// answered, and what it says of the draft is what becomes of the same inputs
// once it is live.
func TestTheRecordedPredictionIsWhatHappens(t *testing.T) {
	t.Run("Embedded", func(t *testing.T) { predictsRecorded(t, openStore(t), 60, 400, len(changes)) })
	t.Run("DynamoDB", func(t *testing.T) { predictsRecorded(t, dynamotest.Open(t), 8, 20, 5) })
}

func predictsRecorded(t *testing.T, kept store.Store, visitors, decisions, steps int) {
	c := newClock()
	trial(t, kept, c, visitors)
	learnt(t, kept, c, 1)
	s := ranked(t, kept, c)
	answered := visit(t, s, c, 1, visitors, decisions)
	leftOut := map[personalize.LeftOutWhy]int{}
	for n, change := range changes[:steps] {
		t.Run(change.name, func(t *testing.T) {
			learnt(t, kept, c, uint64(n+2)) // what is believed now is not what was
			c.advance(time.Minute)
			if problems := apply(t, s, change.rows); tables.HasErrors(problems) {
				t.Fatalf("got problems %v, want no errors", problems)
			}
			d, rows := decisionsOf(t, s, personalize.DryRunRequest{})
			if kept := len(keptDecisions(t, kept, journey.At(c.now()))); n == 0 && (d.Recorded.Aged != 0 || d.Decisions != kept) || d.Recorded.Receipts != kept {
				t.Errorf("got %d decisions of %d receipts, %d of them aged, want all of %d receipts, as they were at first", d.Decisions, d.Recorded.Receipts, d.Recorded.Aged, kept)
			}
			for _, cell := range d.Recorded.LeftOut {
				leftOut[cell.Why] += cell.Decisions
			}
			aged := 0
			for id, row := range rows {
				then := answered[id]
				for name := range then.placements {
					if _, compared := row.Placements[name]; !compared {
						delete(then.placements, name) // neither side has it any more
					}
				}
				if !cmp.Equal(then, sideOf(row, false), anyMade) {
					aged++
				}
			}
			if aged != d.Recorded.Aged {
				t.Errorf("got %d aged decisions, want %d", d.Recorded.Aged, aged)
			}
			publish(t, s)
			isWhatHappens(t, s, kept, rows)
			again, after := decisionsOf(t, s, personalize.DryRunRequest{Statistics: d.Statistics[0]})
			if again.Changed != 0 || !slices.Equal(again.Statistics, d.Statistics) {
				t.Errorf("got %d changes by %v once the draft is live, want none by %v", again.Changed, again.Statistics, d.Statistics)
			}
			for id, row := range rows {
				if diff := cmp.Diff(sideOf(row, true), sideOf(after[id], false), anyMade); diff != "" {
					t.Fatalf("%s (-predicted +live):\n%s", id, diff)
				}
			}
			if unseen := []string{"NewPlacement", "Window", "Consent", "Nothing"}; (d.Changed == 0) != slices.Contains(unseen, change.name) {
				t.Errorf("got %d decisions that change", d.Changed)
			}
			maps.Copy(answered, visit(t, s, c, uint64(n+2), visitors, decisions/10))
		})
	}
	if steps == len(changes) && (leftOut[personalize.LeftOutWindow] == 0 || leftOut[personalize.LeftOutConsent] == 0) {
		t.Errorf("got left out %v, want some for the window and some for consent", leftOut)
	}
}

// isWhatHappens decides again what is recorded, with what was published.
func isWhatHappens(t *testing.T, s *personalize.Service, kept store.Store, rows map[string]*personalize.PredictionRow) {
	t.Helper()
	_, encoded, err := kept.LiveSnapshot(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	live, err := snapshot.Load(encoded)
	if err != nil {
		t.Fatal(err)
	}
	summary, err := kept.Summary(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var published rank.Statistics
	if err := published.UnmarshalBinary(summary.Encoded); err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, r := range walked(t, s, personalize.WalkDecisionsRequest{}) {
		row := rows[r.Decision]
		if row == nil {
			continue
		}
		in, then := *r.Input, r.By.Decide(r.Input)
		in.Statistics = r.By.Remembered(r.Consulted, &then, &published)
		in.Context, _ = live.Context(r.Context)
		if in.History != nil {
			cut := r.Input.History.AsOf(r.At, live.Settings().Window)
			in.History = &cut
		}
		now, placements := live.Decide(&in), map[string]*snapshot.Placement{}
		for i := range now.Placements {
			placements[now.Placements[i].Name] = &now.Placements[i]
		}
		var phase *personalize.Phase
		if now.Phase != nil {
			phase = &personalize.Phase{Name: now.Phase.Name}
		}
		if diff := cmp.Diff(sideOf(row, true), madeOf(phase, placements), anyMade); diff != "" {
			t.Fatalf("%s of %s (-predicted +decided):\n%s", r.Decision, r.Visitor, diff)
		}
		compared++
	}
	if compared != len(rows) || compared == 0 {
		t.Errorf("decided %d again, want all %d", compared, len(rows))
	}
}

// Two shops of the same visitors, of which one has the rules that are only a
// draft in the other: the dry run there says what was answered here.
func TestTheRecordedPredictionIsWhatAnotherShopAnswered(t *testing.T) {
	for _, change := range []int{0, 1, 2, 5} {
		t.Run(changes[change].name, func(t *testing.T) {
			const visitors, decisions = 40, 250
			var services [2]*personalize.Service
			var answered [2]map[string]made
			for i := range services {
				c := newClock()
				kept := openStore(t)
				planned, _ := trial(t, kept, c, visitors)
				learnt(t, kept, c, 1)
				if apply(t, planned, changes[change].rows); i == 1 {
					publish(t, planned)
				}
				services[i] = ranked(t, kept, c)
				answered[i] = visit(t, services[i], c, 1, visitors, decisions)
			}
			d, rows := decisionsOf(t, services[0], personalize.DryRunRequest{})
			if d.Decisions != d.Recorded.Receipts || d.Changed == 0 {
				t.Fatalf("got %d decisions of %d receipts, %d changed, want all and some", d.Decisions, d.Recorded.Receipts, d.Changed)
			}
			for id, row := range rows {
				if diff := cmp.Diff([]made{answered[0][id], answered[1][id]}, []made{sideOf(row, false), sideOf(row, true)}, anyMade); diff != "" {
					t.Fatalf("%s of %s (-answered +predicted):\n%s", id, row.Visitor, diff)
				}
			}
		})
	}
}
