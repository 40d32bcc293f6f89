package personalize_test

import (
	"context"
	"testing"
	"time"

	"wegweiser/shared/personalize"
	"wegweiser/shared/rule/parse"
)

// A deployment gets new keys while a mailing is under way: what was decided
// before is the answer still, and what was sent counts for good.
func TestMessagesOutliveTheirKeys(t *testing.T) {
	t.Parallel()
	s, c := openStore(t), newClock()
	before := secretly(t, s, c)
	publishRows(t, before, promotion)
	after := personalize.New(s, &personalize.Options{
		Clock: c.now, Parse: parse.Parse, Deadline: 5 * time.Minute,
		HashKey: []byte("new"), FormerHashKeys: [][]byte{[]byte("test")}, TokenSecrets: [][]byte{[]byte("new"), []byte("a secret")},
	})
	if err := after.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	mailing := personalize.BatchRequest{Placements: []string{"side"}, Recipients: []personalize.Recipient{
		{Visitor: "v_1", Message: "autumn"}, {Visitor: "v_2", Message: "autumn"}, {Visitor: "v_3", Message: "autumn"},
	}}
	first, again := batchOf(t, before, mailing), batchOf(t, after, mailing)
	for i := range first.Results {
		if got, want := again.Results[i].Decision, first.Results[i].Decision; got != want || want == "" {
			t.Errorf("got the decision %q, want the one of before, %q", got, want)
		}
	}
	says(t, after, c, "v_1", "autumn")
	clicked := personalize.FeedbackRequest{Token: first.Results[1].Placements["side"].Items[0].Token, Type: "click"}
	if _, err := after.Feedback(t.Context(), server, clicked); err != nil {
		t.Fatal(err)
	}
	c.advance(80 * time.Hour)
	if got := taken(t, s, c, "rare"); got != 2 {
		t.Errorf("got %d taken after the end of what was not sent, want the 2 that were", got)
	}
}
