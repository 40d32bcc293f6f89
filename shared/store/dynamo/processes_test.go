package dynamo_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/rank"
	"wegweiser/shared/store"
	"wegweiser/shared/store/dynamo"
	"wegweiser/shared/store/dynamo/dynamotest"
)

// A thousand calls at once from several clients, which share nothing but the
// tables, as processes do.
func TestSeveralProcessesCountTogether(t *testing.T) {
	const processes, calls = 4, 250
	prefix := dynamotest.Prefix()
	ctx := context.Background()
	var shown, served atomic.Int32
	var all sync.WaitGroup
	for range processes {
		s := dynamotest.OpenAt(t, dynamo.Transport(), prefix)
		for range calls {
			all.Go(func() {
				_, err := s.ChangeCounters(ctx, "v", journey.Counters{}, func(c *rank.Counters) error {
					return c.Reserve(noon, time.UTC, capped("sofa", 3))
				})
				if err == nil {
					shown.Add(1)
				} else if !errors.Is(err, rank.ErrFull) {
					t.Errorf("ChangeCounters: %v", err)
				}
				if err = s.Claim(ctx, noon, store.Budget{Item: "sofa", Period: "life", Limit: 100}); err == nil {
					served.Add(1)
				} else if !errors.Is(err, store.ErrFull) {
					t.Errorf("Claim: %v", err)
				}
			})
		}
	}
	all.Wait()
	if shown.Load() != 3 || served.Load() != 100 {
		t.Errorf("got %d shown and %d served, want 3 and 100", shown.Load(), served.Load())
	}
}
