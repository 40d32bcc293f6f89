package embedded

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
	"wegweiser/shared/store/pack"
)

// messageKey starts the keys of a message's results.
func messageKey(m store.Message) []byte {
	return append(visitorKey(nil, m.Owner), pack.MessageHash(m.ID)...)
}

// PutResults implements store.Receipts.
func (s *Store) PutResults(ctx context.Context, now journey.Millis, m store.Message, results []store.Result) ([]store.Result, error) {
	const attempt = "put results"
	if err := store.CheckResults(m, results); err != nil {
		return nil, fmt.Errorf("%s: %w", attempt, err)
	}
	prefix := messageKey(m)
	values := make([][3][]byte, len(results))
	for i := range results {
		r := &results[i]
		value := append(appendSecond(nil, pack.Second(r.Expires)), byte(len(r.Decision)))
		values[i] = [...][]byte{append(bytes.Clone(prefix), r.Placement...), append(append(value, r.Decision...), r.Body...), heldBy(r)}
	}
	put := []store.Result{{Decision: results[0].Decision}}
	var there []store.Result
	err := s.commits.submit(ctx, attempt, func(tx *bbolt.Tx) error {
		there = nil // a transaction may be tried again
		bucket := tx.Bucket(resultsBucket)
		for _, v := range values {
			r, known, err := resultAt(tx, v[0], len(prefix), now)
			if err != nil {
				return err
			}
			if known {
				there = append(there, r)
			}
		}
		if there != nil {
			there = store.Others(there, put)
			return nil
		}
		for _, v := range values {
			if err := errors.Join(bucket.Put(v[0], v[1]), putHolds(tx, v[0], v[2])); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return there, nil
}

// resultAt reads the result with a key, of which placement is the rest, and what
// it holds. It reports whether the result is there at now.
func resultAt(tx *bbolt.Tx, key []byte, placement int, now journey.Millis) (r store.Result, there bool, err error) {
	r, there, err = resultOf(key[placement:], tx.Bucket(resultsBucket).Get(key), now)
	if err == nil && there {
		r.Holds, err = holdsOf(tx.Bucket(holdsBucket).Get(key), now)
	}
	return r, there, err
}

// resultOf reads a stored result, and reports whether it is there at now.
func resultOf(placement, value []byte, now journey.Millis) (r store.Result, there bool, err error) {
	if value == nil {
		return r, false, nil
	}
	second, rest, err := readSecond(value)
	if err != nil || pack.Expired(second, now) {
		return r, false, err
	}
	if len(rest) < 1 || len(rest) < 1+int(rest[0]) {
		return r, false, pack.ErrCorrupt
	}
	end := 1 + int(rest[0])
	return store.Result{
		Placement: string(placement), Decision: string(rest[1:end]), Body: bytes.Clone(rest[end:]), Expires: journey.Millis(second * 1000),
	}, true, nil
}

// Results implements store.Receipts.
func (s *Store) Results(ctx context.Context, m store.Message, now journey.Millis) (results []store.Result, err error) {
	const attempt = "read results"
	if err := store.CheckMessage(m); err != nil {
		return nil, fmt.Errorf("%s: %w", attempt, err)
	}
	prefix := messageKey(m)
	err = s.view(ctx, attempt, func(tx *bbolt.Tx) error {
		c := tx.Bucket(resultsBucket).Cursor()
		for key, _ := c.Seek(prefix); bytes.HasPrefix(key, prefix); key, _ = c.Next() {
			r, there, err := resultAt(tx, key, len(prefix), now)
			if err != nil {
				return err
			}
			if there {
				results = append(results, r)
			}
		}
		return nil
	})
	return results, err
}
