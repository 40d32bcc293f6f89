package personalize

import (
	"context"
	"encoding/json"
	"errors"

	"wegweiser/shared/store"
	"wegweiser/shared/tables"
)

// RowEdited says what is wrong with the draft after a row was written or
// deleted.
type RowEdited struct {
	Problems []tables.Problem `json:"problems"`
	// Version is that of the row as it is now, empty where it was deleted.
	Version string `json:"-"`
}

// ConfigRow returns one draft row. Its error: Missing.
func (s *Service) ConfigRow(ctx context.Context, table, id string) (*ConfigRow, error) {
	if err := knownTable(table); err != nil {
		return nil, err
	}
	switch row, err := s.store.Row(ctx, table, id); {
	case err == nil:
		return &ConfigRow{Table: table, Version: row.Version, Row: row.Body}, nil
	case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrInvalid):
		return nil, &Error{Kind: Missing, Code: "unknown_row", Message: "there is no such row"}
	default:
		return nil, unavailable("reading the row", err)
	}
}

// PutConfigRow writes one draft row, which may leave its id out. Version is
// what must be there, as in a ConfigEdit. Its errors: Missing where there is no
// such table, and otherwise those of EditConfig; Stale names the version that
// is there.
func (s *Service) PutConfigRow(ctx context.Context, caller Caller, table, id, version string, body json.RawMessage) (*RowEdited, error) {
	if err := knownTable(table); err != nil {
		return nil, err
	}
	row, canonical, faults := readRow(table, id, body, "")
	if row.ID != id {
		faults = append(faults, FieldError{Field: "id", Code: "bad_cell", Message: "in the path must not begin or end with white space, nor be empty"})
	}
	if len(faults) > 0 {
		return nil, &Error{Kind: Invalid, Code: "rows_refused", Message: "the row was not written", Fields: faults}
	}
	return s.editRow(ctx, store.Edit{Table: table, ID: id, Body: canonical, Author: caller.Name, At: s.now(), Expect: version})
}

// DeleteConfigRow deletes one draft row. Its errors are those of PutConfigRow.
func (s *Service) DeleteConfigRow(ctx context.Context, caller Caller, table, id, version string) (*RowEdited, error) {
	if err := knownTable(table); err != nil {
		return nil, err
	}
	return s.editRow(ctx, store.Edit{Table: table, ID: id, Author: caller.Name, At: s.now(), Expect: version})
}

func (s *Service) editRow(ctx context.Context, edit store.Edit) (*RowEdited, error) {
	out := &RowEdited{}
	if edit.Body != nil {
		out.Version = store.Version(edit.Body)
	}
	problems, err := s.edit(ctx, []store.Edit{edit})
	if refusal := (*Error)(nil); errors.As(err, &refusal) && refusal.Kind == Stale {
		// Who reads the answer wants to know what is there; that it cannot be
		// told leaves the refusal as it is.
		if there, err := s.ConfigRow(ctx, edit.Table, edit.ID); err == nil {
			refusal.Version = there.Version
		}
	}
	if err != nil {
		return nil, err
	}
	out.Problems = problems.Problems
	return out, nil
}

func knownTable(name string) error {
	if _, ok := tables.Find(name); !ok {
		return &Error{Kind: Missing, Code: "unknown_table", Message: "there is no such table"}
	}
	return nil
}

// readRow reads a row as a call sends it. Field names it in faults.
func readRow(table, id string, sent json.RawMessage, field string) (row tables.Row, body []byte, faults []FieldError) {
	row, problems := tables.ReadRow(table, id, sent)
	for _, p := range append(problems, tables.Unreadable(table, row)...) {
		faults = append(faults, FieldError{Field: field + p.Column, Code: "bad_cell", Message: p.Message})
	}
	body, _ = row.MarshalJSON() // a row can always be written
	return row, body, faults
}
