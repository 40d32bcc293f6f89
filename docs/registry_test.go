// Package docs_test writes what is generated from the field registry, for
// people and for forms, and holds it to what the checker accepts.
package docs_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/journey"
	"wegweiser/shared/phase"
	"wegweiser/shared/rule/parse"
	"wegweiser/shared/tables"
)

var update = flag.Bool("update", false, "write what is generated anew")

// golden compares a generated file with the one that is committed, or writes it.
func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s is not what the registry says now; make golden writes it (-there +generated):\n%s", path, diff)
	}
}

// registry is everything that a form has to know of tables, settings and
// conditions.
type registry struct {
	Tables     []table             `json:"tables"`
	Settings   []column            `json:"settings"`
	Types      map[string]cellType `json:"types"`
	Vocabulary vocabulary          `json:"vocabulary"`
	Conditions conditions          `json:"conditions"`
}

type table struct {
	Name    string   `json:"name"`
	Doc     string   `json:"doc"`
	Columns []column `json:"columns"`
}

type column struct {
	Name    string   `json:"name"`
	Type    string   `json:"type"`
	Needed  bool     `json:"needed"`
	Default any      `json:"default,omitempty"`
	Min     *float64 `json:"min,omitempty"` // of numbers; of a duration in seconds, of a boost in percent
	Max     *float64 `json:"max,omitempty"`
	Words   []string `json:"words,omitempty"`
	Refers  string   `json:"refers,omitempty"`
	Example string   `json:"example"`
	Doc     string   `json:"doc"`
	Family  bool     `json:"family"`
}

type cellType struct {
	Doc  string `json:"doc"`
	List bool   `json:"list"`
}

type vocabulary struct {
	Touchpoints []string `json:"touchpoints"`
	Channels    []string `json:"channels"` // social.* stands for every network
	Milestones  []string `json:"milestones"`
	Standings   []string `json:"standings"`
}

type conditions struct {
	Fields    []parse.Field       `json:"fields"`
	Functions []parse.Function    `json:"functions"`
	Operators map[string][]string `json:"operators"` // that compare, by the type of what they compare
	Signs     []parse.Operator    `json:"signs"`     // every operator
}

func theRegistry(t *testing.T) *registry {
	t.Helper()
	r := &registry{
		Settings: columns(tables.SettingRows()),
		Types:    map[string]cellType{},
		Vocabulary: vocabulary{
			Touchpoints: journey.Types(),
			Channels:    append(journey.Channels(), "social.*"),
			Milestones:  journey.Milestones(),
			Standings:   phase.Standings(),
		},
		Conditions: conditions{
			Fields: parse.Fields(), Functions: parse.Functions(), Operators: map[string][]string{}, Signs: parse.Operators(),
		},
	}
	for _, name := range tables.Tables() {
		found, ok := tables.Find(name)
		if !ok {
			t.Fatalf("there is no table %s", name)
		}
		r.Tables = append(r.Tables, table{found.Name, found.Doc, columns(found.Columns)})
	}
	for _, kind := range tables.Types() {
		r.Types[string(kind)] = cellType{kind.Doc(), kind.List()}
	}
	for _, o := range parse.Operators() {
		for _, of := range o.Types {
			if o.Does != parse.Compares {
				continue
			}
			for _, sign := range []string{o.Sign, o.Negated} {
				if sign != "" {
					r.Conditions.Operators[of] = append(r.Conditions.Operators[of], sign)
				}
			}
		}
	}
	return r
}

func columns(described []tables.Column) []column {
	list := make([]column, len(described))
	for i := range described {
		c := &described[i]
		list[i] = column{
			Name: c.Name, Type: string(c.Type), Needed: c.Needed, Default: c.Default, Words: c.Words,
			Refers: c.Refers, Example: c.Example, Doc: c.Doc, Family: c.Family(),
		}
		switch c.Type {
		case tables.Integer, tables.Number, tables.Numbers, tables.Duration, tables.Boosting:
			list[i].Min, list[i].Max = &c.Min, &c.Max
		}
	}
	return list
}

func TestTheConsolesRegistryIsTheCheckers(t *testing.T) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(theRegistry(t)); err != nil {
		t.Fatal(err)
	}
	golden(t, "../web/console/src/generated/registry.json", out.Bytes())
}

// Whatever a form asks for is explained there.
func TestEveryTypeOfACellIsExplained(t *testing.T) {
	r := theRegistry(t)
	check := func(name string, list []column) {
		for _, c := range list {
			if kind, ok := r.Types[c.Type]; !ok || !strings.HasSuffix(kind.Doc, ".") {
				t.Errorf("%s.%s is of type %s, which is not explained", name, c.Name, c.Type)
			}
		}
	}
	for _, one := range r.Tables {
		check(one.Name, one.Columns)
	}
	check(tables.SettingsTable, r.Settings)
}
