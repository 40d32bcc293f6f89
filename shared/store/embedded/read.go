package embedded

import (
	"bytes"
	"context"
	"fmt"
	"iter"

	"go.etcd.io/bbolt"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
	"wegweiser/shared/store/pack"
)

// chunk is how many things are read at once where all are wanted. Between two
// chunks the caller runs and no transaction is open, so that the caller may
// write, and take its time.
const chunk = 500

// Touchpoints implements store.Visitors.
func (s *Store) Touchpoints(ctx context.Context, visitor string, now journey.Millis) iter.Seq2[journey.Touchpoint, error] {
	prefix := append(visitorKey(nil, visitor), pack.TouchpointPrefix...)
	read := func(c *bbolt.Cursor, from []byte) (found []journey.Touchpoint, next []byte, err error) {
		for key, value := c.Seek(from); bytes.HasPrefix(key, prefix); key, value = c.Next() {
			if len(found) == chunk {
				return found, bytes.Clone(key), nil
			}
			have, err := readStored(value)
			if err != nil {
				return nil, nil, err
			}
			if pack.Expired(have.second, now) {
				continue
			}
			t, err := have.touchpoint(visitor)
			if err != nil {
				return nil, nil, err
			}
			found = append(found, t)
		}
		return found, nil, nil
	}
	if err := store.CheckVisitor(visitor); err != nil {
		return func(yield func(journey.Touchpoint, error) bool) { yield(journey.Touchpoint{}, err) }
	}
	return chunks(ctx, s, "read touchpoints", visitorsBucket, prefix, read)
}

// All implements store.Visitors.
func (s *Store) All(ctx context.Context, after string) iter.Seq2[string, error] {
	const attempt = "read visitors"
	var from []byte
	if after != "" {
		if err := store.CheckVisitor(after); err != nil {
			return func(yield func(string, error) bool) { yield("", fmt.Errorf("%s: %w", attempt, err)) }
		}
		from = behind(visitorKey(nil, after))
	}
	read := func(c *bbolt.Cursor, from []byte) (found []string, next []byte, err error) {
		for key, _ := c.Seek(from); key != nil; key, _ = c.Seek(next) {
			if len(found) == chunk {
				return found, next, nil
			}
			end := 1 + int(key[0])
			if len(key) < end {
				return nil, nil, pack.ErrCorrupt
			}
			found = append(found, string(key[1:end]))
			next = behind(bytes.Clone(key[:end]))
		}
		return found, nil, nil
	}
	return chunks(ctx, s, attempt, visitorsBucket, from, read)
}

// behind returns a key that follows every key of the visitor whose keys start
// with this one.
func behind(visitor []byte) []byte { return append(visitor, pack.LastKey...) }

// chunks yields what read finds in a bucket, from one key to the next, each
// chunk in a transaction of its own.
func chunks[T any](ctx context.Context, s *Store, attempt string, bucket, from []byte,
	read func(c *bbolt.Cursor, from []byte) (found []T, next []byte, err error),
) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for next := from; ; {
			var found []T
			err := s.view(ctx, attempt, func(tx *bbolt.Tx) (err error) {
				found, next, err = read(tx.Bucket(bucket).Cursor(), next)
				return err
			})
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, one := range found {
				if !yield(one, nil) {
					return
				}
			}
			if next == nil {
				return
			}
		}
	}
}
