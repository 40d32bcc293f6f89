package personalize_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
	"wegweiser/shared/store"
)

// crowd stores visitors with one touchpoint each, and returns them in the order
// of the store.
func crowd(t testing.TB, s store.Store, c *clock, size int) []string {
	t.Helper()
	var all []store.Recording
	for i := range size {
		all = append(all, store.Recording{Touchpoint: journey.Touchpoint{
			ID: "e", Visitor: fmt.Sprintf("v_%d", i), Type: "cart_add", Channel: "web", At: journey.At(c.now()),
		}})
	}
	if _, err := s.Append(context.Background(), journey.At(c.now()), all); err != nil {
		t.Fatal(err)
	}
	var order []string
	for visitor, err := range s.All(context.Background(), "") {
		if err != nil {
			t.Fatal(err)
		}
		order = append(order, visitor)
	}
	return order
}

func page(t testing.TB, s *personalize.Service, c *clock, request personalize.WalkRequest, visit func(string) bool) (visited []string, next string) {
	t.Helper()
	request.At, request.Window = journey.At(c.now()), 10
	next, err := s.Walk(context.Background(), request, func(visitor string, h *journey.History) bool {
		if len(h.Traces) != 1 {
			t.Errorf("%s: got %d touchpoints, want 1", visitor, len(h.Traces))
		}
		visited = append(visited, visitor)
		return visit == nil || visit(visitor)
	})
	if err != nil {
		t.Fatal(err)
	}
	return visited, next
}

func TestPagesOfAWalkAreAllOfIt(t *testing.T) {
	c := newClock()
	kept := openStore(t)
	s := start(t, kept, c)
	order := crowd(t, kept, c, 130)
	rapid.Check(t, func(r *rapid.T) {
		var got []string
		after := ""
		for {
			size := rapid.IntRange(0, 200).Draw(r, "visitors")
			stop := rapid.IntRange(0, 200).Draw(r, "ends itself behind")
			left := stop
			visited, next := page(t, s, c, personalize.WalkRequest{After: after, Visitors: size}, func(string) bool { left--; return left != 0 })
			if size > 0 && len(visited) > size || stop > 0 && len(visited) > stop {
				r.Fatalf("got a page of %d, want at most %d and %d", len(visited), size, stop)
			}
			got = append(got, visited...)
			if next == "" {
				break
			}
			if next != visited[len(visited)-1] {
				r.Fatalf("got next %q, want the last visitor of the page, %q", next, visited[len(visited)-1])
			}
			after = next
		}
		if diff := cmp.Diff(order, got); diff != "" {
			r.Errorf("-want +got:\n%s", diff)
		}
	})
}

func TestPageEndsWithItsTime(t *testing.T) {
	c := newClock()
	kept := openStore(t)
	s := start(t, kept, c)
	order := crowd(t, kept, c, 10)
	slow := func(string) bool { c.advance(2 * time.Second); return true }
	visited, next := page(t, s, c, personalize.WalkRequest{}, slow)
	if !slices.Equal(visited, order[:2]) || next != order[1] {
		t.Errorf("got %q and next %q, want two visitors of 2 s each", visited, next)
	}
	slow = func(string) bool { c.advance(time.Minute); return true }
	visited, next = page(t, s, c, personalize.WalkRequest{After: order[8]}, slow)
	if !slices.Equal(visited, order[9:]) || next != "" {
		t.Errorf("got %q and next %q, want the last visitor and nothing behind", visited, next)
	}
}

// slowly is a store that does something before it reads a history.
type slowly struct {
	store.Store
	before func()
}

func (s slowly) History(ctx context.Context, q store.Query) (*journey.History, error) {
	s.before()
	return s.Store.History(ctx, q)
}

// Histories are read side by side: none is there before many are asked for.
func TestWalkReadsAhead(t *testing.T) {
	c := newClock()
	kept := openStore(t)
	order := crowd(t, kept, c, 40)
	const together = 20
	asked := make(chan struct{}, len(order))
	all := make(chan struct{})
	s := start(t, slowly{kept, func() {
		asked <- struct{}{}
		<-all
	}}, c)
	go func() {
		for range together {
			<-asked
		}
		close(all)
	}()
	if visited, _ := page(t, s, c, personalize.WalkRequest{}, nil); !slices.Equal(visited, order) {
		t.Errorf("got %q, want %q", visited, order)
	}
}

func TestWalkSaysThatItFailed(t *testing.T) {
	c := newClock()
	w := &watched{Store: openStore(t)}
	crowd(t, w.Store, c, 40)
	s := start(t, w, c)
	everybody := personalize.WalkRequest{At: journey.At(c.now()), Window: 10}
	fails := func(name string, ctx context.Context, request personalize.WalkRequest, kind personalize.Kind, visit func(string, *journey.History) bool) {
		t.Run(name, func(t *testing.T) {
			next, err := s.Walk(ctx, request, visit)
			var refusal *personalize.Error
			if !errors.As(err, &refusal) || refusal.Kind != kind || next != "" {
				t.Errorf("got next %q and error %v, want kind %d", next, err, kind)
			}
		})
	}
	on := func(string, *journey.History) bool { return true }
	ctx, cancel := context.WithCancel(context.Background())
	fails("EndedMeanwhile", ctx, everybody, personalize.Unavailable, func(string, *journey.History) bool { cancel(); return true })
	fails("EndedBefore", ctx, everybody, personalize.Unavailable, on)
	wrong := everybody
	wrong.After = "line\nbreak"
	fails("NoID", context.Background(), wrong, personalize.Invalid, on)
	w.fail = store.ErrUnavailable
	fails("StoreDown", context.Background(), everybody, personalize.Unavailable, on)
}
