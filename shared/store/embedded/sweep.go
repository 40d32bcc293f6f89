package embedded

import (
	"bytes"
	"context"

	"go.etcd.io/bbolt"

	"wegweiser/shared/journey"
	"wegweiser/shared/store/pack"
)

// sweepChunk is how many touchpoints are looked at in one go: few enough that
// other writers hardly wait.
const sweepChunk = 2000

// Sweep removes the touchpoints that are expired at now, and returns how many.
// Reads do not see them in any case: a sweep gives their space back to the
// file.
func (s *Store) Sweep(ctx context.Context, now journey.Millis) (removed int, err error) {
	for next := []byte{}; next != nil; {
		var expired [][]byte
		err := s.view(ctx, "sweep", func(tx *bbolt.Tx) (err error) {
			expired, next, err = expiredKeys(tx.Bucket(visitorsBucket).Cursor(), next, now)
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
			gone, err = remove(tx, expired, now)
			return err
		}); err != nil {
			return removed, err
		}
		removed += gone
	}
	return removed, nil
}

func expiredKeys(c *bbolt.Cursor, from []byte, now journey.Millis) (expired [][]byte, next []byte, err error) {
	looked := 0
	for key, value := c.Seek(from); key != nil; key, value = c.Next() {
		if looked == sweepChunk {
			return expired, bytes.Clone(key), nil
		}
		looked++
		if !touchpointKey(key) {
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

// remove deletes those that are still expired: one may have been recorded anew
// in between.
func remove(tx *bbolt.Tx, keys [][]byte, now journey.Millis) (gone int, err error) {
	visitors, recent := tx.Bucket(visitorsBucket), tx.Bucket(recentBucket)
	for _, key := range keys {
		value := visitors.Get(key)
		if value == nil {
			continue
		}
		have, err := readStored(value)
		if err != nil {
			return 0, err
		}
		if !pack.Expired(have.second, now) {
			continue
		}
		visitor := key[:1+int(key[0])]
		if err := recent.Delete(append(bytes.Clone(visitor), have.moment...)); err != nil {
			return 0, err
		}
		if err := visitors.Delete(key); err != nil {
			return 0, err
		}
		gone++
	}
	return gone, nil
}

func touchpointKey(key []byte) bool {
	return len(key) > 1+int(key[0]) && bytes.HasPrefix(key[1+int(key[0]):], []byte(pack.TouchpointPrefix))
}
