package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// run runs a command line in this process.
func run(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	p := &program{
		stdin: strings.NewReader(""), stdout: &out, stderr: &err,
		lookup: func(string) (string, bool) { return "", false },
	}
	code = p.run(t.Context(), args)
	return code, out.String(), err.String()
}

// nobody returns the address of a server that is not there.
func nobody(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return "http://" + listener.Addr().String()
}

func TestExitCodes(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	for name, test := range map[string]struct {
		args   []string
		code   int
		stderr string
	}{
		"Version":          {[]string{"version"}, 0, ""},
		"NoCommand":        {nil, 0, ""},
		"Failed":           {[]string{"report", "phases", "--data", data}, 1, "wegweiser report phases: there is no data folder"},
		"UnknownCommand":   {[]string{"srve"}, 2, `wegweiser: there is no command "srve"; did you mean "serve"?`},
		"UnknownBelow":     {[]string{"config", "aply", "x"}, 2, `wegweiser config: there is no command "aply"; did you mean "apply"?`},
		"UnknownFlag":      {[]string{"serve", "--port", "80"}, 2, "wegweiser serve: unknown flag: --port"},
		"BadListen":        {[]string{"serve", "--listen", "8080", "--data", data}, 2, "--listen must be an address of this machine and a port"},
		"BadStore":         {[]string{"serve", "--store", "sqlite", "--listen", "127.0.0.1:0", "--data", data}, 2, "--store must be embedded or dynamodb"},
		"MissingArgument":  {[]string{"config", "apply"}, 2, "wegweiser config apply: PATH is missing"},
		"SpareArgument":    {[]string{"keys", "all"}, 2, `"all" is one argument too many`},
		"MissingMap":       {[]string{"import", "x.csv"}, 2, "--map is missing"},
		"BadOutput":        {[]string{"report", "phases", "-o", "xml"}, 2, "-o must be table, json or csv"},
		"UnknownFunction":  {[]string{"invoke", "deside", "x.json"}, 2, `there is no function "deside"; there are collect, decide`},
		"TwoWorlds":        {[]string{"invoke", "decide", "x.json", "--data", "a", "--world", "b"}, 2, "name one of them"},
		"NobodyAnswers":    {[]string{"report", "phases", "--url", nobody(t), "--key", "k"}, 3, "does not answer"},
		"EmptyInput":       {[]string{"config", "apply", "-t", "items", "-"}, 1, "stdin is empty"},
		"UnknownTable":     {[]string{"config", "check", "-t", "item", "-"}, 2, `there is no table "item"; did you mean "items"?`},
		"EndlessBoost":     {[]string{"config", "boost", "sofas", "50"}, 2, "--until is missing"},
		"BadRows":          {[]string{"config", "dry-run", "--rows", "some"}, 2, "--rows must be changed, all or none"},
		"BadContext":       {[]string{"config", "preview", "--context", "x"}, 2, "--context must be like channel=app"},
		"NobodyDryRuns":    {[]string{"config", "dry-run", "--url", nobody(t), "--key", "k"}, 3, "does not answer"},
		"NobodyTakesRows":  {[]string{"config", "apply", "demo/rows", "--url", nobody(t), "--key", "k"}, 3, "does not answer"},
		"BadURL":           {[]string{"report", "phases", "--url", "api.shop.example", "--key", "k"}, 2, "--url must be like https://api.shop.example"},
		"NoKey":            {[]string{"report", "phases", "--url", nobody(t)}, 1, "wants a key: set WEGWEISER_SECRET_KEY or WEGWEISER_ADMIN_KEY, or name one with --key"},
		"DynamoWithoutEnv": {[]string{"report", "phases", "--store", "dynamodb"}, 1, "WEGWEISER_TABLE_VISITORS is not set"},
	} {
		t.Run(name, func(t *testing.T) {
			code, _, stderr := run(t, test.args...)
			if code != test.code || !strings.Contains(stderr, test.stderr) || test.code == 0 && stderr != "" {
				t.Errorf("got %d and %q, want %d and %q", code, stderr, test.code, test.stderr)
			}
		})
	}
}

func TestEveryCommandShowsAnExample(t *testing.T) {
	seen := 0
	var look func(c *cobra.Command)
	look = func(c *cobra.Command) {
		for _, child := range c.Commands() {
			look(child)
		}
		if !c.Runnable() || c.HasSubCommands() || c.Name() == "help" || c.Name() == "version" {
			return
		}
		seen++
		if c.Example == "" {
			t.Errorf("%s shows no example", c.CommandPath())
		}
	}
	look((&program{stdout: io.Discard, stderr: io.Discard}).root())
	if seen < 20 {
		t.Errorf("looked at %d commands, want all", seen)
	}
}

// Ctrl-C before the demo shop is there is an end like any other.
func TestCtrlCWhileTheDemoShopIsMade(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	var stderr bytes.Buffer
	p := &program{stdout: io.Discard, stderr: &stderr, lookup: func(string) (string, bool) { return "", false }}
	code := p.run(ctx, []string{"serve", "--demo", "--listen", "127.0.0.1:0", "--data", t.TempDir()})
	if code != 0 || strings.Contains(stderr.String(), "wegweiser serve: ") {
		t.Errorf("got %d and %q, want an end without complaint", code, stderr.String())
	}
}

// The demo's tables are free of problems, and so is their way through the
// command line.
func TestDemoRowsAreSound(t *testing.T) {
	code, stdout, stderr := run(t, "config", "check", "demo/rows")
	if code != 0 || stderr != "" || !strings.HasPrefix(stdout, "demo/rows: ") {
		t.Errorf("got %d, %q, %q, want no problem and no warning", code, stdout, stderr)
	}
}
