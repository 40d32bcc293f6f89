package personalize_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
	"wegweiser/shared/personalize/receipt"
	"wegweiser/shared/rank"
	"wegweiser/shared/rank/beta"
	"wegweiser/shared/store"
)

// mall is a workspace in which every placement of a page is drawn among many.
func mall(t testing.TB, w *replayWorld) {
	t.Helper()
	var rows []string
	add := func(table, format string, args ...any) {
		rows = append(rows, `{"table":"`+table+`","row":`+fmt.Sprintf(format, args...)+`}`)
		if len(rows) == personalize.MaxConfigRows {
			apply(t, w.Service, "["+strings.Join(rows, ",")+"]")
			rows = nil
		}
	}
	add("settings", `{"id":"window","value":200}`)
	add("settings", `{"id":"trait.story","value":"text"}`)
	add("settings", `{"id":"context.url","value":"text"}`)
	add("settings", `{"id":"context.referrer","value":"text"}`)
	add("settings", `{"id":"context.unread","value":"text"}`)
	add("items", `{"id":"welcome","kind":"content"}`)
	for i := range 160 {
		add("items", `{"id":"living-room-offer-%03d","kind":"offer","value":%d,"tags":["room-%d"],"cap_life":9}`, i, 10+i%7, i%4)
	}
	for i := range 50 {
		add("placements", `{"id":"category-page-banner-%02d","fallback":"welcome"}`, i)
	}
	for i := range 4 {
		add("rules", `{"id":"room-%d","order":%d,"placements":["category-page-banner-%02d"],"items":["tag:room-%d"],"choose":"rank"}`, i, i, i, i)
	}
	add("rules", `{"id":"asking","order":9,"when":"context.url contains \"sofa\" or context.referrer contains \"sofa\"","items":["living-room-offer-000"]}`)
	apply(t, w.Service, "["+strings.Join(rows, ",")+"]")
	publish(t, w.Service)
}

func (w *replayWorld) believe(t testing.TB) {
	t.Helper()
	var items []string
	for i := range 150 {
		items = append(items, fmt.Sprintf("living-room-offer-%03d", i))
	}
	encoded, err := rank.NewStatistics(items, nil, func(string, rank.Place) rank.Quantiles {
		return beta.OfPrior(0.01+0.1*w.rand.Float64(), 50+5000*w.rand.Float64()).Quantiles()
	}).MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	summary := store.Summary{Version: fmt.Sprint("summary-", w.clock.now().Unix()), At: journey.At(w.clock.now()), Encoded: encoded}
	if err := w.store.PutSummary(context.Background(), summary); err != nil {
		t.Fatal(err)
	}
	w.clock.advance(time.Hour) // it is read
}

// bodyOf is how many bytes are stored of a decision.
func (w *replayWorld) bodyOf(t testing.TB, decision string) int {
	t.Helper()
	settle(t, w.Service)
	for r, err := range w.store.AllReceipts(context.Background(), store.ReceiptKey{}, journey.At(w.clock.now())) {
		if err != nil {
			t.Fatal(err)
		}
		if "d_"+r.ID+"_"+r.Owner == decision {
			return len(r.Body)
		}
	}
	t.Fatalf("nothing is stored of %s", decision)
	return 0
}

// The receipt of the largest request that a page makes is of 2 KB, and what it
// leaves out changes nothing: the decision is made again alike.
func TestTheReceiptOfTheLargestPageReplays(t *testing.T) {
	w := newReplayWorld(t, openStore(t), 1)
	mall(t, w)
	w.believe(t)
	w.collect(t, 320, 90*24*time.Hour)
	prose := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = "eeetttaaaoooiiinnnssshhhrrrdllcumwfgypbvk   "[w.rand.IntN(44)]
		}
		return string(b)
	}
	if _, err := w.UpdateVisitor(context.Background(), server, w.visitor(0), personalize.VisitorUpdate{Traits: map[string]any{"story": prose(3500)}}); err != nil {
		t.Fatal(err)
	}
	var all []string
	for i := range 50 {
		all = append(all, fmt.Sprintf("category-page-banner-%02d", i))
	}
	for _, c := range []struct {
		name    string
		request personalize.DecideRequest
		lean    bool
	}{
		{"OneRanked", personalize.DecideRequest{Placements: all[:1]}, true},
		{"AllPlacements", personalize.DecideRequest{Placements: all}, true},
		{"ContextThatIsRead", personalize.DecideRequest{Placements: all[:2], Context: map[string]any{"url": prose(600), "referrer": prose(200), "unread": prose(1000)}}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.request.Visitor = w.visitor(0)
			d := decide(t, w.Service, server, c.request)
			got := w.bodyOf(t, d.Decision)
			t.Logf("%d bytes", got)
			if got > receipt.Most {
				t.Errorf("got a receipt of %d bytes, want at most %d", got, receipt.Most)
			}
			r, err := w.Receipt(context.Background(), server, d.Decision, true)
			if err != nil {
				t.Fatal(err)
			}
			if r.Identical == nil || !*r.Identical || r.Touchpoints != 200 || r.Milestones != journey.MaxMilestones || r.Lean != c.lean {
				t.Errorf("got identical %v, %d touchpoints, %d milestones, lean %v; want an identical one of all", r.Identical, r.Touchpoints, r.Milestones, r.Lean)
			}
			if _, has := r.Profile.Traits["story"]; has == c.lean {
				t.Errorf("got the traits %v, want those that nothing reads left out", r.Profile.Traits)
			}
			if _, has := r.Request.Context["url"]; c.request.Context != nil && !has {
				t.Error("got no url, want what a condition reads")
			}
		})
	}
}

func TestAContextHasBounds(t *testing.T) {
	c := newClock()
	s := start(t, openStore(t), c)
	rows := []string{`{"table":"settings","row":{"id":"context.note","value":"text"}}`}
	many := map[string]any{}
	for i := range 51 {
		name := fmt.Sprint("n", i)
		rows, many[name] = append(rows, `{"table":"settings","row":{"id":"context.`+name+`","value":"number"}}`), 1.0
	}
	for i := range 3 {
		rows = append(rows, fmt.Sprintf(`{"table":"settings","row":{"id":"context.t%d","value":"text"}}`, i))
	}
	apply(t, s, "["+strings.Join(rows, ",")+"]")
	publish(t, s)
	kilobyte := strings.Repeat("x", 1024)
	for name, tc := range map[string]struct {
		context map[string]any
		refused bool
	}{
		"TooManyKeys":   {many, true},
		"TooMuchText":   {map[string]any{"t0": kilobyte, "t1": kilobyte, "t2": "x"}, true},
		"AsMuchAsFits":  {map[string]any{"t0": kilobyte, "t1": kilobyte, "t2": ""}, false},
		"NotDeclared":   {map[string]any{"whatever": strings.Repeat(kilobyte, 9)}, false},
		"NullIsNothing": {map[string]any{"t0": kilobyte, "t1": kilobyte, "t2": nil}, false},
	} {
		_, err := s.Decide(context.Background(), server, personalize.DecideRequest{Visitor: "v_1", Context: tc.context})
		if !tc.refused {
			if err != nil {
				t.Errorf("%s: got error %v, want a decision", name, err)
			}
			continue
		}
		var refusal *personalize.Error
		if !errors.As(err, &refusal) || refusal.Code != "bad_context" || refusal.Fields[0].Field != "context" || !strings.Contains(refusal.Message, "2048") {
			t.Errorf("%s: got %v, want bad_context with what would be right", name, err)
		}
	}
}

// Receipts that leave out what nobody asks for replay like all others, whatever
// moved on.
func TestLeanReceiptsReplay(t *testing.T) {
	w := newReplayWorld(t, openStore(t), 60)
	apply(t, w.Service, `[{"table":"settings","row":{"id":"trait.diary","value":"text"}}]`)
	publish(t, w.Service)
	for n := range w.visitors {
		diary := make([]byte, 2900)
		for i := range diary {
			diary[i] = byte(w.rand.IntN(256))
		}
		if _, err := w.UpdateVisitor(context.Background(), server, w.visitor(n), personalize.VisitorUpdate{Traits: map[string]any{"diary": base64.StdEncoding.EncodeToString(diary)}}); err != nil {
			t.Fatal(err)
		}
	}
	w.play(t, 12)
	filled := w.replayAll(t)
	for _, want := range []string{"offers earning ", "shelf crowded ", "counted", "ranked from statistics", "ranked from prior", "ranked from nothing"} {
		if filled[want] == 0 {
			t.Errorf("no decision ended with %q, so that nothing is known of its replay: got %v", want, filled)
		}
	}
	lean := 0
	for _, id := range w.decisions {
		r, err := w.Receipt(context.Background(), server, id, false)
		if err != nil {
			t.Fatal(err)
		}
		if r.Lean {
			lean++
			continue
		}
		if r.Profile != nil && r.Profile.Traits["diary"] != nil {
			t.Fatalf("got %s with a diary, want what makes it too large left out", id)
		}
	}
	if most := len(w.decisions); lean < most*3/4 || lean == most {
		t.Errorf("got %d lean receipts of %d, want those of personal decisions", lean, most)
	}
}
