package embedded

import (
	"bytes"
	"context"
	"fmt"

	"go.etcd.io/bbolt"

	"wegweiser/shared/store"
)

// Memos implements store.Configuration.
func (s *Store) Memos(ctx context.Context) (map[string][]byte, error) {
	memos := map[string][]byte{}
	err := s.view(ctx, "read memos", func(tx *bbolt.Tx) error {
		return tx.Bucket(memosBucket).ForEach(func(name, value []byte) error {
			memos[string(name)] = bytes.Clone(value)
			return nil
		})
	})
	return memos, err
}

// PutMemo implements store.Configuration.
func (s *Store) PutMemo(ctx context.Context, name string, value []byte) error {
	const attempt = "put memo"
	if err := store.CheckMemo(name, value); err != nil {
		return fmt.Errorf("%s: %w", attempt, err)
	}
	value = bytes.Clone(value)
	return s.commits.submit(ctx, attempt, func(tx *bbolt.Tx) error {
		if value == nil {
			return tx.Bucket(memosBucket).Delete([]byte(name))
		}
		return tx.Bucket(memosBucket).Put([]byte(name), value)
	})
}
