package personalize_test

import (
	"context"
	"testing"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
	"wegweiser/shared/store"
)

// historyless is a store that has lost its histories.
type historyless struct{ store.Store }

func (historyless) History(context.Context, store.Query) (*journey.History, error) {
	return nil, store.ErrUnavailable
}

// Whoever has unsubscribed is not told apart while the store does not answer:
// nothing then says that all is well, though a rule may hold without a history.
func TestAMailIsNeverOKWhereTheStoreDoesNotAnswer(t *testing.T) {
	service := secretly(t, historyless{openStore(t)}, newClock())
	publishRows(t, service, sale)
	result := batchOf(t, service, personalize.BatchRequest{
		Recipients: []personalize.Recipient{{Visitor: "v_1", Message: "m"}}, Placements: []string{"free"},
	})
	if r := &result.Results[0]; r.Status != personalize.StatusFallback || r.Degraded == "" || r.Placements["free"].Fallback || !result.Offer(0).Fallback {
		t.Errorf("in a batch: got %+v, want what the rule shows, marked as a fallback", r)
	}
	offer := service.EmailOffer(t.Context(), server, personalize.EmailRequest{Visitor: "v_1", Message: "m", Placements: []string{"free"}})
	if offer.Status != personalize.StatusFallback || offer.Degraded == "" || !offer.Fallback {
		t.Errorf("one offer: got %+v, want it marked as a fallback", offer)
	}
}
