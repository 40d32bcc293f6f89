package main

import (
	"bytes"
	"fmt"
	"maps"
	"slices"

	"wegweiser/shared/personalize"
	"wegweiser/shared/store"
	"wegweiser/shared/tables"
)

// changes returns the whole set as it will be, and the edits that make it of
// the draft: in the tables of wanted what differs, in others nothing. With keep
// they delete no row.
func changes(wanted tables.Set, draft []personalize.ConfigRow, keep bool) (tables.Set, []personalize.ConfigEdit, error) {
	set := maps.Clone(wanted)
	bodies := map[[2]string][]byte{}
	for table, rows := range wanted {
		for _, row := range rows {
			body, err := row.MarshalJSON()
			if err != nil {
				return nil, nil, fmt.Errorf("write row %s of %s: %w", row.ID, table, err)
			}
			bodies[[2]string{table, row.ID}] = body
		}
	}
	var edits []personalize.ConfigEdit
	for _, have := range draft {
		row, _ := tables.ReadRow(have.Table, "", have.Row)
		if _, ours := wanted[have.Table]; !ours {
			set.Add(have.Table, row)
			continue
		}
		key := [2]string{have.Table, row.ID}
		body, stays := bodies[key]
		delete(bodies, key)
		now, err := row.MarshalJSON()
		switch {
		case err != nil:
			return nil, nil, fmt.Errorf("read row %s of %s: %w", row.ID, have.Table, err)
		case !stays && keep:
			set[have.Table] = append(slices.Clip(set[have.Table]), row)
		case !stays:
			edits = append(edits, personalize.ConfigEdit{Table: have.Table, Delete: row.ID, Version: have.Version})
		case !bytes.Equal(body, now):
			edits = append(edits, personalize.ConfigEdit{Table: have.Table, Row: body, Version: have.Version})
		}
	}
	for _, key := range slices.SortedFunc(maps.Keys(bodies), func(a, b [2]string) int { return slices.Compare(a[:], b[:]) }) {
		edits = append(edits, personalize.ConfigEdit{Table: key[0], Row: bodies[key]})
	}
	return set, edits, nil
}

// callBytes bounds the rows of a call, whose body may have 1 MB.
const callBytes = 900 << 10

// calls divides edits into as many calls as they need.
func calls(edits []personalize.ConfigEdit) [][]personalize.ConfigEdit {
	var out [][]personalize.ConfigEdit
	from, size := 0, 0
	for i := range edits {
		if i-from == personalize.MaxConfigRows || size+len(edits[i].Row) > callBytes {
			out = append(out, edits[from:i])
			from, size = i, 0
		}
		size += len(edits[i].Row)
	}
	if from < len(edits) {
		out = append(out, edits[from:])
	}
	return out
}

// notKept returns a problem for each row that no store would take.
func notKept(set tables.Set) (problems []tables.Problem) {
	report := func(table, id, message string, args ...any) {
		problems = append(problems, tables.Problem{Table: table, Row: id, Severity: tables.Error, Message: fmt.Sprintf(message, args...)})
	}
	for table, rows := range set {
		for _, row := range rows {
			body, err := row.MarshalJSON()
			if err == nil && len(body) > store.MaxRowBytes {
				report(table, row.ID, "has %d bytes as JSON; a row may have %d", len(body), store.MaxRowBytes)
			}
			if len(row.Cells) > store.MaxColumns {
				report(table, row.ID, "has %d columns; a row may have %d beside its id", len(row.Cells), store.MaxColumns)
			}
		}
	}
	return problems
}
