package web_test

import (
	"bytes"
	"compress/gzip"
	"io/fs"
	"testing"

	"wegweiser/web"
)

// maxTransfer bounds the console on its way to a browser, all of it at once.
const maxTransfer = 80_000

func TestConsoleIsSmall(t *testing.T) {
	total := 0
	if err := fs.WalkDir(web.Console(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		body, err := fs.ReadFile(web.Console(), name)
		if err != nil {
			return err
		}
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		if _, err := w.Write(body); err != nil {
			return err
		}
		if err := w.Close(); err != nil {
			return err
		}
		t.Logf("%s: %d bytes, %d compressed", name, len(body), packed.Len())
		total += packed.Len()
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if total > maxTransfer {
		t.Errorf("the console is %d bytes compressed, want at most %d", total, maxTransfer)
	}
}

// The page's policy lets nothing in that stands in the page itself.
func TestPageLoadsItsOwnFilesAlone(t *testing.T) {
	page, err := fs.ReadFile(web.Console(), "index.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, inline := range []string{"<style", "style=", "onload=", "<script>", "data:", "http:", "https:"} {
		if bytes.Contains(page, []byte(inline)) {
			t.Errorf("index.html has %s, which the Content-Security-Policy stops", inline)
		}
	}
}
