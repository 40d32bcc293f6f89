package main

import (
	"bytes"
	"testing"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
	"wegweiser/shared/tables"
)

// What holds automatic publishing back is told with its cells.
func TestHistoryNamesWhatHoldsPublishingBack(t *testing.T) {
	at := journey.At(time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC))
	var stdout bytes.Buffer
	p := &program{stdout: &stdout}
	if err := p.printHistory(&personalize.Snapshots{
		Live:      "s_a",
		Snapshots: []personalize.SnapshotSummary{{ID: "s_a", Author: "auto", At: at}},
		Held: &personalize.Held{Since: at, Problems: []tables.Problem{
			{Table: "rules", Row: "winter", Column: "when", Offset: 9, Severity: tables.Error, Message: "no such name"},
		}},
	}); err != nil {
		t.Fatal(err)
	}
	want := "snapshot  at                    by    note\n" +
		"s_a       2026-11-22T10:00:00Z  auto  \n" +
		"the draft has errors\n" +
		"since 2026-11-22T10:00:00Z these hold back what would publish itself:\n" +
		"  rules/winter.when+9: no such name\n"
	if got := stdout.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
