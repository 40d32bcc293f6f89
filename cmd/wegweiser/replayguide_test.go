package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"wegweiser/shared/ingest"
)

// The guide to replay has a log, a mapping, and commands: each gives what stands
// below it or, where nothing does, succeeds. It finds a folder in which decisions
// were made, and one with config rows.
func TestGuideToReplay(t *testing.T) {
	text, err := os.ReadFile("../../docs/replay.md")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	makeDecisions(t, ".wegweiser", 100)
	for _, table := range regexp.MustCompile(`(?m)^(\w+):\n((?:  .*\n)+)`).FindAllStringSubmatch(ownRows, -1) {
		writeFile(t, "shop/"+table[1]+".yaml", table[2])
	}
	blocks := regexp.MustCompile("(?s)```([a-z]+)\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	commands, stdout := 0, ""
	for i, block := range blocks {
		switch kind, content := block[1], block[2]; kind {
		case "csv":
			writeFile(t, "log.csv", content)
		case "yaml":
			if _, problems := ingest.LoadChoices([]byte(content)); len(problems) > 0 {
				t.Errorf("the mapping: %v", problems)
			}
		case "sh":
			answered := i+1 < len(blocks) && blocks[i+1][1] == "text"
			for command := range strings.Lines(content) {
				commands++
				var code int
				var stderr string
				if code, stdout, stderr = runLine(t, command); !answered && code != exitDone {
					t.Errorf("%s: got the exit code %d: %s", command, code, stderr)
				}
			}
		case "text":
			if !strings.HasPrefix(stdout, content) {
				t.Errorf("%s: got\n%s\nwant it to begin with\n%s", blocks[i-1][2], stdout, content)
			}
		}
	}
	if commands < 4 {
		t.Errorf("the guide shows %d commands, want those of a log and of one's own", commands)
	}
}

// runLine runs a line of a guide, whose output may go to a file.
func runLine(t *testing.T, line string) (code int, stdout, stderr string) {
	t.Helper()
	command, file, redirected := strings.Cut(strings.TrimSpace(line), " > ")
	code, stdout, stderr = run(t, strings.Fields(command)[1:]...)
	if redirected {
		writeFile(t, file, stdout)
	}
	return code, stdout, stderr
}

func writeFile(t *testing.T, path, content string) {
	t.Helper()
	err := os.MkdirAll(filepath.Dir(path), 0o700)
	if err == nil {
		err = os.WriteFile(path, []byte(content), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}
