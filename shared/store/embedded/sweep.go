package embedded

import (
	"bytes"
	"context"

	"go.etcd.io/bbolt"

	"wegweiser/shared/journey"
	"wegweiser/shared/store/pack"
)

// sweepChunk is how many things are looked at in one go: few enough that other
// writers hardly wait.
const sweepChunk = 2000

// sweepable is a bucket of things that expire, whose values start with the
// second of expiry.
type sweepable struct {
	bucket []byte
	has    func(key []byte) bool // whether it is such a thing
	remove func(tx *bbolt.Tx, key, value []byte) error
}

func sweepables() []sweepable {
	every := func([]byte) bool { return true }
	all := []sweepable{{visitorsBucket, touchpointKey, removeTouchpoint}}
	for _, bucket := range [][]byte{budgetsBucket, receiptsBucket, resultsBucket, holdsBucket, cellsBucket} {
		all = append(all, sweepable{bucket, every, func(tx *bbolt.Tx, key, _ []byte) error { return tx.Bucket(bucket).Delete(key) }})
	}
	return all
}

// Sweep removes what is expired at now, and returns how many touchpoints,
// budgets, receipts, results, holds of results and cells that were. Reads do not
// see them in any case: a sweep gives their space back to the file.
func (s *Store) Sweep(ctx context.Context, now journey.Millis) (removed int, err error) {
	for _, what := range sweepables() {
		gone, err := s.sweep(ctx, what, now)
		if removed += gone; err != nil {
			return removed, err
		}
	}
	return removed, nil
}

func (s *Store) sweep(ctx context.Context, what sweepable, now journey.Millis) (removed int, err error) {
	for next := []byte{}; next != nil; {
		var expired [][]byte
		err := s.view(ctx, "sweep", func(tx *bbolt.Tx) (err error) {
			expired, next, err = what.expired(tx.Bucket(what.bucket).Cursor(), next, now)
			return err
		})
		if err != nil {
			return removed, err
		}
		if len(expired) == 0 {
			continue
		}
		gone := 0
		if err := s.commits.submit(ctx, "sweep", func(tx *bbolt.Tx) (err error) {
			gone, err = what.removeAll(tx, expired, now)
			return err
		}); err != nil {
			return removed, err
		}
		removed += gone
	}
	return removed, nil
}

func (what *sweepable) expired(c *bbolt.Cursor, from []byte, now journey.Millis) (expired [][]byte, next []byte, err error) {
	looked := 0
	for key, value := c.Seek(from); key != nil; key, value = c.Next() {
		if looked == sweepChunk {
			return expired, bytes.Clone(key), nil
		}
		looked++
		if !what.has(key) {
			continue
		}
		second, _, err := readSecond(value)
		if err != nil {
			return nil, nil, err
		}
		if pack.Expired(second, now) {
			expired = append(expired, bytes.Clone(key))
		}
	}
	return expired, nil, nil
}

// removeAll deletes those that are still expired: one may have been recorded
// anew in between.
func (what *sweepable) removeAll(tx *bbolt.Tx, keys [][]byte, now journey.Millis) (gone int, err error) {
	for _, key := range keys {
		value := tx.Bucket(what.bucket).Get(key)
		if value == nil {
			continue
		}
		second, _, err := readSecond(value)
		if err != nil {
			return 0, err
		}
		if !pack.Expired(second, now) {
			continue
		}
		if err := what.remove(tx, key, value); err != nil {
			return 0, err
		}
		gone++
	}
	return gone, nil
}

func removeTouchpoint(tx *bbolt.Tx, key, value []byte) error {
	have, err := readStored(value)
	if err != nil {
		return err
	}
	visitor := key[:1+int(key[0])]
	if err := tx.Bucket(recentBucket).Delete(append(bytes.Clone(visitor), have.moment...)); err != nil {
		return err
	}
	return tx.Bucket(visitorsBucket).Delete(key)
}

func touchpointKey(key []byte) bool {
	return len(key) > 1+int(key[0]) && bytes.HasPrefix(key[1+int(key[0]):], []byte(pack.TouchpointPrefix))
}
