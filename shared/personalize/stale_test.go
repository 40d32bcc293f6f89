package personalize_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"wegweiser/shared/personalize"
	"wegweiser/shared/snapshot"
	"wegweiser/shared/store"
)

// idle is a store that at times does not say what is live.
type idle struct {
	store.Store
	stalls atomic.Bool
}

func (s *idle) Live(ctx context.Context) (store.Release, error) {
	if s.stalls.Load() {
		<-ctx.Done()
		return store.Release{}, store.ErrUnavailable
	}
	return s.Store.Live(ctx)
}

// A server that nobody has asked for a while does not know what was published
// meanwhile. It refuses no name for that.
func TestAPlacementIsNotRefusedByWhoKnowsNothingNewer(t *testing.T) {
	s, c := &idle{Store: openStore(t)}, newClock()
	service := secretly(t, s, c)
	ask := func() (*personalize.Decision, error) {
		return service.Decide(t.Context(), server, personalize.DecideRequest{Visitor: "v_1", Placements: []string{"hero"}})
	}
	if _, err := ask(); err == nil {
		t.Fatal("got an answer for a placement that there is not, want a refusal")
	}
	publishRows(t, secretly(t, s.Store, c), sale)
	s.stalls.Store(true)
	c.advance(11 * time.Second)
	d, err := ask()
	if err != nil {
		t.Fatalf("got %v, want a fallback: the placement may have been published since", err)
	}
	if p := d.Placements["hero"]; !p.Fallback || p.Reason != snapshot.Store || d.Degraded == "" {
		t.Errorf("got %+v, degraded %q, want a fallback for the store", p, d.Degraded)
	}
}
