package storetest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
)

// applying breaks how deltas are applied.
func applying(breaks func(ctx context.Context, s store.Store, now journey.Millis, feed string, deltas []store.Delta) error) func(store.Store) store.Store {
	return func(s store.Store) store.Store {
		return &hooks{Store: s, apply: func(ctx context.Context, now journey.Millis, feed string, deltas []store.Delta) error {
			return breaks(ctx, s, now, feed, slices.Clone(deltas))
		}}
	}
}

// reading breaks what Cells is asked.
func reading(breaks func(from, to *string, now *journey.Millis)) func(store.Store) store.Store {
	return func(s store.Store) store.Store {
		return &hooks{Store: s, cells: func(ctx context.Context, name, from, to string, now journey.Millis) ([]store.Cell, error) {
			breaks(&from, &to, &now)
			return s.Cells(ctx, name, from, to, now)
		}}
	}
}

func brokenStatistics() []brokenStore {
	return []brokenStore{
		{"counts whatever it reads", []string{"WhatIsReadTwiceCountsOnce", "OneChangeMayAddTwice", "CellsAreAddedEachByItself", "ConcurrentReadersCountOnce"}, func(s store.Store) store.Store {
			var n atomic.Int64
			return applying(func(ctx context.Context, s store.Store, now journey.Millis, feed string, deltas []store.Delta) error {
				return s.Apply(ctx, now, fmt.Sprint(feed, n.Add(1)), deltas)
			})(s)
		}},
		{"takes a call for new as a whole", []string{"WhatIsReadTwiceCountsOnce", "CellsAreAddedEachByItself"}, applying(func(ctx context.Context, s store.Store, now journey.Millis, feed string, deltas []store.Delta) error {
			for i := range deltas {
				for _, d := range deltas {
					if store.Place(d.Sequence) > store.Place(deltas[i].Sequence) {
						deltas[i].Sequence = d.Sequence
					}
				}
			}
			return s.Apply(ctx, now, feed, deltas)
		})},
		{"adds one delta at a time", []string{"OneChangeMayAddTwice", "OrderOfACallDoesNotMatter"}, applying(func(ctx context.Context, s store.Store, now journey.Millis, feed string, deltas []store.Delta) error {
			for i := range deltas {
				if err := s.Apply(ctx, now, feed, deltas[i:i+1]); err != nil {
					return err
				}
			}
			return nil
		})},
		{"compares sequences as text", []string{"SequencesAreNumbers"}, applying(func(ctx context.Context, s store.Store, now journey.Millis, feed string, deltas []store.Delta) error {
			for i, d := range deltas {
				if d.Sequence != "" && len(d.Sequence) < 20 {
					deltas[i].Sequence += strings.Repeat("0", 20-len(d.Sequence))
				}
			}
			return s.Apply(ctx, now, feed, deltas)
		})},
		{"knows one feed", []string{"FeedsStandAlone", "ConcurrentFeedsAllCount", "CellsHaveTheirLimits"}, applying(func(ctx context.Context, s store.Store, now journey.Millis, _ string, deltas []store.Delta) error {
			return s.Apply(ctx, now, "f", deltas)
		})},
		{"forgets feeds after an hour", []string{"FeedsAreRemembered"}, applying(func(ctx context.Context, s store.Store, now journey.Millis, feed string, deltas []store.Delta) error {
			return s.Apply(ctx, now, fmt.Sprint(feed, now.Time().Truncate(time.Hour).Unix()), deltas)
		})},
		{"remembers where the feed is, not each cell", []string{"CellsAreAddedEachByItself"}, func(s store.Store) store.Store {
			var mu sync.Mutex
			last := map[string]string{}
			return applying(func(ctx context.Context, s store.Store, now journey.Millis, feed string, deltas []store.Delta) error {
				mu.Lock()
				defer mu.Unlock()
				was := last[feed]
				for _, d := range deltas {
					last[feed] = max(last[feed], store.Place(d.Sequence))
				}
				return s.Apply(ctx, now, feed, slices.DeleteFunc(deltas, func(d store.Delta) bool { return store.Place(d.Sequence) <= was }))
			})(s)
		}},
		{"loses the last delta", []string{"CellsAddUp", "WhatIsReadTwiceCountsOnce"}, applying(func(ctx context.Context, s store.Store, now journey.Millis, feed string, deltas []store.Delta) error {
			return s.Apply(ctx, now, feed, deltas[:max(len(deltas)-1, 0)])
		})},
		{"adds one, whatever is to be added", []string{"CellsAddUp"}, applying(func(ctx context.Context, s store.Store, now journey.Millis, feed string, deltas []store.Delta) error {
			for i := range deltas {
				deltas[i].Add = maps.Clone(deltas[i].Add)
				for name := range deltas[i].Add {
					deltas[i].Add[name] = 1
				}
			}
			return s.Apply(ctx, now, feed, deltas)
		})},
		{"keeps cells for good", []string{"CellsExpireToTheSecond"}, applying(func(ctx context.Context, s store.Store, now journey.Millis, feed string, deltas []store.Delta) error {
			for i := range deltas {
				deltas[i].Expires = 0
			}
			return s.Apply(ctx, now, feed, deltas)
		})},
		{"returns expired cells", []string{"CellsExpireToTheSecond"}, reading(func(_, _ *string, now *journey.Millis) { *now = 0 })},
		{"reads one period", []string{"CellsAddUp"}, reading(func(from, to *string, _ *journey.Millis) { *to = *from })},
		{"reads every period", []string{"CellsAddUp"}, reading(func(from, to *string, _ *journey.Millis) { *from, *to = " ", "~" })},
		{"takes any delta", []string{"CellsHaveTheirLimits"}, applying(func(ctx context.Context, s store.Store, now journey.Millis, feed string, deltas []store.Delta) error {
			return s.Apply(ctx, now, feed, slices.DeleteFunc(deltas, func(d store.Delta) bool { return store.CheckDeltas(feed, []store.Delta{d}) != nil }))
		})},
		{"adds on without its caller", []string{"EndedContextEndsEveryCall"}, applying(func(ctx context.Context, s store.Store, now journey.Millis, feed string, deltas []store.Delta) error {
			return s.Apply(context.WithoutCancel(ctx), now, feed, deltas)
		})},
	}
}
