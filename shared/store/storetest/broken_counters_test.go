package storetest

import (
	"context"
	"errors"
	"sync/atomic"

	"wegweiser/shared/journey"
	"wegweiser/shared/rank"
	"wegweiser/shared/store"
)

type (
	counting   = func(*rank.Counters) error
	countingIn = func(ctx context.Context, s store.Store, visitor string, known journey.Counters, change counting) (journey.Counters, error)
)

// counts breaks how counters are changed.
func counts(breaks countingIn) func(store.Store) store.Store {
	return func(s store.Store) store.Store {
		return &hooks{Store: s, counters: func(ctx context.Context, visitor string, known journey.Counters, change counting) (journey.Counters, error) {
			return breaks(ctx, s, visitor, known, change)
		}}
	}
}

func brokenCounters() []brokenStore {
	return []brokenStore{
		{"overwrites the counters of others", []string{"AThousandAgainstACapOfThree", "ConcurrentCountsAreAllKept", "StaleCountersStartAgain", "EqualCountersOfOthersAreNotMine"}, counts(overwritesCounters)},
		{"takes equal counters for its own", []string{"EqualCountersOfOthersAreNotMine"}, counts(takesEqualForOwn)},
		{"counts twice", []string{"CountersAreKept", "ConcurrentCountsAreAllKept"}, counts(func(ctx context.Context, s store.Store, visitor string, known journey.Counters, change counting) (journey.Counters, error) {
			return s.ChangeCounters(ctx, visitor, known, func(c *rank.Counters) error { return errors.Join(change(c), change(c)) })
		})},
		{"loses every other count", []string{"CountersAreKept", "ConcurrentCountsAreAllKept", "AThousandAgainstACapOfThree"}, func(s store.Store) store.Store {
			var n atomic.Int64
			return counts(func(ctx context.Context, s store.Store, visitor string, known journey.Counters, change counting) (journey.Counters, error) {
				if n.Add(1)%2 == 0 {
					c, err := rank.ReadCounters(known.Packed)
					return known, errors.Join(err, change(&c))
				}
				return s.ChangeCounters(ctx, visitor, known, change)
			})(s)
		}},
		{"lets one too many through", []string{"AThousandAgainstACapOfThree"}, counts(func(ctx context.Context, s store.Store, visitor string, known journey.Counters, change counting) (journey.Counters, error) {
			tried := false
			return s.ChangeCounters(ctx, visitor, known, func(c *rank.Counters) error {
				err := change(c)
				if tried && errors.Is(err, rank.ErrFull) && c.Count(scope, "week") == 3 {
					return c.Reserve(noon, noon.Time().Location(), claim("", 4))
				}
				tried = true
				return err
			})
		})},
		{"starts from what is known alone", []string{"StaleCountersStartAgain"}, counts(func(ctx context.Context, s store.Store, visitor string, known journey.Counters, change counting) (journey.Counters, error) {
			return s.ChangeCounters(ctx, visitor, known, func(c *rank.Counters) error {
				have, err := rank.ReadCounters(known.Packed)
				*c = have
				return errors.Join(err, change(c))
			})
		})},
		{"starts from nothing", []string{"CountersAreKept"}, counts(func(ctx context.Context, s store.Store, visitor string, known journey.Counters, change counting) (journey.Counters, error) {
			return s.ChangeCounters(ctx, visitor, known, func(c *rank.Counters) error { *c = rank.Counters{}; return change(c) })
		})},
		{"stores in spite of an error of counting", []string{"ErrorOfCountingStoresNothing"}, counts(func(ctx context.Context, s store.Store, visitor string, known journey.Counters, change counting) (journey.Counters, error) {
			var kept error
			stored, err := s.ChangeCounters(ctx, visitor, known, func(c *rank.Counters) error { kept = change(c); return nil })
			return stored, errors.Join(err, kept)
		})},
		{"stores counters of nobody", []string{"CountingNothingStoresNothing"}, counts(func(ctx context.Context, s store.Store, visitor string, known journey.Counters, change counting) (journey.Counters, error) {
			return s.ChangeCounters(ctx, visitor, known, func(c *rank.Counters) error {
				c.Advance(noon, noon.Time().Location())
				return change(c)
			})
		})},
		{"returns what was known", []string{"CountersAreKept"}, counts(func(ctx context.Context, s store.Store, visitor string, known journey.Counters, change counting) (journey.Counters, error) {
			_, err := s.ChangeCounters(ctx, visitor, known, change)
			return known, err
		})},
		{"takes counters of anybody", []string{"CountersOfNobodyAreRefused"}, counts(func(ctx context.Context, s store.Store, _ string, known journey.Counters, change counting) (journey.Counters, error) {
			return s.ChangeCounters(ctx, "v", known, change)
		})},
		{"keeps counters of all together", []string{"NobodyWasShownAnything"}, func(s store.Store) store.Store {
			return &hooks{
				Store: s,
				counters: func(ctx context.Context, _ string, known journey.Counters, change counting) (journey.Counters, error) {
					return s.ChangeCounters(ctx, "all", known, change)
				},
				history: func(ctx context.Context, q store.Query) (*journey.History, error) {
					h, err := s.History(ctx, q)
					if err != nil {
						return nil, err
					}
					q.Visitor = "all"
					all, err := s.History(ctx, q)
					h.Counters = all.Counters
					return h, err
				},
			}
		}},
		{"counts the counters into the window", []string{"CountersStandBesideTheRest"}, func(s store.Store) store.Store {
			return asks(func(q *store.Query) {
				if h, err := s.History(context.Background(), *q); err == nil && h.Counters.Packed != "" {
					q.Window = max(1, q.Window-1)
				}
			})(s)
		}},
		{"loses the counters when it looks further back", []string{"CountersStandBesideTheRest"}, answers(func(q store.Query, h *journey.History) {
			if q.At < noon {
				h.Counters = journey.Counters{}
			}
		})},
		{"cuts large counters", []string{"LargeCountersAreKept"}, answers(func(_ store.Query, h *journey.History) {
			h.Counters.Packed = h.Counters.Packed[:min(len(h.Counters.Packed), 4096)]
		})},
		{"counts on without its caller", []string{"EndedContextEndsEveryCall"}, counts(func(ctx context.Context, s store.Store, visitor string, known journey.Counters, change counting) (journey.Counters, error) {
			return s.ChangeCounters(context.WithoutCancel(ctx), visitor, known, change)
		})},
	}
}

// overwritesCounters stores what a change made of known, whatever is there.
func overwritesCounters(ctx context.Context, s store.Store, visitor string, known journey.Counters, change counting) (journey.Counters, error) {
	next, err := rank.ReadCounters(known.Packed)
	if err != nil {
		return known, err
	}
	if err := change(&next); err != nil {
		return known, err
	}
	return s.ChangeCounters(ctx, visitor, known, func(c *rank.Counters) error {
		*c = next.Clone()
		return nil
	})
}

// takesEqualForOwn believes to have stored what is there where it is what it
// would have written.
func takesEqualForOwn(ctx context.Context, s store.Store, visitor string, known journey.Counters, change counting) (journey.Counters, error) {
	next, err := rank.ReadCounters(known.Packed)
	if err != nil {
		return known, err
	}
	if err := change(&next); err != nil {
		return known, err
	}
	h, err := s.History(ctx, store.Query{Visitor: visitor, At: noon, Now: noon, Window: 1})
	if err == nil && h.Counters.Packed == string(next.Append(nil)) {
		return h.Counters, nil
	}
	return s.ChangeCounters(ctx, visitor, known, change)
}
