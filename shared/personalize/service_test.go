package personalize_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
	"wegweiser/shared/rule/parse"
	"wegweiser/shared/snapshot"
	"wegweiser/shared/store"
	"wegweiser/shared/store/embedded"
)

var (
	server  = personalize.Caller{Key: personalize.Secret}
	browser = personalize.Caller{Key: personalize.Publishable, Visitor: "v_1"}
	admin   = personalize.Caller{Key: personalize.Admin, Name: "ada"}
)

// clock is a time of day that tests move.
type clock struct{ millis atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.millis.Store(time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC).UnixMilli())
	return c
}

func (c *clock) now() time.Time          { return time.UnixMilli(c.millis.Load()).UTC() }
func (c *clock) advance(d time.Duration) { c.millis.Add(d.Milliseconds()) }
func (c *clock) ago(d time.Duration) string {
	return c.now().Add(-d).Format(time.RFC3339Nano)
}

func openStore(t testing.TB) store.Store {
	t.Helper()
	s, err := embedded.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func start(t testing.TB, s store.Store, c *clock) *personalize.Service {
	t.Helper()
	service := personalize.New(s, &personalize.Options{
		Clock: c.now, Parse: parse.Parse, HashKey: []byte("test"), Deadline: time.Minute,
	})
	if err := service.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	return service
}

func touchpoint(id, kind, at string) json.RawMessage {
	return json.RawMessage(fmt.Sprintf(`{"id":%q,"visitor":"v_1","type":%q,"channel":"web","at":%q}`, id, kind, at))
}

const shop = `[
 {"table":"placements","row":{"id":"home-hero","kind":"content","fallback":"welcome"}},
 {"table":"items","row":{"id":"welcome","kind":"content","content.title":"Welcome"}},
 {"table":"items","row":{"id":"guide","kind":"content","content.title":"How to choose"}},
 {"table":"items","row":{"id":"checkout-help","kind":"content","content.title":"May we help?"}},
 {"table":"rules","row":{"id":"researching","order":1,"placements":["home-hero"],"phases":["consideration"],"items":["guide"]}},
 {"table":"rules","row":{"id":"deciding","order":2,"placements":["home-hero"],"phases":["decision"],"items":["checkout-help"]}}
]`

func publishShop(t testing.TB, service *personalize.Service) string {
	t.Helper()
	ctx := context.Background()
	var edits personalize.ConfigEdits
	if err := json.Unmarshal([]byte(`{"rows":`+shop+`}`), &edits); err != nil {
		t.Fatal(err)
	}
	problems, err := service.EditConfig(ctx, admin, edits)
	if err != nil {
		t.Fatal(err)
	}
	if len(problems.Problems) > 0 {
		t.Fatalf("got problems %v, want none", problems.Problems)
	}
	before, err := service.ConfigSnapshots(ctx)
	if err != nil {
		t.Fatal(err)
	}
	live, err := service.PublishConfig(ctx, admin, before.Live, personalize.PublishRequest{Note: "the shop opens"})
	if err != nil {
		t.Fatal(err)
	}
	return live.Live
}

func decide(t *testing.T, s *personalize.Service, caller personalize.Caller, request personalize.DecideRequest) *personalize.Decision {
	t.Helper()
	d, err := s.Decide(context.Background(), caller, request)
	if err != nil {
		t.Fatalf("got error %v, want a decision", err)
	}
	return d
}

func TestTouchpointsOfTheCallCountInItsAnswer(t *testing.T) {
	c := newClock()
	s := start(t, openStore(t), c)
	publishShop(t, s)
	request := personalize.DecideRequest{Visitor: "v_1", Placements: []string{"home-hero"}}

	before := decide(t, s, server, request)
	if got, want := before.Placements["home-hero"].Items[0].ID, "welcome"; got != want {
		t.Errorf("before: got %s, want the fallback %s", got, want)
	}
	request.Touchpoints = []json.RawMessage{touchpoint("e_1", "cart_add", c.ago(time.Second))}
	after := decide(t, s, server, request)
	if got, want := after.Placements["home-hero"].Items[0].ID, "checkout-help"; got != want {
		t.Errorf("after a cart: got %s, want %s", got, want)
	}
	if got, want := after.Touchpoints.Accepted, 1; got != want {
		t.Errorf("got %d accepted, want %d", got, want)
	}
	again := decide(t, s, server, request)
	if got, want := again.Touchpoints.Duplicates, 1; got != want {
		t.Errorf("got %d duplicates, want %d", got, want)
	}
	if diff := cmp.Diff(after.Phase, again.Phase); diff != "" {
		t.Errorf("the duplicate changed the phase (-first +second):\n%s", diff)
	}
}

func TestPurchaseOfTheCallOpensTheGate(t *testing.T) {
	c := newClock()
	s := start(t, openStore(t), c)
	d := decide(t, s, server, personalize.DecideRequest{
		Visitor:     "v_1",
		Touchpoints: []json.RawMessage{touchpoint("e_1", "purchase", c.ago(time.Minute))},
	})
	if d.Phase.Name != "retention" || d.Phase.Standing != "active" {
		t.Errorf("got %s, %s; want retention, active", d.Phase.Name, d.Phase.Standing)
	}
}

func TestHypotheticalDecisionRecordsNothing(t *testing.T) {
	c := newClock()
	s := start(t, openStore(t), c)
	d := decide(t, s, server, personalize.DecideRequest{
		Visitor: "v_1", At: c.now().Add(time.Hour).Format(time.RFC3339),
		Touchpoints: []json.RawMessage{touchpoint("e_1", "purchase", c.ago(time.Minute))},
	})
	if d.Phase.Name != "retention" || d.Touchpoints.Accepted != 0 {
		t.Errorf("got %s with %d accepted; want retention, nothing accepted", d.Phase.Name, d.Touchpoints.Accepted)
	}
	if d := decide(t, s, server, personalize.DecideRequest{Visitor: "v_1"}); d.Phase.Confidence != 0 {
		t.Errorf("got confidence %v afterwards, want 0: nothing may be stored", d.Phase.Confidence)
	}
}

func TestRefusals(t *testing.T) {
	c := newClock()
	s := start(t, openStore(t), c)
	publishShop(t, s)
	cart := touchpoint("e_1", "cart_add", c.ago(0))
	foreign := json.RawMessage(`{"id":"e_1","visitor":"v_2","type":"cart_add","channel":"web","at":"2026-11-22T09:00:00Z"}`)
	trusted := json.RawMessage(`{"id":"e_1","visitor":"v_1","type":"cart_add","channel":"web","at":"2026-11-22T09:00:00Z","trust":"human"}`)
	for name, tc := range map[string]struct {
		caller  personalize.Caller
		request personalize.DecideRequest
		kind    personalize.Kind
		code    string
	}{
		"unknown placement": {server, personalize.DecideRequest{Visitor: "v_1", Placements: []string{"home-hero", "home-herro"}, Touchpoints: []json.RawMessage{cart}}, personalize.Invalid, "unknown_placement"},
		"no visitor":        {server, personalize.DecideRequest{}, personalize.Invalid, "missing"},
		"at by a browser":   {browser, personalize.DecideRequest{At: c.ago(0)}, personalize.Forbidden, "field_not_allowed"},
		"explain":           {browser, personalize.DecideRequest{Explain: true}, personalize.Forbidden, "field_not_allowed"},
		"trust":             {browser, personalize.DecideRequest{Touchpoints: []json.RawMessage{trusted}}, personalize.Forbidden, "field_not_allowed"},
		"another visitor":   {browser, personalize.DecideRequest{Visitor: "v_2"}, personalize.Forbidden, "visitor_mismatch"},
		"another's touchpoint": {
			browser,
			personalize.DecideRequest{Touchpoints: []json.RawMessage{cart, foreign}},
			personalize.Forbidden, "visitor_mismatch",
		},
		"51 touchpoints": {server, personalize.DecideRequest{Visitor: "v_1", Touchpoints: make([]json.RawMessage, 51)}, personalize.Invalid, "bad_count"},
		"51 placements":  {server, personalize.DecideRequest{Visitor: "v_1", Placements: make([]string, 51)}, personalize.Invalid, "bad_count"},
		"unreadable at":  {server, personalize.DecideRequest{Visitor: "v_1", At: "yesterday"}, personalize.Invalid, "bad_time"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.Decide(context.Background(), tc.caller, tc.request)
			var refusal *personalize.Error
			if !errors.As(err, &refusal) {
				t.Fatalf("got %v, want a refusal", err)
			}
			if refusal.Kind != tc.kind || refusal.Code != tc.code {
				t.Errorf("got kind %d code %s, want %d %s", refusal.Kind, refusal.Code, tc.kind, tc.code)
			}
		})
	}
	if d := decide(t, s, server, personalize.DecideRequest{Visitor: "v_1"}); d.Phase.Confidence != 0 {
		t.Error("a refused call stored a touchpoint")
	}
}

func TestCollectChecksEachTouchpointByItself(t *testing.T) {
	c := newClock()
	s := start(t, openStore(t), c)
	good := touchpoint("e_1", "cart_add", c.ago(0))
	for i, raw := range []string{
		`{"id":"e_2","visitor":"v_1","type":"cart add","channel":"web","at":"2026-11-22T09:00:00Z"}`,
		`{"id":"e_3","visitor":"v_1","type":"cart_add","channel":"web","at":"2030-11-22T09:00:00Z"}`,
		`{"id":"e_4","visitor":"v_1","type":"cart_add","channel":"web","at":"2026-11-22T09:00:00Z","phase":"decision"}`,
		`{"id":5,"visitor":"v_1","type":"cart_add","channel":"web","at":"2026-11-22T09:00:00Z"}`,
		`{"id":"e_6","visitor":"v_1","type":"cart_add","channel":"web","at":"2026-11-22T09:00:00Z","value":{"amount":"1,5","currency":"EUR"}}`,
		`{"id":"e_7","visitor":"v_1","type":"cart_add","channel":"web"}`,
		`null`, `[]`, `7`,
		`{"id":"e\u0000","visitor":"v_1","type":"cart_add","channel":"web","at":"2026-11-22T09:00:00Z"}`,
	} {
		t.Run(raw, func(t *testing.T) {
			request := personalize.CollectRequest{Touchpoints: []json.RawMessage{good, json.RawMessage(raw)}}
			result, err := s.Collect(context.Background(), server, request)
			if err != nil {
				t.Fatal(err)
			}
			if result.Accepted+result.Duplicates != 1 || len(result.Rejected) != 1 {
				t.Fatalf("got %+v, want the good one kept and one rejected", result)
			}
			r := result.Rejected[0]
			if r.Index != 1 || r.Code == "" || r.Message == "" || r.Retry {
				t.Errorf("got %+v, want index 1 with a code and a message, not to be repeated", r)
			}
		})
		if i == 0 {
			good = touchpoint("e_1", "page_view", c.ago(0))
		}
	}
	_, err := s.Collect(context.Background(), server, personalize.CollectRequest{Touchpoints: []json.RawMessage{json.RawMessage(`{}`)}})
	var refusal *personalize.Error
	if !errors.As(err, &refusal) || refusal.Kind != personalize.Invalid || len(refusal.Fields) != 1 {
		t.Errorf("got %v, want one that says that all were refused, with the field", err)
	}
}

func TestConsentOrder(t *testing.T) {
	granted := journey.Consent{Stated: true, Purposes: []journey.Purpose{journey.Personalization}}
	measured := journey.Consent{Stated: true, Purposes: []journey.Purpose{journey.Measurement}}
	gpc := func(c personalize.Caller) personalize.Caller { c.GPC = true; return c }
	for name, tc := range map[string]struct {
		caller             personalize.Caller
		request, stored    journey.Consent
		personal, recorded bool
	}{
		"browser without a word":      {browser, journey.Consent{}, journey.Consent{}, false, false},
		"browser with a grant":        {browser, granted, journey.Consent{}, true, true},
		"browser with a stored grant": {browser, journey.Consent{}, granted, true, true},
		"request before GPC":          {gpc(browser), granted, journey.Consent{}, true, true},
		"GPC before what is stored":   {gpc(browser), journey.Consent{}, granted, false, false},
		"refusal before a grant":      {browser, journey.NoConsent(), granted, false, false},
		"server without a word":       {server, journey.Consent{}, journey.Consent{}, true, true},
		"server, stored refusal":      {server, journey.Consent{}, journey.NoConsent(), false, false},
		"measurement only":            {browser, measured, journey.Consent{}, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClock()
			s := start(t, openStore(t), c)
			if tc.stored.Stated {
				if _, err := s.SetConsent(context.Background(), server, "v_1", personalize.ConsentUpdate{Consent: tc.stored}); err != nil {
					t.Fatal(err)
				}
			}
			d := decide(t, s, tc.caller, personalize.DecideRequest{
				Visitor: "v_1", Consent: tc.request,
				Touchpoints: []json.RawMessage{touchpoint("e_1", "cart_add", c.ago(0))},
			})
			if d.Personal != tc.personal || (d.Phase != nil) != tc.personal {
				t.Errorf("got personal %v with phase %v, want %v", d.Personal, d.Phase, tc.personal)
			}
			if got := d.Touchpoints.Accepted == 1; got != tc.recorded {
				t.Errorf("got recorded %v, want %v (%+v)", got, tc.recorded, d.Touchpoints)
			}
			if !tc.recorded && d.Touchpoints.Rejected[0].Code != "consent" {
				t.Errorf("got %+v, want it rejected for consent", d.Touchpoints.Rejected)
			}
		})
	}
}

// watched counts the calls of a store and can make them fail or hang.
type watched struct {
	store.Store
	history, appends, config atomic.Int32
	fail                     error
	lock                     sync.Mutex
	hold                     chan struct{} // holds the answer of one read of what is live back
}

// held returns what holds this answer back, or nil.
func (w *watched) held() chan struct{} {
	w.lock.Lock()
	defer w.lock.Unlock()
	h := w.hold
	w.hold = nil
	return h
}

// holdBack holds the next answer back until release, and says when it was read.
func (w *watched) holdBack() (read func() bool, release func()) {
	w.lock.Lock()
	defer w.lock.Unlock()
	hold := make(chan struct{})
	w.hold = hold
	read = func() bool {
		w.lock.Lock()
		defer w.lock.Unlock()
		return w.hold == nil
	}
	return read, func() { close(hold) }
}

func (w *watched) History(ctx context.Context, q store.Query) (*journey.History, error) {
	w.history.Add(1)
	if w.fail != nil {
		return nil, w.fail
	}
	return w.Store.History(ctx, q)
}

func (w *watched) Append(ctx context.Context, now journey.Millis, r []store.Recording) ([]store.Outcome, error) {
	w.appends.Add(1)
	if w.fail != nil {
		return make([]store.Outcome, len(r)), w.fail
	}
	return w.Store.Append(ctx, now, r)
}

func (w *watched) Live(ctx context.Context) (store.Release, error) {
	w.config.Add(1)
	if w.fail != nil {
		return store.Release{}, w.fail
	}
	release, err := w.Store.Live(ctx)
	if h := w.held(); h != nil {
		select {
		case <-h:
		case <-ctx.Done():
			return store.Release{}, ctx.Err()
		}
	}
	return release, err
}

func (w *watched) LiveSnapshot(ctx context.Context) (store.Release, []byte, error) {
	w.config.Add(1)
	if w.fail != nil {
		return store.Release{}, nil, w.fail
	}
	return w.Store.LiveSnapshot(ctx)
}

func (w *watched) All(ctx context.Context, after string) iter.Seq2[string, error] {
	return w.Store.All(ctx, after)
}

func TestRefusalInTheCallTouchesNoStore(t *testing.T) {
	c := newClock()
	w := &watched{Store: openStore(t)}
	s := start(t, w, c)
	reads := w.config.Load()
	for _, caller := range []personalize.Caller{server, browser} {
		d := decide(t, s, caller, personalize.DecideRequest{
			Visitor: "v_1", Consent: journey.NoConsent(),
			Touchpoints: []json.RawMessage{touchpoint("e_1", "cart_add", c.ago(0))},
		})
		if d.Personal || d.Phase != nil || len(d.Touchpoints.Rejected) != 1 {
			t.Errorf("got %+v, want nothing personal and the touchpoint rejected", d)
		}
	}
	if _, err := s.Collect(context.Background(), browser, personalize.CollectRequest{
		Consent: journey.NoConsent(), Touchpoints: []json.RawMessage{touchpoint("e_1", "cart_add", c.ago(0))},
	}); err == nil {
		t.Error("got no error, want all refused")
	}
	if w.history.Load()+w.appends.Load()+w.config.Load()-reads != 0 {
		t.Errorf("got %d reads and %d writes, want none", w.history.Load(), w.appends.Load())
	}
}

func TestStoreCallsOfADecision(t *testing.T) {
	c := newClock()
	w := &watched{Store: openStore(t)}
	s := start(t, w, c)
	publishShop(t, s)
	w.history.Store(0)
	w.config.Store(0)
	for range 10 {
		c.advance(400 * time.Millisecond)
		decide(t, s, server, personalize.DecideRequest{Visitor: "v_1", Placements: []string{"home-hero"}})
	}
	if got := w.history.Load(); got != 10 {
		t.Errorf("got %d queries for 10 decisions, want 10", got)
	}
	if w.appends.Load() != 0 || w.config.Load() != 0 {
		t.Errorf("got %d writes and %d configuration calls within 5 s of a check, want none", w.appends.Load(), w.config.Load())
	}
}

func TestStoreFaultsNeverFailADecision(t *testing.T) {
	for name, tc := range map[string]struct {
		fault error
		want  string
	}{
		"timeout": {fmt.Errorf("%w: %w", store.ErrUnavailable, context.DeadlineExceeded), "store_timeout"},
		"fault":   {store.ErrUnavailable, "store_error"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClock()
			w := &watched{Store: openStore(t)}
			s := start(t, w, c)
			publishShop(t, s)
			w.fail = tc.fault
			d := decide(t, s, server, personalize.DecideRequest{
				Visitor: "v_1", Placements: []string{"home-hero"},
				Touchpoints: []json.RawMessage{touchpoint("e_1", "cart_add", c.ago(0))},
			})
			if d.Degraded != tc.want || d.Phase != nil {
				t.Errorf("got degraded %q with phase %v, want %q without", d.Degraded, d.Phase, tc.want)
			}
			p := d.Placements["home-hero"]
			if !p.Fallback || p.Reason != snapshot.Store || p.Items[0].ID != "welcome" {
				t.Errorf("got %+v, want the fallback for the store's sake", p)
			}
			if len(d.Touchpoints.Rejected) != 1 || !d.Touchpoints.Rejected[0].Retry {
				t.Errorf("got %+v, want the touchpoint handed back to be sent again", d.Touchpoints)
			}
			_, err := s.Collect(context.Background(), server, personalize.CollectRequest{
				Touchpoints: []json.RawMessage{touchpoint("e_1", "cart_add", c.ago(0))},
			})
			var refusal *personalize.Error
			if !errors.As(err, &refusal) || refusal.Kind != personalize.Unavailable {
				t.Errorf("collect: got %v, want unavailable", err)
			}
		})
	}
}

func TestColdStartWithoutAStore(t *testing.T) {
	c := newClock()
	w := &watched{Store: openStore(t), fail: store.ErrUnavailable}
	s := start(t, w, c)
	d := decide(t, s, server, personalize.DecideRequest{Visitor: "v_1", Placements: []string{"home-hero"}})
	p := d.Placements["home-hero"]
	if d.Degraded == "" || !p.Fallback || len(p.Items) != 0 {
		t.Errorf("got %+v with %+v, want an empty fallback, degraded", d, p)
	}
	if h := s.Health(context.Background()); h.Status != "degraded" {
		t.Errorf("got health %s, want degraded", h.Status)
	}
}

func TestUpdateVisitor(t *testing.T) {
	c := newClock()
	s := start(t, openStore(t), c)
	ctx := context.Background()
	text := func(s string) *string { return &s }
	if _, err := s.UpdateVisitor(ctx, server, "v_1", personalize.VisitorUpdate{
		Traits: map[string]any{"first_name": "Ada", "children": 2.0}, Locale: text("de-AT"), Country: text("AT"), Zone: text("Europe/Vienna"),
	}); err != nil {
		t.Fatal(err)
	}
	got, err := s.UpdateVisitor(ctx, server, "v_1", personalize.VisitorUpdate{Traits: map[string]any{"children": nil}})
	if err != nil {
		t.Fatal(err)
	}
	want := &personalize.Visitor{
		Visitor: "v_1", Traits: map[string]any{"first_name": "Ada"}, Locale: "de-AT", Country: "AT", Zone: "Europe/Vienna",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for name, update := range map[string]personalize.VisitorUpdate{
		"zone":    {Zone: text("Vienna")},
		"country": {Country: text("Austria")},
		"locale":  {Locale: text("not a locale!")},
		"trait":   {Traits: map[string]any{"x": []any{}}},
		"size":    {Traits: map[string]any{"x": strings.Repeat("x", 5000)}},
	} {
		if _, err := s.UpdateVisitor(ctx, server, "v_1", update); err == nil {
			t.Errorf("%s: got no error, want one", name)
		}
	}
}

func TestMeasurementAloneReadsNoHistory(t *testing.T) {
	c := newClock()
	w := &watched{Store: openStore(t)}
	s := start(t, w, c)
	d := decide(t, s, browser, personalize.DecideRequest{
		Consent:     journey.Consent{Stated: true, Purposes: []journey.Purpose{journey.Measurement}},
		Touchpoints: []json.RawMessage{touchpoint("e_1", "cart_add", c.ago(0))},
	})
	if d.Personal || d.Touchpoints.Accepted != 1 {
		t.Errorf("got %+v, want the touchpoint kept and nothing personal", d)
	}
	if w.history.Load() != 0 {
		t.Errorf("got %d reads of the history, want none: it may not decide", w.history.Load())
	}
}
