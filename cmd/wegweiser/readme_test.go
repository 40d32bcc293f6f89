package main

import (
	"bufio"
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The README's tour runs as it is written, on the demo shop, and answers what
// its sentences say.
func TestReadmeTour(t *testing.T) {
	t.Parallel()
	answers(t, "../../README.md",
		`"accepted":2`,
		`"name":"decision"`, `"home-hero"`, `"home-offers"`, `"accepted":1`,
		`"path":[`, `"would_change":[`,
		`"personal":true`,
		`"personal":false`, `"reason":"consent"`,
		"Make yourself at home",
		"rows changed in the draft", " recorded, ", "of them other than before", "whats-new", "wegweiser config preview demo-",
		"anna at ", "home-hero shows ", " is live in place of ",
		`"fallback":false`, `"fallback":false`, `"reason":"capped"`,
		"Two offers a day are enough", "Win customers back earlier", "A warmer welcome",
		"awareness", "retention",
		"reached", "retention",
		"first seen", "touchpoints",
	)
}

// So do the calls of the guide for integrators.
func TestCallsOfIntegrators(t *testing.T) {
	t.Parallel()
	answers(t, "../../docs/integrators.md",
		`"accepted":1`,
		`"personal":true`, `"name":"consideration"`, `"home-hero"`, `"accepted":1`,
	)
}

// answers runs the commands of a page as they are written, in a folder that has
// nothing but the program, and finds in what they answer these texts in this
// order.
func answers(t *testing.T, page string, wants ...string) {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	var tour strings.Builder
	tour.WriteString("set -euo pipefail\ncurl() { command curl --fail-with-body \"$@\" && echo; }\n")
	blocks := regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	for _, block := range blocks {
		tour.WriteString(block[1])
	}

	dir := t.TempDir()
	program := filepath.Join(dir, "bin", "wegweiser")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	rows, err := filepath.Abs("demo/rows")
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(dir, "cmd", "wegweiser", "demo", "rows")
	if err := os.CopyFS(copied, os.DirFS(rows)); err != nil {
		t.Fatal(err)
	}
	url := startDemo(t, dir, program)
	script := strings.Replace(tour.String(), "HOST=http://127.0.0.1:8080", "HOST="+url, 1)
	if script == tour.String() {
		t.Fatal("the tour does not set HOST=http://127.0.0.1:8080")
	}

	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	bash := exec.CommandContext(ctx, "bash", "-c", script)
	bash.Dir, bash.Env = dir, withoutKeys(os.Environ())
	out, err := bash.CombinedOutput()
	if err != nil {
		t.Fatalf("the tour failed: %v\n%s", err, out)
	}
	rest := string(out)
	for _, want := range wants {
		_, after, found := strings.Cut(rest, want)
		if !found {
			t.Fatalf("want %s next, in this order, got:\n%s", want, out)
		}
		rest = after
	}
}

func startDemo(t *testing.T, dir, program string) (url string) {
	t.Helper()
	serve := exec.Command(program, "serve", "--demo", "--listen", "127.0.0.1:0")
	serve.Dir, serve.Env = dir, withoutKeys(os.Environ())
	return startServer(t, serve)
}

// startServer returns where a server serves, which ends with the test.
func startServer(t *testing.T, serve *exec.Cmd) (url string) {
	t.Helper()
	var stderr bytes.Buffer
	// A busy machine writes to its disk too slowly for a page; a test waits.
	serve.Env, serve.Stderr = append(serve.Env, "WEGWEISER_DEADLINE=30s"), &stderr
	stdout, err := serve.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := serve.Process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
		if err := serve.Wait(); err != nil {
			t.Errorf("the server did not end cleanly: %v", err)
		}
	})
	serving := regexp.MustCompile(`http://127\.0\.0\.1:\d+`)
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		if url = serving.FindString(lines.Text()); url != "" {
			go func() {
				for lines.Scan() {
				}
			}()
			return url
		}
	}
	t.Fatalf("the server does not say where it serves: %s", stderr.String())
	return ""
}

// withoutKeys leaves out the keys of the environment: a newcomer has none.
func withoutKeys(env []string) []string {
	var out []string
	for _, pair := range env {
		if !strings.HasPrefix(pair, "WEGWEISER_") {
			out = append(out, pair)
		}
	}
	return out
}
