package tables

import (
	"slices"
	"testing"

	"wegweiser/shared/journey"
)

func TestPresetsAreReadable(t *testing.T) {
	if got, want := Presets(), []string{"attention-to-sharing", "five-phase", "four-phase"}; !slices.Equal(got, want) {
		t.Fatalf("Presets() = %q, want %q", got, want)
	}
	for _, name := range Presets() {
		t.Run(name, func(t *testing.T) {
			set, err := Preset(name)
			if err != nil {
				t.Fatal(err)
			}
			w, problems := set.Decode()
			for _, p := range problems {
				t.Error(p)
			}
			phases := map[string]bool{}
			for _, p := range w.Phases {
				phases[p.ID] = true
				for _, locale := range []string{"de", "en"} {
					if p.Label[locale] == "" {
						t.Errorf("phase %s has no label in %s", p.ID, locale)
					}
				}
			}
			types := map[string]bool{}
			for _, s := range w.Signals {
				types[s.Type] = true
				if !phases[s.Phase] {
					t.Errorf("signal %s speaks for %s, which is no phase of the preset", s.ID, s.Phase)
				}
			}
			for _, name := range journey.Types() {
				if !types[name] {
					t.Errorf("no signal says anything about %s", name)
				}
			}
		})
	}
}

func TestPresetUnknown(t *testing.T) {
	for _, name := range []string{"", "six-phase", "..", "README.md"} {
		if set, err := Preset(name); err == nil {
			t.Errorf("Preset(%q) gives %d rows, want an error", name, set.Len())
		}
	}
}

func TestBuiltinIsTheDefaultPreset(t *testing.T) {
	builtin, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	preset, err := Preset(DefaultPreset)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(builtin.canonical()), string(preset.canonical()); got != want {
		t.Errorf("Builtin is\n%s\nwant\n%s", got, want)
	}
	if len(builtin[PlacementsTable]) > 0 {
		t.Errorf("Builtin has placements %v, want none", builtin[PlacementsTable])
	}
}
