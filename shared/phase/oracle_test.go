package phase_test

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"wegweiser/shared/journey"
	"wegweiser/shared/phase"
)

// oracle answers by the formulas of DESIGN §5 as they stand there: for every
// step, the evidence of every touchpoint before it from its age and from the
// carries since. It shares no code with the package.
type oracle struct {
	phases  []phase.Phase
	signals []phase.Signal
	h       *journey.History
}

func (o *oracle) row(t journey.Trace, p string) *phase.Signal {
	for _, channel := range []string{t.Channel, phase.AnyChannel} {
		for i, s := range o.signals {
			if s.Type == t.Type && s.Channel == channel && s.Phase == p {
				return &o.signals[i]
			}
		}
	}
	return nil
}

// carry is what t leaves of earlier evidence for p.
func (o *oracle) carry(t journey.Trace, p string) float64 {
	left := 1.0
	for _, q := range o.phases {
		if row := o.row(t, q.ID); row != nil {
			if q.ID == p {
				return 1
			}
			left *= row.Carry
		}
	}
	return left
}

// contribution is e(p) of one touchpoint at a step.
func (o *oracle) contribution(t journey.Trace, p string, at journey.Millis) float64 {
	row := o.row(t, p)
	if row == nil || t.At > at {
		return 0
	}
	halvings := float64(at-t.At) / float64(row.HalfLife.Milliseconds())
	if halvings >= 1022 {
		return 0
	}
	trust := map[journey.Trust]float64{journey.Human: 1, journey.Likely: 0.6, journey.Reported: 0.8, journey.Imported: 1}
	e := row.Weight * trust[t.Trust] * math.Exp2(-halvings)
	for _, later := range o.h.Traces {
		if later.Trust != journey.Machine && later.At > t.At && later.At <= at {
			e *= o.carry(later, p)
		}
	}
	return e
}

func (o *oracle) evidence(p string, at journey.Millis) (sum float64) {
	for _, t := range o.h.Traces {
		sum += o.contribution(t, p, at)
	}
	return sum
}

// owns goes through purchases and returns as they happened.
func (o *oracle) owns(at journey.Millis) bool {
	var owned []journey.Milestone
	gone := map[string]bool{}
	if o.h.Profile.Totals.Purchases > 0 && o.h.Profile.Totals.First <= at {
		return true
	}
	for _, m := range o.h.Profile.Milestones {
		switch {
		case m.At > at:
		case m.Type == journey.Purchase:
			owned = append(owned, m)
		case m.Type == journey.Return && m.Purchase != "":
			gone[m.Purchase] = true
		case m.Type == journey.Return:
			for i := len(owned) - 1; i >= 0; i-- {
				if owned[i].At < m.At && !gone[owned[i].ID] {
					gone[owned[i].ID] = true
					break
				}
			}
		}
	}
	return slices.ContainsFunc(owned, func(m journey.Milestone) bool { return !gone[m.ID] })
}

// verdict is what the oracle says.
type verdict struct {
	Phase   string
	Since   journey.Millis
	Known   bool
	Scores  []float64
	Path    []phase.Move
	Because []phase.Reason
}

func (o *oracle) judge(at journey.Millis) verdict {
	var steps []journey.Millis
	for _, t := range o.h.Traces {
		if t.At <= at && t.Trust != journey.Machine && !slices.Contains(steps, t.At) {
			steps = append(steps, t.At)
		}
	}
	v := verdict{Phase: o.phases[0].ID, Scores: make([]float64, len(o.phases)), Path: []phase.Move{}}
	if len(steps) == 0 {
		return v
	}
	last := steps[len(steps)-1]
	if last != at {
		steps = append(steps, at)
	}
	present := -1
	for _, step := range steps {
		evidence := make([]float64, len(o.phases))
		open := make([]bool, len(o.phases))
		total, best := 0.0, -1
		for i, p := range o.phases {
			if open[i] = p.Gate == phase.Open || o.owns(step); open[i] {
				evidence[i] = o.evidence(p.ID, step)
				total += evidence[i]
			}
		}
		for i := range o.phases {
			if open[i] && (best < 0 || evidence[i] > evidence[best]*(1+1e-9)) {
				best = i
			}
		}
		next := present
		switch {
		case total == 0 && present < 0:
		case total == 0 || total < o.phases[best].MinEvidence*(1-1e-9):
			next = 0
		case present < 0 || !open[present] || (evidence[best]-evidence[present])/total >= o.phases[best].Margin-1e-9:
			next = best
		}
		if next != present {
			present = next
			v.Path = append(v.Path, phase.Move{Phase: o.phases[next].ID, Since: min(step, last)})
		}
		v.Known = total > 0
		for i := range evidence {
			v.Scores[i] = 0
			if total > 0 {
				v.Scores[i] = evidence[i] / total
			}
		}
	}
	if !v.Known {
		return v
	}
	v.Phase, v.Since = o.phases[present].ID, v.Path[len(v.Path)-1].Since
	v.Because = o.because(v.Phase, at)
	return v
}

// because lists every contribution to a phase with its share, unrounded.
func (o *oracle) because(p string, at journey.Millis) (all []phase.Reason) {
	total := o.evidence(p, at)
	for _, t := range o.h.Traces {
		if e := o.contribution(t, p, at); t.Trust != journey.Machine && e > 0 {
			all = append(all, phase.Reason{Touchpoint: t.ID, Type: t.Type, Share: e / total})
		}
	}
	return all
}

// workspace is a model with the rows that it was made of.
type workspace struct {
	phases  []phase.Phase
	signals []phase.Signal
	model   *phase.Model
}

var channels = []string{"web", "email", "store"}

// kinds are the touchpoint types of random histories; the last has no signal.
var kinds = []string{journey.Purchase, journey.Return, "view", "cart", "note", "unknown"}

func decimals(low, high int, per float64) *rapid.Generator[float64] {
	return rapid.Custom(func(t *rapid.T) float64 { return float64(rapid.IntRange(low, high).Draw(t, "n")) / per })
}

func workspaces(carry *rapid.Generator[float64]) *rapid.Generator[workspace] {
	return rapid.Custom(func(t *rapid.T) workspace {
		var w workspace
		for i := range rapid.IntRange(1, 5).Draw(t, "phases") {
			p := phase.Phase{ID: fmt.Sprintf("p%d", i), MinEvidence: decimals(0, 20, 10).Draw(t, "min"), Margin: decimals(0, 5, 10).Draw(t, "margin")}
			if i > 0 {
				p.Gate = rapid.SampledFrom([]phase.Gate{phase.Open, phase.Open, phase.AfterPurchase}).Draw(t, "gate")
			}
			w.phases = append(w.phases, p)
		}
		for _, kind := range kinds[:len(kinds)-1] {
			for _, p := range w.phases {
				for _, channel := range []string{phase.AnyChannel, phase.AnyChannel, "web"} {
					s := phase.Signal{
						Type: kind, Channel: channel, Phase: p.ID, Weight: decimals(0, 30, 10).Draw(t, "weight"),
						HalfLife: rapid.SampledFrom([]time.Duration{time.Hour, 10 * time.Hour, day, 30 * day}).Draw(t, "half-life"),
						Carry:    carry.Draw(t, "carry"),
					}
					same := func(o phase.Signal) bool { return o.Type == kind && o.Channel == channel && o.Phase == p.ID }
					if rapid.IntRange(0, 3).Draw(t, "row") == 0 && !slices.ContainsFunc(w.signals, same) {
						w.signals = append(w.signals, s)
					}
				}
			}
		}
		model, err := phase.New(w.phases, w.signals)
		if err != nil {
			t.Fatalf("got %v, want a model", err)
		}
		w.model = model
		return w
	})
}

var someCarry = rapid.SampledFrom([]float64{1, 1, 1, 1, 0.5, 0.05, 0})

var epoch = journey.At(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))

// touchpoints are up to n of one visitor, some of them at the same time.
func touchpoints(n int) *rapid.Generator[[]journey.Trace] {
	gap := rapid.SampledFrom([]time.Duration{0, 0, time.Millisecond, time.Minute, time.Hour, day, 9 * day})
	return rapid.Custom(func(t *rapid.T) []journey.Trace {
		at := epoch
		var traces []journey.Trace
		for i := range rapid.IntRange(0, n).Draw(t, "touchpoints") {
			at = at.Add(gap.Draw(t, "gap"))
			trace := journey.Trace{
				ID: fmt.Sprintf("e%02d", i), Type: rapid.SampledFrom(kinds).Draw(t, "type"),
				Channel: rapid.SampledFrom(channels).Draw(t, "channel"), At: at,
				Trust: rapid.SampledFrom([]journey.Trust{journey.Human, journey.Human, journey.Likely, journey.Reported, journey.Imported, journey.Machine}).Draw(t, "trust"),
			}
			if trace.Type == journey.Return && i > 0 && rapid.Bool().Draw(t, "names") {
				trace.Item = rapid.SampledFrom(traces).Draw(t, "returned").ID
			}
			traces = append(traces, trace)
		}
		return traces
	})
}

// historyOf records traces as they arrive. A return takes back the purchase
// that its item names.
func historyOf(traces []journey.Trace, window int) *journey.History {
	h := &journey.History{}
	for _, t := range traces {
		if t.Trust == journey.Machine {
			continue
		}
		h.Merge([]journey.Trace{t}, journey.Millis(math.MaxInt64), window)
		if journey.IsMilestone(t.Type) {
			m := journey.Milestone{ID: t.ID, Type: t.Type, At: t.At}
			if t.Type == journey.Return {
				m.Purchase = t.Item
			}
			h.Profile.Record(m)
		}
	}
	return h
}

// moment is a time around those of traces.
func moment(t *rapid.T, traces []journey.Trace) journey.Millis {
	at := epoch
	if len(traces) > 0 {
		at = rapid.SampledFrom(traces).Draw(t, "near").At
	}
	return at.Add(rapid.SampledFrom([]time.Duration{0, -1 * time.Millisecond, time.Hour, 20 * day}).Draw(t, "later"))
}

func TestFoldIsWhatTheFormulasSay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := workspaces(someCarry).Draw(t, "workspace")
		for range 20 {
			traces := touchpoints(30).Draw(t, "traces")
			h := historyOf(traces, journey.DefaultWindow)
			h.Traces = traces // those of machines too, which must not count
			at := moment(t, traces)
			want := (&oracle{w.phases, w.signals, h}).judge(at)

			state := w.model.Fold(h, at)
			got := verdict{
				Phase: w.model.Name(state.Phase), Since: state.Since, Known: state.Known(),
				Scores: state.Scores[:w.model.Len()], Path: w.model.Path(h, at),
			}
			if want.Because != nil {
				checkBecause(t, w.model.Because(h, at, state.Phase), want.Because)
				want.Because = nil
			}
			if diff := gocmp.Diff(want, got, cmpopts.EquateApprox(0, 1e-9)); diff != "" {
				t.Fatalf("at %v (-want +got):\n%s", at, diff)
			}
		}
	})
}

// Each step is what the formulas say of its time, and the fold up to then to
// the last bit.
func TestStepsAreWhatTheFormulasSay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := workspaces(someCarry).Draw(t, "workspace")
		traces := touchpoints(30).Draw(t, "traces")
		h := historyOf(traces, journey.DefaultWindow)
		h.Traces = traces // those of machines too, which make no step
		at := moment(t, traces)
		o := &oracle{w.phases, w.signals, h}
		var times []journey.Millis
		for _, trace := range traces {
			if trace.At <= at && trace.Trust != journey.Machine && !slices.Contains(times, trace.At) {
				times = append(times, trace.At)
			}
		}

		steps := w.model.Steps(h, at)
		if len(steps) != len(times) {
			t.Fatalf("got %d steps, want one for each of %v", len(steps), times)
		}
		for i, got := range steps {
			together := slices.DeleteFunc(slices.Clone(traces), func(t journey.Trace) bool { return t.At != times[i] })
			want := phase.Step{At: times[i], State: w.model.Fold(h, times[i]), Traces: together}
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Fatalf("step %d (-want +got):\n%s", i, diff)
			}
			said := o.judge(times[i])
			if w.model.Name(got.State.Phase) != said.Phase || got.State.Known() != said.Known || got.State.Since != said.Since {
				t.Fatalf("step %d: got %v, want %v", i, got.State, said)
			}
			if diff := gocmp.Diff(said.Scores, got.State.Scores[:w.model.Len()], cmpopts.EquateApprox(0, 1e-9)); diff != "" {
				t.Fatalf("step %d: scores (-want +got):\n%s", i, diff)
			}
		}
	})
}

// checkBecause compares an explanation with all that could be in it.
func checkBecause(t *rapid.T, got phase.Because, all []phase.Reason) {
	slices.SortStableFunc(all, func(a, b phase.Reason) int { return cmp.Compare(b.Share, a.Share) })
	want := all[:min(len(all), phase.MaxReasons)]
	if len(got.Reasons) != len(want) {
		t.Fatalf("got %d reasons, want %d of %v", len(got.Reasons), len(want), all)
	}
	const rounding = 1.0001e-4
	sum := got.Other
	for i, r := range got.Reasons {
		sum += r.Share
		if math.Abs(r.Share-want[i].Share) > rounding {
			t.Errorf("reason %d: got %v, want %v", i, r, want[i])
		}
		if k := slices.IndexFunc(all, func(o phase.Reason) bool { return o.Touchpoint == r.Touchpoint }); math.Abs(all[k].Share-r.Share) > rounding {
			t.Errorf("reason %d: got %v, want %v", i, r, all[k])
		}
	}
	if math.Abs(sum-1) > 1e-12 {
		t.Errorf("got shares that add up to %v, want 1", sum)
	}
}
