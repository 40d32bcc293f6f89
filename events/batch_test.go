package events_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/gateway"
	"wegweiser/shared/local"
	"wegweiser/shared/personalize/batch"
	"wegweiser/shared/topology"
)

// The steps of batches are answered as they stand beside their events, or with
// the error that Lambda makes of what the function returns.
func TestBatchEvents(t *testing.T) {
	w := readWorld(t)
	for _, file := range cases(t, topology.BatchFunction) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			service, _ := w.begin(t)
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(filepath.Join(topology.BatchFunction, "files"))); err != nil {
				t.Fatal(err)
			}
			event, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			answer, err := gateway.Batch(batch.New(local.Folder(dir), service))(t.Context(), event)
			if err != nil {
				answer = map[string]string{"errorType": errorType(t, err), "errorMessage": err.Error()}
			}
			var text bytes.Buffer
			encoder := json.NewEncoder(&text)
			encoder.SetEscapeHTML(false)
			encoder.SetIndent("", "  ")
			if err := encoder.Encode(answer); err != nil {
				t.Fatal(err)
			}
			expected := strings.TrimSuffix(file, ".json") + ".want.json"
			if *update {
				if err := os.WriteFile(expected, text.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(expected)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), text.String()); diff != "" {
				t.Errorf("the answer differs from %s; look at it and run the test with -update (-want +got):\n%s", expected, diff)
			}
		})
	}
}

// errorType is the name that a state machine knows an error by.
func errorType(t *testing.T, err error) string {
	t.Helper()
	var (
		refused    *batch.Refused
		unfinished *batch.Unfinished
	)
	switch {
	case errors.As(err, &refused) && err == error(refused):
		return "Refused"
	case errors.As(err, &unfinished) && err == error(unfinished):
		return "Unfinished"
	}
	t.Fatalf("got the error %T %v, want one that a state machine knows", err, err)
	return ""
}
