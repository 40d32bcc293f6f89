package personalize_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
	"wegweiser/shared/rank"
	"wegweiser/shared/store"
)

// sale has a placement a kind of limit. Everything is an offer but welcome.
const sale = `[
 {"table":"placements","row":{"id":"hero","fallback":"welcome"}},
 {"table":"placements","row":{"id":"side","fallback":"welcome"}},
 {"table":"placements","row":{"id":"free","fallback":"welcome"}},
 {"table":"placements","row":{"id":"order","fallback":"welcome"}},
 {"table":"placements","row":{"id":"pair","count":2,"fallback":"welcome"}},
 {"table":"items","row":{"id":"welcome","kind":"content"}},
 {"table":"items","row":{"id":"always","kind":"content"}},
 {"table":"items","row":{"id":"capped","kind":"offer","cap_week":3}},
 {"table":"items","row":{"id":"few","kind":"offer","budget":100,"budget_period":"month"}},
 {"table":"items","row":{"id":"both","kind":"offer","cap_day":1,"budget":2,"group":"twins"}},
 {"table":"items","row":{"id":"twin","kind":"offer","cap_day":1,"group":"twins"}},
 {"table":"items","row":{"id":"receipt","kind":"message","cap_day":1,"transactional":true}},
 {"table":"rules","row":{"id":"hero","placements":["hero"],"items":["capped"]}},
 {"table":"rules","row":{"id":"side","placements":["side"],"items":["few"]}},
 {"table":"rules","row":{"id":"free","placements":["free"],"items":["always"]}},
 {"table":"rules","row":{"id":"order","placements":["order"],"items":["receipt"]}},
 {"table":"rules","row":{"id":"pair","placements":["pair"],"items":["both","twin"]}}
]`

// counted is a store that counts its calls on the way of a decision.
type counted struct {
	store.Store
	lock           sync.Mutex
	calls          map[string]int
	change, refuse func() error // instead of, or nil
	late           atomic.Bool  // what is changed is stored, and answered too late
}

func (s *counted) count(call string) {
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.calls == nil {
		s.calls = map[string]int{}
	}
	s.calls[call]++
}

// since returns the calls since it was asked before.
func (s *counted) since() map[string]int {
	s.lock.Lock()
	defer s.lock.Unlock()
	calls := s.calls
	s.calls = nil
	return calls
}

func (s *counted) History(ctx context.Context, q store.Query) (*journey.History, error) {
	s.count("History")
	return s.Store.History(ctx, q)
}

func (s *counted) ChangeCounters(ctx context.Context, visitor string, known journey.Counters, change func(*rank.Counters) error) (journey.Counters, error) {
	s.count("ChangeCounters")
	if s.change != nil {
		return known, s.change()
	}
	if s.late.CompareAndSwap(true, false) {
		time.Sleep(50 * time.Millisecond)
	}
	return s.Store.ChangeCounters(ctx, visitor, known, change)
}

func (s *counted) Claim(ctx context.Context, now journey.Millis, b store.Budget) error {
	s.count("Claim")
	if s.refuse != nil {
		return s.refuse()
	}
	return s.Store.Claim(ctx, now, b)
}

func (s *counted) Hold(ctx context.Context, now journey.Millis, b store.Budget, name string, until journey.Millis) (store.Hold, error) {
	s.count("Hold")
	if s.refuse != nil {
		return store.Hold{}, s.refuse()
	}
	return s.Store.Hold(ctx, now, b, name, until)
}

func (s *counted) Commit(ctx context.Context, now journey.Millis, m store.Message) error {
	s.count("Commit")
	return s.Store.Commit(ctx, now, m)
}

func (s *counted) Release(ctx context.Context, h store.Hold) error {
	s.count("Release")
	return s.Store.Release(ctx, h)
}

func (s *counted) Unclaim(ctx context.Context, b store.Budget) error {
	s.count("Unclaim")
	return s.Store.Unclaim(ctx, b)
}

func (s *counted) Claimed(ctx context.Context, now journey.Millis, b store.Budget) (store.Claims, error) {
	s.count("Claimed")
	return s.Store.Claimed(ctx, now, b)
}

func openSale(t testing.TB, rows string) (*personalize.Service, *counted, *clock) {
	t.Helper()
	c, s := newClock(), &counted{Store: openStore(t)}
	service := start(t, s, c)
	publishRows(t, service, rows)
	return service, s, c
}

// shows is what fills the placements of a decision, in order.
func shows(t testing.TB, s *personalize.Service, visitor string, placements ...string) string {
	t.Helper()
	d, err := s.Decide(context.Background(), server, personalize.DecideRequest{Visitor: visitor, Placements: placements})
	if err != nil {
		t.Fatal(err)
	}
	return fillings(d, placements)
}

func fillings(d *personalize.Decision, placements []string) string {
	var list []string
	for _, name := range placements {
		p := d.Placements[name]
		for _, it := range p.Items {
			list = append(list, it.ID)
		}
		if p.Reason != "" {
			list = append(list, "("+string(p.Reason)+")")
		}
	}
	return strings.Join(list, " ")
}

func TestCapsHoldInTheVisitorsCalendar(t *testing.T) {
	service, _, c := openSale(t, sale)
	zone := "Asia/Tokyo" // where it is Sunday evening, the 22nd
	if _, err := service.UpdateVisitor(t.Context(), server, "v_1", personalize.VisitorUpdate{Zone: &zone}); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"capped", "capped", "capped", "welcome (capped)"} {
		if got := shows(t, service, "v_1", "hero"); got != want {
			t.Errorf("decision %d: got %s, want %s", i+1, got, want)
		}
		shows(t, service, "v_2", "hero")
	}
	c.advance(5 * time.Hour) // past the midnight of Tokyo, not of the workspace
	if got, want := shows(t, service, "v_1", "hero"), "capped"; got != want {
		t.Errorf("on Monday: got %s, want %s", got, want)
	}
	if got, want := shows(t, service, "v_2", "hero"), "welcome (capped)"; got != want {
		t.Errorf("where it is still Sunday: got %s, want %s", got, want)
	}
}

func TestWhatIsLimitedCostsACallMore(t *testing.T) {
	service, s, _ := openSale(t, sale)
	at := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC).Format(time.RFC3339)
	for _, c := range []struct {
		name    string
		request personalize.DecideRequest
		want    string
		calls   map[string]int
	}{
		{"Uncapped", personalize.DecideRequest{Placements: []string{"free"}}, "always", map[string]int{"History": 1}},
		{"Capped", personalize.DecideRequest{Placements: []string{"free", "hero"}}, "always capped", map[string]int{"History": 1, "ChangeCounters": 1}},
		{"Budget", personalize.DecideRequest{Placements: []string{"side"}}, "few", map[string]int{"History": 1, "Claim": 1}},
		{"All", personalize.DecideRequest{Placements: []string{"hero", "side", "pair"}}, "capped few both", map[string]int{"History": 1, "ChangeCounters": 1, "Claim": 2}},
		{"Transactional", personalize.DecideRequest{Placements: []string{"order"}}, "receipt", map[string]int{"History": 1}},
		{"Hypothetical", personalize.DecideRequest{Placements: []string{"hero", "side"}, At: at}, "capped few", map[string]int{"History": 1, "Claimed": 1}},
		{"Last", personalize.DecideRequest{Placements: []string{"hero"}}, "capped", map[string]int{"History": 1, "ChangeCounters": 1}},
		{"Full", personalize.DecideRequest{Placements: []string{"hero"}}, "welcome (capped)", map[string]int{"History": 1}},
		{"FullHypothetical", personalize.DecideRequest{Placements: []string{"hero"}, At: at}, "welcome (capped)", map[string]int{"History": 1}},
		{"WithoutConsent", personalize.DecideRequest{Placements: []string{"free", "hero", "side"}, Consent: journey.Consent{Stated: true}}, "always welcome (consent) welcome (consent)", nil},
	} {
		s.since()
		c.request.Visitor = "v_1"
		d, err := service.Decide(t.Context(), server, c.request)
		if err != nil {
			t.Fatal(err)
		}
		if got := fillings(d, c.request.Placements); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
		if diff := cmp.Diff(c.calls, s.since()); diff != "" {
			t.Errorf("%s: want (-), got (+) calls:\n%s", c.name, diff)
		}
	}
}

// Of a thousand calls at once each cap and each budget gets exactly what it
// allows.
func TestAThousandCallsAtOnceAreCountedExactly(t *testing.T) {
	service, s, _ := openSale(t, sale)
	var shown sync.Map
	var calls sync.WaitGroup
	for i := range 1000 {
		calls.Go(func() {
			visitor := fmt.Sprint("v_", i%10) // ten of them
			got := visitor + " " + shows(t, service, visitor, "hero") + " " + shows(t, service, fmt.Sprint("w_", i), "side")
			for _, item := range []string{"capped", "few"} {
				if strings.Contains(got, item+" ") || strings.HasSuffix(got, item) {
					key := item
					if item == "capped" {
						key = visitor
					}
					n, _ := shown.LoadOrStore(key, new(atomic.Int64))
					n.(*atomic.Int64).Add(1)
				}
			}
		})
	}
	calls.Wait()
	for i := range 10 {
		n, _ := shown.LoadOrStore(fmt.Sprint("v_", i), new(atomic.Int64))
		if got := n.(*atomic.Int64).Load(); got != 3 {
			t.Errorf("visitor %d: got %d, want exactly 3", i, got)
		}
	}
	n, _ := shown.LoadOrStore("few", new(atomic.Int64))
	if got := n.(*atomic.Int64).Load(); got != 100 {
		t.Errorf("the budget: got %d, want exactly 100", got)
	}
	t.Log("calls of the store:", s.since())
}

// A budget that is used up gives the visitor's count back, and the next item
// is tried.
func TestARefusedBudgetGivesBack(t *testing.T) {
	service, s, c := openSale(t, sale)
	for i := range 2 {
		if got := shows(t, service, fmt.Sprint("w_", i), "pair"); got != "both" {
			t.Fatalf("got %s, want both", got)
		}
	}
	s.since()
	if got, want := shows(t, service, "v_1", "pair"), "twin"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if diff := cmp.Diff(map[string]int{"History": 1, "ChangeCounters": 2, "Claim": 1}, s.since()); diff != "" {
		t.Errorf("want (-), got (+) calls:\n%s", diff)
	}
	if got, want := shows(t, service, "v_1", "pair"), "welcome (capped)"; got != want {
		t.Errorf("again: got %s, want %s", got, want)
	}
	h, err := s.Store.History(t.Context(), store.Query{Visitor: "v_1", At: journey.At(c.now()), Now: journey.At(c.now()), Window: 1})
	if err != nil {
		t.Fatal(err)
	}
	counters, err := rank.ReadCounters(h.Counters.Packed)
	if err != nil {
		t.Fatal(err)
	}
	for item, want := range map[string]int{"both": 0, "twin": 1} {
		if got := counters.Count(rank.Scope{Kind: rank.ScopeItem, Name: item}, "day"); got != want {
			t.Errorf("%s: got a count of %d, want %d", item, got, want)
		}
	}
	// It is not asked for again at once, and a while later it is.
	s.since()
	shows(t, service, "v_2", "pair")
	if calls := s.since(); calls["Claim"] != 0 {
		t.Errorf("a moment later: got %d claims, want none", calls["Claim"])
	}
	c.advance(2 * time.Second)
	shows(t, service, "v_3", "pair")
	if calls := s.since(); calls["Claim"] != 1 {
		t.Errorf("a while later: got %d claims, want 1", calls["Claim"])
	}
}

func TestRefusedThreeTimesAgainEndsInTheFallback(t *testing.T) {
	service, s, _ := openSale(t, sale)
	s.change = func() error { return rank.ErrFull }
	if got, want := shows(t, service, "v_1", "free", "hero"), "always welcome (capped)"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := s.since()["ChangeCounters"]; got != 4 {
		t.Errorf("got %d tries, want 4", got)
	}
}

func TestWhatCannotBeCountedIsNotShown(t *testing.T) {
	service, s, _ := openSale(t, sale)
	down := func() error { return fmt.Errorf("%w: broken", store.ErrUnavailable) }
	for name, set := range map[string]func(){
		"Counters": func() { s.change, s.refuse = down, nil },
		"Budgets":  func() { s.change, s.refuse = nil, down },
	} {
		set()
		d, err := service.Decide(t.Context(), server, personalize.DecideRequest{Visitor: name, Placements: []string{"hero", "side", "free"}})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := fillings(d, []string{"hero", "side", "free"}), "welcome (store) welcome (store) always"; got != want || d.Degraded != "store_error" || !d.Personal {
			t.Errorf("%s: got %s, degraded %q, personal %t; want %s, store_error, true", name, got, d.Degraded, d.Personal, want)
		}
	}
	s.change, s.refuse = nil, nil
	for range 3 {
		if got, want := shows(t, service, "Budgets", "hero"), "capped"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if got, want := shows(t, service, "Budgets", "hero"), "welcome (capped)"; got != want {
		t.Errorf("what was given back was not there, or too much: got %s, want %s", got, want)
	}
}

// What is counted too late for its answer is given back.
func TestLateCountsAreGivenBack(t *testing.T) {
	_, s, c := openSale(t, sale)
	service := personalize.New(s, &personalize.Options{Clock: c.now, Deadline: 20 * time.Millisecond})
	if err := service.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.late.Store(true)
	d, err := service.Decide(t.Context(), server, personalize.DecideRequest{Visitor: "v_1", Placements: []string{"hero"}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fillings(d, []string{"hero"}), "welcome (store)"; got != want || d.Degraded != "store_timeout" {
		t.Fatalf("got %s, degraded %q, want %s, store_timeout", got, d.Degraded, want)
	}
	for calls := 0; calls < 2; calls += s.since()["ChangeCounters"] {
		time.Sleep(time.Millisecond)
	}
	patient := start(t, s, c)
	for i, want := range []string{"capped", "capped", "capped", "welcome (capped)"} {
		if got := shows(t, patient, "v_1", "hero"); got != want {
			t.Errorf("decision %d: got %s, want %s", i+1, got, want)
		}
	}
}

func TestPreviewsShowWhatIsUsedUp(t *testing.T) {
	service, s, _ := openSale(t, sale)
	for i := range 100 {
		shows(t, service, fmt.Sprint("w_", i), "side")
	}
	for range 3 {
		shows(t, service, "v_1", "hero")
	}
	s.since()
	d, err := service.Preview(t.Context(), personalize.PreviewRequest{Visitor: "v_1", Placements: []string{"hero", "side"}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fillings(d, []string{"hero", "side"}), "welcome (capped) welcome (capped)"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	var failed []string
	for _, p := range d.Explanation.Placements {
		for _, it := range p.Rules[0].Items {
			failed = append(failed, fmt.Sprintf("%s: %s, %s not %s", it.Item, it.Failed.Column, it.Failed.Wanted, it.Failed.Actual))
		}
	}
	if diff := cmp.Diff([]string{"capped: cap_week, fewer than 3 not 3", "few: budget, fewer than 100 not used up"}, failed); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
	if calls := s.since(); calls["ChangeCounters"]+calls["Claim"] != 0 {
		t.Errorf("got %v, want nothing counted", calls)
	}
}

// A dry run tells whom caps hold back, and how much is wanted of budgets, and
// adds that up over pages.
func TestADryRunTellsThePressure(t *testing.T) {
	service, _, c := openSale(t, sale)
	for i := range 4 {
		visitor := fmt.Sprint("v_", i)
		for range i {
			shows(t, service, visitor, "hero")
		}
		shows(t, service, visitor, "pair", "side")
	}
	c.advance(2 * time.Second)
	draft := `[{"table":"items","version":"*","row":{"id":"capped","kind":"offer","cap_week":2}},
 {"table":"settings","row":{"id":"cap.all.week","value":5}}]`
	var edits personalize.ConfigEdits
	if err := json.Unmarshal([]byte(`{"rows":`+draft+`}`), &edits); err != nil {
		t.Fatal(err)
	}
	if _, err := service.EditConfig(t.Context(), admin, edits); err != nil {
		t.Fatal(err)
	}
	var sum personalize.DryRun
	for after, first := "", true; first || after != ""; first = false {
		page, err := service.DryRun(t.Context(), personalize.DryRunRequest{Placements: []string{"hero", "side", "pair"}, Visitors: 3, After: after})
		if err != nil {
			t.Fatal(err)
		}
		after = page.Next
		sum.Add(page)
	}
	want := []personalize.PressureCell{
		{Item: "both", Limit: "budget", Before: 2, After: 2, Budget: 2, Taken: 2},
		{Item: "both", Limit: "cap_day", Before: 2, After: 2},
		{Item: "capped", Limit: "cap_week", Before: 1, After: 2},
		{Item: "few", Limit: "budget", Before: 4, After: 4, Budget: 100, Taken: 4},
		{Item: "twin", Limit: "cap_day", Before: 2, After: 2},
	}
	if diff := cmp.Diff(want, sum.Pressure); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
}
