package tables

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
)

//go:embed presets
var presets embed.FS

// DefaultPreset is the phase model of Builtin.
const DefaultPreset = "five-phase"

// Presets returns the names of the shipped phase models.
func Presets() []string {
	var names []string
	entries, _ := fs.ReadDir(presets, "presets")
	for _, e := range entries {
		if e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return names
}

// Preset returns the rows of a shipped phase model: its phases and its signals
// for the whole vocabulary.
func Preset(name string) (Set, error) {
	set := Set{}
	for _, table := range []string{PhasesTable, SignalsTable} {
		text, err := presets.ReadFile("presets/" + name + "/" + table + ".csv")
		if err != nil {
			return nil, fmt.Errorf("there is no preset called %q; there are %s", name, strings.Join(Presets(), ", "))
		}
		rows, problems := ReadCSV(table, text)
		if len(problems) > 0 {
			return nil, fmt.Errorf("read preset %s: %s", name, problems[0].String())
		}
		set.Add(table, rows...)
	}
	return set, nil
}

// Builtin returns what is live where nothing was ever published: the default
// preset, and no placements.
func Builtin() (Set, error) { return Preset(DefaultPreset) }
