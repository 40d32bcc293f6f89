package docs_test

import (
	"encoding/json"
	"os"
	"testing"
)

// german is what registry.de.json says of everything in the registry: by table,
// by column ("*." stands for the tables that share one), by type, by field,
// function or sign of a condition, by what compares, by touchpoint and by
// channel.
type german struct {
	t     *testing.T
	texts map[string]map[string]germanText
	told  map[string]bool
}

type germanText struct {
	Label, Doc string
	English    string // label, where the name is none
}

const germanTexts = "registry.de.json"

func readGerman(t *testing.T) *german {
	t.Helper()
	body, err := os.ReadFile(germanTexts)
	if err != nil {
		t.Fatal(err)
	}
	g := &german{t: t, told: map[string]bool{}}
	if err := json.Unmarshal(body, &g.texts); err != nil {
		t.Fatalf("read %s: %v", germanTexts, err)
	}
	return g
}

// of joins an English text with the German one that is under the first of
// names, which must be there.
func (g *german) of(english, kind string, names ...string) told {
	g.t.Helper()
	for _, name := range names {
		found, ok := g.texts[kind][name]
		if !ok {
			continue
		}
		if found.Doc == "" && english != "" || found.Label == "" && kind != "types" {
			g.t.Errorf("%s: %s of %s has no label or no doc", germanTexts, name, kind)
		}
		g.told[kind+" "+name] = true
		return told{Label: text{English: found.English, German: found.Label}, Doc: text{English: english, German: found.Doc}}
	}
	g.t.Errorf("%s has no German text for %s of %s: %s", germanTexts, names[0], kind, english)
	return told{}
}

// hold reports texts that nobody asked for.
func (g *german) hold() {
	g.t.Helper()
	for kind, texts := range g.texts {
		for name := range texts {
			if !g.told[kind+" "+name] {
				g.t.Errorf("%s: %s of %s is in no table, setting, type or condition", germanTexts, name, kind)
			}
		}
	}
}
