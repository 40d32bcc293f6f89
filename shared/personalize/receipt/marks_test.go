package receipt_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize/receipt"
	"wegweiser/shared/snapshot"
)

// Of a hundred thousand touchpoints that came late between those of a decision,
// some have their marks, and are not taken for them.
func TestTwinsAreToldApart(t *testing.T) {
	const window, late = 200, 100_000
	by := builtin(t)
	trace := func(id string, at int) journey.Trace {
		return journey.Trace{ID: id, At: now + journey.Millis(at), Type: "search", Channel: "web"}
	}
	for round := range 2 {
		var traces []journey.Trace
		for i := range window {
			traces = append(traces, trace(fmt.Sprint("e_", round, "_", i), i*1000))
		}
		in := snapshot.Input{At: now + window*1000, History: &journey.History{Traces: traces}}
		made, err := receipt.Read(receipt.Pack(&receipt.Receipt{Input: in}, by, decision), decision)
		if err != nil {
			t.Fatal(err)
		}
		stored := slices.Clone(traces)
		for i := range late {
			stored = append(stored, trace(fmt.Sprint("late_", round, "_", i), i*window*1000/late))
		}
		got, err := made.Restore(by, stored, nil)
		if err != nil {
			t.Fatalf("round %d: got error %v, want the touchpoints of the decision", round, err)
		}
		if diff := cmp.Diff(traces, got.History.Traces); diff != "" {
			t.Fatalf("round %d (-decided +restored):\n%s", round, diff)
		}
	}
}
