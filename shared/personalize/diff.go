package personalize

import (
	"context"
	"maps"
	"reflect"
	"slices"

	"wegweiser/shared/tables"
)

// noteColumn is what a marketer writes beside a row, for people alone.
const noteColumn = "note"

// Draft names the rows as they stand where otherwise a snapshot is named.
const Draft = "draft"

// ConfigDiff is the answer of GET /v1/config/diff: the rows that differ, by
// table in their usual order, then id. A row whose note alone differs is not
// among them, as it is the same configuration.
type ConfigDiff struct {
	From string    `json:"from"` // a snapshot, or draft
	To   string    `json:"to"`
	Rows []RowDiff `json:"rows"`
}

// RowDiff is a row that is not the same on both sides.
type RowDiff struct {
	Table  string     `json:"table"`
	Row    string     `json:"row"`
	Change RowChange  `json:"change" enum:"added,changed,removed"`
	Cells  []CellDiff `json:"cells"`
}

// RowChange says what became of a row.
type RowChange string

// The changes.
const (
	Added   RowChange = "added"
	Changed RowChange = "changed"
	Removed RowChange = "removed"
)

// CellDiff is a cell that is not the same on both sides, as JSON has it; an
// empty one is left out.
type CellDiff struct {
	Column string `json:"column"`
	From   any    `json:"from,omitempty"`
	To     any    `json:"to,omitempty"`
}

// DiffConfig compares the rows of two snapshots, or of one with the draft. From
// is the live snapshot where it is empty, to the draft. Its error: Missing
// where no rows of a snapshot are kept.
func (s *Service) DiffConfig(ctx context.Context, from, to string) (*ConfigDiff, error) {
	if from == "" {
		live, err := s.liveID(ctx)
		if err != nil {
			return nil, err
		}
		from = live
	}
	if to == "" {
		to = Draft
	}
	before, err := s.rowsNamed(ctx, from)
	if err != nil {
		return nil, err
	}
	after, err := s.rowsNamed(ctx, to)
	if err != nil {
		return nil, err
	}
	return &ConfigDiff{From: from, To: to, Rows: diffSets(before, after)}, nil
}

func (s *Service) rowsNamed(ctx context.Context, name string) (tables.Set, error) {
	if name != Draft {
		return s.keptRows(ctx, name)
	}
	rows, _, err := s.draft(ctx)
	return rows, err
}

func diffSets(before, after tables.Set) []RowDiff {
	diffs := []RowDiff{}
	for _, table := range tables.Tables() {
		old, now := cellsByID(before[table]), cellsByID(after[table])
		ids := maps.Clone(old)
		maps.Copy(ids, now)
		for _, id := range slices.Sorted(maps.Keys(ids)) {
			if d := diffRows(table, id, old, now); d.Change != Changed || d.decides() {
				diffs = append(diffs, d)
			}
		}
	}
	return diffs
}

func cellsByID(rows []tables.Row) map[string]map[string]any {
	byID := make(map[string]map[string]any, len(rows))
	for _, row := range rows {
		byID[row.ID] = row.Cells
	}
	return byID
}

func diffRows(table, id string, old, now map[string]map[string]any) RowDiff {
	from, was := old[id]
	to, is := now[id]
	d := RowDiff{Table: table, Row: id, Change: Changed, Cells: []CellDiff{}}
	switch {
	case !was:
		d.Change = Added
	case !is:
		d.Change = Removed
	}
	both := tables.Row{ID: id, Cells: map[string]any{}}
	maps.Copy(both.Cells, from)
	maps.Copy(both.Cells, to)
	for _, column := range both.Columns(table) {
		if !reflect.DeepEqual(from[column], to[column]) {
			d.Cells = append(d.Cells, CellDiff{Column: column, From: plain(from[column]), To: plain(to[column])})
		}
	}
	return d
}

// decides reports whether anything differs that counts in the content hash.
func (d *RowDiff) decides() bool {
	return slices.ContainsFunc(d.Cells, func(c CellDiff) bool { return c.Column != noteColumn })
}

// plain returns a cell as encoding/json reads it.
func plain(cell any) any {
	switch list := cell.(type) {
	case []string:
		return anyOf(list)
	case []float64:
		return anyOf(list)
	}
	return cell
}

func anyOf[T any](list []T) []any {
	out := make([]any, len(list))
	for i, member := range list {
		out[i] = member
	}
	return out
}
