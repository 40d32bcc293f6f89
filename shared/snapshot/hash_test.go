package snapshot

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What people were given stays theirs: this file is written once and never
// again, whatever -update says.
func TestAssignmentsNeverChange(t *testing.T) {
	const path = "testdata/weighted.golden"
	var got bytes.Buffer
	for _, weights := range []string{"1|1|1", "5|3|2", "0.1|0|99"} {
		s := weighing(t, weights, 3)
		for i := range 200 {
			answer := s.Decide(&Input{At: noon, Person: fmt.Sprintf("v_%d", i), Placements: []string{"hero"}})
			fmt.Fprintf(&got, "%s v_%d", weights, i)
			for _, item := range answer.Placements[0].Items {
				fmt.Fprintf(&got, " %s", item.ID)
			}
			fmt.Fprintln(&got)
		}
	}
	for _, id := range []string{"", "a", "v_1", "Ünïcödé"} {
		h := mix(hash(id))
		fmt.Fprintf(&got, "hash %q %016x %x\n", id, h, math.Float64bits(exponential(h)))
	}
	want, err := os.ReadFile(path)
	if os.IsNotExist(err) && *update {
		if err := os.WriteFile(path, got.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("people would lose the items that they were given:\n%s", diff)
	}
}

func TestExponentialIsTheLogarithm(t *testing.T) {
	worst := 0.0
	for i := range uint64(200_000) {
		h := mix(i)
		want := -math.Log((float64(h>>12) + 0.5) / (1 << 52))
		worst = max(worst, math.Abs(exponential(h)-want)/want)
	}
	if worst > 1e-14 {
		t.Errorf("got a relative error of %g, want at most 1e-14", worst)
	}
	for _, h := range []uint64{0, math.MaxUint64} {
		if got := exponential(h); !(got > 0 && got < 40) {
			t.Errorf("got %v for %x, want a positive number", got, h)
		}
	}
}
