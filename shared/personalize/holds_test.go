package personalize_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
	"wegweiser/shared/store"
	"wegweiser/shared/store/dynamo/dynamotest"
)

// promotion has an offer for once a visitor and a hundred of all of them.
const promotion = `[
 {"table":"placements","row":{"id":"hero","fallback":"welcome"}},
 {"table":"placements","row":{"id":"side","fallback":"welcome"}},
 {"table":"items","row":{"id":"welcome","kind":"content"}},
 {"table":"items","row":{"id":"few","kind":"offer","cap_life":1,"budget":100,"budget_period":"life"}},
 {"table":"items","row":{"id":"rare","kind":"offer","budget":3,"budget_period":"life"}},
 {"table":"rules","row":{"id":"hero","placements":["hero"],"items":["few"]}},
 {"table":"rules","row":{"id":"side","placements":["side"],"items":["rare"]}}
]`

func budgetOf(item string) store.Budget { return store.Budget{Item: item, Period: "life"} }

func taken(t testing.TB, s store.Store, c *clock, item string) int64 {
	t.Helper()
	claims, err := s.Claimed(t.Context(), journey.At(c.now()), budgetOf(item))
	if err != nil {
		t.Fatal(err)
	}
	return claims.Taken
}

// says tells the service that a message went out.
func says(t testing.TB, s *personalize.Service, c *clock, visitor, message string) {
	t.Helper()
	body := fmt.Sprintf(`{"id":%q,"visitor":%q,"type":"email_sent","channel":"email","at":%q,"props":{"message":%q}}`, message, visitor, c.ago(0), message)
	if _, err := s.Collect(t.Context(), server, personalize.CollectRequest{Touchpoints: []json.RawMessage{json.RawMessage(body)}}); err != nil {
		t.Error(err)
	}
}

// everywhere runs a test on both stores. DynamoDB Local is slow beside other
// tests: it is asked for fewer mails.
func everywhere(t *testing.T, run func(t *testing.T, s store.Store, mails int)) {
	t.Run("Embedded", func(t *testing.T) { t.Parallel(); run(t, openStore(t), 1000) })
	t.Run("DynamoDB", func(t *testing.T) { t.Parallel(); run(t, dynamotest.Open(t), 300) })
}

// Of any number of mails at once a budget serves what it has. What was not sent
// within 72 hours is free again, to the last one, and what was sent is not.
func TestMailsHoldWhatTheyShowUntilTheyAreSent(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, s store.Store, mails int) {
		c := newClock()
		service := secretly(t, s, c)
		publishRows(t, service, promotion)
		const budget, sent = 100, 40
		var holding sync.Map
		ask := func(from, to int, message string) (served int) {
			var n atomic.Int32
			var all sync.WaitGroup
			for i := from; i < to; i++ {
				all.Go(func() {
					visitor := fmt.Sprint("v_", i)
					if mail(t, service, visitor, message, "hero") == "ok few" {
						n.Add(1)
						holding.Store(visitor, message)
					}
				})
			}
			all.Wait()
			return int(n.Load())
		}
		if got := ask(0, mails, "autumn"); got != budget {
			t.Errorf("got %d mails with the offer, want the budget of %d", got, budget)
		}
		if got := taken(t, s, c, "few"); got != budget {
			t.Errorf("got %d held, want %d", got, budget)
		}
		var sentTo, unsent []string
		holding.Range(func(visitor, _ any) bool {
			if len(sentTo) < sent {
				sentTo = append(sentTo, visitor.(string))
			} else {
				unsent = append(unsent, visitor.(string))
			}
			return true
		})
		c.advance(30 * time.Hour)
		var saying sync.WaitGroup
		for i := range 2 * sent { // each twice, and at once
			saying.Go(func() { says(t, service, c, sentTo[i%sent], "autumn") })
		}
		saying.Wait()
		c.advance(42*time.Hour - 2*time.Second)
		if got := ask(mails, mails+20, "early"); got != 0 {
			t.Errorf("within 72 hours: got %d more, want none", got)
		}
		c.advance(2 * time.Second) // and nobody remembers that it was used up
		// Caps come back as budgets do: who was not sent it may have it, who was may not.
		for _, visitor := range sentTo[:5] {
			if got := mail(t, service, visitor, "winter", "hero"); got != "fallback welcome" {
				t.Errorf("sent before: got %q, want the cap to hold", got)
			}
		}
		again := 0
		for _, visitor := range unsent[:5] {
			if got := mail(t, service, visitor, "winter", "hero"); got == "ok few" {
				again++
			}
		}
		if again != 5 {
			t.Errorf("not sent before: got %d of 5, want the cap given back", again)
		}
		pages := atomic.Int32{}
		var asked sync.WaitGroup
		for i := range 30 {
			asked.Go(func() {
				if shows(t, service, fmt.Sprint("w_", i), "hero") == "few" {
					pages.Add(1)
				}
			})
		}
		asked.Wait()
		if got := again + int(pages.Load()) + ask(mails+20, mails+120, "winter"); got != budget-sent {
			t.Errorf("after 72 hours: got %d more, want exactly %d", got, budget-sent)
		}
		if got := taken(t, s, c, "few"); got != budget {
			t.Errorf("got %d taken, want %d", got, budget)
		}
	})
}

// Several who decide the same messages at the same time hold for each once.
func TestABatchSentToManyAtOnceServesItsBudget(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, s store.Store, _ int) {
		c := newClock()
		services := []*personalize.Service{secretly(t, s, c), secretly(t, s, c), secretly(t, s, c)}
		publishRows(t, services[0], promotion)
		for _, service := range services {
			if err := service.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		request := personalize.BatchRequest{Placements: []string{"hero"}}
		for i := range 150 {
			request.Recipients = append(request.Recipients, personalize.Recipient{Visitor: fmt.Sprint("v_", i), Message: "m"})
		}
		answers := make([]*personalize.BatchAnswer, 2*len(services))
		var sent sync.WaitGroup
		for i := range answers {
			sent.Go(func() { answers[i], _ = services[i%len(services)].DecideBatch(context.Background(), server, request) })
		}
		sent.Wait()
		for i, a := range answers {
			if a == nil {
				t.Fatalf("batch %d was not answered", i)
			}
			for k := range a.Results {
				if got, want := jsonOf(t, a.Results[k]), jsonOf(t, answers[0].Results[k]); got != want {
					t.Fatalf("batch %d, recipient %d: got %s, want the same as another, %s", i, k, got, want)
				}
			}
		}
		if got := statuses(answers[0]); got[personalize.StatusOK] != 100 || got[personalize.StatusFallback] != 50 {
			t.Errorf("got %v, want 100 within the budget and 50 not", got)
		}
		if got := taken(t, s, c, "few"); got != 100 {
			t.Errorf("got %d held, want 100", got)
		}
	})
}

// killing is a store of a process that is killed before it stores a result.
type killing struct{ store.Store }

func (s killing) PutResults(context.Context, journey.Millis, store.Message, []store.Result) ([]store.Result, error) {
	return nil, store.ErrUnavailable
}

// What a process held that was killed is held for whoever decides the message
// next, though the budget is used up by then.
func TestWhoIsAskedAgainGoesOnWithWhatIsHeld(t *testing.T) {
	s, c := openStore(t), newClock()
	service := secretly(t, s, c)
	publishRows(t, service, promotion)
	killed := secretly(t, killing{s}, c)
	for i := range 3 {
		mail(t, killed, fmt.Sprint("v_", i), "m", "side")
	}
	if got := taken(t, s, c, "rare"); got != 3 {
		t.Fatalf("got %d held, want 3", got)
	}
	for _, ask := range []struct{ visitor, message, want string }{
		{"v_9", "m", "fallback welcome"}, // and it is known that the budget is used up
		{"v_0", "another", "fallback welcome"},
		{"v_0", "m", "ok rare"},
		{"v_1", "m", "ok rare"},
	} {
		if got := mail(t, service, ask.visitor, ask.message, "side"); got != ask.want {
			t.Errorf("%s for %s: got %q, want %q", ask.message, ask.visitor, got, ask.want)
		}
	}
	for _, visitor := range []string{"v_0", "v_1"} {
		says(t, service, c, visitor, "m")
	}
	c.advance(72 * time.Hour)
	if got := taken(t, s, c, "rare"); got != 2 {
		t.Errorf("after 72 hours: got %d taken, want the 2 that were sent", got)
	}
}

// overtaken is a store of a process that others overtake before it stores a
// result.
type overtaken struct {
	store.Store
	by func()
}

func (s overtaken) PutResults(ctx context.Context, now journey.Millis, m store.Message, r []store.Result) ([]store.Result, error) {
	s.by()
	return s.Store.PutResults(ctx, now, m, r)
}

// What is held and not shown goes back, and what is shown stays, whoever holds it.
func TestWhoComesSecondGivesBackWhatIsNotShown(t *testing.T) {
	s, c := openStore(t), newClock()
	service := secretly(t, s, c)
	publishRows(t, service, promotion)
	without := secretly(t, &counted{Store: s, refuse: func() error { return store.ErrFull }}, c)
	for visitor, ask := range map[string]struct {
		first *personalize.Service
		want  string
		held  int64
	}{
		"v_1": {without, "fallback welcome", 0},
		"v_2": {service, "ok rare", 1},
	} {
		before := taken(t, s, c, "rare")
		second := secretly(t, overtaken{s, func() { mail(t, ask.first, visitor, "m", "side") }}, c)
		if got := mail(t, second, visitor, "m", "side"); got != ask.want {
			t.Errorf("%s: got %q, want the answer of the first, %q", visitor, got, ask.want)
		}
		if got := taken(t, s, c, "rare") - before; got != ask.held {
			t.Errorf("%s: got %d held, want %d", visitor, got, ask.held)
		}
	}
}

// Mails that are sent late count: nobody else is given their place where it is
// still there.
func TestMailsSentLateCount(t *testing.T) {
	s, c := openStore(t), newClock()
	service := secretly(t, s, c)
	publishRows(t, service, promotion)
	for i := range 3 {
		if got := mail(t, service, fmt.Sprint("v_", i), "m", "side"); got != "ok rare" {
			t.Fatalf("got %q, want the offer", got)
		}
	}
	c.advance(100 * time.Hour)
	says(t, service, c, "v_0", "m")
	says(t, service, c, "v_0", "m")
	for i, want := range []string{"rare", "rare", "welcome (capped)"} {
		if got := shows(t, service, fmt.Sprint("w_", i), "side"); got != want {
			t.Errorf("page %d: got %q, want %q", i, got, want)
		}
	}
	says(t, service, c, "v_1", "m") // its place is given away
	if got := taken(t, s, c, "rare"); got != 4 {
		t.Errorf("got %d taken, want 4: what was sent counts", got)
	}
}

// A budget that is used up costs a batch next to nothing.
func TestABatchDoesNotAskForWhatIsUsedUp(t *testing.T) {
	s := &traffic{counted: &counted{Store: openStore(t)}}
	service := secretly(t, s, newClock())
	publishRows(t, service, promotion)
	for i := range 3 {
		shows(t, service, fmt.Sprint("w_", i), "side")
	}
	request := personalize.BatchRequest{Placements: []string{"side"}}
	for i := range 500 {
		request.Recipients = append(request.Recipients, personalize.Recipient{Visitor: fmt.Sprint("v_", i), Message: "m"})
	}
	mail(t, service, "v_x", "m", "side")
	s.since()
	if got := statuses(batchOf(t, service, request)); got[personalize.StatusFallback] != 500 {
		t.Errorf("got %v, want fallbacks", got)
	}
	if calls := s.since(); calls["Hold"] != 0 || calls["Claimed"] != 1 {
		t.Errorf("got %d holds and %d reads of the budget, want none and 1", calls["Hold"], calls["Claimed"])
	}
}
