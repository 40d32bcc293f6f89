package embedded

import (
	"context"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"

	"wegweiser/shared/journey"
	"wegweiser/shared/rank"
	"wegweiser/shared/store"
	"wegweiser/shared/store/pack"
)

// ChangeCounters implements store.Visitors. change runs outside the
// transaction; the transaction stores its result only where the version is
// still the known one.
func (s *Store) ChangeCounters(ctx context.Context, visitor string, known journey.Counters, change func(*rank.Counters) error) (journey.Counters, error) {
	const attempt = "change counters"
	if err := store.CheckVisitor(visitor); err != nil {
		return known, fmt.Errorf("%s: %w", attempt, err)
	}
	key := append(visitorKey(nil, visitor), pack.CountersKey...)
	for {
		next, err := pack.ChangeCounters(known, change)
		if errors.Is(err, rank.ErrCorrupt) {
			err = unavailable(attempt, err)
		}
		if err != nil || next == known {
			return known, err
		}
		stored := pack.AppendCounters(nil, next)
		var there journey.Counters
		err = s.commits.submit(ctx, attempt, func(tx *bbolt.Tx) (err error) {
			visitors := tx.Bucket(visitorsBucket)
			if there, err = pack.ReadCounters(string(visitors.Get(key))); err != nil {
				return err
			}
			if there.Version != known.Version {
				return store.ErrConflict
			}
			return visitors.Put(key, stored)
		})
		if err == nil {
			return next, nil
		}
		if !errors.Is(err, store.ErrConflict) {
			return known, err
		}
		known = there
	}
}
