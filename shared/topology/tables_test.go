package topology_test

import (
	"slices"
	"strings"
	"testing"

	"wegweiser/shared/topology"
)

func TestFunctionsUseTablesThatExist(t *testing.T) {
	var names, variables []string
	for _, table := range topology.Tables() {
		names, variables = append(names, table.Name), append(variables, table.Env)
		if !strings.HasPrefix(table.Env, "WEGWEISER_TABLE_") {
			t.Errorf("table %s: its variable is %s, want WEGWEISER_TABLE_…", table.Name, table.Env)
		}
	}
	for _, list := range [][]string{names, variables} {
		slices.Sort(list)
		if got := len(slices.Compact(slices.Clone(list))); got != len(list) {
			t.Errorf("%v: got one twice, want each once", list)
		}
	}
	for _, f := range topology.Functions() {
		for _, grant := range f.Grants {
			if !slices.Contains(names, grant.Table) {
				t.Errorf("%s uses table %s, which is none of %v", f.Name, grant.Table, names)
			}
		}
	}
}

func TestTableNamesFrom(t *testing.T) {
	variables := map[string]string{}
	lookup := func(name string) (string, bool) { value, ok := variables[name]; return value, ok }
	for _, table := range topology.Tables() {
		if _, err := topology.TableNamesFrom(lookup); err == nil || !strings.Contains(err.Error(), table.Env) {
			t.Errorf("without %s: got error %v, want one that names it", table.Env, err)
		}
		variables[table.Env] = "deployed-" + table.Name
	}
	names, err := topology.TableNamesFrom(lookup)
	if err != nil || names[topology.ConfigTable] != "deployed-config" {
		t.Errorf("got %v, %v, want the deployed names", names, err)
	}
}

// People edit rows in the console under the names that the documentation says.
func TestRowsAreUnderPlainNames(t *testing.T) {
	if topology.Workspace != "" {
		t.Errorf("partitions start with %q, want nothing before the name of a config table", topology.Workspace)
	}
	for _, table := range topology.Tables() {
		if table.Name == topology.ConfigTable && (table.Partition.Name != "table" || table.Sort.Name != "id") {
			t.Errorf("got the keys %s and %s, want table and id", table.Partition.Name, table.Sort.Name)
		}
	}
}
