package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wegweiser/shared/local"
	"wegweiser/shared/store/embedded"
	"wegweiser/shared/topology"
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

// Beside DynamoDB, what needs the hashes of visitors asks for the keys of the
// deployment, as hashes under no key are found by nobody else; what needs none
// goes on to the tables.
func TestHashesNeedTheKeysOfTheDeployment(t *testing.T) {
	const mapped = `{visitor: "{visitor}", id: "{hash}", type: page_view, channel: web, at: {from: "{visitor}", format: RFC3339}}`
	file := filepath.Join(t.TempDir(), "in.csv")
	mapping := filepath.Join(t.TempDir(), "map.yaml")
	if err := errors.Join(os.WriteFile(file, []byte("visitor\nv_1\n"), 0o600), os.WriteFile(mapping, []byte(mapped), 0o600)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		keys bool // are asked for
	}{
		{[]string{"batch", file, "--placements", "mail", "--message", "autumn"}, true},
		{[]string{"import", file, "--map", mapping}, true},
		{[]string{"report", "decisions"}, true},
		{[]string{"report", "decision", "d_01KAP3V2X7Q5D0J9GJ9Z5E3T4M_5f1c2a9b0d3e4f60"}, true},
		{[]string{"config", "dry-run"}, true},
		{[]string{"config", "dry-run", "--sample", "visitors"}, false},
		{[]string{"config", "check"}, false},
		{[]string{"report", "items"}, false},
	} {
		code, _, stderr := run(t, append(c.args, "--store", dynamoStore)...)
		if asked := strings.Contains(stderr, "set "+topology.EnvSecretKey+" and"); code == exitDone || asked != c.keys {
			t.Errorf("%v: got exit %d, %s; want an error, which names %s: %t", c.args, code, stderr, topology.EnvSecretKey, c.keys)
		}
		if !c.keys && !strings.Contains(stderr, "WEGWEISER_TABLE_") {
			t.Errorf("%v: got %s, want that the tables are not named", c.args, stderr)
		}
	}
}
