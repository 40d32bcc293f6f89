package storetest

import (
	"context"
	"errors"
	"sync/atomic"

	"wegweiser/shared/store"
)

// summing breaks how a summary is put.
func summing(breaks func(ctx context.Context, s store.Store, next store.Summary) error) func(store.Store) store.Store {
	return func(s store.Store) store.Store {
		return &hooks{Store: s, putSummary: func(ctx context.Context, next store.Summary) error { return breaks(ctx, s, next) }}
	}
}

// heading breaks what Heads returns.
func heading(breaks func(h *store.Heads)) func(store.Store) store.Store {
	return func(s store.Store) store.Store {
		return &hooks{Store: s, heads: func(ctx context.Context) (store.Heads, error) {
			h, err := s.Heads(ctx)
			breaks(&h)
			return h, err
		}}
	}
}

func brokenSummaries() []brokenStore {
	return []brokenStore{
		{"keeps the first summary", []string{"NewestSummaryCounts"}, summing(func(ctx context.Context, s store.Store, next store.Summary) error {
			if _, err := s.Summary(ctx); !errors.Is(err, store.ErrNotFound) {
				return err
			}
			return s.PutSummary(ctx, next)
		})},
		{"goes back to an older summary", []string{"OlderSummaryIsAConflict"}, summing(func(ctx context.Context, s store.Store, next store.Summary) error {
			if have, err := s.Summary(ctx); err == nil {
				next.At = max(next.At, have.At+1)
			}
			return s.PutSummary(ctx, next)
		})},
		{"counts the last of one moment", []string{"OfOneMomentTheGreaterVersionCounts"}, summing(func(ctx context.Context, s store.Store, next store.Summary) error {
			if have, err := s.Summary(ctx); err == nil && have.At == next.At {
				next.At++
			}
			return s.PutSummary(ctx, next)
		})},
		{"puts summaries in two pieces", []string{"OlderSummaryIsAConflict"}, inTwoPieces},
		{"cuts summaries", []string{"NewestSummaryCounts", "SummariesHaveTheirLimits"}, summing(func(ctx context.Context, s store.Store, next store.Summary) error {
			next.Encoded = next.Encoded[:min(len(next.Encoded), 256<<10)]
			return s.PutSummary(ctx, next)
		})},
		{"writes into summaries", []string{"SummaryIsAsItWasPut"}, summing(func(ctx context.Context, s store.Store, next store.Summary) error {
			next.Encoded[0] = 'X'
			return s.PutSummary(ctx, next)
		})},
		{"forgets the summary's version", []string{"NewestSummaryCounts", "HeadsAreOfBoth"}, heading(func(h *store.Heads) { h.Summary.Version = "" })},
		{"forgets what is live", []string{"HeadsAreOfBoth"}, heading(func(h *store.Heads) { h.Live = store.Release{} })},
		{"needs both heads", []string{"NoSummaryAtFirst", "HeadsAreOfBoth", "NewestSummaryCounts"}, func(s store.Store) store.Store {
			return &hooks{Store: s, heads: func(ctx context.Context) (store.Heads, error) {
				h, err := s.Heads(ctx)
				if h.Summary.Version == "" || h.Live == (store.Release{}) {
					return h, store.ErrNotFound
				}
				return h, err
			}}
		}},
	}
}

// inTwoPieces shows the bytes of the last summary that was put, whether it became
// the newest or not.
func inTwoPieces(s store.Store) store.Store {
	var last atomic.Pointer[store.Summary]
	return &hooks{
		Store: s,
		putSummary: func(ctx context.Context, next store.Summary) error {
			last.Store(&next)
			return s.PutSummary(ctx, next)
		},
		summary: func(ctx context.Context) (store.Summary, error) {
			have, err := s.Summary(ctx)
			if put := last.Load(); put != nil {
				have.Encoded = put.Encoded
			}
			return have, err
		},
	}
}
