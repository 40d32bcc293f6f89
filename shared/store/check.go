package store

import (
	"fmt"

	"wegweiser/shared/journey"
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
	for i := range edits {
		e := &edits[i]
		if fault := journey.CheckName("table", e.Table); fault != nil {
			return fmt.Errorf("%w: %w", ErrInvalid, fault)
		}
		if err := checkID("id", e.ID); err != nil {
			return err
		}
		if len(e.Body) > MaxRowBytes {
			return fmt.Errorf("%w: row %s of %s must be at most %d bytes", ErrInvalid, e.ID, e.Table, MaxRowBytes)
		}
		if seen[key{e.Table, e.ID}] {
			return fmt.Errorf("%w: row %s of %s is edited twice", ErrInvalid, e.ID, e.Table)
		}
		seen[key{e.Table, e.ID}] = true
	}
	return nil
}

func checkID(field, id string) error {
	if fault := journey.CheckID(field, id); fault != nil {
		return fmt.Errorf("%w: %w", ErrInvalid, fault)
	}
	return nil
}

// CheckSnapshot returns ErrInvalid around what is wrong with a snapshot's id.
func CheckSnapshot(id string) error { return checkID("snapshot", id) }
