package local

import (
	"context"
	"time"

	"wegweiser/shared/gateway"
	"wegweiser/shared/store"
)

// How often the journal is read, and how many of its changes at once.
const (
	countEvery  = 2 * time.Second
	countAtMost = 1000
)

// count counts what the journal tells until ctx ends, as functions/rollup does
// with a stream. A store that has a stream has no journal: its function counts.
func (h *Host) count(ctx context.Context) {
	journal, ok := h.store.(store.Journal)
	if !ok {
		return
	}
	tick := time.NewTicker(countEvery)
	defer tick.Stop()
	due, live := true, "" // the process may have ended before it published
	for {
		if now := h.Service.Snapshot().ID(); now != live { // which may say something else of items
			due, live = true, now
		}
		err := h.drain(ctx, journal, &due)
		if err != nil && ctx.Err() == nil {
			h.log.Warn("reactions to items were not counted", "error", err.Error())
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// drain counts all that the journal holds, and publishes where that is due.
func (h *Host) drain(ctx context.Context, journal store.Journal, due *bool) error {
	for {
		counted, err := count(ctx, journal, h.Rollup)
		if err != nil {
			return err
		}
		if counted == 0 {
			break
		}
		*due = true
	}
	if !*due {
		return nil
	}
	if err := h.Rollup.Publish(ctx); err != nil {
		return err
	}
	*due = false
	return nil
}

// count counts the oldest changes of a journal, and only then takes them out of
// it: those that a process counted that ended in between do not count again.
func count(ctx context.Context, journal store.Journal, r gateway.Roller) (counted int, err error) {
	changes, err := journal.Changes(ctx, countAtMost)
	if err != nil || len(changes) == 0 {
		return 0, err
	}
	if err := r.Apply(ctx, store.JournalFeed, changes); err != nil {
		return 0, err
	}
	return len(changes), journal.Forget(ctx, changes[len(changes)-1].Sequence)
}
