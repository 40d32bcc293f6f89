package personalize

import (
	"context"
	"errors"
	"strings"

	"wegweiser/shared/snapshot"
	"wegweiser/shared/store"
)

// LiveName names what is live where otherwise a snapshot is named.
const LiveName = "live"

// named returns the snapshot that a field of a request names: draft, live, or
// an id. An id that nothing is stored under is the content hash of the draft,
// or that of one which has been changed since (Stale). Its other errors are
// Invalid and Unavailable.
func (s *Service) named(ctx context.Context, field, name string) (*snapshot.Snapshot, error) {
	switch name {
	case Draft:
		return s.compiledDraft(ctx)
	case LiveName:
		return s.liveNow(ctx)
	}
	if !isSnapshotID(name) {
		return nil, invalid(field, "unknown_snapshot", "must be draft, live or the id of a snapshot; GET /v1/config/snapshots lists them")
	}
	stored, err := s.stored(ctx, name)
	if !errors.Is(err, store.ErrNotFound) {
		return stored, err
	}
	stale := &Error{
		Kind: Stale, Code: "draft_changed",
		Message: "no snapshot has this id, and the draft is not the one with this hash, or no longer; look at it as it is now",
	}
	draft, err := s.compiledDraft(ctx)
	var refusal *Error
	switch {
	case err == nil && draft.ID() == name:
		return draft, nil
	case err == nil:
		stale.Version = draft.ID()
	case !errors.As(err, &refusal) || refusal.Kind != Invalid:
		return nil, err
	}
	return nil, stale
}

// isSnapshotID reports whether a text could be the id of a snapshot.
func isSnapshotID(text string) bool {
	hash, ok := strings.CutPrefix(text, "s_")
	return ok && hash != "" && strings.Trim(hash, "abcdefghijklmnopqrstuvwxyz0123456789") == ""
}

// stored returns a snapshot that is kept, or the built-in one. Its errors:
// Invalid, where another version of the program wrote it, Unavailable, and
// store.ErrNotFound.
func (s *Service) stored(ctx context.Context, id string) (*snapshot.Snapshot, error) {
	if serves := s.live.current.Load().snapshot; serves.ID() == id {
		return serves, nil
	}
	builtin, err := s.live.builtin()
	if err != nil || builtin.ID() == id {
		return builtin, err
	}
	encoded, err := s.store.Snapshot(ctx, id)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, err
	case err != nil:
		return nil, unavailable("reading the snapshot", err)
	}
	return readable(encoded)
}

// readable returns an encoded snapshot, unless another version of the program
// wrote it.
func readable(encoded []byte) (*snapshot.Snapshot, error) {
	read, err := snapshot.Load(encoded)
	if err != nil {
		return nil, &Error{
			Kind: Invalid, Code: "snapshot_unreadable", Err: err,
			Message: "the snapshot was written by another version of the program; put its rows into the draft and publish them",
		}
	}
	return read, nil
}
