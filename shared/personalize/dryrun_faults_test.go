package personalize_test

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
	"wegweiser/shared/rank"
	"wegweiser/shared/store"
)

// onlyReads is a store whose every write fails.
type onlyReads struct {
	store.Store
	t *testing.T
}

var errWritten = errors.New("this store is only read")

func (s onlyReads) wrote(what string) error {
	s.t.Errorf("%s was called, want no writes", what)
	return errWritten
}

func (s onlyReads) Append(_ context.Context, _ journey.Millis, r []store.Recording) ([]store.Outcome, error) {
	return make([]store.Outcome, len(r)), s.wrote("Append")
}

func (s onlyReads) Change(context.Context, string, func(*journey.Profile) error) error {
	return s.wrote("Change")
}
func (s onlyReads) Edit(context.Context, []store.Edit) error          { return s.wrote("Edit") }
func (s onlyReads) PutSnapshot(context.Context, string, []byte) error { return s.wrote("PutSnapshot") }

func (s onlyReads) Publish(context.Context, string, store.Release) error { return s.wrote("Publish") }

func (s onlyReads) PutMemo(context.Context, string, []byte) error { return s.wrote("PutMemo") }

func (s onlyReads) PutReceipts(context.Context, []store.Receipt) error {
	return s.wrote("PutReceipts")
}

func (s onlyReads) ChangeCounters(context.Context, string, journey.Counters, func(*rank.Counters) error) (journey.Counters, error) {
	return journey.Counters{}, s.wrote("ChangeCounters")
}

func TestDryRunAndPreviewWriteNothing(t *testing.T) {
	c := newClock()
	kept := openStore(t)
	s, live := trial(t, kept, c, 20)
	visit(t, s, c, 1, 20, 30)
	apply(t, s, changes[1].rows)
	s = start(t, onlyReads{kept, t}, c)
	for _, request := range []personalize.DryRunRequest{{}, {Sample: personalize.VisitorSample}, {Sample: personalize.VisitorSample, Since: c.ago(48 * time.Hour), Rows: personalize.AllRows}, {From: personalize.Draft, To: live}} {
		wholeDryRun(t, s, request)
	}
	for _, snapshot := range []string{"", personalize.LiveName, live} {
		if _, err := s.Preview(context.Background(), personalize.PreviewRequest{
			Snapshot: snapshot, Visitor: "v_001", Touchpoints: []json.RawMessage{json.RawMessage(`{"type":"purchase","channel":"web"}`)},
		}); err != nil {
			t.Error(err)
		}
	}
}

// A rollback is a publish like any other: from what is live to what was.
func TestARollbackIsPredicted(t *testing.T) {
	c := newClock()
	s, first := trial(t, openStore(t), c, 100)
	apply(t, s, changes[0].rows)
	apply(t, s, changes[4].rows)
	publish(t, s)
	request := personalize.DryRunRequest{To: first, Rows: personalize.AllRows}
	predicted := wholeDryRun(t, s, request)
	if predicted.To != first || predicted.Changed == 0 {
		t.Fatalf("got a dry run to %s with %d changes, want some to %s", predicted.To, predicted.Changed, first)
	}
	happens(t, s, request, predicted, false)
	if _, err := s.RollbackConfig(context.Background(), admin, personalize.RollbackRequest{Snapshot: first}); err != nil {
		t.Fatal(err)
	}
	happens(t, s, request, predicted, true)
}

// What is new in the draft is a gain from nothing, and what is gone a loss.
func TestPlacementsOfOneSide(t *testing.T) {
	c := newClock()
	s, _ := trial(t, openStore(t), c, 30)
	apply(t, s, changes[3].rows)
	apply(t, s, changes[4].rows)
	d := wholeDryRun(t, s, personalize.DryRunRequest{Placements: []string{"a-chat", "old-corner"}})
	all := d.Visitors
	want := []personalize.FallbackCell{
		{Placement: "a-chat", Shift: personalize.Shift{After: all, Won: all}},
		{Placement: "old-corner", Shift: personalize.Shift{Before: all, Lost: all}},
	}
	for i := range d.Fallbacks {
		d.Fallbacks[i].Examples = nil
	}
	if diff := cmp.Diff(want, d.Fallbacks); diff != "" || all == 0 || d.Changed != all {
		t.Errorf("got %d changed decisions, want %d; fallbacks (-want +got):\n%s", d.Changed, all, diff)
	}
}

// A page goes on with the draft that the first one had, or not at all.
func TestDraftThatChangedMeanwhile(t *testing.T) {
	c := newClock()
	s, live := trial(t, openStore(t), c, 10)
	apply(t, s, changes[0].rows)
	first, err := s.DryRun(context.Background(), personalize.DryRunRequest{Visitors: 3})
	if err != nil {
		t.Fatal(err)
	}
	on := personalize.DryRunRequest{From: first.From, To: first.To, At: first.At.String(), After: first.Next}
	second, err := s.DryRun(context.Background(), on)
	if err != nil || second.To != first.To || second.Visitors != 7 {
		t.Fatalf("got %+v, %v, want the other 7 visitors", second, err)
	}
	apply(t, s, changes[1].rows)
	snapshots, err := s.ConfigSnapshots(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	refused(t, personalize.Stale, "draft_changed", snapshots.Draft, func() error {
		_, err := s.DryRun(context.Background(), on)
		return err
	})
	refused(t, personalize.Stale, "draft_changed", snapshots.Draft, func() error {
		_, err := s.Preview(context.Background(), personalize.PreviewRequest{Snapshot: first.To})
		return err
	})
	apply(t, s, `[{"table":"rules","row":{"id":"deciding","when":"pase == 1","items":["guide"]}}]`)
	refused(t, personalize.Stale, "draft_changed", "", func() error {
		_, err := s.DryRun(context.Background(), on)
		return err
	})
	if d := wholeDryRun(t, s, personalize.DryRunRequest{To: live}); d.Changed != 0 {
		t.Errorf("got %d changes from what is live to itself, want none", d.Changed)
	}
	_, err = s.PublishConfig(context.Background(), admin, live, personalize.PublishRequest{})
	var published, predicted *personalize.Error
	if !errors.As(err, &published) {
		t.Fatalf("got %v, want a refusal", err)
	}
	_, err = s.DryRun(context.Background(), personalize.DryRunRequest{})
	if !errors.As(err, &predicted) {
		t.Fatalf("got %v, want a refusal", err)
	}
	if diff := cmp.Diff(published, predicted, cmpopts.IgnoreFields(personalize.Error{}, "Message")); diff != "" {
		t.Errorf("the refusals of a broken draft (-publish +dry run):\n%s", diff)
	}
}

// What was a draft and is published meanwhile goes on being found.
func TestDraftThatIsLiveMeanwhile(t *testing.T) {
	c := newClock()
	s, _ := trial(t, openStore(t), c, 10)
	apply(t, s, changes[0].rows)
	first, err := s.DryRun(context.Background(), personalize.DryRunRequest{Visitors: 3})
	if err != nil {
		t.Fatal(err)
	}
	publish(t, s)
	apply(t, s, changes[1].rows)
	second, err := s.DryRun(context.Background(), personalize.DryRunRequest{From: first.From, To: first.To, At: first.At.String(), After: first.Next})
	if err != nil || second.From != first.From || second.To != first.To {
		t.Errorf("got %+v, %v, want the same two compared", second, err)
	}
}

func TestDryRunRefusals(t *testing.T) {
	c := newClock()
	s, _ := trial(t, openStore(t), c, 3)
	many := make([]string, 51)
	for name, bad := range map[string]struct {
		field, code string
		request     personalize.DryRunRequest
	}{
		"UnknownPlacement": {"placements[1]", "unknown_placement", personalize.DryRunRequest{Placements: []string{"home-hero", "home-her"}}},
		"TooMany":          {"placements", "bad_count", personalize.DryRunRequest{Placements: many}},
		"BadTime":          {"since", "bad_time", personalize.DryRunRequest{Since: "yesterday"}},
		"BadAt":            {"at", "bad_time", personalize.DryRunRequest{At: "now"}},
		"TwoTimes":         {"at", "bad_value", personalize.DryRunRequest{At: c.ago(0), Until: c.ago(0)}},
		"EndsFirst":        {"since", "bad_value", personalize.DryRunRequest{Since: c.ago(0), Until: c.ago(time.Hour)}},
		"Negative":         {"visitors", "bad_value", personalize.DryRunRequest{Visitors: -1}},
		"Rows":             {"rows", "bad_value", personalize.DryRunRequest{Rows: "some"}},
		"After":            {"after", "control_characters", personalize.DryRunRequest{After: "a\nb"}},
		"Context":          {"context.basket", "bad_context", personalize.DryRunRequest{Context: map[string]any{"basket": "full"}}},
		"From":             {"from", "unknown_snapshot", personalize.DryRunRequest{From: "yesterday's"}},
		"To":               {"to", "unknown_snapshot", personalize.DryRunRequest{To: "s_.rows"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.DryRun(context.Background(), bad.request)
			var refusal *personalize.Error
			if !errors.As(err, &refusal) || refusal.Kind != personalize.Invalid || len(refusal.Fields) != 1 {
				t.Fatalf("got %v, want one field refused", err)
			}
			if f := refusal.Fields[0]; f.Field != bad.field || f.Code != bad.code {
				t.Errorf("got %s %s, want %s %s", f.Field, f.Code, bad.field, bad.code)
			}
		})
	}
}

func refused(t *testing.T, kind personalize.Kind, code, version string, call func() error) {
	t.Helper()
	err := call()
	var refusal *personalize.Error
	if !errors.As(err, &refusal) || refusal.Kind != kind || refusal.Code != code || refusal.Version != version {
		t.Errorf("got %v (%+v), want %s of version %q", err, refusal, code, version)
	}
}

// A store that does not answer makes no prediction, and a part of one neither.
func TestDryRunWithoutTheStore(t *testing.T) {
	c := newClock()
	kept := openStore(t)
	trial(t, kept, c, 10)
	s := start(t, breaking{kept, 5}, c)
	refused(t, personalize.Unavailable, "store_unavailable", "", func() error {
		_, err := s.DryRun(context.Background(), personalize.DryRunRequest{})
		return err
	})
}

// breaking is a store that breaks while all visitors are read.
type breaking struct {
	store.Store
	behind int
}

func (s breaking) All(ctx context.Context, after string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		left := s.behind
		for visitor, err := range s.Store.All(ctx, after) {
			if left--; left < 0 {
				yield("", store.ErrUnavailable)
				return
			}
			if !yield(visitor, err) {
				return
			}
		}
	}
}
