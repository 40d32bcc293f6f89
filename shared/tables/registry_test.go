package tables

import (
	"slices"
	"strings"
	"testing"

	"wegweiser/shared/phase"
	"wegweiser/shared/rule"
)

// described calls test with every column and setting.
func described(t *testing.T, test func(t *testing.T, c *Column)) {
	t.Helper()
	for _, name := range Tables() {
		table, ok := Find(name)
		if !ok {
			t.Fatalf("Find(%q) finds nothing", name)
		}
		for i := range table.Columns {
			t.Run(name+"."+table.Columns[i].Name, func(t *testing.T) { test(t, &table.Columns[i]) })
		}
	}
	for i := range settings {
		t.Run("setting "+settings[i].Name, func(t *testing.T) { test(t, &settings[i]) })
	}
}

func TestEveryColumnIsExplained(t *testing.T) {
	described(t, func(t *testing.T, c *Column) {
		if len(c.Doc) < 15 || !strings.HasSuffix(c.Doc, ".") || strings.Count(c.Doc, ". ") > 0 {
			t.Errorf("doc is %q, want one sentence", c.Doc)
		}
		if c.Example == "" {
			t.Error("there is no example")
		}
	})
}

func TestExamplesAndDefaultsAreAllowed(t *testing.T) {
	described(t, func(t *testing.T, c *Column) {
		if f := c.look(form(c.Type, c.Example)); f != nil {
			t.Errorf("example %s: %s", c.Example, f.message)
		}
		if c.Default == nil {
			return
		}
		if f := c.look(c.Default); f != nil {
			t.Errorf("default %v: %s", c.Default, f.message)
		}
	})
}

func TestRequiredColumnsHaveNoDefault(t *testing.T) {
	described(t, func(t *testing.T, c *Column) {
		if c.Needed && c.Default != nil {
			t.Errorf("needed, and defaults to %v", c.Default)
		}
	})
}

func TestReferencesNameTables(t *testing.T) {
	described(t, func(t *testing.T, c *Column) {
		if c.Refers != "" && !slices.Contains(Tables(), c.Refers) {
			t.Errorf("refers to %q, which is no table", c.Refers)
		}
	})
}

func TestColumnFindsFamilies(t *testing.T) {
	for _, c := range []struct{ table, name, want string }{
		{ItemsTable, "content.title", "content.<field>[.<locale>]"},
		{ItemsTable, "content.title.de", "content.<field>[.<locale>]"},
		{ItemsTable, "content.title.de-AT", "content.<field>[.<locale>]"},
		{ItemsTable, "content.title.zh-Hant-TW", "content.<field>[.<locale>]"},
		{ItemsTable, "content", ""},
		{ItemsTable, "content.", ""},
		{ItemsTable, "content.title.", ""},
		{ItemsTable, "content.title.German", ""},
		{ItemsTable, "content.title.de.at", ""},
		{ItemsTable, "content.<field>", ""},
		{PhasesTable, "label.de", "label.<locale>"},
		{PhasesTable, "label", ""},
		{PhasesTable, "label.de_AT", ""},
	} {
		table, _ := Find(c.table)
		got := ""
		if column, ok := table.Column(c.name); ok {
			got = column.Name
		}
		if got != c.want {
			t.Errorf("%s.%s belongs to %q, want %q", c.table, c.name, got, c.want)
		}
	}
}

// The standings are words of package phase, and settings declare rule's types;
// this package repeats only their spelling.
func TestWordsAreThoseOfOtherPackages(t *testing.T) {
	if got, want := standings, phase.Standings(); !slices.Equal(got, want) {
		t.Errorf("standings are %q, want %q", got, want)
	}
	for _, name := range valueKinds {
		if _, ok := rule.ParseType(name); !ok {
			t.Errorf("%s is not a type of package rule", name)
		}
	}
}
