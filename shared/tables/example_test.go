package tables_test

import (
	"fmt"

	"wegweiser/shared/tables"
)

func ExampleSet_Decode() {
	rows, _ := tables.ReadCSV(tables.RulesTable, []byte("id,placements,standings,items,choose\n"+
		"win-back,home-hero|mail-offer,lapsd,voucher,fixd\n"))
	set := tables.Set{tables.RulesTable: rows}
	_, problems := set.Decode()
	for _, p := range problems {
		fmt.Println(p)
	}
	// Output:
	// rules/win-back.choose: must be fixed, weighted or rank; did you mean fixed?
	// rules/win-back.standings: lapsd: must be prospect, active, cooling or lapsed; did you mean lapsed?
}

func ExampleNewRow() {
	row := tables.NewRow(tables.ItemsTable, "sofa-guide", map[string]any{
		"kind": "content", "tags": "guide|sofas", "value": "49.90", "content.title.de": "Das richtige Sofa",
	})
	body, _ := row.MarshalJSON()
	fmt.Println(string(body))
	// Output:
	// {"id":"sofa-guide","content.title.de":"Das richtige Sofa","kind":"content","tags":["guide","sofas"],"value":49.9}
}

func ExampleFind() {
	table, _ := tables.Find(tables.PlacementsTable)
	for _, column := range table.Columns {
		fmt.Printf("%s (%s): %s\n", column.Name, column.Type, column.Doc)
	}
	// Output:
	// id (id): The name that pages and mail templates ask for.
	// kind (word): What may be shown there; empty for anything.
	// size (text): How large the place is, for those who make the items.
	// count (integer): How many items are shown there.
	// fallback (id): The item that is shown when no rule fits, or when nothing may be known about the visitor.
}
