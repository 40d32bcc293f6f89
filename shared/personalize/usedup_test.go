package personalize_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
	"wegweiser/shared/store"
)

// gathering is a store that tells nobody what is taken of a budget before so many
// have asked, or the test lets them go.
type gathering struct {
	store.Store
	asked sync.WaitGroup
	gone  chan struct{}
	letGo func()
}

func (s *gathering) Claimed(ctx context.Context, now journey.Millis, b store.Budget) (store.Claims, error) {
	s.asked.Done()
	<-s.gone
	return s.Store.Claimed(ctx, now, b)
}

// usedUp is a service that knows of that many budgets that they are used up, and
// whose store waits for all of them, with their placements.
func usedUp(t *testing.T, many int) (*personalize.Service, *gathering, []string) {
	t.Helper()
	rows := []string{`{"table":"items","row":{"id":"welcome","kind":"content"}}`}
	var placements []string
	for i := range many {
		placements = append(placements, fmt.Sprint("p_", i))
		rows = append(
			rows,
			fmt.Sprintf(`{"table":"placements","row":{"id":"p_%d","fallback":"welcome"}}`, i),
			fmt.Sprintf(`{"table":"items","row":{"id":"i_%d","kind":"offer","budget":1,"budget_period":"life"}}`, i),
			fmt.Sprintf(`{"table":"rules","row":{"id":"r_%d","placements":["p_%d"],"items":["i_%d"]}}`, i, i, i),
		)
	}
	s := &gathering{Store: openStore(t), gone: make(chan struct{})}
	s.asked.Add(many)
	s.letGo = sync.OnceFunc(func() { close(s.gone) })
	patience := time.AfterFunc(20*time.Second, func() {
		t.Error("somebody waits for what is taken of a budget")
		s.letGo()
	})
	t.Cleanup(func() { patience.Stop() })
	service := secretly(t, s, newClock())
	publishRows(t, service, "["+strings.Join(rows, ",")+"]")
	for _, visitor := range []string{"served", "refused"} {
		shows(t, service, visitor, placements...)
	}
	return service, s, placements
}

func TestUsedUpBudgetsAreAskedForSideBySide(t *testing.T) {
	service, s, placements := usedUp(t, 30)
	go func() {
		s.asked.Wait()
		s.letGo()
	}()
	if got := mail(t, service, "v_1", "m", placements...); got != "fallback"+strings.Repeat(" welcome", len(placements)) {
		t.Errorf("got %q, want fallbacks", got)
	}
}

// Nobody waits longer for what is taken of budgets than for anything else.
func TestAMailDoesNotWaitForBudgets(t *testing.T) {
	service, s, placements := usedUp(t, 3)
	offer := service.EmailOffer(t.Context(), server, personalize.EmailRequest{Visitor: "v_1", Message: "m", Placements: placements})
	s.letGo()
	if offer.Status != personalize.StatusFallback || offer.Degraded == "" || offer.Placements["p_0"].Items[0].ID != "welcome" {
		t.Errorf("got %+v, want the fallback for a fault of the store", offer)
	}
}
