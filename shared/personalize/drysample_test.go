package personalize_test

import (
	"context"
	"errors"
	"iter"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
	"wegweiser/shared/rule/parse"
	"wegweiser/shared/store"
)

func recordedPage(t testing.TB, s *personalize.Service, request personalize.DryRunRequest) *personalize.DryRun {
	t.Helper()
	d, err := s.DryRun(context.Background(), request)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// asks decides for a visitor, on a channel and with a basket.
func asks(t *testing.T, s *personalize.Service, visitor, channel string, basket any, placements ...string) string {
	t.Helper()
	return decide(t, s, server, personalize.DecideRequest{
		Visitor: visitor, Placements: placements, Context: map[string]any{"channel": channel, "basket": basket, "size": "large"},
	}).Decision
}

// What the draft asks for and was not recorded is not taken for missing: the
// decisions in which it does ask are left out, and no others.
func TestWhatWasNotRecordedIsUnknown(t *testing.T) {
	for name, tc := range map[string]struct {
		rows    string
		left    []personalize.LeftOutCell
		changed int
	}{
		"Asked": {
			`[{"table":"settings","row":{"id":"context.size","value":"text"}},
			{"table":"rules","row":{"id":"first","order":0,"placements":["home-hero"],"channels":["app"],"when":"missing(context.size)","items":["guide"]}}]`,
			[]personalize.LeftOutCell{{Why: personalize.LeftOutUnknown, Name: "context.size", Decisions: 2}},
			0,
		},
		"Trait": {
			`[{"table":"settings","row":{"id":"trait.age","value":"number"}},
			{"table":"segments","row":{"id":"old","when":"visitor.age > 60"}},
			{"table":"rules","row":{"id":"first","order":0,"placements":["home-hero"],"segments":["old"],"items":["guide"]}}]`,
			[]personalize.LeftOutCell{{Why: personalize.LeftOutUnknown, Name: "visitor.age", Decisions: 3}},
			0,
		},
		"AskedTooLate": {
			`[{"table":"settings","row":{"id":"context.size","value":"text"}},
			{"table":"rules","row":{"id":"first","order":0,"placements":["home-hero"],"items":["guide"]}},
			{"table":"rules","row":{"id":"second","order":1,"placements":["home-hero"],"when":"missing(context.size)","items":["guide"]}}]`,
			[]personalize.LeftOutCell{},
			4,
		},
		"OnlyInTexts": {
			`[{"table":"settings","row":{"id":"context.size","value":"text"}},
			{"table":"segments","row":{"id":"large","when":"context.size == \"large\""}},
			{"table":"items","row":{"id":"guide","kind":"content","content.title":"A {{context.size|small}} one"}},
			{"table":"rules","row":{"id":"first","order":0,"placements":["home-hero"],"channels":["web"],"items":["guide"]}}]`,
			[]personalize.LeftOutCell{},
			2,
		},
		"AnotherType": {
			`[{"table":"settings","row":{"id":"context.basket","value":"text"}}]`,
			[]personalize.LeftOutCell{{Why: personalize.LeftOutRefused, Name: "context.basket", Decisions: 3}},
			0,
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClock()
			s := start(t, openStore(t), c)
			apply(t, s, `[{"table":"settings","row":{"id":"context.basket","value":"number"}}]`)
			publishShop(t, s)
			asks(t, s, "v_1", "web", 3.0, "home-hero")
			asks(t, s, "v_1", "app", 3.0, "home-hero")
			asks(t, s, "v_2", "app", nil, "home-hero")
			decide(t, s, server, personalize.DecideRequest{
				Visitor: "v_3", Placements: []string{"home-hero"}, Context: map[string]any{"channel": "web", "basket": 2.0},
				Consent: journey.Consent{Stated: true, Purposes: []journey.Purpose{journey.Measurement}},
			})
			settle(t, s)
			apply(t, s, tc.rows)
			d := recordedPage(t, s, personalize.DryRunRequest{})
			if diff := cmp.Diff(tc.left, d.Recorded.LeftOut); diff != "" || d.Changed != tc.changed {
				t.Errorf("got %d changed, want %d; left out (-want +got):\n%s", d.Changed, tc.changed, diff)
			}
		})
	}
}

func TestWhichSampleADryRunTakes(t *testing.T) {
	c := newClock()
	kept := openStore(t)
	s, _ := trial(t, kept, c, 5)
	noReceipts := func(request personalize.DryRunRequest) {
		t.Helper()
		_, err := s.DryRun(context.Background(), request)
		var refusal *personalize.Error
		if !errors.As(err, &refusal) || refusal.Kind != personalize.Invalid || refusal.Fields[0].Field != "sample" || refusal.Fields[0].Code != "no_receipts" {
			t.Errorf("got %v, want no_receipts", err)
		}
	}
	if d := recordedPage(t, s, personalize.DryRunRequest{Since: c.ago(48 * time.Hour)}); d.Sample != personalize.VisitorSample || d.Visitors != 5 || d.Recorded != nil {
		t.Errorf("got %+v without receipts, want all visitors", d)
	}
	noReceipts(personalize.DryRunRequest{Sample: personalize.DecisionSample})
	noReceipts(personalize.DryRunRequest{Receipts: 5})
	first := asks(t, s, "v_1", "web", nil, "home-hero")
	asks(t, s, "v_1", "web", nil, "home-hero")
	settle(t, s)
	noReceipts(personalize.DryRunRequest{Sample: personalize.DecisionSample, Until: c.ago(time.Hour)})
	for name, tc := range map[string]struct {
		request personalize.DryRunRequest
		want    personalize.Sample
	}{
		"Nothing":  {personalize.DryRunRequest{}, personalize.DecisionSample},
		"Since":    {personalize.DryRunRequest{Since: c.ago(time.Hour)}, personalize.DecisionSample},
		"Receipts": {personalize.DryRunRequest{Receipts: 1}, personalize.DecisionSample},
		"Behind":   {personalize.DryRunRequest{After: first}, personalize.DecisionSample},
		"Earlier":  {personalize.DryRunRequest{Until: c.ago(time.Hour)}, personalize.VisitorSample},
		"At":       {personalize.DryRunRequest{At: c.ago(time.Hour)}, personalize.VisitorSample},
		"Context":  {personalize.DryRunRequest{Context: map[string]any{"channel": "app"}}, personalize.VisitorSample},
		"Visitors": {personalize.DryRunRequest{Visitors: 9}, personalize.VisitorSample},
		"After":    {personalize.DryRunRequest{After: "v_001", Since: c.ago(time.Hour)}, personalize.VisitorSample},
		"Named":    {personalize.DryRunRequest{Sample: personalize.VisitorSample}, personalize.VisitorSample},
	} {
		if d := recordedPage(t, s, tc.request); d.Sample != tc.want || (d.Recorded == nil) == (tc.want == personalize.DecisionSample) {
			t.Errorf("%s: got %s, want %s", name, d.Sample, tc.want)
		}
	}
	for name, bad := range map[string]struct {
		field   string
		request personalize.DryRunRequest
	}{
		"Sample":   {"sample", personalize.DryRunRequest{Sample: "some"}},
		"At":       {"at", personalize.DryRunRequest{Sample: personalize.DecisionSample, At: c.ago(0)}},
		"Context":  {"context", personalize.DryRunRequest{Sample: personalize.DecisionSample, Context: map[string]any{}}},
		"Visitors": {"visitors", personalize.DryRunRequest{Receipts: 2, Visitors: 2}},
		"Receipts": {"receipts", personalize.DryRunRequest{Sample: personalize.VisitorSample, Receipts: 2}},
		"Negative": {"receipts", personalize.DryRunRequest{Receipts: -2}},
		"After":    {"after", personalize.DryRunRequest{Sample: personalize.DecisionSample, After: "v_1"}},
	} {
		_, err := s.DryRun(context.Background(), bad.request)
		var refusal *personalize.Error
		if !errors.As(err, &refusal) || refusal.Kind != personalize.Invalid || len(refusal.Fields) != 1 || refusal.Fields[0].Field != bad.field {
			t.Errorf("%s: got %v, want %s refused", name, err, bad.field)
		}
	}
}

// However a walk over decisions is cut, its pages add up, and they say what
// there is of each kind of decision.
func TestPagesOfRecordedDecisionsAddUp(t *testing.T) {
	c := newClock()
	kept := openStore(t)
	trial(t, kept, c, 25)
	learnt(t, kept, c, 1)
	s := ranked(t, kept, c)
	visit(t, s, c, 1, 25, 150)
	apply(t, s, `[{"table":"settings","row":{"id":"receipt_sample","value":0.5}}]`)
	publish(t, s)
	visit(t, s, c, 2, 25, 60)
	half := len(keptDecisions(t, kept, journey.At(c.now())))
	for _, change := range changes[:7] {
		apply(t, s, change.rows)
	}
	request := personalize.DryRunRequest{Sample: personalize.DecisionSample, Rows: personalize.ChangedRows, Placements: []string{"home-hero", "a-chat"}}
	whole := wholeDryRun(t, s, request)
	rapid.Check(t, func(r *rapid.T) {
		request := request
		request.Receipts = rapid.IntRange(1, 250).Draw(r, "receipts")
		if diff := cmp.Diff(whole, wholeDryRun(t, s, request)); diff != "" {
			r.Errorf("pages of %d (-whole +sum):\n%s", request.Receipts, diff)
		}
	})
	of := whole.Recorded
	left, kinds, shares := 0, map[personalize.LeftOutWhy]bool{}, 0
	for _, cell := range of.LeftOut {
		left, kinds[cell.Why] = left+cell.Decisions, true
	}
	for _, cell := range of.Shares {
		shares += cell.Decisions
	}
	if of.Receipts != whole.Decisions+left+of.Others || of.Others == 0 || !kinds[personalize.LeftOutWindow] {
		t.Errorf("got %d decisions of %+v, want each receipt in one place", whole.Decisions, of)
	}
	if want := []personalize.AskedCell{{Placement: "a-chat"}, {Placement: "home-hero", Decisions: whole.Decisions}}; !cmp.Equal(want, of.Asked) {
		t.Errorf("got asked %v, want %v", of.Asked, want)
	}
	if len(of.Shares) != 2 || of.Shares[0].Share != 0.5 || of.Shares[1].Share != 1 || of.Receipts > half {
		t.Errorf("got shares %v of %d receipts, want 0.5 and 1", of.Shares, of.Receipts)
	}
	for _, row := range whole.Rows {
		if _, hero := row.Placements["home-hero"]; !hero || len(row.Placements) != 1 {
			t.Fatalf("got %+v, want the placement that was meant alone", row)
		}
	}
}

// What is erased is gone for a dry run, and counted.
func TestErasedVisitorsAreLeftOut(t *testing.T) {
	c := newClock()
	kept := openStore(t)
	s := start(t, kept, c)
	publishShop(t, s)
	for _, visitor := range []string{"v_1", "v_2"} {
		decide(t, s, server, personalize.DecideRequest{Visitor: visitor, Placements: []string{"home-hero"}, Touchpoints: happened(c, visitor, 1)})
	}
	settle(t, s)
	short := start(t, &erased{kept, "v_2"}, c)
	d := recordedPage(t, short, personalize.DryRunRequest{Sample: personalize.DecisionSample})
	if want := []personalize.LeftOutCell{{Why: "touchpoints", Decisions: 1}}; d.Decisions != 1 || !cmp.Equal(want, d.Recorded.LeftOut) {
		t.Errorf("got %d decisions and left out %v, want one and %v", d.Decisions, d.Recorded.LeftOut, want)
	}
	another := personalize.New(kept, &personalize.Options{Clock: c.now, Parse: parse.Parse, HashKey: []byte("another")})
	if err := another.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	d = recordedPage(t, another, personalize.DryRunRequest{Sample: personalize.DecisionSample})
	if want := []personalize.LeftOutCell{{Why: "receipt", Decisions: 2}}; d.Decisions != 0 || !cmp.Equal(want, d.Recorded.LeftOut) {
		t.Errorf("under another key: got %d decisions and left out %v, want %v", d.Decisions, d.Recorded.LeftOut, want)
	}
}

// erased is a store that holds nothing of a visitor any more.
type erased struct {
	store.Store
	visitor string
}

func (s *erased) History(ctx context.Context, q store.Query) (*journey.History, error) {
	if q.Visitor == s.visitor {
		return &journey.History{}, nil
	}
	return s.Store.History(ctx, q)
}

func (s *erased) Touchpoints(ctx context.Context, visitor string, now journey.Millis) iter.Seq2[journey.Touchpoint, error] {
	if visitor == s.visitor {
		return func(func(journey.Touchpoint, error) bool) {}
	}
	return s.Store.Touchpoints(ctx, visitor, now)
}

// Visitors are asked by the statistics that a decision at that moment ranks by,
// on both sides, and all pages that one process answers by the same.
func TestVisitorsAreAskedByWhatIsPublished(t *testing.T) {
	c := newClock()
	kept := openStore(t)
	trial(t, kept, c, 60)
	s := ranked(t, kept, c)
	request := personalize.DryRunRequest{Rows: personalize.AllRows, At: c.ago(time.Hour)}
	apply(t, s, changes[0].rows)
	without := wholeDryRun(t, s, request)
	learnt(t, kept, c, 1)
	c.advance(time.Minute)
	s = ranked(t, kept, c)
	with := wholeDryRun(t, s, request)
	if !cmp.Equal(without.Statistics, []string{personalize.NoStatistics}) || !cmp.Equal(with.Statistics, []string{"summary-1"}) {
		t.Errorf("got %v and then %v, want none and summary-1", without.Statistics, with.Statistics)
	}
	if cmp.Equal(without.Rows, with.Rows) {
		t.Error("got the same rows with statistics as without")
	}
	happens(t, s, request, with, false)

	first := recordedPage(t, s, personalize.DryRunRequest{Visitors: 30, At: request.At, Rows: personalize.AllRows})
	learnt(t, kept, c, 2)
	on := personalize.DryRunRequest{
		From: first.From, To: first.To, At: request.At, Rows: personalize.AllRows, After: first.Next, Sample: first.Sample, Statistics: first.Statistics[0],
	}
	second := recordedPage(t, s, on)
	other := recordedPage(t, start(t, kept, c), on)
	if !cmp.Equal(second.Statistics, []string{"summary-1"}) || !cmp.Equal(other.Statistics, []string{"summary-2"}) {
		t.Errorf("got %v here and %v in another process, want summary-1 and summary-2", second.Statistics, other.Statistics)
	}
	if rows := append(first.Rows, second.Rows...); !cmp.Equal(with.Rows, rows) {
		t.Errorf("pages over a change of statistics (-want +got):\n%s", cmp.Diff(with.Rows, rows))
	}
	if first.Add(other); !cmp.Equal(first.Statistics, []string{"summary-1", "summary-2"}) {
		t.Errorf("got a sum by %v, want both", first.Statistics)
	}
	apply(t, s, `[{"table":"rules","delete":"earning"}]`)
	publish(t, s)
	if d := recordedPage(t, s, personalize.DryRunRequest{Sample: personalize.VisitorSample}); d.Statistics != nil {
		t.Errorf("got %v where nothing ranks, want no statistics", d.Statistics)
	}
}

// In a shop with caps, budgets, mails and statistics that move on, the side that
// decided says of each decision what was answered.
func TestTheSideThatDecidedSaysWhatWasAnswered(t *testing.T) {
	w := newReplayWorld(t, openStore(t), 40)
	w.play(t, 12)
	w.learn(t)
	by, counted := map[string]int{}, 0
	for _, r := range walked(t, w.Service, personalize.WalkDecisionsRequest{}) {
		by[r.By.ID()]++
		if h := r.Input.History; h != nil && h.Counters.Packed != "" {
			counted++
		}
	}
	compared := 0
	for id := range by {
		d, rows := decisionsOf(t, w.Service, personalize.DryRunRequest{From: id, Placements: []string{"home-hero", "offers", "side"}})
		if d.From != id || d.Recorded.Aged > d.Decisions {
			t.Fatalf("got %+v, want a dry run from %s", d, id)
		}
		for _, r := range walked(t, w.Service, personalize.WalkDecisionsRequest{}) {
			row := rows[r.Decision]
			if row == nil || r.By.ID() != id {
				continue
			}
			then := r.By.Decide(r.Input)
			want := made{phase: row.Phase.From, placements: map[string]personalize.Filling{}}
			for i := range then.Placements {
				p := &then.Placements[i]
				if p.Name == "shelf" { // of more than can take part in a draw not everything is recorded
					continue
				}
				f := personalize.Filling{Items: []string{}, Rule: p.Rule, Fallback: p.Fallback, Reason: p.Reason}
				for k := range p.Items {
					f.Items = append(f.Items, p.Items[k].ID)
				}
				want.placements[p.Name] = f
			}
			if got := sideOf(row, false); !cmp.Equal(want, got, anyMade) {
				t.Fatalf("%s of %s (-then +again):\n%s", r.Decision, r.Visitor, cmp.Diff(want, got, anyMade))
			}
			compared++
		}
	}
	if len(by) < 3 || compared < len(w.decisions)*9/10 || counted == 0 {
		t.Errorf("compared %d decisions of %d snapshots, %d of somebody with counters, want most of %d", compared, len(by), counted, len(w.decisions))
	}
}
