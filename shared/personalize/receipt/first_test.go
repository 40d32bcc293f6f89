package receipt_test

import (
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize/receipt"
)

// stored returns a receipt that an earlier program wrote.
func stored(t *testing.T, name string) *receipt.Receipt {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	body, err := hex.DecodeString(strings.Join(strings.Fields(string(text)), ""))
	if err != nil {
		t.Fatal(err)
	}
	r, err := receipt.Read(body, decision)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// lived is the history of the packed one.
func lived() (traces []journey.Trace, milestones []journey.Milestone) {
	for i := range 120 {
		traces = append(traces, journey.Trace{ID: fmt.Sprint("e_", i), At: journey.Millis(1763805600123 - (120-i)*60_000), Type: "search", Channel: "web", Item: "sofa", Trust: journey.Human})
	}
	for i := range 5 {
		milestones = append(milestones, journey.Milestone{ID: fmt.Sprint("m_", i), At: journey.Millis(1763805600123 - (5-i)*3_600_000), Type: "purchase", Amount: 499, Currency: "EUR"})
	}
	return traces, milestones
}

// Receipts of the first form stay readable as long as they are kept.
func TestReceiptsOfTheFirstFormAreRead(t *testing.T) {
	marked := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Window" || p.Last().String() == ".Milestones" }, cmp.Ignore())
	plain, packed := full(), full()
	packed.Context["note"] = strings.Repeat("the quick brown fox ", 60)
	for name, want := range map[string]*receipt.Receipt{"format1.plain.hex": plain, "format1.packed.hex": packed} {
		got := stored(t, name)
		if err := got.Name(builtin(t)); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, equal, marked); diff != "" {
			t.Errorf("%s (-decided +read):\n%s", name, diff)
		}
	}
	traces, milestones := lived()
	r := stored(t, "format1.packed.hex")
	in, err := r.Restore(builtin(t), append([]journey.Trace{{ID: "late", At: traces[50].At}}, traces...), milestones)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(traces, in.History.Traces); diff != "" {
		t.Errorf("touchpoints (-decided +restored):\n%s", diff)
	}
	if diff := cmp.Diff(milestones, in.History.Profile.Milestones); diff != "" {
		t.Errorf("milestones (-decided +restored):\n%s", diff)
	}
}
