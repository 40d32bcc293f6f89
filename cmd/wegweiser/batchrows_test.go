package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whoever runs a batch over a file with an open quote is told where it is, and
// not to run it again as it is.
func TestBatchTellsOfARowThatIsTooLong(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "recipients.csv")
	if err := os.WriteFile(file, []byte("visitor,name\nv_1,Ada\nv_2,\"Bob\n"+strings.Repeat("v_3,Eve\n", 1<<18)), 0o600); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(folder, "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	code, _, stderr := run(t, "batch", file, "--placements", "banner", "--message", "autumn", "--data", data)
	for _, want := range []string{"recipients.csv: row 2 behind the line of names is longer than 1048576 bytes: close each quote", "remove " + file + ".decided.csv.partial and run it again"} {
		if code == exitDone || !strings.Contains(stderr, want) {
			t.Errorf("got exit %d, %s; want an error that says %q", code, stderr, want)
		}
	}
	if strings.Contains(stderr, "goes on") {
		t.Errorf("got %s, want nothing that says to run it as it is", stderr)
	}
}
