package rollup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/rank"
	"wegweiser/shared/snapshot"
	"wegweiser/shared/store"
)

// Rollup counts reactions in a store. It is safe for concurrent use.
type Rollup struct {
	store store.Store
	live  func() *snapshot.Snapshot
	clock func() time.Time

	lock      sync.Mutex
	published string // the version of the newest summary that was made here
}

// Of returns a Rollup in a store. live returns the snapshot that is live, and
// clock the time of day.
func Of(s store.Store, live func() *snapshot.Snapshot, clock func() time.Time) *Rollup {
	return &Rollup{store: s, live: live, clock: clock}
}

// Apply counts the reactions among changes of a feed. After an error some are
// counted, and the same changes, or more, are to be applied again.
func (r *Rollup) Apply(ctx context.Context, feed string, changes []store.Change) error {
	var deltas []store.Delta
	for i := range changes {
		if d, ok := delta(&changes[i]); ok {
			deltas = append(deltas, d)
		}
	}
	if len(deltas) == 0 {
		return nil
	}
	if err := r.store.Apply(ctx, journey.At(r.clock()), feed, deltas); err != nil {
		return fmt.Errorf("count reactions: %w", err)
	}
	return nil
}

// Publish makes what is counted now the newest summary, for the items that
// rules rank: those that nobody ranks need no place in it. It does nothing
// where no rule ranks, or where nothing has changed.
func (r *Rollup) Publish(ctx context.Context) error {
	live := r.live()
	if !live.Ranks() {
		return nil
	}
	now := journey.At(r.clock())
	cells, err := r.read(ctx, now)
	if err != nil {
		return fmt.Errorf("read what is counted: %w", err)
	}
	encoded, err := encode(live, cells)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(encoded)
	version := hex.EncodeToString(sum[:16])
	r.lock.Lock()
	defer r.lock.Unlock()
	if version == r.published {
		return nil
	}
	err = r.store.PutSummary(ctx, store.Summary{Version: version, At: now, Encoded: encoded})
	if errors.Is(err, store.ErrConflict) {
		return nil // a later one is there
	}
	if err != nil {
		return fmt.Errorf("publish the statistics: %w", err)
	}
	r.published = version
	return nil
}

// encode makes a summary that fits: if need be without telling segments apart,
// or phases either.
func encode(live *snapshot.Snapshot, cells map[where]counts) ([]byte, error) {
	ranked := live.Ranked()
	items := make([]string, len(ranked))
	for i := range ranked {
		items[i] = ranked[i].ID
	}
	for _, coarser := range []func(where) where{
		func(at where) where { return at },
		func(at where) where { return where{at.item, at.phase, ""} },
		func(at where) where { return where{item: at.item} },
	} {
		told := merged(cells, coarser)
		if (len(items)+1)*placesOf(told)*quantileBytes > store.MaxSummaryBytes {
			continue
		}
		b, err := believe(live, told)
		if err != nil {
			return nil, err
		}
		encoded, err := b.model.Statistics(items).MarshalBinary()
		if err != nil || len(encoded) <= store.MaxSummaryBytes {
			return encoded, err
		}
	}
	return nil, fmt.Errorf("the statistics of %d items do not fit into %d bytes: let rules rank fewer", len(items), store.MaxSummaryBytes)
}

// quantileBytes is the least that a belief takes in a summary.
const quantileBytes = 2 * rank.Strata

// placesOf is how many phases and segments are told apart.
func placesOf(cells map[where]counts) int {
	places := map[where]bool{{}: true}
	for at := range cells {
		places[where{phase: at.phase}], places[where{phase: at.phase, segment: at.segment}] = true, true
	}
	return len(places)
}

func merged(cells map[where]counts, coarser func(where) where) map[where]counts {
	all := make(map[where]counts, len(cells))
	for at, c := range cells {
		sum := all[coarser(at)]
		sum.add(c)
		all[coarser(at)] = sum
	}
	return all
}
