package storetest

import (
	"context"
	"errors"
	"sync"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
)

// claims breaks how a budget is claimed.
func claims(breaks func(ctx context.Context, s store.Store, now journey.Millis, b store.Budget) error) func(store.Store) store.Store {
	return func(s store.Store) store.Store {
		return &hooks{Store: s, claim: func(ctx context.Context, now journey.Millis, b store.Budget) error { return breaks(ctx, s, now, b) }}
	}
}

// unclaims breaks how a budget is given back.
func unclaims(breaks func(ctx context.Context, s store.Store, b store.Budget) error) func(store.Store) store.Store {
	return func(s store.Store) store.Store {
		return &hooks{Store: s, unclaim: func(ctx context.Context, b store.Budget) error { return breaks(ctx, s, b) }}
	}
}

func brokenBudgets() []brokenStore {
	return []brokenStore{
		{"serves one too many", []string{"BudgetsEnd", "UnclaimedIsFree", "AThousandAgainstABudgetOfAHundred"}, claims(func(ctx context.Context, s store.Store, now journey.Millis, b store.Budget) error {
			b.Limit++
			return s.Claim(ctx, now, b)
		})},
		{"looks before it claims", []string{"AThousandAgainstABudgetOfAHundred"}, looksBeforeItClaims},
		{"claims twice", []string{"BudgetsEnd", "AThousandAgainstABudgetOfAHundred"}, claims(func(ctx context.Context, s store.Store, now journey.Millis, b store.Budget) error {
			if err := s.Claim(ctx, now, b); err != nil {
				return err
			}
			return s.Claim(ctx, now, b)
		})},
		{"has no end", []string{"BudgetsEnd", "LimitsMayChange", "AThousandAgainstABudgetOfAHundred"}, claims(func(ctx context.Context, s store.Store, now journey.Millis, b store.Budget) error {
			b.Limit += 1 << 40
			return s.Claim(ctx, now, b)
		})},
		{"keeps the first limit", []string{"LimitsMayChange"}, func(s store.Store) store.Store {
			var first sync.Map
			return claims(func(ctx context.Context, s store.Store, now journey.Millis, b store.Budget) error {
				limit, _ := first.LoadOrStore(b.Item, b.Limit)
				b.Limit, _ = limit.(int64)
				return s.Claim(ctx, now, b)
			})(s)
		}},
		{"has one budget for all periods", []string{"BudgetsStandAlone"}, claims(func(ctx context.Context, s store.Store, now journey.Millis, b store.Budget) error {
			b.Period = "life"
			return s.Claim(ctx, now, b)
		})},
		{"has one budget for all items", []string{"BudgetsStandAlone"}, claims(func(ctx context.Context, s store.Store, now journey.Millis, b store.Budget) error {
			b.Item = "a"
			return s.Claim(ctx, now, b)
		})},
		{"claims budgets of nothing", []string{"BudgetsOfNothingAreRefused"}, claims(func(ctx context.Context, s store.Store, now journey.Millis, b store.Budget) error {
			b.Item, b.Period = "a", "life"
			return s.Claim(ctx, now, b)
		})},
		{"tells everybody that they are served", []string{"BudgetsEnd", "CapsAndBudgetsHoldTogether"}, claims(func(ctx context.Context, s store.Store, now journey.Millis, b store.Budget) error {
			if err := s.Claim(ctx, now, b); !errors.Is(err, store.ErrFull) {
				return err
			}
			return nil
		})},
		{"gives nothing back", []string{"UnclaimedIsFree", "ConcurrentClaimsAreGivenBack"}, unclaims(func(context.Context, store.Store, store.Budget) error { return nil })},
		{"gives back twice", []string{"ConcurrentClaimsAreGivenBack"}, unclaims(func(ctx context.Context, s store.Store, b store.Budget) error {
			if err := s.Unclaim(ctx, b); err != nil {
				return err
			}
			return s.Unclaim(ctx, b)
		})},
		{"gives back what was not taken", []string{"NothingIsUnclaimedTwice"}, func(s store.Store) store.Store {
			debt := 0
			return &hooks{
				Store: s,
				unclaim: func(ctx context.Context, b store.Budget) error {
					if have, err := s.Claimed(ctx, noon, b); err != nil || have.Taken > 0 {
						return s.Unclaim(ctx, b)
					}
					debt++
					return nil
				},
				claim: func(ctx context.Context, now journey.Millis, b store.Budget) error {
					if debt > 0 {
						debt--
						return nil
					}
					return s.Claim(ctx, now, b)
				},
			}
		}},
		{"claims on without its caller", []string{"EndedContextEndsEveryCall"}, claims(func(ctx context.Context, s store.Store, now journey.Millis, b store.Budget) error {
			return s.Claim(context.WithoutCancel(ctx), now, b)
		})},
	}
}

// looksBeforeItClaims reads how many are taken and then writes, as a store
// without conditions would: what comes in between is not seen.
func looksBeforeItClaims(s store.Store) store.Store {
	var looking sync.WaitGroup
	looking.Add(1000)
	return claims(func(ctx context.Context, s store.Store, now journey.Millis, b store.Budget) error {
		have, err := s.Claimed(ctx, now, b)
		looking.Done()
		looking.Wait()
		if err != nil || have.Taken >= b.Limit {
			return store.ErrFull
		}
		b.Limit = 1 << 40
		return s.Claim(ctx, now, b)
	})(s)
}
