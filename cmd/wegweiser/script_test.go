package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"wegweiser/shared/local"
)

// datasets is the folder of data that the project does not ship.
const datasets = "../../../shared/data"

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"wegweiser": main})
}

func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			folder, err := os.Getwd()
			e.Setenv("ROOT", filepath.Join(folder, "../.."))
			e.Setenv("NOW", time.Now().UTC().Format(time.RFC3339))
			e.Setenv("WEGWEISER_DEADLINE", "30s") // a busy machine is too slow for a page; a test waits
			e.Setenv("DATASET", filepath.Join(folder, datasets))
			return err
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"ready":    ready,
			"http":     call,
			"occupied": occupied,
			"capture":  capture,
		},
		Condition: func(name string) (bool, error) {
			if name != "dataset" {
				return false, fmt.Errorf("there is no condition %q", name)
			}
			_, err := os.Stat(datasets)
			if err != nil && os.Getenv("CI") == "true" {
				return false, fmt.Errorf("the data is needed under CI: %w", err)
			}
			return err == nil, nil
		},
	})
}

// patience bounds what a script waits for. Nothing takes that long unless it is
// broken.
const patience = 30 * time.Second

// ready waits until a server serves the data folder.
func ready(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: ready DATA")
	}
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if address, ok := local.Announced(ts.MkAbs(args[0])); ok {
			if response, err := http.Get(address.URL + "/v1/health"); err == nil {
				response.Body.Close()
				return
			}
		}
	}
	ts.Fatalf("no server came up for %s", args[0])
}

// call sends a request to the server of a data folder, with its secret key or
// the one of $KEY, and writes the status and the body to stdout.
func call(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 || len(args) > 4 {
		ts.Fatalf("usage: http DATA METHOD PATH [BODYFILE]")
	}
	folder := ts.MkAbs(args[0])
	address, ok := local.Announced(folder)
	if !ok {
		ts.Fatalf("no server has %s", args[0])
	}
	var body io.Reader
	if len(args) == 4 {
		text := strings.ReplaceAll(ts.ReadFile(args[3]), "NOW", time.Now().UTC().Format(time.RFC3339))
		body = strings.NewReader(text)
	}
	request, err := http.NewRequest(args[1], address.URL+args[2], body)
	ts.Check(err)
	key := ts.Getenv("KEY")
	if key == "" {
		secrets, err := local.ReadSecrets(folder, func(string) (string, bool) { return "", false })
		ts.Check(err)
		key = secrets.Secret
	}
	request.Header.Set("Authorization", "Bearer "+key)
	response, err := http.DefaultClient.Do(request)
	ts.Check(err)
	defer response.Body.Close()
	var answer bytes.Buffer
	_, err = io.Copy(&answer, response.Body)
	ts.Check(err)
	fmt.Fprintf(ts.Stdout(), "%d %s", response.StatusCode, answer.String())
}

// capture puts into $NAME what the group of a pattern matches in stdout.
func capture(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: capture NAME PATTERN")
	}
	pattern, err := regexp.Compile("(?m)" + args[1])
	ts.Check(err)
	found := pattern.FindStringSubmatch(ts.ReadFile("stdout"))
	if len(found) != 2 {
		ts.Fatalf("no match for %s with one group in stdout", args[1])
	}
	ts.Setenv(args[0], found[1])
}

// occupied takes a port until the script ends, and puts its address into $TAKEN.
func occupied(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: occupied")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { listener.Close() })
	ts.Setenv("TAKEN", listener.Addr().String())
}
