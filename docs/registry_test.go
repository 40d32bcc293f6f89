// Package docs_test writes what is generated from the field registry, for
// people and for forms, and holds it to what the checker accepts. Its German
// texts stand in registry.de.json.
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
// conditions, and what people are told of it in either language.
type registry struct {
	Tables     []table             `json:"tables"`
	Settings   []column            `json:"settings"`
	Types      map[string]cellType `json:"types"`
	Vocabulary vocabulary          `json:"vocabulary"`
	Conditions conditions          `json:"conditions"`
}

// text is a text in both languages. Most labels are German alone: in English
// the name is one.
type text struct {
	English string `json:"en,omitempty"`
	German  string `json:"de"`
}

type told struct {
	Label text `json:"label"`
	Doc   text `json:"doc"`
}

type table struct {
	Name string `json:"name"`
	told
	Columns []column `json:"columns"`
}

type column struct {
	Name string `json:"name"`
	told
	Type    string   `json:"type"`
	Needed  bool     `json:"needed"`
	Default any      `json:"default,omitempty"`
	Min     *float64 `json:"min,omitempty"` // of numbers; of a duration in seconds, of a boost in percent
	Max     *float64 `json:"max,omitempty"`
	Words   []string `json:"words,omitempty"`
	Refers  string   `json:"refers,omitempty"`
	Example string   `json:"example"`
	Family  bool     `json:"family"`
}

type cellType struct {
	Doc  text `json:"doc"`
	List bool `json:"list"`
}

type vocabulary struct {
	Touchpoints []string `json:"touchpoints"`
	Channels    []string `json:"channels"` // social.* stands for every network
	Milestones  []string `json:"milestones"`
	Standings   []string `json:"standings"`
	// What people call touchpoints and channels.
	Labels map[string]text `json:"labels"`
}

type conditions struct {
	Fields    []field             `json:"fields"`
	Functions []function          `json:"functions"`
	Operators map[string][]string `json:"operators"` // that compare, by the type of what they compare
	Labels    map[string]text     `json:"labels"`    // of these
	Signs     []sign              `json:"signs"`     // every operator
}

// What parse says of conditions, with the texts of both languages in place of
// its own.
type (
	field struct {
		parse.Field
		Label text `json:"label"`
		Doc   text `json:"doc"`
	}
	function struct {
		parse.Function
		Label text `json:"label"`
		Doc   text `json:"doc"`
	}
	sign struct {
		parse.Operator
		Label text `json:"label"`
		Doc   text `json:"doc"`
	}
)

func theRegistry(t *testing.T) *registry {
	t.Helper()
	g := readGerman(t)
	r := &registry{
		Settings: g.columns(tables.SettingsTable, tables.SettingRows()),
		Types:    map[string]cellType{},
		Vocabulary: vocabulary{
			Touchpoints: journey.Types(),
			Channels:    append(journey.Channels(), "social.*"),
			Milestones:  journey.Milestones(),
			Standings:   phase.Standings(),
			Labels:      map[string]text{},
		},
		Conditions: conditions{Operators: map[string][]string{}, Labels: map[string]text{}},
	}
	for _, name := range journey.Types() {
		r.Vocabulary.Labels[name] = g.of("", "touchpoints", name).Label
	}
	for _, name := range journey.Channels() {
		r.Vocabulary.Labels[name] = g.of("", "channels", name).Label
	}
	for _, name := range tables.Tables() {
		found, ok := tables.Find(name)
		if !ok {
			t.Fatalf("there is no table %s", name)
		}
		r.Tables = append(r.Tables, table{found.Name, g.of(found.Doc, "tables", found.Name), g.columns(found.Name, found.Columns)})
	}
	for _, kind := range tables.Types() {
		r.Types[string(kind)] = cellType{g.of(kind.Doc(), "types", string(kind)).Doc, kind.List()}
	}
	for _, f := range parse.Fields() {
		said := g.of(f.Doc, "conditions", f.Name)
		r.Conditions.Fields = append(r.Conditions.Fields, field{f, said.Label, said.Doc})
	}
	for _, f := range parse.Functions() {
		said := g.of(f.Doc, "conditions", f.Name)
		r.Conditions.Functions = append(r.Conditions.Functions, function{f, said.Label, said.Doc})
	}
	for _, o := range parse.Operators() {
		said := g.of(o.Doc, "conditions", o.Sign)
		r.Conditions.Signs = append(r.Conditions.Signs, sign{o, said.Label, said.Doc})
		for _, of := range o.Types {
			if o.Does != parse.Compares {
				continue
			}
			for _, sign := range []string{o.Sign, o.Negated} {
				if sign != "" {
					r.Conditions.Operators[of] = append(r.Conditions.Operators[of], sign)
					r.Conditions.Labels[sign] = g.of("", "comparisons", sign).Label
				}
			}
		}
	}
	g.hold()
	return r
}

func (g *german) columns(table string, described []tables.Column) []column {
	list := make([]column, len(described))
	for i := range described {
		c := &described[i]
		list[i] = column{
			Name: c.Name, told: g.of(c.Doc, "columns", table+"."+c.Name, "*."+c.Name), Type: string(c.Type), Needed: c.Needed,
			Default: c.Default, Words: c.Words, Refers: c.Refers, Example: c.Example, Family: c.Family(),
		}
		switch c.Type {
		case tables.Integer, tables.Number, tables.Numbers, tables.Duration, tables.Boosting:
			list[i].Min, list[i].Max = &c.Min, &c.Max
		}
	}
	return list
}

func TestTheServedRegistryIsTheCheckers(t *testing.T) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(theRegistry(t)); err != nil {
		t.Fatal(err)
	}
	golden(t, "../shared/gateway/registry.json", out.Bytes())
}

// Whatever a form asks for is explained there.
func TestEveryTypeOfACellIsExplained(t *testing.T) {
	r := theRegistry(t)
	check := func(name string, list []column) {
		for _, c := range list {
			if kind, ok := r.Types[c.Type]; !ok || !strings.HasSuffix(kind.Doc.English, ".") {
				t.Errorf("%s.%s is of type %s, which is not explained", name, c.Name, c.Type)
			}
		}
	}
	for _, one := range r.Tables {
		check(one.Name, one.Columns)
	}
	check(tables.SettingsTable, r.Settings)
}
