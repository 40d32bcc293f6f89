package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"wegweiser/shared/local"
	"wegweiser/shared/store/embedded"
)

// Two programs that begin with one new folder at the same time must not make
// keys each: what the one signed and sealed would be nobody's after its end.
func TestWhoHasNotTheFolderMakesNoKeys(t *testing.T) {
	folder := t.TempDir()
	s, err := embedded.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if code, _, stderr := run(t, "config", "check", "--data", folder); code == exitDone {
		t.Errorf("got done, want an error as another has the folder: %s", stderr)
	}
	if _, err := os.Stat(filepath.Join(folder, local.KeysFile)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got keys in the folder of another (%v), want none", err)
	}
}
