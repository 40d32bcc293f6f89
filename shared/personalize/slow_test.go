package personalize_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
	"wegweiser/shared/store"
)

// slow is a store that answers only when its callers have stopped waiting. It
// stores all the same.
type slow struct {
	store.Store
	reads, writes atomic.Bool // are slow
}

func late(ctx context.Context) error {
	<-ctx.Done()
	return fmt.Errorf("%w: %w", store.ErrUnavailable, ctx.Err())
}

func (s *slow) History(ctx context.Context, q store.Query) (*journey.History, error) {
	if s.reads.Load() {
		return nil, late(ctx)
	}
	return s.Store.History(ctx, q)
}

func (s *slow) Append(ctx context.Context, now journey.Millis, r []store.Recording) ([]store.Outcome, error) {
	if !s.writes.Load() {
		return s.Store.Append(ctx, now, r)
	}
	if _, err := s.Store.Append(context.WithoutCancel(ctx), now, r); err != nil {
		return make([]store.Outcome, len(r)), err
	}
	return make([]store.Outcome, len(r)), late(ctx)
}

// What a slow store did not acknowledge in time comes back to be sent again,
// and counts once even where it was stored after all.
func TestASlowStoreIsNotWaitedFor(t *testing.T) {
	for name, slowness := range map[string]struct{ reads, writes bool }{
		"Reads":  {reads: true, writes: true},
		"Writes": {writes: true},
	} {
		t.Run(name, func(t *testing.T) {
			c, s := newClock(), &slow{Store: openStore(t)}
			service := personalize.New(s, &personalize.Options{Clock: c.now, Deadline: 3 * time.Millisecond})
			if err := service.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
			s.reads.Store(slowness.reads)
			s.writes.Store(slowness.writes)
			sent := []json.RawMessage{touchpoint("e_1", "purchase", c.ago(0))}
			said := journey.Consent{Stated: true, Purposes: []journey.Purpose{journey.Personalization}}
			d := decide(t, service, server, personalize.DecideRequest{Visitor: "v_1", Touchpoints: sent, Consent: said})
			if d.Degraded != "store_timeout" || d.Touchpoints.Accepted != 0 || len(d.Touchpoints.Rejected) != 1 || !d.Touchpoints.Rejected[0].Retry {
				t.Fatalf("got degraded %q with %+v, want store_timeout and the touchpoint back", d.Degraded, d.Touchpoints)
			}

			s.reads.Store(false)
			s.writes.Store(false)
			again, err := service.Collect(t.Context(), server, personalize.CollectRequest{Touchpoints: sent, Consent: said})
			if err != nil || again.Accepted != 0 || again.Duplicates != 1 {
				t.Errorf("sent again: got %+v, %v, want a duplicate", again, err)
			}
			h, err := s.History(t.Context(), store.Query{Visitor: "v_1", At: journey.At(c.now()), Now: journey.At(c.now()), Window: 10})
			if err != nil || len(h.Traces) != 1 || len(h.Profile.Milestones) != 1 {
				t.Errorf("got %+v, %v, want one purchase", h, err)
			}
		})
	}
}
