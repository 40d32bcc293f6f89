package main

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestPack(t *testing.T) {
	binary := bytes.Repeat([]byte("a function "), 10_000)
	archive, err := pack(binary)
	if err != nil {
		t.Fatal(err)
	}
	again, err := pack(binary)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(archive, again) {
		t.Error("the same binary was packed to different bytes")
	}
	r, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	if len(r.File) != 1 || r.File[0].Name != "bootstrap" || r.File[0].Mode().Perm() != 0o755 {
		t.Fatalf("got %v, want one executable bootstrap", r.File[0].FileHeader)
	}
	file, err := r.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, binary) {
		t.Error("what was unpacked is not what was packed")
	}
}

func TestRunSaysWhatIsMissing(t *testing.T) {
	dir := t.TempDir()
	full := filepath.Join(dir, "full")
	if err := os.Mkdir(full, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(full, "bootstrap"), []byte("x"), 0o755); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := run(&out, []string{full}); err != nil || !strings.Contains(out.String(), "full") {
		t.Errorf("got %q, %v; want a line for full", out.String(), err)
	}
	if err := run(&out, []string{filepath.Join(dir, "empty")}); err == nil {
		t.Error("a folder without a bootstrap was packed")
	}
}
