package personalize_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
	"wegweiser/shared/rank"
	"wegweiser/shared/rank/beta"
	"wegweiser/shared/rule/parse"
	"wegweiser/shared/store"
)

const replayShop = `[
 {"table":"settings","row":{"id":"trait.vip","value":"bool"}},
 {"table":"settings","row":{"id":"trait.city","value":"text"}},
 {"table":"settings","row":{"id":"context.basket","value":"number"}},
 {"table":"segments","row":{"id":"gold","when":"visitor.vip == true"}},
 {"table":"placements","row":{"id":"home-hero","kind":"content","fallback":"welcome"}},
 {"table":"placements","row":{"id":"offers","count":2,"fallback":"welcome"}},
 {"table":"placements","row":{"id":"side","fallback":"welcome"}},
 {"table":"items","row":{"id":"welcome","kind":"content","content.title":"Welcome","content.title.de":"Willkommen"}},
 {"table":"items","row":{"id":"guide","kind":"content","content.title":"Hello from {{visitor.city|home}}"}},
 {"table":"items","row":{"id":"checkout-help","kind":"content","content.title":"May we help?"}},
 {"table":"items","row":{"id":"voucher","kind":"offer","content.title":"Voucher","value":30,"cost":10,"prior":0.05,"segments":["gold"],"cap_day":2}},
 {"table":"items","row":{"id":"lamp","kind":"offer","content.title":"A lamp","value":20,"tags":["lamps"]}},
 {"table":"items","row":{"id":"rug","kind":"offer","content.title":"A rug","value":25,"cap_life":3,"budget":400,"budget_period":"life"}},
 {"table":"rules","row":{"id":"researching","order":1,"placements":["home-hero"],"phases":["consideration"],"items":["guide"]}},
 {"table":"rules","row":{"id":"deciding","order":2,"placements":["home-hero"],"when":"count(\"cart_add\", \"7d\") >= 1 && days_since(\"purchase\") > 0.5","items":["checkout-help"]}},
 {"table":"rules","row":{"id":"earning","order":3,"placements":["offers"],"items":["voucher","lamp","rug"],"choose":"rank"}},
 {"table":"placements","row":{"id":"shelf","count":3,"fallback":"welcome"}},
 {"table":"rules","row":{"id":"crowded","order":1,"placements":["shelf"],"items":["tag:books"],"choose":"rank"}},
 {"table":"rules","row":{"id":"basket","order":4,"placements":["side"],"when":"context.basket > 50","items":["voucher","lamp","rug"],"choose":"weighted","weights":[1,2,1]}}
]`

// moves are changes of configuration while decisions go on.
var replayMoves = []string{
	`[{"table":"rules","delete":"researching"}]`,
	`[{"table":"settings","row":{"id":"window","value":5}},{"table":"settings","row":{"id":"boost.lamps","value":"80"}}]`,
	`[{"table":"settings","row":{"id":"no_phase","value":0.3}},{"table":"settings","row":{"id":"holdout","value":0.1}}]`,
	`[{"table":"signals","row":{"id":"search","type":"search","phase":"decision","weight":9,"half_life":"1d"}}]`,
}

// books are more items than can compete in one draw, some of which say
// themselves what is to be believed of them.
func books() string {
	rows := make([]string, 45)
	for i := range rows {
		rows[i] = fmt.Sprintf(`{"table":"items","row":{"id":"book-%d","kind":"offer","tags":["books"],"value":%d,"content.title":"A book"}}`, i, i+5)
		if i%3 == 0 {
			rows[i] = strings.Replace(rows[i], `"value"`, `"prior":0.2,"value"`, 1)
		}
	}
	return "[" + strings.Join(rows, ",") + "]"
}

type replayWorld struct {
	*personalize.Service
	store     store.Store
	clock     *clock
	rand      *rand.Rand
	visitors  int
	sent      int
	decisions []string
}

func settle(t testing.TB, s *personalize.Service) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := s.Settle(ctx); err != nil {
		t.Fatal(err)
	}
}

func (w *replayWorld) visitor(n int) string { return fmt.Sprintf("v_%d", n) }

var replayTypes = []string{"page_view", "product_view", "search", "compare", "cart_add", "purchase", "return", "complaint"}

// touchpoint is something that happened up to a time ago.
func (w *replayWorld) touchpoint(visitor string, ago time.Duration) json.RawMessage {
	w.sent++
	at := w.clock.ago(time.Duration(w.rand.Int64N(int64(ago))))
	value := ""
	kind := replayTypes[w.rand.IntN(len(replayTypes))]
	if kind == "purchase" {
		value = `,"value":{"amount":"49.90","currency":"EUR"}`
	}
	return json.RawMessage(fmt.Sprintf(`{"id":"e_%d","visitor":%q,"type":%q,"channel":"web","at":%q,"item":"sofa-%d"%s}`, w.sent, visitor, kind, at, w.rand.IntN(3), value))
}

// collect sends some touchpoints of everybody, the older ones late.
func (w *replayWorld) collect(t testing.TB, each int, ago time.Duration) {
	t.Helper()
	var batch []json.RawMessage
	send := func() {
		result, err := w.Collect(context.Background(), server, personalize.CollectRequest{Touchpoints: batch})
		if err != nil || len(result.Rejected) > 0 {
			t.Fatalf("got %v, %v; want all touchpoints stored", result, err)
		}
		batch = nil
	}
	for n := range w.visitors {
		for range each {
			if batch = append(batch, w.touchpoint(w.visitor(n), ago)); len(batch) == 500 {
				send()
			}
		}
	}
	if len(batch) > 0 {
		send()
	}
}

// learn changes what is believed of most items.
func (w *replayWorld) learn(t testing.TB) {
	t.Helper()
	items := []string{"voucher", "lamp"}
	for i := range 40 {
		items = append(items, fmt.Sprint("book-", i))
	}
	believed := rank.NewStatistics(items, []rank.Place{{Phase: "awareness"}, {Phase: "decision", Segment: "gold"}}, func(string, rank.Place) rank.Quantiles {
		return beta.OfPrior(0.01+0.3*w.rand.Float64(), 1+100*w.rand.Float64()).Quantiles()
	})
	encoded, err := believed.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	summary := store.Summary{Version: fmt.Sprint("summary-", w.clock.now().Unix()), At: journey.At(w.clock.now()), Encoded: encoded}
	if err := w.store.PutSummary(context.Background(), summary); err != nil {
		t.Fatal(err)
	}
}

func (w *replayWorld) describe(t testing.TB, n int) {
	t.Helper()
	locale := []string{"de-AT", "en"}[w.rand.IntN(2)]
	_, err := w.UpdateVisitor(context.Background(), server, w.visitor(n), personalize.VisitorUpdate{
		Traits: map[string]any{"vip": w.rand.IntN(2) == 0, "city": fmt.Sprint("Graz ", w.rand.IntN(9)), "secret": "undeclared"}, Locale: &locale,
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (w *replayWorld) decide(t testing.TB, n int) {
	t.Helper()
	request := personalize.DecideRequest{
		Visitor: w.visitor(n), Placements: []string{"home-hero", "offers", "side", "shelf"},
		Context: map[string]any{"channel": "web", "basket": float64(w.rand.IntN(100)), "unheard": "of"},
	}
	if w.rand.IntN(40) == 0 {
		request.Touchpoints = []json.RawMessage{w.touchpoint(request.Visitor, time.Hour)}
	}
	if w.rand.IntN(10) == 0 {
		request.Consent = journey.Consent{Stated: true, Purposes: []journey.Purpose{journey.Measurement}}
	}
	d, err := w.Decide(context.Background(), personalize.Caller{Key: personalize.Secret, Locale: "de"}, request)
	if err != nil {
		t.Fatal(err)
	}
	w.decisions = append(w.decisions, d.Decision)
}

// write asks what fits the mails of some visitors, most of them twice: the
// second time nothing is decided any more.
func (w *replayWorld) write(t testing.TB, round int) {
	t.Helper()
	request := personalize.BatchRequest{Placements: []string{"offers", "side"}}
	for n := range min(w.visitors, 25) {
		request.Recipients = append(request.Recipients, personalize.Recipient{Visitor: w.visitor(n), Message: fmt.Sprint("m_", round/2)})
	}
	for _, r := range batchOf(t, w.Service, request).Results {
		if !slices.Contains(w.decisions[max(0, len(w.decisions)-2*w.visitors-50):], r.Decision) {
			w.decisions = append(w.decisions, r.Decision)
		}
	}
}

// play makes as many decisions as rounds times visitors, while visitors, their
// touchpoints and the configuration move on, and lets all of them move on once
// more at the end.
func (w *replayWorld) play(t testing.TB, rounds int) {
	t.Helper()
	apply(t, w.Service, books())
	if problems := apply(t, w.Service, replayShop); len(problems) > 0 {
		t.Fatalf("got problems %v, want none", problems)
	}
	publish(t, w.Service)
	for round := range rounds {
		if round%4 == 1 {
			w.learn(t)
		}
		w.collect(t, 1, 72*time.Hour)
		for n := range w.visitors {
			if (n+round)%10 == 0 {
				w.describe(t, n)
			}
			w.decide(t, n)
		}
		w.write(t, round)
		settle(t, w.Service)
		w.clock.advance(7 * time.Hour)
		if round%5 == 2 {
			apply(t, w.Service, replayMoves[(round/5)%len(replayMoves)])
			publish(t, w.Service)
		}
	}
	w.collect(t, 4, 240*time.Hour)
	for n := range w.visitors {
		w.describe(t, n)
	}
	w.learn(t)
	apply(t, w.Service, `[{"table":"items","row":{"id":"welcome","kind":"content","content.title":"Good bye"}}]`)
	publish(t, w.Service)
}

func (w *replayWorld) replayAll(t testing.TB) (filled map[string]int) {
	t.Helper()
	filled = map[string]int{}
	for _, id := range w.decisions {
		r, err := w.Receipt(context.Background(), server, id, true)
		if err != nil {
			t.Fatalf("%s: got error %v, want its receipt", id, err)
		}
		if r.Identical == nil || !*r.Identical || len(r.InputsGone) > 0 {
			body, _ := json.MarshalIndent(r, "", " ")
			t.Fatalf("got a decision that is not what it was:\n%s", body)
		}
		for name, p := range r.Placements {
			filled[name+" "+p.Rule+" "+string(p.Reason)]++
		}
		if len(r.Spent) > 0 {
			filled["spent"]++
		}
		if len(r.Counters) > 0 {
			filled["counted"]++
		}
		if len(r.Arms) > 0 {
			filled["arms"]++
		}
		for _, p := range r.Explanation.Placements {
			for _, rule := range p.Rules {
				for _, it := range rule.Items {
					if it.Rank != nil {
						filled["ranked from "+string(it.Rank.From)]++
					}
				}
			}
		}
	}
	return filled
}

func newReplayWorld(t testing.TB, s store.Store, visitors int) *replayWorld {
	c := newClock()
	service := personalize.New(s, &personalize.Options{Clock: c.now, Parse: parse.Parse, HashKey: []byte("test"), Deadline: time.Minute, Ranks: true})
	if err := service.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	return &replayWorld{Service: service, store: s, clock: c, rand: rand.New(rand.NewPCG(1, 2)), visitors: visitors}
}

func TestTenThousandDecisionsReplay(t *testing.T) {
	w := newReplayWorld(t, openStore(t), 500)
	w.play(t, 20)
	if got := len(w.decisions); got < 10_000+10*25 {
		t.Fatalf("got %d decisions, want 10,000 and those of mails", got)
	}
	filled := w.replayAll(t)
	for _, want := range []string{
		"home-hero researching ", "home-hero deciding ", "home-hero  no_rule", "home-hero  consent", "home-hero  holdout", "offers earning ", "side basket ", "shelf crowded ",
		"spent", "counted", "arms", "ranked from statistics", "ranked from prior", "ranked from nothing",
	} {
		if filled[want] == 0 {
			t.Errorf("no decision ended with %q, so that nothing is known of its replay: got %v", want, filled)
		}
	}
}

// missing reports whether nothing is known of a decision.
func missing(t testing.TB, s *personalize.Service, decision string) bool {
	t.Helper()
	_, err := s.Receipt(context.Background(), server, decision, false)
	var refusal *personalize.Error
	if err != nil && (!errors.As(err, &refusal) || refusal.Kind != personalize.Missing || refusal.Code != "unknown_decision") {
		t.Fatalf("got error %v, want unknown_decision or none", err)
	}
	return err != nil
}

func TestAReceiptSaysWhy(t *testing.T) {
	c := newClock()
	s := start(t, openStore(t), c)
	live := publishShop(t, s)
	d := decide(t, s, server, personalize.DecideRequest{
		Visitor: "v_1", Placements: []string{"home-hero"}, Touchpoints: []json.RawMessage{touchpoint("e_1", "cart_add", c.ago(time.Second))},
	})
	settle(t, s)
	r, err := s.Receipt(context.Background(), server, d.Decision, false)
	if err != nil {
		t.Fatal(err)
	}
	if r.Visitor != "v_1" || r.Snapshot != live || r.Seed != d.Decision || r.At != d.At || r.Touchpoints != 1 || r.Answer != nil {
		t.Errorf("got %+v, want what the decision was made from", r)
	}
	if want := journey.At(c.now().Add(30 * 24 * time.Hour)); r.Expires == nil || *r.Expires != want {
		t.Errorf("got expiry %v, want %v", r.Expires, want)
	}
	var told []string
	for _, one := range r.Why {
		told = append(told, one.Sentence)
	}
	got, want := strings.Join(told, "\n"), `home-hero shows checkout-help, by rule deciding.
Rule researching does not hold: it is for the phase consideration, and the phase is decision.
Rule deciding holds.
checkout-help is shown.`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	again, err := s.Receipt(context.Background(), server, d.Decision, true)
	if err != nil {
		t.Fatal(err)
	}
	if a := again.Answer; a == nil || a.Visitor != "v_1" || a.Placements["home-hero"].Items[0].ID != "checkout-help" || a.Placements["home-hero"].Items[0].Token != "" {
		t.Errorf("got the answer %+v, want that of the decision without tokens", a)
	}
}

func TestWhatIsNoReceiptIsMissing(t *testing.T) {
	c := newClock()
	s := start(t, openStore(t), c)
	publishShop(t, s)
	d := decide(t, s, server, personalize.DecideRequest{Visitor: "v_1"})
	other := decide(t, s, server, personalize.DecideRequest{Visitor: "v_2"})
	settle(t, s)
	hash := strings.LastIndexByte(d.Decision, '_')
	for name, id := range map[string]string{
		"Nothing": "", "Text": "decision", "Unknown": "d_01KAP3V2X7Q5D0J9GJ9Z5E3T4M_5f1c2a9b0d3e4f60",
		"ForgedHash": d.Decision[:hash] + other.Decision[hash:], "CutShort": d.Decision[:len(d.Decision)-1],
		"Lower": strings.ToLower(d.Decision), "Longer": d.Decision + "0",
	} {
		if !missing(t, s, id) {
			t.Errorf("%s: got a receipt of %q, want none", name, id)
		}
	}
	expires := c.now().Add(30 * 24 * time.Hour).Truncate(time.Second)
	c.millis.Store(expires.UnixMilli() - 1)
	if missing(t, s, d.Decision) {
		t.Error("got none in the last second, want the receipt")
	}
	c.millis.Store(expires.UnixMilli())
	if !missing(t, s, d.Decision) {
		t.Error("got the receipt at its end, want none")
	}
}

func TestReceiptsAreKeptOnlyOfWhatMayBeKept(t *testing.T) {
	none, measured := journey.NoConsent(), journey.Consent{Stated: true, Purposes: []journey.Purpose{journey.Measurement}}
	for name, tc := range map[string]struct {
		caller  personalize.Caller
		request personalize.DecideRequest
		want    bool
	}{
		"Server":            {server, personalize.DecideRequest{Visitor: "v_1"}, true},
		"Measured":          {server, personalize.DecideRequest{Visitor: "v_1", Consent: measured}, true},
		"ConsentNone":       {server, personalize.DecideRequest{Visitor: "v_1", Consent: none}, false},
		"BrowserSaysNot":    {browser, personalize.DecideRequest{}, false},
		"GPC":               {personalize.Caller{Key: personalize.Publishable, Visitor: "v_1", GPC: true}, personalize.DecideRequest{}, false},
		"Hypothetical":      {server, personalize.DecideRequest{Visitor: "v_1", At: "2026-11-22T09:00:00Z"}, false},
		"BrowserMayMeasure": {browser, personalize.DecideRequest{Consent: measured}, true},
	} {
		t.Run(name, func(t *testing.T) {
			kept := openStore(t)
			c := newClock()
			s := start(t, kept, c)
			d := decide(t, s, tc.caller, tc.request)
			settle(t, s)
			if got := !missing(t, s, d.Decision); got != tc.want {
				t.Errorf("got a receipt %v, want %v", got, tc.want)
			}
			for r, err := range kept.AllReceipts(context.Background(), store.ReceiptKey{}, journey.At(c.now())) {
				if err != nil || !tc.want {
					t.Errorf("the store has %v, %v; want nothing", r.ReceiptKey, err)
				}
			}
		})
	}
}

func TestReceiptsOfAShareOfDecisions(t *testing.T) {
	c := newClock()
	s := start(t, openStore(t), c)
	for _, share := range []float64{0, 0.25, 1} {
		apply(t, s, fmt.Sprintf(`[{"table":"settings","row":{"id":"receipt_sample","value":%g}}]`, share))
		publish(t, s)
		const decisions = 800
		kept := 0
		for range decisions {
			d := decide(t, s, server, personalize.DecideRequest{Visitor: "v_1"})
			settle(t, s)
			if !missing(t, s, d.Decision) {
				kept++
			}
		}
		// Five standard deviations: one run in a million is outside by chance.
		if got, spread := float64(kept)/decisions, 5*math.Sqrt(share*(1-share)/decisions); math.Abs(got-share) > spread {
			t.Errorf("got receipts of %v of the decisions, want %v", got, share)
		}
	}
}

func TestReplayWithoutItsInputs(t *testing.T) {
	kept := openStore(t)
	c := newClock()
	s := start(t, kept, c)
	apply(t, s, `[{"table":"settings","row":{"id":"retention.touchpoints","value":"2d"}}]`)
	publishShop(t, s)
	cart := []json.RawMessage{touchpoint("e_1", "cart_add", c.ago(time.Second))}
	d := decide(t, s, server, personalize.DecideRequest{Visitor: "v_1", Placements: []string{"home-hero"}, Touchpoints: cart})
	bare := decide(t, s, server, personalize.DecideRequest{Visitor: "v_2", Placements: []string{"home-hero"}})
	settle(t, s)
	c.advance(3 * 24 * time.Hour)
	r, err := s.Receipt(context.Background(), server, d.Decision, true)
	if err != nil {
		t.Fatal(err)
	}
	if r.Identical != nil || len(r.InputsGone) != 1 || r.InputsGone[0] != "touchpoints" || r.Answer != nil {
		t.Errorf("got identical %v with %v gone, want null without the touchpoints", r.Identical, r.InputsGone)
	}
	if r, err = s.Receipt(context.Background(), server, bare.Decision, true); err != nil || r.Identical == nil || !*r.Identical {
		t.Errorf("got %v, %v; want the same of a decision that no touchpoint decided", r, err)
	}
	forgotten := start(t, &withoutSnapshots{kept}, c)
	if r, err = forgotten.Receipt(context.Background(), server, bare.Decision, true); err != nil || r.Identical != nil || len(r.InputsGone) != 1 || r.InputsGone[0] != "snapshot" {
		t.Errorf("got %+v, %v; want null without the snapshot", r, err)
	}
}

// withoutSnapshots has lost what was published.
type withoutSnapshots struct{ store.Store }

func (*withoutSnapshots) Snapshot(context.Context, string) ([]byte, error) {
	return nil, store.ErrNotFound
}

func (*withoutSnapshots) LiveSnapshot(context.Context) (store.Release, []byte, error) {
	return store.Release{}, nil, store.ErrNotFound
}

// A receipt is nobody's business but its deployment's: the store alone does not
// tell whose it is, and what was sealed under a key is read while that key is
// among the former ones.
func TestReceiptsAreSealed(t *testing.T) {
	kept, c := openStore(t), newClock()
	keyed := func(key string, former ...string) *personalize.Service {
		o := &personalize.Options{Clock: c.now, HashKey: []byte(key), Deadline: time.Minute}
		for _, one := range former {
			o.FormerHashKeys = append(o.FormerHashKeys, []byte(one))
		}
		s := personalize.New(kept, o)
		if err := s.Start(context.Background()); err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := keyed("old")
	d := decide(t, s, server, personalize.DecideRequest{Visitor: "somebody-known"})
	settle(t, s)
	for r, err := range kept.AllReceipts(context.Background(), store.ReceiptKey{}, journey.At(c.now())) {
		if err != nil || strings.Contains(string(r.Body)+r.Owner, "somebody") {
			t.Errorf("got %q of %s, %v; want nothing that names the visitor", r.Body, r.Owner, err)
		}
	}
	if missing(t, keyed("new", "old"), d.Decision) {
		t.Error("got none after the key changed, want the receipt")
	}
	if !missing(t, keyed("new"), d.Decision) {
		t.Error("got a receipt without its key, want none")
	}
}

// Without a receipt a decision writes nothing, and reads once; a receipt is one
// write more.
func TestWhatAReceiptAsksOfTheStore(t *testing.T) {
	for share, want := range map[string]int32{"0": 0, "1": 1} {
		w := &receiptsWatched{watched: watched{Store: openStore(t)}}
		s := start(t, w, newClock())
		apply(t, s, `[{"table":"settings","row":{"id":"receipt_sample","value":`+share+`}}]`)
		publishShop(t, s)
		w.history.Store(0)
		w.appends.Store(0)
		w.config.Store(0)
		decide(t, s, server, personalize.DecideRequest{Visitor: "v_1", Placements: []string{"home-hero"}})
		settle(t, s)
		if got := w.receipts.Load(); got != want || w.history.Load() != 1 || w.appends.Load() != 0 || w.config.Load() != 0 {
			t.Errorf("with a share of %s: got %d writes of receipts beside %d reads, %d writes and %d reads of configuration, want %d, 1, 0 and 0",
				share, got, w.history.Load(), w.appends.Load(), w.config.Load(), want)
		}
	}
}

type receiptsWatched struct {
	watched
	receipts atomic.Int32
}

func (w *receiptsWatched) PutReceipts(ctx context.Context, receipts []store.Receipt) error {
	w.receipts.Add(1)
	return w.watched.PutReceipts(ctx, receipts)
}

// A store that takes its time delays no answer, and one that fails loses
// receipts alone.
func TestAnswersDoNotWaitForReceipts(t *testing.T) {
	let := make(chan struct{})
	c := newClock()
	s := start(t, &lateReceipts{openStore(t), let}, c)
	var last *personalize.Decision
	for range 50 {
		last = decide(t, s, server, personalize.DecideRequest{Visitor: "v_1"}) // each returns, though nothing is stored yet
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if err := s.Settle(ended); err == nil {
		t.Error("got no error while receipts wait, want that of the context")
	}
	if !missing(t, s, last.Decision) {
		t.Error("got the receipt before it was stored")
	}
	close(let)
	settle(t, s)
	if missing(t, s, last.Decision) {
		t.Error("got none, want the receipt")
	}
}

type lateReceipts struct {
	store.Store
	let chan struct{}
}

func (s *lateReceipts) PutReceipts(ctx context.Context, receipts []store.Receipt) error {
	<-s.let
	return s.Store.PutReceipts(ctx, receipts)
}
