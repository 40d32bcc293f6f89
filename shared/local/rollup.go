package local

import (
	"context"
	"errors"
	"time"

	"wegweiser/shared/personalize"
	"wegweiser/shared/store"
)

// How often the journal is read, and how many of its changes at once; and how
// often a stream is, which costs a call for each of its shards. Publishing what
// came of it takes a tenth of the time at most.
const (
	countEvery       = 100 * time.Millisecond
	countAtMost      = 1000
	countStreamEvery = 5 * time.Second
	publishPart      = 10
)

// count counts what the store tells until ctx ends, as functions/rollup does, and
// publishes what came of that, by which this process ranks at once. A store
// without a journal tells by its stream.
func (h *Host) count(ctx context.Context) {
	var read func(context.Context, apply) error
	every := countEvery
	if journal, ok := h.store.(store.Journal); ok {
		read = func(ctx context.Context, count apply) error { return drain(ctx, journal, count) }
	} else if h.stream != nil {
		read, every = h.stream.Read, countStreamEvery
	} else {
		return
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	due, live := true, "" // the process may have ended before it published
	var (
		rests  time.Time
		faults recurring
	)
	for {
		if now := h.Service.Snapshot().ID(); now != live { // which may say something else of items
			due, live = true, now
		}
		err := read(ctx, func(ctx context.Context, feed string, changes []store.Change) error {
			err := h.Rollup.Apply(ctx, feed, changes)
			due = due || err == nil && reacted(changes)
			return err
		})
		if began := time.Now(); due && !began.Before(rests) {
			unmade := h.Rollup.Publish(ctx)
			if unmade == nil {
				_, unmade = h.Service.Newest(ctx)
			}
			due, err = unmade != nil, errors.Join(err, unmade)
			rests = began.Add(publishPart * time.Since(began))
		}
		if ctx.Err() == nil && faults.tells(err) {
			h.log.Warn("reactions to items were not counted or not published", "error", err.Error())
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// apply counts the changes of a feed.
type apply = func(ctx context.Context, feed string, changes []store.Change) error

// drain counts all that a journal holds, and not what comes meanwhile: where that
// never ends, it would never be published. Only what is counted is taken out of
// it: of a process that ended in between, it does not count again.
func drain(ctx context.Context, journal store.Journal, count apply) error {
	for {
		changes, err := journal.Changes(ctx, countAtMost)
		if err != nil || len(changes) == 0 {
			return err
		}
		if err := count(ctx, store.JournalFeed, changes); err != nil {
			return err
		}
		if err := journal.Forget(ctx, changes[len(changes)-1].Sequence); err != nil || len(changes) < countAtMost {
			return err
		}
	}
}

// reacted reports whether a change is a reaction to an item.
func reacted(changes []store.Change) bool {
	for i := range changes {
		if _, ok := personalize.ReactionOf(&changes[i].Touchpoint); ok {
			return true
		}
	}
	return false
}
