package phase_test

import (
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"wegweiser/shared/phase"
)

// preset returns the phases and signals of a shipped model, read from its rows.
func preset(t testing.TB, name string) ([]phase.Phase, []phase.Signal) {
	t.Helper()
	var phases []phase.Phase
	for _, row := range rows(t, name, "phases") {
		p := phase.Phase{ID: row["id"], MinEvidence: number(t, row["min_evidence"]), Margin: number(t, row["margin"])}
		if err := p.Gate.UnmarshalText([]byte(row["gate"])); err != nil {
			t.Fatalf("preset %s, phase %s: gate %v", name, p.ID, err)
		}
		phases = append(phases, p)
	}
	var signals []phase.Signal
	for _, row := range rows(t, name, "signals") {
		days, isDays := strings.CutSuffix(row["half_life"], "d")
		if !isDays {
			t.Fatalf("preset %s, signal %s: got half_life %q, want days such as 14d", name, row["id"], row["half_life"])
		}
		signals = append(signals, phase.Signal{
			Type: row["type"], Channel: row["channel"], Phase: row["phase"],
			Weight: number(t, row["weight"]), Carry: number(t, row["carry"]),
			HalfLife: time.Duration(number(t, days) * float64(day)),
		})
	}
	return phases, signals
}

func presetModel(t testing.TB, name string) *phase.Model {
	t.Helper()
	model, err := phase.New(preset(t, name))
	if err != nil {
		t.Fatalf("preset %s: %v", name, err)
	}
	return model
}

func rows(t testing.TB, preset, table string) []map[string]string {
	t.Helper()
	file, err := os.Open(filepath.Join("..", "tables", "presets", preset, table+".csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatalf("preset %s: %v", preset, err)
	}
	var found []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, column := range lines[0] {
			row[column] = line[i]
		}
		found = append(found, row)
	}
	return found
}

func number(t testing.TB, text string) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatalf("got %q, want a number", text)
	}
	return n
}

var _ = errors.New
