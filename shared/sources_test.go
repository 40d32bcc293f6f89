package shared_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const (
	maxMainLines = 39
	maxFileLines = 599
)

// sources calls visit for each text file of the repository, with its path from
// the root.
func sources(t *testing.T, visit func(path string, content []byte)) {
	t.Helper()
	built := []string{"bin", "dist", "cdk.out", ".git", ".tools", ".wegweiser", ".artifacts", filepath.Join("web", "console", "node_modules")}
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		inner, err := filepath.Rel("..", path)
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if slices.Contains(built, inner) {
				return filepath.SkipDir
			}
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if !bytes.Contains(content, []byte{0}) {
			visit(filepath.ToSlash(inner), content)
		}
		return nil
	})
	if err != nil {
		t.Fatalf("read the sources: %v", err)
	}
}

func TestMainsOnlyWireAndStart(t *testing.T) {
	mains, err := filepath.Glob("../functions/*/main.go")
	if err != nil || len(mains) == 0 {
		t.Fatalf("found no mains: %v", err)
	}
	for _, path := range mains {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if lines := bytes.Count(content, []byte("\n")); lines > maxMainLines {
			t.Errorf("%s has %d lines, want at most %d", path, lines, maxMainLines)
		}
	}
}

func TestFilesAreOfOneIdea(t *testing.T) {
	sources(t, func(path string, content []byte) {
		if lines := bytes.Count(content, []byte("\n")); strings.HasSuffix(path, ".go") && lines > maxFileLines {
			t.Errorf("%s has %d lines, want at most %d", path, lines, maxFileLines)
		}
	})
}

// What is committed works on every machine: it names no folder of the one that
// it was written on, and no registry's host.
func TestNoMachineIsNamed(t *testing.T) {
	var private []string
	for _, folder := range []string{"work", "root", "home", "tmp", "Users"} {
		private = append(private, "/"+folder+"/")
	}
	for _, host := range []string{"registry.npmjs", "proxy.golang", "deb.debian", "files.pythonhosted"} {
		private = append(private, host+".")
	}
	sources(t, func(path string, content []byte) {
		for number, line := range strings.Split(string(content), "\n") {
			for _, name := range private {
				if strings.Contains(line, name) {
					t.Errorf("%s:%d names %s", path, number+1, name)
				}
			}
		}
	})
}
