package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"wegweiser/shared/topology"
)

// template is what the tests read of a synthesised template.
type template struct {
	Parameters map[string]struct {
		Type   string
		NoEcho bool
	}
	Resources map[string]resource
	Outputs   map[string]struct{ Value any }
}

type resource struct {
	Type                string
	Properties          map[string]any
	DeletionPolicy      string
	UpdateReplacePolicy string
}

// of returns the resources of one type by their logical ids.
func (t template) of(kind string) map[string]resource {
	found := map[string]resource{}
	for id, r := range t.Resources {
		if r.Type == kind {
			found[id] = r
		}
	}
	return found
}

// named returns the one resource of a type whose logical id starts with what
// the topology calls it.
func (t template) named(tb testing.TB, kind, name, suffix string) resource {
	tb.Helper()
	prefix := *construct(name, suffix)
	for id, r := range t.of(kind) {
		if strings.HasPrefix(id, prefix) {
			return r
		}
	}
	tb.Fatalf("the template has no %s %s", kind, prefix)
	return resource{}
}

// at follows keys and list positions into a property.
func at(value any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			fields, _ := value.(map[string]any)
			value = fields[step]
		case int:
			list, _ := value.([]any)
			if step >= len(list) {
				return nil
			}
			value = list[step]
		}
	}
	return value
}

// refers says whether a value is {"Ref": id} with an id of that prefix, or the
// like with Fn::GetAtt.
func refers(value any, name, suffix string) bool {
	id, _ := at(value, "Ref").(string)
	if id == "" {
		id, _ = at(value, "Fn::GetAtt", 0).(string)
	}
	return strings.HasPrefix(id, *construct(name, suffix))
}

// synthesised is what a deployment with default settings is. jsii starts a
// process of Node: once for all tests.
var synthesised = sync.OnceValues(func() (templates, error) { return synth(nil) })

// templates are those of the two stacks, as text.
type templates struct{ whole, console []byte }

// load returns the template of what answers, or skips where there is no Node.
func load(t *testing.T) template { return parsed(t, written(t).whole) }

// loadConsole does so with the console's.
func loadConsole(t *testing.T) template { return parsed(t, written(t).console) }

func parsed(t *testing.T, text []byte) template {
	t.Helper()
	var p template
	if err := json.Unmarshal(text, &p); err != nil {
		t.Fatal(err)
	}
	return p
}

func written(t *testing.T) templates {
	t.Helper()
	needNode(t)
	both, err := synthesised()
	if err != nil {
		t.Fatal(err)
	}
	return both
}

func needNode(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("node"); err == nil || os.Getenv("JSII_NODE") != "" {
		return
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("node is missing: the CDK needs Node.js 20 or newer on the path")
	}
	t.Skip("node is missing: the CDK needs Node.js 20 or newer on the path")
}

// synth writes the stacks with stand-ins for the functions' zips.
func synth(context map[string]any) (both templates, err error) {
	dir, err := os.MkdirTemp("", "infra")
	if err != nil {
		return both, err
	}
	defer os.RemoveAll(dir)
	for _, f := range topology.Functions() {
		if err := os.WriteFile(filepath.Join(dir, f.Name+".zip"), []byte(f.Name), 0o644); err != nil {
			return both, err
		}
	}
	all := map[string]any{"assets": dir}
	for key, value := range context {
		all[key] = value
	}
	app := awscdk.NewApp(&awscdk.AppProps{
		Outdir:             jsii.String(filepath.Join(dir, "out")),
		AnalyticsReporting: jsii.Bool(false),
		Context:            &all,
	})
	s, err := readSettings(app)
	if err != nil {
		return both, err
	}
	newStacks(app, s)
	app.Synth(nil)
	for name, text := range map[string]*[]byte{s.name: &both.whole, s.name + "-console": &both.console} {
		if *text, err = os.ReadFile(filepath.Join(dir, "out", name+".template.json")); err != nil {
			return both, err
		}
	}
	return both, nil
}
