package personalize

import (
	"context"
	"errors"
	"slices"

	"wegweiser/shared/snapshot"
	"wegweiser/shared/store"
)

// RollbackRequest is the body of POST /v1/config/rollback.
type RollbackRequest struct {
	Snapshot string `json:"snapshot"`
}

// releasesSearched bounds how far back a rollback reaches.
const releasesSearched = 10_000

// rollbackTries bounds how often a rollback begins again because somebody
// published in that moment.
const rollbackTries = 5

// RollbackConfig makes a snapshot live that was live before, whatever is live
// now; the built-in one was live before the first publish. The draft stays as
// it is. Its errors: Invalid where the snapshot was never published, or by a
// version of the program whose snapshots this one cannot read.
func (s *Service) RollbackConfig(ctx context.Context, caller Caller, request RollbackRequest) (*Live, error) {
	target, err := s.released(ctx, request.Snapshot)
	if err != nil {
		return nil, err
	}
	for range rollbackTries {
		before, err := s.store.Live(ctx)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, unavailable("reading what is live", err)
		}
		if never := errors.Is(err, store.ErrNotFound); never || before.Snapshot == target.ID() {
			return &Live{Live: target.ID()}, nil
		}
		release := store.Release{
			Snapshot: target.ID(), Author: caller.Name, Note: "Rolled back from " + before.Snapshot, At: s.now(),
		}
		switch err := s.store.Publish(ctx, before.Snapshot, release); {
		case err == nil:
			s.publishedHere(target)
			return &Live{Live: target.ID()}, nil
		case !errors.Is(err, store.ErrConflict):
			return nil, unavailable("rolling back", err)
		}
	}
	return nil, s.stale(ctx, store.ErrConflict)
}

// released returns a snapshot that may become live again.
func (s *Service) released(ctx context.Context, id string) (*snapshot.Snapshot, error) {
	builtin, err := s.live.builtin()
	if err != nil {
		return nil, err
	}
	if id == builtin.ID() {
		if err := s.store.PutSnapshot(ctx, id, builtin.Encode()); err != nil {
			return nil, unavailable("storing the snapshot", err)
		}
		return builtin, nil
	}
	releases, err := s.store.Releases(ctx, releasesSearched)
	if err != nil {
		return nil, unavailable("reading the snapshots", err)
	}
	if !slices.ContainsFunc(releases, func(r store.Release) bool { return r.Snapshot == id }) {
		return nil, invalid("snapshot", "unknown_snapshot", "must be one that was published; GET /v1/config/snapshots lists them")
	}
	encoded, err := s.store.Snapshot(ctx, id)
	if err != nil {
		return nil, unavailable("reading the snapshot", err)
	}
	return readable(encoded)
}
