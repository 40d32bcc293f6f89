package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"wegweiser/shared/ingest"
)

// The guide to replay has a log, a mapping, and commands of which each gives
// what stands below it.
func TestGuideToReplay(t *testing.T) {
	text, err := os.ReadFile("../../docs/replay.md")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	var command []string
	commands := 0
	for _, block := range regexp.MustCompile("(?s)```([a-z]+)\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		switch kind, content := block[1], block[2]; kind {
		case "csv":
			if err := os.WriteFile("log.csv", []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		case "yaml":
			if _, problems := ingest.LoadChoices([]byte(content)); len(problems) > 0 {
				t.Errorf("the mapping: %v", problems)
			}
		case "sh":
			command = strings.Fields(content)[1:]
		case "text":
			commands++
			if _, stdout, _ := run(t, command...); !strings.HasPrefix(stdout, content) {
				t.Errorf("wegweiser %s: got\n%s\nwant it to begin with\n%s", strings.Join(command, " "), stdout, content)
			}
		}
	}
	if commands == 0 {
		t.Error("the guide shows no command with its answer")
	}
}
