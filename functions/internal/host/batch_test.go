package host

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wegweiser/shared/local"
	"wegweiser/shared/store/embedded"
	"wegweiser/shared/topology"
)

func TestBatcherDoesTheSteps(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "in.csv"), []byte("visitor\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	find := func(func(string) (string, bool)) (local.Folder, error) { return local.Folder(dir), nil }
	steps, err := batcher(t.Context(), openEmbedded(t), find, from(map[string]string{topology.EnvSecretKey: "sk"}), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	// The built-in configuration, which is live here, has no placements.
	_, err = steps(t.Context(), json.RawMessage(`{"split":{"key":"in.csv","placements":["mail"],"message":"m"}}`))
	if err == nil || !strings.Contains(err.Error(), "placements[0]") {
		t.Errorf("got %v, want that there is no such placement", err)
	}
}

func TestBatcherSaysWhatIsWrong(t *testing.T) {
	found := func(func(string) (string, bool)) (local.Folder, error) { return "", nil }
	for name, c := range map[string]struct {
		variables map[string]string
		open      Open[*embedded.Store]
		find      func(func(string) (string, bool)) (local.Folder, error)
		want      string
	}{
		"Keys":  {map[string]string{topology.EnvAdminKey: "nameless"}, openEmbedded(t), found, topology.EnvAdminKey},
		"Files": {nil, openEmbedded(t), func(func(string) (string, bool)) (local.Folder, error) { return "", errors.New("no bucket") }, "no bucket"},
		"Store": {nil, func(context.Context, func(string) (string, bool)) (*embedded.Store, error) {
			return nil, errors.New("no tables")
		}, found, "no tables"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := batcher(t.Context(), c.open, c.find, from(c.variables), slog.New(slog.DiscardHandler))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got error %v, want one that says %q", err, c.want)
			}
		})
	}
}
