package personalize_test

import (
	"context"
	"encoding/json"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
	"wegweiser/shared/rank"
	"wegweiser/shared/rank/beta"
	"wegweiser/shared/snapshot"
	"wegweiser/shared/store"
)

// summarised is a store that counts who asks for what is newest, and can hold
// summaries back or fail to bring them.
type summarised struct {
	store.Store
	heads, lives, summaries atomic.Int64
	hold                    chan struct{} // nil: nothing is held back
	fault                   error
	head                    atomic.Pointer[store.Summary] // told in place of what is newest
}

func (s *summarised) Heads(ctx context.Context) (store.Heads, error) {
	s.heads.Add(1)
	heads, err := s.Store.Heads(ctx)
	if head := s.head.Load(); head != nil {
		heads.Summary = *head
	}
	return heads, err
}

func (s *summarised) Live(ctx context.Context) (store.Release, error) {
	s.lives.Add(1)
	return s.Store.Live(ctx)
}

func (s *summarised) Summary(ctx context.Context) (store.Summary, error) {
	s.summaries.Add(1)
	if s.hold != nil {
		<-s.hold
	}
	if s.fault != nil {
		return store.Summary{}, s.fault
	}
	return s.Store.Summary(ctx)
}

// believe makes a summary newest that says of the lamp that it is taken up with
// that probability.
func believe(t *testing.T, s store.Store, version string, at time.Time, rate float64) {
	t.Helper()
	encoded, err := rank.NewStatistics([]string{"lamp"}, nil, func(item string, _ rank.Place) rank.Quantiles {
		if item == "" {
			return beta.OfPrior(0.05, 20).Quantiles()
		}
		return beta.OfPrior(rate, 500).Quantiles()
	}).MarshalBinary()
	if err == nil {
		err = s.PutSummary(t.Context(), store.Summary{Version: version, At: journey.At(at), Encoded: encoded})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// lamp is what a decision believes of the lamp, and why.
func lamp(t *testing.T, s *personalize.Service) (propensity float64, from snapshot.Belief) {
	t.Helper()
	d := decide(t, s, server, personalize.DecideRequest{Visitor: "v_1", Placements: []string{"home-hero"}, Explain: true})
	for _, r := range d.Explanation.Placements[0].Rules {
		for _, it := range r.Items {
			if it.Item == "lamp" && it.Rank != nil {
				return it.Rank.Propensity, it.Rank.From
			}
		}
	}
	t.Fatal("the explanation does not say what is believed of the lamp")
	return 0, ""
}

func startRanking(t *testing.T, c *clock) (*personalize.Service, *summarised) {
	t.Helper()
	kept := &summarised{Store: openStore(t)}
	editor := start(t, kept.Store, c)
	if problems := apply(t, editor, rankingShop); len(problems) > 0 {
		t.Fatalf("got problems %v, want none", problems)
	}
	publish(t, editor)
	believe(t, kept, "one", c.now(), 0.3)
	s := personalize.New(kept, &personalize.Options{Clock: c.now, Ranks: true, Deadline: time.Minute})
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s, kept
}

// until asks until something holds: a check runs beside decisions.
func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for ends := time.Now().Add(20 * time.Second); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(ends) {
			t.Fatalf("waited, and still not: %s", what)
		}
	}
}

func TestNewStatisticsComeWithTheLiveRelease(t *testing.T) {
	c := newClock()
	s, kept := startRanking(t, c)
	if got, from := lamp(t, s); got < 0.25 || got > 0.35 || from != snapshot.FromStatistics {
		t.Fatalf("got %v from %s at the start, want 0.3 from statistics", got, from)
	}
	believe(t, kept, "two", c.now().Add(time.Second), 0.8)
	if got, _ := lamp(t, s); got > 0.35 || kept.heads.Load() != 0 {
		t.Errorf("got %v and %d looks within 5 s, want what there was", got, kept.heads.Load())
	}
	c.advance(6 * time.Second)
	until(t, "the new statistics count", func() bool { got, _ := lamp(t, s); return got > 0.7 })
	if heads, lives, summaries := kept.heads.Load(), kept.lives.Load(), kept.summaries.Load(); heads != 1 || lives != 0 || summaries != 2 {
		t.Errorf("took %d looks at both, %d at the release, %d summaries; want 1, 0 and 2", heads, lives, summaries)
	}
	c.advance(6 * time.Second)
	lamp(t, s)
	until(t, "it looks again", func() bool { return kept.heads.Load() == 2 })
	if got := kept.summaries.Load(); got != 2 {
		t.Errorf("loaded %d summaries, want no other where the version is the same", got)
	}
}

// A writer that was killed may have left a summary of which Heads tells nothing:
// whoever has it has nothing to read until there is a later one.
func TestStatisticsAheadOfTheirHeadAreReadOnce(t *testing.T) {
	c := newClock()
	s, kept := startRanking(t, c)
	former, err := kept.Summary(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	former.Encoded = nil
	believe(t, kept, "another", c.now().Add(time.Second), 0.8)
	kept.head.Store(&former)
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	kept.summaries.Store(0)
	look := func(times int64) {
		c.advance(6 * time.Second)
		until(t, "it looks", func() bool { s.Snapshot(); return kept.heads.Load() >= times })
	}
	for times := range int64(3) {
		look(times + 1)
	}
	if got, _ := lamp(t, s); got < 0.7 || kept.summaries.Load() != 0 {
		t.Errorf("got %v and %d summaries more, want the new one and none", got, kept.summaries.Load())
	}
	believe(t, kept, "later", c.now().Add(time.Second), 0.1)
	kept.head.Store(nil)
	look(4)
	until(t, "the later ones count", func() bool { got, _ := lamp(t, s); return got < 0.2 })
}

func TestNobodyWaitsForStatistics(t *testing.T) {
	c := newClock()
	s, kept := startRanking(t, c)
	kept.hold = make(chan struct{})
	believe(t, kept, "two", c.now().Add(time.Second), 0.8)
	c.advance(8 * time.Second)
	if got, _ := lamp(t, s); got > 0.35 {
		t.Errorf("got %v while the summary is under way, want what there was", got)
	}
	close(kept.hold)
	until(t, "the new statistics count", func() bool { got, _ := lamp(t, s); return got > 0.7 })
}

func TestStatisticsThatCannotBeReadStayTheLastGoodOnes(t *testing.T) {
	c := newClock()
	s, kept := startRanking(t, c)
	kept.fault = errors.New("no answer")
	believe(t, kept, "two", c.now().Add(time.Second), 0.8)
	c.advance(6 * time.Second)
	lamp(t, s)
	until(t, "it has tried", func() bool { return kept.summaries.Load() == 2 })
	if got, from := lamp(t, s); got > 0.35 || from != snapshot.FromStatistics {
		t.Errorf("got %v from %s, want what there was", got, from)
	}
}

// Only programs that decide read statistics.
func TestOthersLookAtTheReleaseAlone(t *testing.T) {
	c := newClock()
	_, kept := startRanking(t, c)
	kept.summaries.Store(0)
	s := personalize.New(kept, &personalize.Options{Clock: c.now, Deadline: time.Minute})
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.advance(6 * time.Second)
	s.Snapshot()
	until(t, "it has looked", func() bool { return kept.lives.Load() > 0 })
	if heads, summaries := kept.heads.Load(), kept.summaries.Load(); heads != 0 || summaries != 0 {
		t.Errorf("took %d looks at statistics and %d summaries, want none", heads, summaries)
	}
}

// Feedback says of which segment a visitor was when the item was shown, and
// nobody else can say that.
func TestReactionsKnowTheirPlace(t *testing.T) {
	for name, c := range map[string]struct {
		touchpoint journey.Touchpoint
		want       personalize.Reaction
		ok         bool
	}{
		"Click": {
			journey.Touchpoint{Type: "item_click", Source: "feedback", Item: "lamp", Props: map[string]any{"phase": "decision", "segment": "loyal"}},
			personalize.Reaction{Item: "lamp", Phase: "decision", Segment: "loyal", Kind: personalize.Click},
			true,
		},
		"Nowhere": {
			journey.Touchpoint{Type: "item_conversion", Source: "feedback", Item: "lamp", Trust: journey.Likely},
			personalize.Reaction{Item: "lamp", Kind: personalize.Conversion},
			true,
		},
		"Machine": {touchpoint: journey.Touchpoint{Type: "item_click", Source: "feedback", Item: "lamp", Trust: journey.Machine}},
		"Sent":    {touchpoint: journey.Touchpoint{Type: "item_click", Source: "shop", Item: "lamp"}},
		"Other":   {touchpoint: journey.Touchpoint{Type: "product_view", Source: "feedback", Item: "lamp"}},
	} {
		if got, ok := personalize.ReactionOf(&c.touchpoint); ok != c.ok || got != c.want {
			t.Errorf("%s: got %+v, %v; want %+v, %v", name, got, ok, c.want, c.ok)
		}
	}
	s, c, _ := openRanking(t)
	sent := journey.Consent{Stated: true, Purposes: []journey.Purpose{journey.Personalization}}
	got, _ := s.Collect(t.Context(), server, personalize.CollectRequest{Consent: sent, Touchpoints: []json.RawMessage{
		json.RawMessage(`{"id":"f_1","visitor":"v_1","type":"item_click","channel":"web","source":"feedback","at":"` + c.ago(0) + `","item":"lamp"}`),
	}})
	if got.Accepted != 0 || len(got.Rejected) != 1 || got.Rejected[0].Code != "reserved" || got.Rejected[0].Field != "source" {
		t.Errorf("got %+v, want touchpoints that pass for feedback refused", got)
	}
}
