package journey_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"wegweiser/shared/journey"
)

func TestMergeLeavesOut(t *testing.T) {
	h := journey.History{Traces: []journey.Trace{{ID: "b", At: 20}}}
	h.Merge([]journey.Trace{
		{ID: "b", At: 10},
		{ID: "c", At: 31},
		{ID: "d", At: 25, Trust: journey.Machine},
		{ID: "a", At: 20},
	}, 30, 10)
	want := journey.History{Traces: []journey.Trace{{ID: "a", At: 20}, {ID: "b", At: 20}}}
	if diff := cmp.Diff(want, h); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// What is merged piece by piece, in any order, is the newest window of it all.
func TestMergeIsTheNewestWindow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		window := rapid.IntRange(1, 5).Draw(t, "window")
		var all []journey.Trace
		for i, at := range rapid.SliceOfN(rapid.Int64Range(1, 9), 0, 12).Draw(t, "times") {
			all = append(all, journey.Trace{ID: fmt.Sprint(i), At: journey.Millis(at)})
		}
		var inOrder, shuffled journey.History
		inOrder.Merge(all, 100, window)
		for _, trace := range rapid.Permutation(all).Draw(t, "order") {
			shuffled.Merge([]journey.Trace{trace}, 100, window)
		}
		if diff := cmp.Diff(inOrder, shuffled); diff != "" {
			t.Fatalf("-at once +one by one:\n%s", diff)
		}
		if got, want := inOrder.Truncated, len(all) > window; got != want {
			t.Fatalf("got truncated %v, want %v", got, want)
		}
		if !slices.IsSortedFunc(inOrder.Traces, func(a, b journey.Trace) int { return int(a.At - b.At) }) {
			t.Fatalf("got %v, want it in order of time", inOrder.Traces)
		}
	})
}

// What was known earlier is what would have been merged up to then.
func TestAsOfIsTheHistoryOfThen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []journey.Trace
		for i, at := range rapid.SliceOfN(rapid.Int64Range(1, 9), 0, 12).Draw(t, "times") {
			all = append(all, journey.Trace{ID: fmt.Sprint(i), At: journey.Millis(at)})
		}
		whole := journey.History{Profile: journey.Profile{Locale: "de"}}
		whole.Merge(all, 100, 100)
		before := slices.Clone(whole.Traces)
		at, window := journey.Millis(rapid.Int64Range(0, 10).Draw(t, "at")), rapid.IntRange(1, 5).Draw(t, "window")
		want := journey.History{Profile: whole.Profile}
		want.Merge(all, at, window)
		got := whole.AsOf(at, window)
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("as of %d, window %d (-want +got):\n%s", at, window, diff)
		}
		_ = append(got.Traces, journey.Trace{ID: "later"})
		if !slices.Equal(before, whole.Traces) {
			t.Errorf("got %v afterwards, want %v as before", whole.Traces, before)
		}
	})
}
