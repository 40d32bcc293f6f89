package measure_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/ingest"
	"wegweiser/shared/journey"
	"wegweiser/shared/measure"
)

// Whatever stands in a row, replay reads it as it is, from CSV and from JSON.
func TestRowsOfDecisionsAreALog(t *testing.T) {
	report := &measure.DecisionsReport{Context: []string{"basket", "channel", "says"}, Rows: []measure.DecisionRow{
		{
			Decision: "d_1", Visitor: "5f1c", At: journey.At(noon), Place: "home", Position: 2, Item: `a|"b", c`, Probability: 1.0 / 3,
			Candidates: []string{`a|"b", c`, "d"}, Reward: 12.5, Rule: "best", Phase: "decision", Standing: "prospect",
			Context: map[string]any{"basket": 12.5, "channel": "web", "says": "one,\ntwo"},
		},
		{Decision: "d_2", At: journey.At(noon), Place: "home", Position: 1, Item: "[x]", Probability: 1, Candidates: []string{"[x]"}},
		{Decision: "d_3", At: journey.At(noon), Place: "home", Position: 1, Item: "x", Probability: 1e-9, Candidates: []string{"x", "y", "z"}, Context: map[string]any{"basket": true}},
	}}
	var table, lines bytes.Buffer
	if err := report.WriteCSV(&table); err != nil {
		t.Fatal(err)
	}
	for i := range report.Rows {
		if err := json.NewEncoder(&lines).Encode(&report.Rows[i]); err != nil {
			t.Fatal(err)
		}
	}
	for name, log := range map[string]*bytes.Buffer{"CSV": &table, "JSON": &lines} {
		reader, err := ingest.OpenChoices(log, nil)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for c, err := range reader.Rows() {
			if err != nil || c.Err != nil || n == len(report.Rows) {
				t.Fatalf("%s: got %v, %v, want three rows", name, err, c.Err)
			}
			row := &report.Rows[n]
			got := measure.DecisionRow{
				Decision: c.Decision, Visitor: c.Visitor, At: c.At, Place: c.Place, Position: c.Position, Item: c.Item, Probability: c.Probability,
				Candidates: c.Candidates, Reward: c.Reward, Rule: row.Rule, Phase: c.Phase, Standing: c.Standing, Context: row.Context,
			}
			if diff := cmp.Diff(*row, got); diff != "" || len(c.Context) != len(row.Context) {
				t.Errorf("%s: (-written +read):\n%s and the context %v", name, diff, c.Context)
			}
			n++
		}
		if n != len(report.Rows) {
			t.Errorf("%s: got %d rows, want %d", name, n, len(report.Rows))
		}
	}
}
