package docs_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Each command of the guide is one that the program has, with flags that it
// takes.
func TestTheGuidesCommandsExist(t *testing.T) {
	text, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	sources(t)
	program := filepath.Join(t.TempDir(), "wegweiser")
	if out, err := exec.Command("go", "build", "-o", program, "wegweiser/cmd/wegweiser").CombinedOutput(); err != nil {
		t.Fatalf("build the program: %v\n%s", err, out)
	}
	for _, b := range blocks(string(text)) {
		if b.kind != "sh" {
			continue
		}
		for line := range strings.Lines(b.content) {
			for _, command := range strings.Split(line, " | ") {
				checkCommand(t, program, strings.Fields(command))
			}
		}
	}
}

// sources opens what the program is made of: a result that the go command keeps
// is one of these files.
func sources(t *testing.T) {
	t.Helper()
	paths, err := filepath.Glob("../cmd/wegweiser/*.go")
	if err != nil || len(paths) == 0 {
		t.Fatalf("found no sources of the program: %v", err)
	}
	for _, path := range paths {
		if _, err := os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	}
}

var (
	word = regexp.MustCompile(`^[a-z][a-z-]*$`)
	dash = regexp.MustCompile(`\s(--?[a-z][a-z-]*)`)
)

func checkCommand(t *testing.T, program string, args []string) {
	t.Helper()
	written := strings.Join(args, " ")
	if len(args) == 0 || args[0] != "wegweiser" {
		t.Errorf("%q is no command of wegweiser", written)
		return
	}
	name, help := args[0], ""
	for n := 1; n < len(args) && word.MatchString(args[n]); n++ {
		out, err := exec.Command(program, append(args[1:n+1:n+1], "--help")...).CombinedOutput()
		if err != nil || !strings.Contains(string(out), "Usage:\n  "+name+" "+args[n]+" ") {
			break
		}
		name, help = name+" "+args[n], string(out)
	}
	if help == "" || strings.Contains(help, "Available Commands:") {
		t.Errorf("%s: the program has no such command", written)
		return
	}
	for _, found := range dash.FindAllStringSubmatch(written, -1) {
		if !strings.Contains(help, " "+found[1]+" ") && !strings.Contains(help, " "+found[1]+",") {
			t.Errorf("%s: %s takes no %s", written, name, found[1])
		}
	}
}
