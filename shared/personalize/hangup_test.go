package personalize_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
	"wegweiser/shared/store"
)

// impatient is a store whose caller hangs up when it is first asked to hold
// something.
type impatient struct {
	store.Store
	hangUp context.CancelFunc
	once   sync.Once
}

func (s *impatient) Hold(ctx context.Context, now journey.Millis, b store.Budget, name string, until journey.Millis) (store.Hold, error) {
	s.once.Do(s.hangUp)
	return s.Store.Hold(ctx, now, b, name, until)
}

// Whoever hangs up and asks again gets the same, and nothing of a budget is
// held for nobody.
func TestACallerWhoHangsUpCostsNothing(t *testing.T) {
	const budget = 2 * store.Remembered // so large that names are not remembered
	ctx, hangUp := context.WithCancel(t.Context())
	service := secretly(t, &impatient{Store: openStore(t), hangUp: hangUp}, newClock())
	publishRows(t, service, fmt.Sprintf(`[
		{"table":"placements","row":{"id":"mail","fallback":"none"}},
		{"table":"items","row":{"id":"none","kind":"content"}},
		{"table":"items","row":{"id":"few","kind":"offer","budget":%d,"budget_period":"life"}},
		{"table":"rules","row":{"id":"r","placements":["mail"],"items":["few"]}}
	]`, budget))
	request := personalize.BatchRequest{Placements: []string{"mail"}}
	for i := range budget + 10 {
		request.Recipients = append(request.Recipients, personalize.Recipient{Visitor: fmt.Sprint("v_", i), Message: "autumn"})
	}
	if _, err := service.DecideBatch(ctx, server, request); err == nil {
		t.Error("got an answer after the caller has hung up, want an error")
	}
	if got := statuses(batchOf(t, service, request)); got[personalize.StatusOK] != budget || got[personalize.StatusFallback] != 10 {
		t.Errorf("asked again: got %v, want the whole budget of %d served", got, budget)
	}
}
