package embedded

import (
	"context"
	"encoding/binary"
	"fmt"

	"go.etcd.io/bbolt"

	"wegweiser/shared/store"
	"wegweiser/shared/store/pack"
)

// taken is what is stored of a budget: the second of expiry, then how many are
// taken.
func taken(value []byte) (int64, error) {
	if value == nil {
		return 0, nil
	}
	_, rest, err := readSecond(value)
	n, read := binary.Uvarint(rest)
	if err != nil || read != len(rest) {
		return 0, pack.ErrCorrupt
	}
	return int64(n), nil
}

func budgetKey(b store.Budget) []byte { return append(visitorKey(nil, b.Item), b.Period...) }

// Claim implements store.Budgets.
func (s *Store) Claim(ctx context.Context, b store.Budget) error {
	const attempt = "claim budget"
	if err := store.CheckClaim(b); err != nil {
		return fmt.Errorf("%s: %w", attempt, err)
	}
	return s.changeBudget(ctx, attempt, b, func(n int64) (int64, error) {
		if n >= b.Limit {
			return n, store.ErrFull
		}
		return n + 1, nil
	})
}

// Unclaim implements store.Budgets.
func (s *Store) Unclaim(ctx context.Context, b store.Budget) error {
	const attempt = "give budget back"
	if err := store.CheckBudget(b); err != nil {
		return fmt.Errorf("%s: %w", attempt, err)
	}
	return s.changeBudget(ctx, attempt, b, func(n int64) (int64, error) { return max(n-1, 0), nil })
}

func (s *Store) changeBudget(ctx context.Context, attempt string, b store.Budget, change func(int64) (int64, error)) error {
	key := budgetKey(b)
	return s.commits.submit(ctx, attempt, func(tx *bbolt.Tx) error {
		budgets := tx.Bucket(budgetsBucket)
		n, err := taken(budgets.Get(key))
		if err != nil {
			return err
		}
		if n, err = change(n); err != nil {
			return err
		}
		return budgets.Put(key, binary.AppendUvarint(appendSecond(nil, pack.Second(b.Expires)), uint64(n)))
	})
}

// Claimed implements store.Budgets.
func (s *Store) Claimed(ctx context.Context, b store.Budget) (n int64, err error) {
	const attempt = "read budget"
	if err := store.CheckBudget(b); err != nil {
		return 0, fmt.Errorf("%s: %w", attempt, err)
	}
	err = s.view(ctx, attempt, func(tx *bbolt.Tx) (err error) {
		n, err = taken(tx.Bucket(budgetsBucket).Get(budgetKey(b)))
		return err
	})
	return n, err
}
