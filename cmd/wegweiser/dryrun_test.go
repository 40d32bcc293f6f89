package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"wegweiser/shared/client"
	"wegweiser/shared/local"
	"wegweiser/shared/personalize"
)

// A dry run over an imported history says what POST /v1/decisions answers: of
// what is live before the publish, and of the draft after it, row for row.
func TestADryRunOverAnImportedHistoryIsWhatHappens(t *testing.T) {
	t.Parallel()
	const events = datasets + "/journey-events-synthetic/ecom_events.csv.gz"
	if _, err := os.Stat(events); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("the data is needed under CI: %v", err)
		}
		t.Skipf("there is no history to import: %v", err)
	}
	data, draft := t.TempDir(), t.TempDir()
	serve := exec.Command("wegweiser", "serve", "--data", data, "--listen", "127.0.0.1:0", "--quiet")
	serve.Env = withoutKeys(os.Environ())
	url := startServer(t, serve)
	secrets, err := local.ReadSecrets(data, func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	server := client.New(url, client.Keys{Secret: secrets.Secret}, nil)
	wegweiser := func(args ...string) string {
		t.Helper()
		code, stdout, stderr := run(t, append(args, "--data", data)...)
		if code != 0 {
			t.Fatalf("%s ends with %d: %s", strings.Join(args, " "), code, stderr)
		}
		return stdout
	}
	wegweiser("import", events, "--map", "../../docs/maps/journey-events.yaml")
	wegweiser("config", "apply", "demo/rows")
	if err := os.CopyFS(draft, os.DirFS("demo/rows")); err != nil {
		t.Fatal(err)
	}
	replaceIn(t, filepath.Join(draft, "rules.yaml"), "standings: [lapsed]", "standings: [cooling, lapsed]")
	replaceIn(t, filepath.Join(draft, "signals.csv"), "cart_add-decision,cart_add,*,decision,25,", "cart_add-decision,cart_add,*,decision,2,")
	wegweiser("config", "apply", "--draft", draft)

	runs := [][]string{
		{"--at", "2024-05-15T12:00:00Z", "--context", "locale=de-AT"},
		{"--since", "2024-06-24T00:00:00Z", "--until", "2024-06-26T00:00:00Z"},
	}
	predicted := make([][]personalize.PredictionRow, len(runs))
	for i, flags := range runs {
		predicted[i] = rowsOf(t, wegweiser(append([]string{"config", "dry-run", "--rows", "all", "-o", "ndjson"}, flags...)...))
	}
	happens := func(side func(personalize.PlacementChange) *personalize.Filling, phase func(personalize.PhaseChange) string) {
		t.Helper()
		for i := range runs {
			for _, row := range predicted[i] {
				at := personalize.DecideRequest{Visitor: row.Visitor, At: row.At.String(), Context: map[string]any{}}
				if row.Channel != "" {
					at.Context["channel"] = row.Channel
				} else {
					at.Context["locale"] = "de-AT"
				}
				want := map[string]*personalize.Filling{}
				for name, change := range row.Placements {
					want[name] = side(change)
				}
				at.Placements = slices.Sorted(maps.Keys(want)) // as they were asked for
				asks(t, server, at, want, phase(row.Phase))
			}
		}
	}
	happens(func(c personalize.PlacementChange) *personalize.Filling { return c.From }, func(c personalize.PhaseChange) string { return c.From })
	wegweiser("config", "publish")
	happens(func(c personalize.PlacementChange) *personalize.Filling { return c.To }, func(c personalize.PhaseChange) string { return c.To })
	t.Logf("%d and %d decisions were as predicted", len(predicted[0]), len(predicted[1]))
}

// asks wants a decision to fill its placements so, in that phase.
func asks(t *testing.T, server *client.Client, request personalize.DecideRequest, want map[string]*personalize.Filling, phase string) {
	t.Helper()
	d, err := server.Decide(t.Context(), personalize.Caller{Key: personalize.Secret}, request)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]*personalize.Filling{}
	for name, p := range d.Placements {
		f := &personalize.Filling{Rule: p.Rule, Fallback: p.Fallback, Reason: p.Reason}
		for _, item := range p.Items {
			f.Items = append(f.Items, item.ID)
		}
		got[name] = f
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" || d.Phase == nil || d.Phase.Name != phase {
		t.Fatalf("%s at %s (-predicted +decided), in phase %s and %+v:\n%s", request.Visitor, request.At, phase, d.Phase, diff)
	}
}

// rowsOf reads the rows of a dry run, of which some must change in each way.
func rowsOf(t *testing.T, lines string) (rows []personalize.PredictionRow) {
	t.Helper()
	phases, same := 0, 0
	for decoder := json.NewDecoder(strings.NewReader(lines)); decoder.More(); {
		var row personalize.PredictionRow
		if err := decoder.Decode(&row); err != nil {
			t.Fatal(err)
		}
		if row.Phase.From != row.Phase.To {
			phases++
		}
		if !row.Changed {
			same++
		}
		rows = append(rows, row)
	}
	if len(rows) < 100 || phases == 0 || same == 0 {
		t.Fatalf("got %d decisions, %d in another phase and %d as before, want some of each", len(rows), phases, same)
	}
	return rows
}

func replaceIn(t *testing.T, path, old, new string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(text, []byte(old)) {
		t.Fatalf("%s has no %q", path, old)
	}
	if err := os.WriteFile(path, bytes.ReplaceAll(text, []byte(old), []byte(new)), 0o600); err != nil {
		t.Fatal(err)
	}
}

// What was asked before Ctrl-C is told.
func TestAnInterruptedDryRunTellsItsSum(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	pages := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if pages++; pages == 3 {
			_, _ = io.Copy(io.Discard, r.Body) // or nobody notices that the caller is gone
			interrupt()
			<-r.Context().Done()
			return
		}
		fmt.Fprint(w, `{"from":"s_a","to":"s_b","at":"2026-11-22T10:00:00Z","visitors":7,"decisions":7,"changed":0,"next":"v_7"}`)
	}))
	defer server.Close()
	var stdout, stderr bytes.Buffer
	p := &program{stdout: &stdout, stderr: &stderr, lookup: func(string) (string, bool) { return "", false }}
	code := p.run(ctx, []string{"config", "dry-run", "--url", server.URL, "--key", "k"})
	want := "s_b in place of s_a, asked at 2026-11-22T10:00:00Z\n14 decisions of 14 visitors, 0 of them other than before (0.0 %)\nthere are more visitors, who were not asked\n"
	if code != 1 || stdout.String() != want || !strings.Contains(stderr.String(), "interrupted") {
		t.Errorf("got %d, %q, %q, want 1 and the sum of two pages", code, stdout.String(), stderr.String())
	}
}
