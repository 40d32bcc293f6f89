package store

import (
	"bytes"
	"fmt"
	"strings"

	"wegweiser/shared/journey"
	"wegweiser/shared/tables"
	"wegweiser/shared/topology"
)

// CheckQuery returns ErrInvalid around what is wrong with q, or nil. Backends
// call the checks of this file before they do anything.
func CheckQuery(q Query) error {
	if q.Window < 1 || q.Window > journey.MaxWindow {
		return fmt.Errorf("%w: the window must be from 1 to %d", ErrInvalid, journey.MaxWindow)
	}
	return checkID("visitor", q.Visitor)
}

// CheckVisitor returns ErrInvalid around what is wrong with a visitor's id.
func CheckVisitor(visitor string) error { return checkID("visitor", visitor) }

// CheckRecording returns ErrInvalid around what is wrong with the key of r.
func CheckRecording(r *Recording) error {
	if err := checkID("visitor", r.Visitor); err != nil {
		return err
	}
	return checkID("id", r.ID)
}

// CheckEdits returns ErrInvalid around what is wrong with the edits of a call.
func CheckEdits(edits []Edit) error {
	if len(edits) > MaxEdits {
		return fmt.Errorf("%w: at most %d edits at once", ErrInvalid, MaxEdits)
	}
	type key struct{ table, id string }
	seen := make(map[key]bool, len(edits))
	size := 0
	for i := range edits {
		e := &edits[i]
		if size += len(e.Body); size > MaxEditBytes {
			return fmt.Errorf("%w: at most %d bytes of rows at once", ErrInvalid, MaxEditBytes)
		}
		if err := CheckRow(e.Table, e.ID); err != nil {
			return err
		}
		if wrong := e.checkBody(); wrong != "" {
			return fmt.Errorf("%w: row %s of %s %s", ErrInvalid, e.ID, e.Table, wrong)
		}
		if seen[key{e.Table, e.ID}] {
			return fmt.Errorf("%w: row %s of %s is edited twice", ErrInvalid, e.ID, e.Table)
		}
		seen[key{e.Table, e.ID}] = true
	}
	return nil
}

// CheckTable returns ErrInvalid unless table is a config table.
func CheckTable(table string) error {
	if _, ok := tables.Find(table); !ok {
		return fmt.Errorf("%w: there is no table %q; the tables are %s", ErrInvalid, table, strings.Join(tables.Tables(), ", "))
	}
	return nil
}

// CheckRow returns ErrInvalid unless a config table may have a row of that id.
func CheckRow(table, id string) error {
	if err := CheckTable(table); err != nil {
		return err
	}
	return checkID("id", id)
}

// checkBody returns what is wrong with the body, or nothing.
func (e *Edit) checkBody() string {
	switch {
	case e.Body == nil:
		return ""
	case len(e.Body) > MaxRowBytes:
		return fmt.Sprintf("must be at most %d bytes", MaxRowBytes)
	}
	row, problems := tables.ReadRow(e.Table, e.ID, e.Body)
	canonical, err := row.MarshalJSON()
	if len(problems) > 0 || err != nil || row.ID != e.ID || !bytes.Equal(canonical, e.Body) {
		return "must be the flat JSON object that package tables writes"
	}
	if len(row.Cells) > MaxColumns {
		return fmt.Sprintf("must have at most %d columns, and has %d", MaxColumns, len(row.Cells))
	}
	for column := range row.Cells {
		if column == "" || column == topology.TableAttribute || strings.HasPrefix(column, topology.OwnAttribute) {
			return fmt.Sprintf("must have no column %q: that name is kept for the store", column)
		}
	}
	return ""
}

func checkID(field, id string) error {
	if fault := journey.CheckID(field, id); fault != nil {
		return fmt.Errorf("%w: %w", ErrInvalid, fault)
	}
	return nil
}

// CheckSnapshot returns ErrInvalid around what is wrong with a snapshot's id.
func CheckSnapshot(id string) error { return checkID("snapshot", id) }

// CheckMemo returns ErrInvalid around what is wrong with a memo.
func CheckMemo(name string, value []byte) error {
	if len(value) > MaxMemoBytes {
		return fmt.Errorf("%w: memo %s has %d bytes; it may have %d", ErrInvalid, name, len(value), MaxMemoBytes)
	}
	return checkID("name", name)
}
