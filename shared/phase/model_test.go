package phase_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"wegweiser/shared/journey"
	"wegweiser/shared/phase"
)

func TestNewNamesEveryFault(t *testing.T) {
	phases := []phase.Phase{
		{ID: "awareness", Gate: phase.AfterPurchase},
		{ID: "Decision!", MinEvidence: -1, Margin: 1.5},
		{ID: "awareness"},
		{ID: "a.b", MinEvidence: math.NaN()},
	}
	signals := []phase.Signal{
		{Type: "page view", Channel: "", Phase: "consideration", Weight: -1, HalfLife: 0, Carry: 1.1},
		{Type: "ok", Channel: "*", Phase: "awareness", Weight: 1e7, HalfLife: day, Carry: math.NaN()},
		{Type: "ok", Channel: "*", Phase: "awareness", Weight: 1, HalfLife: day, Carry: 1},
	}
	_, err := phase.New(phases, signals)
	var faults phase.Faults
	if !errors.As(err, &faults) {
		t.Fatalf("got %v, want phase.Faults", err)
	}
	var got []string
	for _, f := range faults {
		got = append(got, fmt.Sprint(f.Table, " ", f.Row, " ", f.Column))
	}
	want := []string{
		"phases 0 gate", "phases 1 id", "phases 1 min_evidence", "phases 1 margin", "phases 2 id", "phases 3 id", "phases 3 min_evidence",
		"signals 0 type", "signals 0 channel", "signals 0 phase", "signals 0 weight", "signals 0 half_life", "signals 0 carry",
		"signals 1 weight", "signals 1 carry", "signals 2 phase",
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if text := err.Error(); !strings.Contains(text, "signals, row 1, phase: there is no phase called \"consideration\"; must be one of awareness") {
		t.Errorf("got %q, want it to say which phases there are", text)
	}
}

func TestNewKeepsItsLimits(t *testing.T) {
	if _, err := phase.New(nil, nil); err == nil {
		t.Error("got a model without phases, want an error")
	}
	var phases []phase.Phase
	for i := range phase.MaxPhases {
		phases = append(phases, phase.Phase{ID: fmt.Sprint("p", i)})
	}
	var signals []phase.Signal
	for i := range phase.MaxHalfLives {
		for _, p := range phases {
			signals = append(signals, phase.Signal{Type: fmt.Sprint("t", i), Channel: "*", Phase: p.ID, Weight: 1, HalfLife: time.Duration(i+1) * day, Carry: 1})
		}
	}
	model, err := phase.New(phases, signals)
	if err != nil {
		t.Fatalf("got %v, want a model at its limits", err)
	}
	h := &journey.History{}
	for i := range phase.MaxHalfLives {
		h.Traces = append(h.Traces, journey.Trace{ID: fmt.Sprint(i), Type: fmt.Sprint("t", i), Channel: "web", At: epoch})
	}
	state := model.Fold(h, epoch)
	if want := float64(phase.MaxPhases * phase.MaxHalfLives); state.Evidence != want {
		t.Errorf("got evidence of %v, want %v", state.Evidence, want)
	}
	if _, err := phase.New(append(phases, phase.Phase{ID: "more"}), nil); err == nil {
		t.Error("got a model with too many phases, want an error")
	}
	more := append(signals, phase.Signal{Type: "more", Channel: "*", Phase: "p0", Weight: 1, HalfLife: 99 * day, Carry: 1})
	if _, err := phase.New(phases, more); err == nil {
		t.Error("got a model with too many half-lives, want an error")
	}
}

func TestNamesAndIndexes(t *testing.T) {
	model := presetModel(t, "five-phase")
	for i := range model.Len() {
		if got := model.Index(model.Name(i)); got != i {
			t.Errorf("got index %d of %s, want %d", got, model.Name(i), i)
		}
	}
	if got := model.Index("loyalty"); got != -1 {
		t.Errorf("got index %d of a phase that is not there, want -1", got)
	}
}

func TestWithoutEvidence(t *testing.T) {
	model := presetModel(t, "five-phase")
	for name, h := range map[string]*journey.History{
		"Nobody":        {},
		"UnknownTypes":  recorded("something", "something_else"),
		"WeighsNothing": recorded("item_dismiss", "unsubscribe"),
	} {
		t.Run(name, func(t *testing.T) {
			at := epoch.Add(day)
			state := model.Fold(h, at)
			if diff := gocmp.Diff(phase.State{}, state); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if path := model.Path(h, at); len(path) != 0 {
				t.Errorf("got path %v, want none", path)
			}
			if because := model.Because(h, at, state.Phase); len(because.Reasons) != 0 || because.Other != 0 {
				t.Errorf("got %v, want no reasons", because)
			}
		})
	}
}

// A move that nothing but time caused is dated to the last touchpoint.
func TestSinceOfAMoveByDecay(t *testing.T) {
	model, err := phase.New(
		[]phase.Phase{{ID: "calm", MinEvidence: 0.5, Margin: 0.1}, {ID: "hot", MinEvidence: 0.5, Margin: 0.1}},
		[]phase.Signal{
			{Type: "read", Channel: "*", Phase: "calm", Weight: 4, HalfLife: 10 * day, Carry: 1},
			{Type: "cart", Channel: "*", Phase: "hot", Weight: 8, HalfLife: day, Carry: 1},
		})
	if err != nil {
		t.Fatal(err)
	}
	h := recorded("read", "cart", "other")
	last := lastOf(h)
	for _, c := range []struct {
		after time.Duration
		phase string
		since journey.Millis
	}{
		{0, "hot", epoch.Add(time.Minute)},
		{day, "hot", epoch.Add(time.Minute)},
		{5 * day, "calm", last},
		{60 * day, "calm", last}, // below the minimum
	} {
		state := model.Fold(h, last.Add(c.after))
		if got := model.Name(state.Phase); got != c.phase || state.Since != c.since {
			t.Errorf("after %v: got %s since %v, want %s since %v", c.after, got, state.Since, c.phase, c.since)
		}
	}
	want := []phase.Move{{Phase: "calm", Since: epoch}, {Phase: "hot", Since: epoch.Add(time.Minute)}, {Phase: "calm", Since: last}}
	if diff := gocmp.Diff(want, model.Path(h, last.Add(5*day))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAnExactChannelWins(t *testing.T) {
	model, err := phase.New(
		[]phase.Phase{{ID: "a"}, {ID: "b"}},
		[]phase.Signal{
			{Type: "visit", Channel: "*", Phase: "a", Weight: 1, HalfLife: day, Carry: 1},
			{Type: "visit", Channel: "store", Phase: "a", Weight: 0, HalfLife: day, Carry: 1},
			{Type: "visit", Channel: "store", Phase: "b", Weight: 3, HalfLife: day, Carry: 1},
			{Type: "visit", Channel: "*", Phase: "b", Weight: 1, HalfLife: day, Carry: 1},
		})
	if err != nil {
		t.Fatal(err)
	}
	for channel, want := range map[string][2]float64{"web": {0.5, 0.5}, "store": {0, 1}} {
		h := &journey.History{Traces: []journey.Trace{{ID: "1", Type: "visit", Channel: channel, At: epoch}}}
		if got := model.Fold(h, epoch).Scores; [2]float64(got[:2]) != want {
			t.Errorf("%s: got %v, want %v", channel, got[:2], want)
		}
	}
}

// The last digits of sums decide nothing.
func TestWhatIsEqualOnPaperIsEqual(t *testing.T) {
	model, err := phase.New(
		[]phase.Phase{{ID: "a"}, {ID: "b", MinEvidence: 0.9, Margin: 0.2}},
		[]phase.Signal{
			{Type: "a", Channel: "*", Phase: "a", Weight: 0.4, HalfLife: day, Carry: 1},
			{Type: "b", Channel: "*", Phase: "b", Weight: 0.1, HalfLife: day, Carry: 1},
		})
	if err != nil {
		t.Fatal(err)
	}
	h := &journey.History{Traces: []journey.Trace{{ID: "a", Type: "a", Channel: "web", At: epoch}}}
	for i := range 6 { // 0.4 against 0.6: a lead of exactly the margin
		h.Traces = append(h.Traces, journey.Trace{ID: fmt.Sprint(i), Type: "b", Channel: "web", At: epoch + 1})
		if got, want := model.Fold(h, epoch+1).Phase, i/5; got != want {
			t.Errorf("after %d: got phase %d, want %d", i+1, got, want)
		}
	}
}

func TestAModelServesManyAtOnce(t *testing.T) {
	model := presetModel(t, "five-phase")
	h, at := crowded()
	want := model.Fold(h, at)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if got := model.Fold(h, at); got != want {
					t.Errorf("got %v, want %v", got, want)
				}
			}
		})
	}
	wg.Wait()
}
