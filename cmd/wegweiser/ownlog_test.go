package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wegweiser/shared/local"
	"wegweiser/shared/personalize"
	"wegweiser/shared/store/embedded"
	"wegweiser/shared/tables"
	"wegweiser/shared/tables/files"
)

// ownRows are what decides in the folders of these tests: a ranked rule.
const ownRows = `items:
  - {id: plain, kind: offer}
  - {id: voucher, kind: offer}
  - {id: lamp, kind: offer}
placements:
  - {id: home-offers, kind: offer, fallback: plain}
settings:
  - {id: context.basket, value: number}
rules:
  - {id: best, placements: [home-offers], choose: rank, items: [voucher, lamp]}
`

// makeDecisions makes a data folder in which decisions were made ten days ago.
// Everybody saw what they were shown but for one of five, and took the voucher
// rather than the lamp.
func makeDecisions(t *testing.T, folder string, visitors int) {
	t.Helper()
	secrets, err := local.MakeSecrets(folder, func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	kept, err := embedded.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	then := time.Now().Add(-10 * 24 * time.Hour)
	host, err := local.Open(t.Context(), kept, secrets, &local.Options{Clock: func() time.Time { return then }, Deadline: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	s := host.Service
	var edits personalize.ConfigEdits
	set := files.ReadText("rows", "", files.YAML, []byte(ownRows)).Set
	for _, table := range tables.Tables() {
		for _, row := range set[table] {
			body, err := json.Marshal(row)
			if err != nil {
				t.Fatal(err)
			}
			edits.Rows = append(edits.Rows, personalize.ConfigEdit{Table: table, Row: body})
		}
	}
	if _, err := s.EditConfig(t.Context(), admin, edits); err != nil {
		t.Fatal(err)
	}
	if _, err := s.PublishConfig(t.Context(), admin, s.Snapshot().ID(), personalize.PublishRequest{}); err != nil {
		t.Fatal(err)
	}
	server, random := personalize.Caller{Key: personalize.Secret}, rand.New(rand.NewPCG(4, 4))
	for n := range visitors {
		d, err := s.Decide(t.Context(), server, personalize.DecideRequest{
			Visitor: fmt.Sprint("visitor-", n), Placements: []string{"home-offers"}, Context: map[string]any{"basket": float64(n % 90)},
		})
		if err != nil || d.Degraded != "" {
			t.Fatalf("got %+v, %v, want a decision", d, err)
		}
		kinds := []string{"impression"}
		switch item := d.Placements["home-offers"].Items[0]; {
		case n%5 == 0:
			kinds = nil
		case item.ID == "voucher" && random.IntN(3) == 0 || random.IntN(9) == 0:
			kinds = []string{"impression", "click", "conversion"}
		}
		for _, kind := range kinds {
			request := personalize.FeedbackRequest{Token: d.Placements["home-offers"].Items[0].Token, Type: kind}
			if _, err := s.Feedback(t.Context(), server, request); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := s.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// What the command writes, in either format, replay reads: nobody's id stands in
// it, and what is left out is told beside it.
func TestReportDecisionsIsALogToReplay(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	data := filepath.Join(folder, "data")
	makeDecisions(t, data, 200)
	results := map[string]string{}
	for _, format := range []string{"csv", "ndjson"} {
		code, log, stderr := run(t, "report", "decisions", "--data", data, "-o", format)
		if code != exitDone || !strings.Contains(stderr, "160 decisions up to ") || !strings.Contains(stderr, "Left out: 40 placements that nobody was reported to have seen") {
			t.Fatalf("%s: got the exit code %d and %q, want 160 of 200 decisions", format, code, stderr)
		}
		if strings.Contains(log, "visitor-") {
			t.Errorf("%s: got the ids of visitors in the log", format)
		}
		file := filepath.Join(folder, "log."+format)
		if err := os.WriteFile(file, []byte(log), 0o600); err != nil {
			t.Fatal(err)
		}
		rows := filepath.Join(folder, "rows.yaml")
		if err := os.WriteFile(rows, []byte(strings.Replace(ownRows, "choose: rank, items: [voucher, lamp]", "when: context.basket >= 0, items: [voucher]", 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		code, result, stderr := run(t, "replay", file, "--policy", "rows:"+rows, "--against", "logged", "--by", "visitor", "-o", "csv")
		if code != exitDone {
			t.Fatalf("%s: got the exit code %d: %s", format, code, stderr)
		}
		results[format] = result
	}
	if results["csv"] != results["ndjson"] {
		t.Errorf("got\n%s\nof CSV, and of JSON\n%s", results["csv"], results["ndjson"])
	}
	if code, log, _ := run(t, "report", "decisions", "--data", data, "--served", "--reward", "value", "--currency", "EUR"); code != exitDone || strings.Count(log, "\n") != 201 {
		t.Errorf("got the exit code %d and %d lines, want those of all 200 decisions", code, strings.Count(log, "\n"))
	}
}

func TestReportDecisionsSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	makeDecisions(t, data, 1)
	for stderr, c := range map[string]struct {
		args []string
		code int
	}{
		"-o must be csv or ndjson, not \"table\"":        {[]string{"-o", "table"}, exitUsage},
		"reward must be click, conversion or value":      {[]string{"--reward", "purchase"}, exitFailed},
		"currency must be that of the values that count": {[]string{"--reward", "value"}, exitFailed},
		"currency is for the reward value":               {[]string{"--currency", "EUR"}, exitFailed},
		"within must be a length of time such as 7d":     {[]string{"--within", "a week"}, exitFailed},
		"until must be at least 7d (within) before now":  {[]string{"--until", time.Now().UTC().Format(time.RFC3339)}, exitFailed},
		"since must not be later than until":             {[]string{"--since", time.Now().UTC().Format(time.RFC3339)}, exitFailed},
		"since must be an RFC 3339 time":                 {[]string{"--since", "yesterday"}, exitFailed},
		"there is no data folder":                        {[]string{"--data", filepath.Join(data, "none")}, exitFailed},
	} {
		code, stdout, told := run(t, append([]string{"report", "decisions", "--data", data}, c.args...)...)
		if code != c.code || !strings.Contains(told, stderr) || stdout != "" {
			t.Errorf("%v: got %d, %q and %q, want %d and %s", c.args, code, stdout, told, c.code, stderr)
		}
	}
}
