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
	live  Live
	clock func() time.Time

	lock sync.Mutex
	past history
}

// Live returns the snapshot that is live at the moment, as
// personalize.Service.Newest does.
type Live = func(context.Context) (*snapshot.Snapshot, error)

// Of returns a Rollup in a store, with the snapshot that is live and the time of
// day.
func Of(s store.Store, live Live, clock func() time.Time) *Rollup {
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
	now := journey.At(r.clock())
	err := r.store.Apply(ctx, now, feed, deltas)
	if r.forget(now, deltas); err != nil {
		return fmt.Errorf("count reactions: %w", err)
	}
	return nil
}

// Publish makes what is counted now the newest summary, for the items that
// rules rank: those that nobody ranks need no place in it. It does nothing
// where no rule ranks, or where that would say what the newest one says. It is
// to be called when something was counted, and when another snapshot went live:
// items and priors are those of what is live when it begins. Of several at once,
// the one that began last counts.
func (r *Rollup) Publish(ctx context.Context) error {
	now := journey.At(r.clock())
	live, err := r.live(ctx)
	if err != nil {
		return fmt.Errorf("read what is live: %w", err)
	}
	if !live.Ranks() {
		return nil
	}
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
	heads, err := r.store.Heads(ctx)
	if err != nil {
		return fmt.Errorf("read which statistics are the newest: %w", err)
	}
	if version == heads.Summary.Version {
		return nil
	}
	err = r.store.PutSummary(ctx, store.Summary{Version: version, At: now, Encoded: encoded})
	if errors.Is(err, store.ErrConflict) {
		return nil // a later one is there
	}
	if err != nil {
		return fmt.Errorf("publish the statistics: %w", err)
	}
	return r.follow(ctx, live)
}

// follow publishes again where another snapshot went live meanwhile: who looked
// for that one may have found its statistics still there, and done nothing.
func (r *Rollup) follow(ctx context.Context, published *snapshot.Snapshot) error {
	live, err := r.live(ctx)
	if err != nil {
		return fmt.Errorf("read what is live: %w", err)
	}
	if live.ID() == published.ID() {
		return nil
	}
	return r.Publish(ctx)
}

// encode makes a summary that fits: if need be without telling segments apart,
// or phases either. Items of which nothing is known are not named in it, as what
// is believed of all such items is the same.
func encode(live *snapshot.Snapshot, cells map[where]counts) ([]byte, error) {
	shown := map[string]bool{}
	for at := range cells {
		shown[at.item] = true
	}
	var items []string
	for _, it := range live.Ranked() {
		if it.Prior != 0 || shown[it.ID] {
			items = append(items, it.ID)
		}
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
	return nil, fmt.Errorf("the statistics of the %d ranked items that were shown or have a prior do not fit into %d bytes: let rules rank fewer", len(items), store.MaxSummaryBytes)
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
