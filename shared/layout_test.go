// Package shared_test holds the rules of the layout: who may import whom, and
// what must not be linked where.
package shared_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
)

const module = "wegweiser/"

// order is the library from the ground up: a package imports only from those
// before it, and a package below another one keeps its parent's place.
var order = []string{
	"journey", "topology", "rule", "phase", "tables", "rank", "snapshot", "store",
	"personalize", "ingest", "measure", "gateway", "client", "local", "replay",
}

// backends, and what stands below them, are imported by mains and tests alone,
// and by what helps tests.
var backends = []string{module + "shared/store/dynamo", module + "shared/store/embedded"}

// What must not be linked in some places. A pattern ends in /... as those of
// the go command do.
var (
	expressions = []string{"github.com/expr-lang/...", "github.com/google/cel-go/...", "cel.dev/..."}
	embedded    = []string{"go.etcd.io/bbolt/..."}
	aws         = []string{"github.com/aws/..."}
	input       = []string{"net", "net/http", module + "shared/store/..."}
	fitting     = []string{module + "shared/rank/fit"}
)

type pkg struct {
	ImportPath string
	Name       string
	Imports    []string
	Deps       []string
	Error      *struct{ Err string }
}

// listed is every package of the module, as the go command sees it.
var listed = sync.OnceValues(func() ([]pkg, error) {
	command := exec.Command("go", "list", "-e", "-json=ImportPath,Name,Imports,Deps,Error", "./...")
	command.Dir = ".."
	out, err := command.Output()
	if err != nil {
		return nil, err
	}
	var pkgs []pkg
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return pkgs, nil
		} else if err != nil {
			return nil, err
		}
		pkgs = append(pkgs, p)
	}
})

func packages(t *testing.T) []pkg {
	t.Helper()
	pkgs, err := listed()
	if err != nil {
		t.Fatalf("list the packages: %v", err)
	}
	return pkgs
}

func find(t *testing.T, path string) pkg {
	t.Helper()
	for _, p := range packages(t) {
		if p.ImportPath == module+path {
			return p
		}
	}
	t.Fatalf("there is no package %s", path)
	return pkg{}
}

// place is where a package of the library stands in the order.
func place(path string) (int, bool) {
	inner, shared := strings.CutPrefix(path, module+"shared/")
	if !shared {
		return 0, false
	}
	top, _, _ := strings.Cut(inner, "/")
	return slices.Index(order, top), true
}

func TestImportsPointToTheGround(t *testing.T) {
	for _, p := range packages(t) {
		own, shared := place(p.ImportPath)
		if shared && own < 0 {
			t.Errorf("%s has no place in the order of the library", p.ImportPath)
		}
		if !shared || p.Name == "main" {
			continue
		}
		for _, imported := range p.Imports {
			other, shared := place(imported)
			switch {
			case shared && other > own:
				t.Errorf("%s imports %s, which stands above it", p.ImportPath, imported)
			case !shared && strings.HasPrefix(imported, module):
				t.Errorf("%s imports %s, which is not of the library", p.ImportPath, imported)
			}
		}
	}
	for _, imported := range find(t, "shared/journey").Imports {
		if strings.HasPrefix(imported, module) {
			t.Errorf("shared/journey imports %s: it stands on nothing of ours", imported)
		}
	}
}

func TestOnlyMainsImportABackend(t *testing.T) {
	for _, p := range packages(t) {
		if p.Name == "main" || strings.HasSuffix(p.Name, "test") || ofBackend(p.ImportPath) {
			continue
		}
		for _, imported := range p.Imports {
			if ofBackend(imported) {
				t.Errorf("%s imports %s", p.ImportPath, imported)
			}
		}
	}
}

// ofBackend reports whether a package is a backend, or stands below one.
func ofBackend(path string) bool {
	return slices.ContainsFunc(backends, func(backend string) bool {
		return path == backend || strings.HasPrefix(path, backend+"/")
	})
}

func TestNobodyImportsInfra(t *testing.T) {
	for _, p := range packages(t) {
		if strings.HasPrefix(p.ImportPath, module+"infra") {
			continue
		}
		for _, imported := range p.Imports {
			if strings.HasPrefix(imported, module+"infra") || strings.HasPrefix(imported, "github.com/aws/aws-cdk-go/") {
				t.Errorf("%s imports %s", p.ImportPath, imported)
			}
		}
	}
}

func TestNotLinked(t *testing.T) {
	for _, c := range []struct {
		path      string
		forbidden []string
	}{
		{"shared/snapshot", slices.Concat(input, expressions, aws, fitting)},
		{"shared/personalize", slices.Concat(embedded, expressions, aws)},
		{"shared/gateway", slices.Concat(embedded, expressions)},
		{"functions/collect", slices.Concat(embedded, expressions, fitting)},
		{"functions/decide", slices.Concat(embedded, expressions, fitting)},
		{"functions/visitors", slices.Concat(embedded, expressions)},
		{"functions/rollup", slices.Concat(embedded, expressions)},
		{"functions/configure", slices.Concat(embedded, fitting)},
	} {
		t.Run(c.path, func(t *testing.T) {
			for _, dependency := range find(t, c.path).Deps {
				for _, pattern := range c.forbidden {
					if matches(pattern, dependency) {
						t.Errorf("%s links %s", c.path, dependency)
					}
				}
			}
		})
	}
}

func matches(pattern, path string) bool {
	tree, all := strings.CutSuffix(pattern, "/...")
	return path == tree || all && strings.HasPrefix(path, tree+"/")
}

// Marketers' conditions are read where they are edited.
func TestConfigureReadsConditions(t *testing.T) {
	if !slices.Contains(find(t, "functions/configure").Deps, module+"shared/rule/parse") {
		t.Error("functions/configure does not link rule/parse: it could not check a condition")
	}
}
