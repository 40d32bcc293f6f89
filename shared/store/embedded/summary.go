package embedded

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"

	"wegweiser/shared/store"
)

// The keys of the summary bucket: the head is the summary without its bytes.
var (
	headKey    = []byte("head")
	encodedKey = []byte("encoded")
)

// PutSummary implements store.Summaries.
func (s *Store) PutSummary(ctx context.Context, next store.Summary) error {
	const attempt = "put summary"
	if err := store.CheckSummary(next); err != nil {
		return fmt.Errorf("%s: %w", attempt, err)
	}
	encoded := append([]byte{}, next.Encoded...)
	next.Encoded = nil
	head, err := json.Marshal(next)
	if err != nil {
		return fmt.Errorf("%s: %w: %w", attempt, store.ErrInvalid, err)
	}
	return s.commits.submit(ctx, attempt, func(tx *bbolt.Tx) error {
		have, err := summaryHead(tx)
		if err != nil {
			return err
		}
		if have.Later(&next) {
			return store.ErrConflict
		}
		bucket := tx.Bucket(summaryBucket)
		return errors.Join(bucket.Put(headKey, head), bucket.Put(encodedKey, encoded))
	})
}

// summaryHead is zero before the first summary.
func summaryHead(tx *bbolt.Tx) (s store.Summary, err error) {
	if head := tx.Bucket(summaryBucket).Get(headKey); head != nil {
		err = json.Unmarshal(head, &s)
	}
	return s, err
}

// Summary implements store.Summaries.
func (s *Store) Summary(ctx context.Context) (newest store.Summary, err error) {
	err = s.view(ctx, "read summary", func(tx *bbolt.Tx) (err error) {
		if newest, err = summaryHead(tx); err == nil && newest.Version == "" {
			err = store.ErrNotFound
		}
		newest.Encoded = append([]byte{}, tx.Bucket(summaryBucket).Get(encodedKey)...)
		return err
	})
	return newest, err
}

// Heads implements store.Summaries.
func (s *Store) Heads(ctx context.Context) (heads store.Heads, err error) {
	err = s.view(ctx, "read heads", func(tx *bbolt.Tx) (err error) {
		if heads.Live, err = newest(tx); err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		heads.Summary, err = summaryHead(tx)
		return err
	})
	return heads, err
}
