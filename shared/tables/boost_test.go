package tables

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/journey"
)

func setting(id, value string) Row { return NewRow(SettingsTable, id, map[string]any{"value": value}) }

func moment(t *testing.T, text string) journey.Millis {
	t.Helper()
	var at journey.Millis
	if err := at.UnmarshalText([]byte(text)); err != nil {
		t.Fatal(err)
	}
	return at
}

func TestBoostsAreRead(t *testing.T) {
	set := Set{SettingsTable: {
		setting("zone", "Europe/Vienna"),
		setting("boost.sale", "50"),
		setting("boost.beds", " -12.5  until  2026-12-24 "),
		setting("boost.a:b.c-d", "1000 from 2026-12-01"),
		setting("boost.sofas", "50 from 2026-12-01 09:00 until 2026-12-24 18:00"),
		setting("boost.tables", "+5 from 2026-12-01T09:00:00Z until 2026-12-24T18:00:00+01:00"),
		NewRow(SettingsTable, "boost.lamps", map[string]any{"value": 20.0}),
	}}
	workspace, problems := set.Decode()
	if len(problems) > 0 {
		t.Fatalf("got problems %v, want none", problems)
	}
	within := func(from, until string) Schedule {
		s := Schedule{Zone: "Europe/Vienna"}
		if from != "" {
			s.Starts = moment(t, from)
		}
		if until != "" {
			s.Ends = moment(t, until)
		}
		return s
	}
	want := []Boost{
		{"a:b.c-d", 1000, within("2026-11-30T23:00:00Z", "")},
		{"beds", -12.5, within("", "2026-12-24T23:00:00Z")},
		{"lamps", 20, within("", "")},
		{"sale", 50, within("", "")},
		{"sofas", 50, within("2026-12-01T08:00:00Z", "2026-12-24T17:00:00Z")},
		{"tables", 5, within("2026-12-01T09:00:00Z", "2026-12-24T17:00:00Z")},
	}
	if diff := cmp.Diff(want, workspace.Settings.Boosts); diff != "" {
		t.Error(diff)
	}
}

func TestBoostsThatAreWrong(t *testing.T) {
	for value, want := range map[string]string{
		"":       "settings/boost.x.value: is needed, such as 50 until 2026-12-24",
		"a lot":  "settings/boost.x.value: must begin with a percentage, such as 50 or -20, which from and until may follow: 50 from 2026-12-01 until 2026-12-24 18:00",
		"50%":    "settings/boost.x.value: write 50 without the percent sign",
		"-101":   "settings/boost.x.value: must be from -100 to 1000 percent",
		"1000.1": "settings/boost.x.value: must be from -100 to 1000 percent",

		"50 untill 2026-12-24":                           "settings/boost.x.value+3: only from and until may follow the percentage, each with a time; did you mean until?",
		"50 2026-12-24":                                  "settings/boost.x.value+3: only from and until may follow the percentage, each with a time",
		"50 until":                                       "settings/boost.x.value+8: a time has to follow until, such as 2026-12-24 or 2026-12-24 18:00",
		"50 until soon":                                  "settings/boost.x.value+9: what follows until must be a time such as 2026-11-22, 2026-11-22 18:00 or 2026-11-22T18:00:00+01:00",
		"50 until 2026-12-24 25:00":                      "settings/boost.x.value+9: what follows until must be a time such as 2026-11-22, 2026-11-22 18:00 or 2026-11-22T18:00:00+01:00",
		"50 from 1970-01-01":                             "settings/boost.x.value+8: what follows from must be in the years 1990 to 2200",
		"50 until 2026-12-24 from 2026-12-01":            "settings/boost.x.value+20: from stands once, and before until",
		"50 from 2026-12-01 until 2026-12-24 until 2027": "settings/boost.x.value+36: until stands once, at the end",
		"50 until 2026-12-24 at noon":                    "settings/boost.x.value+20: only from and until may follow the percentage, each with a time",
		"50 from 2026-12-24 until 2026-12-23":            "settings/boost.x.value+19: until must be later than from, or the boost never holds",
		// In Vienna one o'clock is midnight in Greenwich.
		"50 from 2026-12-24T00:30:00Z until 2026-12-24 01:00": "settings/boost.x.value+29: until must be later than from, or the boost never holds",
	} {
		_, problems := Set{SettingsTable: {setting("zone", "Europe/Vienna"), setting("boost.x", value)}}.Decode()
		if len(problems) != 1 || problems[0].String() != want {
			t.Errorf("%q: got %v, want %s", value, problems, want)
		}
	}
	for id, want := range map[string]string{
		"boost.":            "settings/boost..id: is not of the form boost.<tag>, such as boost.summer",
		"boost.summer sale": "settings/boost.summer sale.id: must be an id: 1 to 64 of A-Z, a-z, 0-9, _ . : and -, the first a letter or a digit",
	} {
		_, problems := Set{SettingsTable: {setting(id, "5")}}.Decode()
		if len(problems) != 1 || problems[0].String() != want {
			t.Errorf("%q: got %v, want %s", id, problems, want)
		}
	}
}

// What cannot be read is refused when a row is stored; what is merely not
// allowed is stored and named.
func TestWhichBoostsCanBeStored(t *testing.T) {
	for value, stored := range map[string]bool{
		"50": true, "5000": true, "50 from 2026-12-24 until 2026-12-23": true, "much": false, "50 until soon": false, "50 till 2026-12-24": false,
	} {
		if got := Unreadable(SettingsTable, setting("boost.x", value)); (len(got) == 0) != stored {
			t.Errorf("%q: got %v, want stored %v", value, got, stored)
		}
	}
}
