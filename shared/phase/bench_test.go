package phase_test

import (
	"fmt"
	"testing"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/phase"
)

// crowded is a visitor with a full window of every type and with purchases of
// which some were returned: the most work that a fold can be.
func crowded() (*journey.History, journey.Millis) {
	types := journey.Types()
	at := journey.At(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	h := &journey.History{}
	for i := range journey.MaxWindow {
		trace := journey.Trace{ID: fmt.Sprint(i), Type: types[i*7%len(types)], Channel: "web", At: at}
		if journey.IsMilestone(trace.Type) {
			h.Profile.Record(journey.Milestone{ID: trace.ID, Type: trace.Type, At: trace.At})
		}
		h.Traces = append(h.Traces, trace)
		at = at.Add(5*time.Hour + 1234*time.Millisecond)
	}
	return h, at
}

// BenchmarkFoldNoAlloc folds a window of 200. Its floor is one pass over the
// traces' times.
func BenchmarkFoldNoAlloc(b *testing.B) {
	model := presetModel(b, "five-phase")
	h, at := crowded()
	b.Run("Fold", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			model.Fold(h, at)
		}
	})
	b.Run("Floor", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var sum journey.Millis
			for i := range h.Traces {
				sum += h.Traces[i].At
			}
			if sum == 0 {
				b.Fatal("got no times")
			}
		}
	})
}

func TestFoldAllocatesNothing(t *testing.T) {
	model := presetModel(t, "five-phase")
	h, at := crowded()
	var state phase.State
	if n := testing.AllocsPerRun(20, func() { state = model.Fold(h, at) }); n != 0 {
		t.Errorf("got %v allocations, want 0", n)
	}
	if !state.Known() {
		t.Error("got no evidence, want a fold that had something to do")
	}
}
