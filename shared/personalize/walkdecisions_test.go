package personalize_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
	"wegweiser/shared/store"
)

// keptDecisions are the ids of all receipts in the order of the store.
func keptDecisions(t testing.TB, s store.Store, now journey.Millis) (ids []string) {
	t.Helper()
	for r, err := range s.AllReceipts(context.Background(), store.ReceiptKey{}, now) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, "d_"+r.ID+"_"+r.Owner)
	}
	return ids
}

// walked is all pages of a walk over recorded decisions.
func walked(t testing.TB, s *personalize.Service, request personalize.WalkDecisionsRequest) (all []*personalize.Recorded) {
	t.Helper()
	for {
		next, err := s.WalkDecisions(context.Background(), request, func(r *personalize.Recorded) bool {
			all = append(all, r)
			return true
		})
		if err != nil {
			t.Fatal(err)
		}
		if next == "" {
			return all
		}
		request.After = next
	}
}

// What a walk restores decides again to the byte, whatever moved on.
func TestWalkedDecisionsAreWhatTheyWere(t *testing.T) {
	w := newReplayWorld(t, openStore(t), 40)
	w.play(t, 12)
	made := walked(t, w.Service, personalize.WalkDecisionsRequest{})
	if len(made) != len(w.decisions) {
		t.Errorf("got %d decisions, want %d", len(made), len(w.decisions))
	}
	for _, r := range made {
		if r.Gone != "" {
			t.Fatalf("%s: got the %s gone, want all inputs", r.Decision, r.Gone)
		}
		answer := r.By.Decide(r.Input)
		if same, err := r.Answered(&answer); err != nil || !same {
			t.Fatalf("%s of %s at %s: got %+v, %v; want what was answered then", r.Decision, r.Visitor, r.At, answer, err)
		}
	}
}

func TestPagesOfDecisionsAreAllOfThem(t *testing.T) {
	c := newClock()
	kept := openStore(t)
	s := start(t, kept, c)
	publishShop(t, s)
	times := map[string]journey.Millis{}
	for i := range 120 {
		// One visitor has more than are restored together.
		d := decide(t, s, server, personalize.DecideRequest{Visitor: fmt.Sprintf("v_%d", max(i-60, 0)%17)})
		times[d.Decision] = d.At
		c.advance(time.Second)
	}
	settle(t, s)
	order := keptDecisions(t, kept, journey.At(c.now()))
	rapid.Check(t, func(r *rapid.T) {
		request := personalize.WalkDecisionsRequest{Since: journey.At(c.now().Add(-time.Duration(rapid.IntRange(0, 130).Draw(r, "since")) * time.Second))}
		if rapid.Bool().Draw(r, "ends") {
			request.Until = request.Since.Add(time.Duration(rapid.IntRange(0, 90).Draw(r, "for")) * time.Second)
		}
		want := slices.DeleteFunc(slices.Clone(order), func(id string) bool {
			return times[id] < request.Since || request.Until != 0 && times[id] > request.Until
		})
		var got []string
		for {
			request.Decisions = rapid.IntRange(0, 150).Draw(r, "decisions")
			stop := rapid.IntRange(0, 150).Draw(r, "ends itself behind")
			left, page := stop, 0
			next, err := s.WalkDecisions(context.Background(), request, func(made *personalize.Recorded) bool {
				got = append(got, made.Decision)
				page++
				left--
				return left != 0
			})
			if err != nil {
				r.Fatal(err)
			}
			if request.Decisions > 0 && page > request.Decisions || stop > 0 && page > stop {
				r.Fatalf("got a page of %d, want at most %d and %d", page, request.Decisions, stop)
			}
			if next == "" {
				break
			}
			request.After = next
		}
		if !slices.Equal(want, got) {
			r.Errorf("-want +got:\n%s", cmp.Diff(want, got))
		}
	})
}

// A page ends with its time, also where nothing in it is wanted.
func TestPageOfDecisionsEndsWithItsTime(t *testing.T) {
	c := newClock()
	kept := openStore(t)
	s := start(t, kept, c)
	for range 40 {
		decide(t, s, server, personalize.DecideRequest{Visitor: "v_1"})
		decide(t, s, server, personalize.DecideRequest{Visitor: "v_2"})
	}
	settle(t, s)
	order := keptDecisions(t, kept, journey.At(c.now()))
	visited := 0
	next, err := s.WalkDecisions(context.Background(), personalize.WalkDecisionsRequest{}, func(*personalize.Recorded) bool {
		visited++
		c.advance(2 * time.Second)
		return true
	})
	if err != nil || visited != 2 || next != order[1] {
		t.Errorf("got %d decisions and next %q, %v; want two of 2 s each", visited, next, err)
	}
	hasty := start(t, kept, c)
	late := personalize.WalkDecisionsRequest{Since: journey.At(c.now())}
	if got := walked(t, hasty, late); len(got) > 0 {
		t.Errorf("got %d decisions, want none so late", len(got))
	}
}

// reads counts what is read of visitors and of snapshots.
type reads struct {
	store.Store
	histories, everything, snapshots atomic.Int32
}

func (s *reads) History(ctx context.Context, q store.Query) (*journey.History, error) {
	s.histories.Add(1)
	return s.Store.History(ctx, q)
}

func (s *reads) Touchpoints(ctx context.Context, visitor string, now journey.Millis) iter.Seq2[journey.Touchpoint, error] {
	s.everything.Add(1)
	return s.Store.Touchpoints(ctx, visitor, now)
}

func (s *reads) Snapshot(ctx context.Context, id string) ([]byte, error) {
	s.snapshots.Add(1)
	return s.Store.Snapshot(ctx, id)
}

// The history of a visitor is read once, whatever number of receipts it proves;
// everything only where so much came late that a window does not hold it.
func TestWhatAWalkOverDecisionsReads(t *testing.T) {
	c := newClock()
	w := &reads{Store: openStore(t)}
	s := start(t, w, c)
	publishShop(t, s)
	const visitors, each = 12, 5
	for range each {
		for v := range visitors {
			if _, err := s.Collect(context.Background(), server, personalize.CollectRequest{Touchpoints: happened(c, fmt.Sprint("v_", v), 3)}); err != nil {
				t.Fatal(err)
			}
			decide(t, s, server, personalize.DecideRequest{Visitor: fmt.Sprint("v_", v)})
		}
		c.advance(time.Hour)
	}
	settle(t, s)
	s = start(t, w, c)
	counts := func() [3]int32 {
		return [3]int32{w.histories.Swap(0), w.everything.Swap(0), w.snapshots.Swap(0)}
	}
	read := func() int { return len(walked(t, s, personalize.WalkDecisionsRequest{})) }
	counts()
	if got, want := read(), visitors*each; got != want {
		t.Errorf("got %d decisions, want %d", got, want)
	}
	if got, want := counts(), [3]int32{visitors, 0, 0}; got != want {
		t.Errorf("got %v reads of histories, of everything and of snapshots, want %v", got, want)
	}
	apply(t, s, `[{"table":"rules","delete":"researching"}]`)
	publish(t, s)
	read()
	if got, want := counts(), [3]int32{visitors, 0, 1}; got != want {
		t.Errorf("after a publish: got %v reads of histories, of everything and of snapshots, want %v", got, want)
	}
	// More late ones of one visitor than any window holds.
	c.advance(-time.Hour)
	late := happened(c, "v_3", 250)
	c.advance(time.Hour)
	if _, err := s.Collect(context.Background(), server, personalize.CollectRequest{Touchpoints: late}); err != nil {
		t.Fatal(err)
	}
	for _, r := range walked(t, s, personalize.WalkDecisionsRequest{}) {
		if r.Gone != "" {
			t.Errorf("%s of %s: got the %s gone, want all inputs", r.Decision, r.Visitor, r.Gone)
		}
	}
	if got := counts(); got[0] > visitors+2 || got[1] != 1 {
		t.Errorf("with many that came late: got %v reads of histories, of everything and of snapshots, want everything of one visitor", got)
	}
}

// wholly counts how often everything of a visitor is read, and at most by how
// many at the same time.
type wholly struct {
	store.Store
	lock           sync.Mutex
	times          map[string]int
	together, most int
}

func (s *wholly) Touchpoints(ctx context.Context, visitor string, now journey.Millis) iter.Seq2[journey.Touchpoint, error] {
	return func(yield func(journey.Touchpoint, error) bool) {
		s.lock.Lock()
		s.times[visitor]++
		s.together++
		s.most = max(s.most, s.together)
		s.lock.Unlock()
		defer func() {
			s.lock.Lock()
			defer s.lock.Unlock()
			s.together--
		}()
		s.Store.Touchpoints(ctx, visitor, now)(yield)
	}
}

// Everything of a visitor is read once in a page, whatever number of stretches
// of receipts needs it, and of no two visitors at the same time. It proves
// milestones, too, of which there is only the profile any more.
func TestEverythingIsReadOnceForAllReceipts(t *testing.T) {
	c := newClock()
	w := &wholly{Store: openStore(t), times: map[string]int{}}
	s := start(t, w, c)
	apply(t, s, `[{"table":"settings","row":{"id":"retention.touchpoints","value":"2d"}}]`)
	publishShop(t, s)
	collected := func(list ...json.RawMessage) {
		if _, err := s.Collect(context.Background(), server, personalize.CollectRequest{Touchpoints: list}); err != nil {
			t.Fatal(err)
		}
	}
	did := func(visitor, id, kind string, ago time.Duration) json.RawMessage {
		return json.RawMessage(fmt.Sprintf(`{"id":"%s_%s","visitor":%q,"type":%q,"channel":"web","at":%q}`, id, visitor, visitor, kind, c.ago(ago)))
	}
	visitors := []string{"v_1", "v_2", "v_3"}
	const each = 3*32 + 5
	for _, v := range visitors {
		collected(did(v, "bought", "purchase", 0))
	}
	c.advance(49 * time.Hour) // of what was bought there is only the milestone
	for _, v := range visitors {
		collected(happened(c, v, 3)...)
	}
	for i := range each {
		for _, v := range visitors {
			if i == each/2 {
				collected(did(v, "again", "purchase", 0))
			}
			decide(t, s, server, personalize.DecideRequest{Visitor: v})
		}
		c.advance(time.Second)
	}
	settle(t, s)
	for _, v := range visitors { // later than what decided, and sooner than the decisions
		late := make([]json.RawMessage, 250)
		for i := range late {
			late[i] = did(v, fmt.Sprint("late_", i), "compare", each*time.Second)
		}
		collected(late...)
	}
	for name, c := range map[string]struct {
		request     personalize.WalkDecisionsRequest
		times, most int
	}{
		"Inputs": {personalize.WalkDecisionsRequest{}, 1, 1},
		// Once more for what came of decisions, which is read ahead, of a few at a time.
		"Reactions": {personalize.WalkDecisionsRequest{Reactions: true}, 2, 5},
	} {
		w.times, w.most = map[string]int{}, 0
		made := walked(t, s, c.request)
		if got, want := len(made), each*len(visitors); got != want {
			t.Errorf("%s: got %d decisions, want %d", name, got, want)
		}
		for _, r := range made {
			if r.Gone != "" {
				t.Fatalf("%s: %s of %s: got the %s gone, want all inputs", name, r.Decision, r.Visitor, r.Gone)
			}
			answer := r.By.Decide(r.Input)
			if same, err := r.Answered(&answer); err != nil || !same {
				t.Fatalf("%s: %s of %s: got %+v, %v; want what was answered then", name, r.Decision, r.Visitor, answer, err)
			}
		}
		if diff := cmp.Diff(map[string]int{"v_1": c.times, "v_2": c.times, "v_3": c.times}, w.times); diff != "" || w.most > c.most {
			t.Errorf("%s: got %d visitors at a time, want at most %d; reads of everything (-want +got):\n%s", name, w.most, c.most, diff)
		}
	}
}

// happened are touchpoints of a visitor in the last minutes.
func happened(c *clock, visitor string, count int) (list []json.RawMessage) {
	for i := range count {
		list = append(list, json.RawMessage(fmt.Sprintf(`{"id":"e_%d_%d","visitor":%q,"type":"compare","channel":"web","at":%q}`,
			c.now().Unix(), i, visitor, c.ago(time.Duration(i)*time.Second))))
	}
	return list
}

// What is gone is said, and holds nothing else up.
func TestWalkedDecisionsWithoutTheirInputs(t *testing.T) {
	c := newClock()
	kept := openStore(t)
	s := start(t, kept, c)
	apply(t, s, `[{"table":"settings","row":{"id":"retention.touchpoints","value":"2d"}}]`)
	publishShop(t, s)
	if _, err := s.Collect(context.Background(), server, personalize.CollectRequest{Touchpoints: happened(c, "v_1", 3)}); err != nil {
		t.Fatal(err)
	}
	full := decide(t, s, server, personalize.DecideRequest{Visitor: "v_1"})
	bare := decide(t, s, server, personalize.DecideRequest{Visitor: "v_2"})
	settle(t, s)
	gone := func(s *personalize.Service) map[string]personalize.InputGone {
		why := map[string]personalize.InputGone{}
		for _, r := range walked(t, s, personalize.WalkDecisionsRequest{}) {
			if why[r.Decision] = r.Gone; (r.Gone == "") != (r.By != nil && r.Input != nil) {
				t.Errorf("got %+v, want inputs or why there are none", r)
			}
		}
		return why
	}
	c.advance(3 * 24 * time.Hour)
	for name, tc := range map[string]struct {
		s    *personalize.Service
		want map[string]personalize.InputGone
	}{
		"Expired":    {s, map[string]personalize.InputGone{full.Decision: personalize.TouchpointsGone, bare.Decision: ""}},
		"NoSnapshot": {start(t, &withoutSnapshots{kept}, c), map[string]personalize.InputGone{full.Decision: personalize.SnapshotGone, bare.Decision: personalize.SnapshotGone}},
		"AnotherKey": {keyed(t, kept, c, "another"), map[string]personalize.InputGone{full.Decision: personalize.ReceiptGone, bare.Decision: personalize.ReceiptGone}},
	} {
		if diff := cmp.Diff(tc.want, gone(tc.s)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func keyed(t *testing.T, s store.Store, c *clock, key string) *personalize.Service {
	t.Helper()
	service := personalize.New(s, &personalize.Options{Clock: c.now, HashKey: []byte(key), Deadline: time.Minute})
	if err := service.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	return service
}

func TestWalkOverDecisionsSaysThatItFailed(t *testing.T) {
	c := newClock()
	kept := openStore(t)
	s := start(t, kept, c)
	for v := range 40 {
		if _, err := s.Collect(context.Background(), server, personalize.CollectRequest{Touchpoints: happened(c, fmt.Sprint("v_", v), 1)}); err != nil {
			t.Fatal(err)
		}
		decide(t, s, server, personalize.DecideRequest{Visitor: fmt.Sprint("v_", v)})
	}
	settle(t, s)
	w := &watched{Store: kept}
	broken := start(t, w, c)
	w.fail = store.ErrUnavailable
	ended, cancel := context.WithCancel(context.Background())
	on := func(*personalize.Recorded) bool { return true }
	for name, tc := range map[string]struct {
		s       *personalize.Service
		ctx     context.Context
		request personalize.WalkDecisionsRequest
		visit   func(*personalize.Recorded) bool
		kind    personalize.Kind
	}{
		"NoDecision":     {s, context.Background(), personalize.WalkDecisionsRequest{After: "v_1"}, on, personalize.Invalid},
		"EndedMeanwhile": {s, ended, personalize.WalkDecisionsRequest{}, func(*personalize.Recorded) bool { cancel(); return true }, personalize.Unavailable},
		"StoreDown":      {broken, context.Background(), personalize.WalkDecisionsRequest{}, on, personalize.Unavailable},
	} {
		next, err := tc.s.WalkDecisions(tc.ctx, tc.request, tc.visit)
		var refusal *personalize.Error
		if !errors.As(err, &refusal) || refusal.Kind != tc.kind || next != "" {
			t.Errorf("%s: got next %q and error %v, want kind %d", name, next, err, tc.kind)
		}
	}
}
