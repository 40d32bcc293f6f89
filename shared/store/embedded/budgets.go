package embedded

import (
	"bytes"
	"context"
	"fmt"

	"go.etcd.io/bbolt"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
	"wegweiser/shared/store/pack"
)

// budgetOf reads what is stored of a budget: the second of expiry, then the
// budget.
func budgetOf(value []byte) (pack.Budget, error) {
	if value == nil {
		return pack.Budget{}, nil
	}
	_, rest, err := readSecond(value)
	if err != nil {
		return pack.Budget{}, err
	}
	return pack.ReadBudget(string(rest))
}

func budgetKey(b store.Budget) []byte { return append(visitorKey(nil, b.Item), b.Period...) }

// Claim implements store.Budgets.
func (s *Store) Claim(ctx context.Context, now journey.Millis, b store.Budget) error {
	const attempt = "claim budget"
	if err := store.CheckClaim(b); err != nil {
		return fmt.Errorf("%s: %w", attempt, err)
	}
	return s.changeBudget(ctx, attempt, b, func(have *pack.Budget) error {
		if !have.Claim(now, b.Limit) {
			return store.ErrFull
		}
		return nil
	})
}

// Hold implements store.Budgets.
func (s *Store) Hold(ctx context.Context, now journey.Millis, b store.Budget, name string, until journey.Millis) (store.Hold, error) {
	const attempt = "hold budget"
	if err := store.CheckHold(now, b, name, until); err != nil {
		return store.Hold{}, fmt.Errorf("%s: %w", attempt, err)
	}
	var hold store.Hold
	err := s.changeBudget(ctx, attempt, b, func(have *pack.Budget) (err error) {
		var holds bool
		if hold, holds = have.Hold(now, b.Limit, store.HoldOf(b, name, until)); !holds {
			return store.ErrFull
		}
		return nil
	})
	if err != nil {
		return store.Hold{}, err // its transaction may still be under way
	}
	return hold, nil
}

// Release implements store.Budgets.
func (s *Store) Release(ctx context.Context, h store.Hold) error {
	const attempt = "release budget"
	if err := store.CheckBudget(h.Budget()); err != nil {
		return fmt.Errorf("%s: %w", attempt, err)
	}
	return s.changeBudget(ctx, attempt, h.Budget(), func(have *pack.Budget) error {
		have.Release(&h)
		return nil
	})
}

// Unclaim implements store.Budgets.
func (s *Store) Unclaim(ctx context.Context, b store.Budget) error {
	const attempt = "give budget back"
	if err := store.CheckBudget(b); err != nil {
		return fmt.Errorf("%s: %w", attempt, err)
	}
	return s.changeBudget(ctx, attempt, b, func(have *pack.Budget) error {
		have.Unclaim()
		return nil
	})
}

func (s *Store) changeBudget(ctx context.Context, attempt string, b store.Budget, change func(*pack.Budget) error) error {
	return s.commits.submit(ctx, attempt, func(tx *bbolt.Tx) error { return changeBudget(tx, b, change) })
}

func changeBudget(tx *bbolt.Tx, b store.Budget, change func(*pack.Budget) error) error {
	budgets, key := tx.Bucket(budgetsBucket), budgetKey(b)
	have, err := budgetOf(budgets.Get(key))
	if err != nil {
		return err
	}
	if err := change(&have); err != nil {
		return err
	}
	return budgets.Put(key, have.Append(appendSecond(nil, pack.Second(b.Expires))))
}

// Commit implements store.Budgets: all of a message in one transaction.
func (s *Store) Commit(ctx context.Context, now journey.Millis, m store.Message) error {
	const attempt = "commit what a message holds"
	if err := store.CheckMessage(m); err != nil {
		return fmt.Errorf("%s: %w", attempt, err)
	}
	prefix := messageKey(m)
	held := false
	err := s.view(ctx, attempt, func(tx *bbolt.Tx) error {
		key, _ := tx.Bucket(holdsBucket).Cursor().Seek(prefix)
		held = bytes.HasPrefix(key, prefix)
		return nil
	})
	if err != nil || !held {
		return err
	}
	return s.commits.submit(ctx, attempt, func(tx *bbolt.Tx) error {
		holds := map[string][]store.Hold{}
		bucket := tx.Bucket(holdsBucket)
		for c, key, value := cursorAt(bucket, prefix); bytes.HasPrefix(key, prefix); key, value = c.Next() {
			some, err := holdsOf(value, now)
			if err != nil {
				return err
			}
			holds[string(key)] = some
		}
		for key, some := range holds {
			for i := range some {
				if err := commitHold(tx, now, &some[i]); err != nil {
					return err
				}
			}
			if err := bucket.Delete([]byte(key)); err != nil {
				return err
			}
		}
		return nil
	})
}

func cursorAt(bucket *bbolt.Bucket, prefix []byte) (c *bbolt.Cursor, key, value []byte) {
	c = bucket.Cursor()
	key, value = c.Seek(prefix)
	return c, key, value
}

// commitHold makes one hold final, unless its period is over.
func commitHold(tx *bbolt.Tx, now journey.Millis, h *store.Hold) error {
	if pack.Expired(pack.Second(h.Expires), now) {
		return nil
	}
	return changeBudget(tx, h.Budget(), func(have *pack.Budget) error {
		have.Commit(h)
		return nil
	})
}

// heldBy is what is stored of a result's holds: the second of expiry, then the
// holds; nothing where it has none.
func heldBy(r *store.Result) []byte {
	if len(r.Holds) == 0 {
		return nil
	}
	return pack.AppendHolds(appendSecond(nil, pack.Second(pack.HeldUntil(r.Holds))), r.Holds)
}

// putHolds keeps what a result holds, in place of what one before it held.
func putHolds(tx *bbolt.Tx, key, held []byte) error {
	if held == nil {
		return tx.Bucket(holdsBucket).Delete(key)
	}
	return tx.Bucket(holdsBucket).Put(key, held)
}

// holdsOf reads what heldBy wrote, as far as it is there at now.
func holdsOf(value []byte, now journey.Millis) ([]store.Hold, error) {
	if value == nil {
		return nil, nil
	}
	second, rest, err := readSecond(value)
	if err != nil || pack.Expired(second, now) {
		return nil, err
	}
	return pack.ReadHolds(string(rest))
}

// Claimed implements store.Budgets.
func (s *Store) Claimed(ctx context.Context, now journey.Millis, b store.Budget) (claims store.Claims, err error) {
	const attempt = "read budget"
	if err := store.CheckBudget(b); err != nil {
		return claims, fmt.Errorf("%s: %w", attempt, err)
	}
	err = s.view(ctx, attempt, func(tx *bbolt.Tx) error {
		have, err := budgetOf(tx.Bucket(budgetsBucket).Get(budgetKey(b)))
		claims = have.Claims(now)
		return err
	})
	return claims, err
}
