package tables

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadsASpreadsheetWithADecimalComma(t *testing.T) {
	rows, problems := ReadCSV(RulesTable, []byte("id;order;weights;starts;ends;note\r\n"+
		"autumn;10;70,5|29,5;23.11.2026 09:00;5.1.2027;0,5 und 1.2.2026\r\n"+
		"points;10;70.5|29.5;2026-11-23 09:00:30;2027-01-05;\r\n"+
		"wrong;1.000,5;1,5,5;31.2.2026;;\r\n"))
	if len(problems) > 0 {
		t.Fatalf("got %v, want no problem of the text", problems)
	}
	want := []Row{
		{ID: "autumn", Cells: map[string]any{
			"order": 10.0, "weights": []float64{70.5, 29.5}, "starts": "2026-11-23 09:00", "ends": "2027-01-05", "note": "0,5 und 1.2.2026",
		}},
		{ID: "points", Cells: map[string]any{"order": 10.0, "weights": []float64{70.5, 29.5}, "starts": "2026-11-23 09:00:30", "ends": "2027-01-05"}},
		{ID: "wrong", Cells: map[string]any{"order": "1.000,5", "weights": "1,5,5", "starts": "31.2.2026"}},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	settings, _ := ReadCSV(SettingsTable, []byte("id;value\nreceipt_sample;0,1\n"))
	if got := settings[0].Cells["value"]; got != 0.1 {
		t.Errorf("got a setting of %v, want 0.1", got)
	}
}

// Between commas 1,000 might be a thousand.
func TestAPointIsAskedForBetweenCommas(t *testing.T) {
	rows, _ := ReadCSV(ItemsTable, []byte("id,value,starts\na,\"0,5\",23.11.2026\n"))
	want := []Row{{ID: "a", Cells: map[string]any{"value": "0,5", "starts": "23.11.2026"}}}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
