package phase_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wegweiser/shared/journey"
	"wegweiser/shared/phase"
)

// answer is everything that the model says about a visitor at a time.
type answer struct {
	State       phase.State
	Path        []phase.Move
	Because     phase.Because
	WouldChange []phase.Change
	Standing    phase.Standing
}

func answerOf(model *phase.Model, h *journey.History, at journey.Millis) answer {
	state := model.Fold(h, at)
	return answer{
		State: state, Path: model.Path(h, at), Because: model.Because(h, at, state.Phase),
		WouldChange: model.WouldChange(h, at), Standing: phase.StandingAt(&h.Profile, at),
	}
}

// wantEqual compares to the last bit.
func wantEqual(t *rapid.T, got, want answer) {
	t.Helper()
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Fatalf("(-want +got):\n%s", diff)
	}
}

func TestArrivalOrderNeverMatters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := workspaces(someCarry).Draw(t, "workspace")
		traces := touchpoints(30).Draw(t, "traces")
		at := moment(t, traces)
		shuffled := rapid.Permutation(traces).Draw(t, "arrival")
		got := answerOf(w.model, historyOf(append(shuffled, shuffled...), journey.DefaultWindow), at)
		wantEqual(t, got, answerOf(w.model, historyOf(traces, journey.DefaultWindow), at))
	})
}

// Where no return depends on an order of ids, ids may be anything.
func TestIDsNeverMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := workspaces(someCarry).Draw(t, "workspace")
		traces := slices.DeleteFunc(touchpoints(30).Draw(t, "traces"), func(t journey.Trace) bool { return t.Type == journey.Return })
		at := moment(t, traces)
		renamed := slices.Clone(traces)
		names := rapid.Permutation(renamed).Draw(t, "names")
		for i := range renamed {
			renamed[i].ID = names[i].ID
		}
		got, want := historyOf(renamed, journey.DefaultWindow), historyOf(traces, journey.DefaultWindow)
		if diff := gocmp.Diff(w.model.Fold(want, at), w.model.Fold(got, at)); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
		if diff := gocmp.Diff(w.model.Path(want, at), w.model.Path(got, at)); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

// A touchpoint that speaks for one phase alone, and carries nothing away.
func TestMoreEvidenceNeverLowersItsPhase(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := workspaces(rapid.Just(1.0)).Draw(t, "workspace")
		p := rapid.IntRange(0, len(base.phases)-1).Draw(t, "phase")
		signals := append(slices.Clone(base.signals), phase.Signal{
			Type: "more", Channel: phase.AnyChannel, Phase: base.phases[p].ID, Carry: 1,
			Weight: decimals(0, 30, 10).Draw(t, "weight"), HalfLife: 10 * time.Hour,
		})
		model, err := phase.New(base.phases, signals)
		if err != nil {
			t.Fatal(err)
		}
		traces := touchpoints(30).Draw(t, "traces")
		at := moment(t, traces)
		before := historyOf(traces, journey.DefaultWindow)
		more := journey.Trace{ID: "more", Type: "more", Channel: "web", At: moment(t, traces)}
		after := historyOf(append(traces, more), journey.DefaultWindow)

		was, is := rounded(model.Fold(before, at)), rounded(model.Fold(after, at))
		if is.Scores[p] < was.Scores[p] {
			t.Errorf("got a score of %v after more evidence, want at least the %v before it", is.Scores[p], was.Scores[p])
		}
		enough := !slices.ContainsFunc(base.phases, func(p phase.Phase) bool { return was.Evidence < p.MinEvidence })
		if was.Known() && enough && was.Phase == p && more.At == at && is.Phase != p {
			t.Errorf("got phase %d after evidence for %d, want it to stay there", is.Phase, p)
		}
	})
}

func TestSameInputSameBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := workspaces(someCarry).Draw(t, "workspace")
		again, err := phase.New(slices.Clone(w.phases), shuffled(w.signals, rapid.Uint64().Draw(t, "seed")))
		if err != nil {
			t.Fatal(err)
		}
		traces := touchpoints(30).Draw(t, "traces")
		at := moment(t, traces)
		h := historyOf(traces, journey.DefaultWindow)
		want := fmt.Appendf(nil, "%x", answerOf(w.model, h, at))
		if got := fmt.Appendf(nil, "%x", answerOf(again, h, at)); string(got) != string(want) {
			t.Fatalf("got  %s\nwant %s", got, want)
		}
	})
}

func shuffled(signals []phase.Signal, seed uint64) []phase.Signal {
	signals = slices.Clone(signals)
	rand.New(rand.NewPCG(seed, 0)).Shuffle(len(signals), func(i, j int) { signals[i], signals[j] = signals[j], signals[i] })
	return signals
}

// What was answered at T stays the answer for T, whatever happens later.
func TestTheFutureChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := workspaces(someCarry).Draw(t, "workspace")
		traces := touchpoints(40).Draw(t, "traces")
		at := moment(t, traces)
		past := slices.DeleteFunc(slices.Clone(traces), func(t journey.Trace) bool { return t.At > at })
		got := answerOf(w.model, historyOf(traces, journey.MaxWindow), at)
		wantEqual(t, got, answerOf(w.model, historyOf(past, journey.MaxWindow), at))
	})
}

// Each step of the path that a touchpoint caused is on every later path too.
func TestPathsGrow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := workspaces(someCarry).Draw(t, "workspace")
		traces := slices.DeleteFunc(touchpoints(30).Draw(t, "traces"), func(t journey.Trace) bool { return t.Trust == journey.Machine })
		if len(traces) == 0 {
			return
		}
		h := historyOf(traces, journey.DefaultWindow)
		last := traces[len(traces)-1].At
		long := w.model.Path(h, last)
		for _, trace := range traces {
			short := w.model.Path(h, trace.At)
			if len(short) > len(long) || !slices.Equal(short, long[:len(short)]) {
				t.Fatalf("at %v got %v, want the beginning of %v", trace.At, short, long)
			}
		}
		state := w.model.Fold(h, last)
		if end := len(long) - 1; state.Known() && (long[end] != phase.Move{Phase: w.model.Name(state.Phase), Since: state.Since}) {
			t.Fatalf("got %v since %v, want the end of %v", w.model.Name(state.Phase), state.Since, long)
		}
	})
}

// Two phases that draw level again and again, always within the margin.
func TestNoFlappingInsideTheMargin(t *testing.T) {
	phases := []phase.Phase{{ID: "a", Margin: 0.2}, {ID: "b", Margin: 0.2}}
	model, err := phase.New(phases, []phase.Signal{
		{Type: "for_a", Channel: "*", Phase: "a", Weight: 1, HalfLife: day, Carry: 1},
		{Type: "for_b", Channel: "*", Phase: "b", Weight: 1, HalfLife: day, Carry: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	var level []journey.Trace
	for i := range 20 {
		level = append(level, journey.Trace{ID: fmt.Sprint(i), Type: []string{"for_a", "for_b"}[i%2], Channel: "web", At: epoch})
	}
	want := []phase.Move{{Phase: "a", Since: epoch}}
	rapid.Check(t, func(t *rapid.T) {
		h := &journey.History{Traces: slices.Clone(level)}
		at := epoch
		for i := range 100 {
			next := rapid.SampledFrom([]string{"for_a", "for_b"}).Draw(t, "type")
			more := append(h.Traces, journey.Trace{ID: fmt.Sprint("next", i), Type: next, Channel: "web", At: at.Add(time.Minute)})
			scores := model.Fold(&journey.History{Traces: more}, at.Add(time.Minute)).Scores
			if math.Abs(scores[0]-scores[1]) < 0.199 {
				h.Traces, at = more, at.Add(time.Minute)
			}
		}
		if got := model.Path(h, at); !slices.Equal(got, want) {
			t.Fatalf("got path %v, want %v", got, want)
		}
	})
}

// The store gives the newest touchpoints; the model sees those alone.
func TestACutWindowIsAHistoryOfItsOwn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := workspaces(someCarry).Draw(t, "workspace")
		traces := touchpoints(40).Draw(t, "traces")
		at := moment(t, traces)
		const size = 10
		uncut := historyOf(slices.DeleteFunc(slices.Clone(traces), func(t journey.Trace) bool { return t.At > at }), journey.MaxWindow)
		cut := window(uncut, at, size)
		got := historyOf(cut.Traces, size)
		got.Profile = uncut.Profile
		wantEqual(t, answerOf(w.model, cut, at), answerOf(w.model, got, at))
	})
}

// rounded is a state as answers show it.
func rounded(s phase.State) phase.State {
	phase.Round(s.Scores[:])
	return s
}

func TestSharesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := workspaces(someCarry).Draw(t, "workspace")
		traces := touchpoints(40).Draw(t, "traces")
		at := moment(t, traces)
		h := historyOf(traces, journey.DefaultWindow)
		state := rounded(w.model.Fold(h, at))
		sum := 0
		for _, score := range state.Scores {
			sum += int(math.Round(score * 1e4))
		}
		want := 0
		if state.Known() {
			want = 10_000
		}
		if sum != want {
			t.Errorf("got scores %v that add up to %d ten-thousandths, want %d", state.Scores, sum, want)
		}
		if text, err := json.Marshal(state.Scores); err != nil || len(text) > 7*phase.MaxPhases+2 {
			t.Errorf("got %s, %v; want four decimals each", text, err)
		}
	})
}
