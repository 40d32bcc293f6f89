package personalize

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"wegweiser/shared/snapshot"
	"wegweiser/shared/store"
	"wegweiser/shared/tables"
)

// keep stores a snapshot, and beside it the rows that it was made of: what
// decides has lost the words of the conditions, and the notes.
func (s *Service) keep(ctx context.Context, compiled *snapshot.Snapshot, rows tables.Set) error {
	encoded, err := encodeRows(rows)
	if err != nil {
		return fmt.Errorf("write the rows of a snapshot: %w", err)
	}
	if err := s.store.PutSnapshot(ctx, rowsOf(compiled.ID()), encoded); err != nil {
		return err
	}
	return s.store.PutSnapshot(ctx, compiled.ID(), compiled.Encode())
}

// rowsOf is the id under which the rows of a snapshot are kept.
func rowsOf(id string) string { return id + ".rows" }

// keptRows returns the rows of a snapshot as they were when it was first
// published. Those of the built-in one are none.
func (s *Service) keptRows(ctx context.Context, id string) (tables.Set, error) {
	encoded, err := s.store.Snapshot(ctx, rowsOf(id))
	switch {
	case err == nil:
	case !errors.Is(err, store.ErrNotFound):
		return nil, unavailable("reading the rows of a snapshot", err)
	default:
		builtin, err := s.live.builtin()
		if err != nil {
			return nil, err
		}
		if id == builtin.ID() {
			return tables.Set{}, nil
		}
		return nil, &Error{
			Kind: Missing, Code: "unknown_snapshot",
			Message: "no rows are kept of such a snapshot; GET /v1/config/snapshots lists those that were published",
		}
	}
	rows, err := decodeRows(encoded)
	if err != nil {
		return nil, fmt.Errorf("read the rows of snapshot %s: %w", id, err)
	}
	return rows, nil
}

// Rows are kept as a JSON object of tables, each a list of rows, under gzip.

func encodeRows(rows tables.Set) ([]byte, error) {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	encoder := json.NewEncoder(z)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(rows); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func decodeRows(encoded []byte) (tables.Set, error) {
	z, err := gzip.NewReader(bytes.NewReader(encoded))
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(z)
	if err != nil {
		return nil, err
	}
	var lists map[string]json.RawMessage
	if err := json.Unmarshal(text, &lists); err != nil {
		return nil, err
	}
	set := tables.Set{}
	for table, list := range lists {
		rows, problems := tables.ReadJSON(table, list)
		if tables.HasErrors(problems) {
			return nil, errors.New(problems[0].String())
		}
		set.Add(table, rows...)
	}
	return set, nil
}
