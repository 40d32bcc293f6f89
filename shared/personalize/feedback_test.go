package personalize_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
	"wegweiser/shared/rule/parse"
	"wegweiser/shared/snapshot"
	"wegweiser/shared/store"
)

const (
	chrome  = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
	gmail   = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"
	scanner = "Mozilla/5.0 (compatible; Barracuda Sentinel (EE))"
)

// A click says much in this shop, so that one too many is seen in the phase.
const mailShop = `[
 {"table":"placements","row":{"id":"mail-offer","kind":"offer","count":3,"fallback":"voucher"}},
 {"table":"items","row":{"id":"voucher","kind":"offer","url":"https://shop.example/voucher"}},
 {"table":"items","row":{"id":"sofa","kind":"offer","url":"https://shop.example/sofa?from=mail#top"}},
 {"table":"items","row":{"id":"chair","kind":"offer","url":"/chair"}},
 {"table":"items","row":{"id":"nowhere","kind":"offer"}},
 {"table":"rules","row":{"id":"all","order":1,"placements":["mail-offer"],"items":["sofa","chair","nowhere"]}},
 {"table":"phases","row":{"id":"cold","order":1,"min_evidence":0.05}},
 {"table":"phases","row":{"id":"warm","order":2,"min_evidence":0.05}},
 {"table":"signals","row":{"id":"view","type":"page_view","channel":"*","phase":"cold","weight":1,"half_life":"14d"}},
 {"table":"signals","row":{"id":"open","type":"item_impression","channel":"*","phase":"warm","weight":9,"half_life":"14d"}},
 {"table":"signals","row":{"id":"click","type":"item_click","channel":"*","phase":"warm","weight":9,"half_life":"14d"}}
]`

// feedbackWorld is a service whose answers have tokens.
type feedbackWorld struct {
	*personalize.Service
	clock *clock
	store *flakyStore
}

// flakyStore fails while it is told to, and counts what is asked of it.
type flakyStore struct {
	store.Store
	down          bool
	reads, writes atomic.Int32
}

func (s *flakyStore) History(ctx context.Context, q store.Query) (*journey.History, error) {
	if s.reads.Add(1); s.down {
		return nil, store.ErrUnavailable
	}
	return s.Store.History(ctx, q)
}

func (s *flakyStore) Append(ctx context.Context, now journey.Millis, recordings []store.Recording) ([]store.Outcome, error) {
	if s.writes.Add(1); s.down {
		return make([]store.Outcome, len(recordings)), store.ErrUnavailable
	}
	return s.Store.Append(ctx, now, recordings)
}

func openFeedback(t testing.TB, more string) *feedbackWorld {
	t.Helper()
	w := &feedbackWorld{clock: newClock(), store: &flakyStore{Store: openStore(t)}}
	w.Service = personalize.New(w.store, &personalize.Options{
		Clock: w.clock.now, Parse: parse.Parse, HashKey: []byte("test"), Deadline: time.Minute, TokenSecrets: [][]byte{[]byte("secret")},
	})
	if err := w.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	apply(t, w.Service, mailShop)
	if more != "" {
		apply(t, w.Service, more)
	}
	publish(t, w.Service)
	return w
}

// shown decides for a visitor and returns the tokens by item.
func (w *feedbackWorld) shown(t testing.TB, visitor, channel string) map[string]string {
	t.Helper()
	d, err := w.Decide(context.Background(), server, personalize.DecideRequest{
		Visitor: visitor, Placements: []string{"mail-offer"}, Context: map[string]any{"channel": channel},
	})
	if err != nil {
		t.Fatal(err)
	}
	tokens := map[string]string{}
	for _, item := range d.Placements["mail-offer"].Items {
		tokens[item.ID] = item.Token
	}
	if len(tokens) != 3 || tokens["sofa"] == "" {
		t.Fatalf("got the tokens %v, want one of each item", tokens)
	}
	return tokens
}

// kept counts what is stored of a visitor, by type and trust.
func (w *feedbackWorld) kept(t testing.TB, visitor string) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for touchpoint, err := range w.store.Touchpoints(context.Background(), visitor, journey.At(w.clock.now())) {
		if err != nil {
			t.Fatal(err)
		}
		counts[touchpoint.Type+" "+touchpoint.Trust.String()]++
	}
	return counts
}

func (w *feedbackWorld) holds(t testing.TB, visitor string, want map[string]int) {
	t.Helper()
	if diff := cmp.Diff(want, w.kept(t, visitor)); diff != "" {
		t.Errorf("what is stored of %s (-want +got):\n%s", visitor, diff)
	}
}

func (w *feedbackWorld) phase(t testing.TB, visitor string) string {
	t.Helper()
	d, err := w.Decide(context.Background(), server, personalize.DecideRequest{Visitor: visitor})
	if err != nil {
		t.Fatal(err)
	}
	return d.Phase.Name
}

func refusedWith(t *testing.T, err error, kind personalize.Kind, code string) {
	t.Helper()
	var refusal *personalize.Error
	if !errors.As(err, &refusal) || refusal.Kind != kind || refusal.Code != code {
		t.Errorf("got %+v, want a refusal of kind %d with the code %s", err, kind, code)
	}
}

func TestFeedbackCountsOnce(t *testing.T) {
	w := openFeedback(t, "")
	tokens := w.shown(t, "v_1", "web")
	for _, kind := range []string{"impression", "click", "dismiss", "conversion"} {
		for _, duplicate := range []bool{false, true, true} {
			got, err := w.Feedback(t.Context(), server, personalize.FeedbackRequest{Token: tokens["sofa"], Type: kind})
			if err != nil || got.Duplicate != duplicate {
				t.Errorf("%s: got %+v, %v, want duplicate %v", kind, got, err, duplicate)
			}
			w.clock.advance(time.Second)
		}
	}
	if got, err := w.Feedback(t.Context(), browser, personalize.FeedbackRequest{Token: tokens["chair"], Type: "click"}); err != nil || got.Duplicate {
		t.Errorf("another item: got %+v, %v, want it counted", got, err)
	}
	w.holds(t, "v_1", map[string]int{
		"item_impression human": 1, "item_click human": 1, "item_dismiss human": 1, "item_conversion human": 1, "item_click likely": 1,
	})
}

// Feedback is a read and a write; where the call says what the visitor agreed
// to, the write alone. A fetch in a mail is marked besides.
func TestFeedbackAsksLittleOfTheStore(t *testing.T) {
	w := openFeedback(t, "")
	page, mail := w.shown(t, "v_1", "web")["sofa"], w.shown(t, "v_2", "email")["sofa"]
	feedback := func(consent journey.Consent) {
		if _, err := w.Feedback(t.Context(), server, personalize.FeedbackRequest{Token: page, Type: "click", Consent: consent}); err != nil {
			t.Error(err)
		}
	}
	for name, c := range map[string]struct {
		do            func()
		reads, writes int32
	}{
		"Feedback":     {func() { feedback(journey.Consent{}) }, 1, 1},
		"Agreed":       {func() { feedback(journey.Consent{Stated: true, Purposes: []journey.Purpose{journey.Measurement}}) }, 0, 1},
		"Pixel":        {func() { w.Opened(t.Context(), mail, human()) }, 1, 2},
		"LinkOfAMail":  {func() { w.follow(t, mail, human(), sofaLink) }, 1, 2},
		"LinkOfAPage":  {func() { w.follow(t, page, human(), sofaLink) }, 1, 1},
		"ForgedPixel":  {func() { w.Opened(t.Context(), mail[1:], human()) }, 0, 0},
		"RefusedPixel": {func() { w.Opened(t.Context(), mail, personalize.Fetch{Agent: gmail, GPC: true}) }, 0, 0},
	} {
		reads, writes := w.store.reads.Load(), w.store.writes.Load()
		c.do()
		if got := w.store.reads.Load() - reads; got != c.reads {
			t.Errorf("%s: got %d reads, want %d", name, got, c.reads)
		}
		if got := w.store.writes.Load() - writes; got != c.writes {
			t.Errorf("%s: got %d writes, want %d", name, got, c.writes)
		}
	}
}

// What feedback leaves says which decision it is about, and with what chance
// its item was shown: all that statistics need.
func TestFeedbackIsATouchpoint(t *testing.T) {
	w := openFeedback(t, "")
	token := w.shown(t, "v_1", "email")["sofa"]
	_, err := w.Feedback(t.Context(), server, personalize.FeedbackRequest{
		Token: token, Type: "conversion", Value: &journey.Money{Amount: "499.00", Currency: "EUR"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for got, err := range w.store.Touchpoints(t.Context(), "v_1", journey.At(w.clock.now())) {
		if err != nil {
			t.Fatal(err)
		}
		if got.Props["decision"] == "" || got.ID == "" {
			t.Errorf("got %+v, want the decision and an id", got)
		}
		delete(got.Props, "decision")
		got.ID = ""
		want := journey.Touchpoint{
			Visitor: "v_1", Type: "item_conversion", Channel: "email", Source: "feedback", At: journey.At(w.clock.now()), Item: "sofa",
			Value: &journey.Money{Amount: "499.00", Currency: "EUR"},
			Props: map[string]any{"placement": "mail-offer", "phase": "cold", "probability": 1.0},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	// It is no second purchase.
	history, err := w.store.History(t.Context(), store.Query{Visitor: "v_1", At: journey.At(w.clock.now()), Now: journey.At(w.clock.now()), Window: 1})
	if err != nil || len(history.Profile.Milestones) > 0 {
		t.Errorf("got the milestones %v, %v, want none", history.Profile.Milestones, err)
	}
}

func TestFeedbackIsRefused(t *testing.T) {
	w := openFeedback(t, "")
	token := w.shown(t, "v_1", "web")["sofa"]
	stranger := personalize.Caller{Key: personalize.Publishable, Visitor: "v_2"}
	for name, c := range map[string]struct {
		caller  personalize.Caller
		request personalize.FeedbackRequest
		kind    personalize.Kind
		code    string
	}{
		"Forged":         {server, personalize.FeedbackRequest{Token: token[:len(token)-1] + "_", Type: "click"}, personalize.Unproven, "token_invalid"},
		"Empty":          {server, personalize.FeedbackRequest{Type: "click"}, personalize.Unproven, "token_invalid"},
		"Foreign":        {stranger, personalize.FeedbackRequest{Token: token, Type: "click"}, personalize.Forbidden, "visitor_mismatch"},
		"Type":           {server, personalize.FeedbackRequest{Token: token, Type: "purchase"}, personalize.Invalid, "bad_value"},
		"ValueOfAClick":  {server, personalize.FeedbackRequest{Token: token, Type: "click", Value: &journey.Money{Amount: "1", Currency: "EUR"}}, personalize.Invalid, "not_allowed"},
		"Money":          {server, personalize.FeedbackRequest{Token: token, Type: "conversion", Value: &journey.Money{Amount: "1,5", Currency: "EUR"}}, personalize.Invalid, "bad_money"},
		"ConsentOfCall":  {server, personalize.FeedbackRequest{Token: token, Type: "click", Consent: journey.NoConsent()}, personalize.Invalid, "consent"},
		"PrivacyControl": {personalize.Caller{Key: personalize.Secret, GPC: true}, personalize.FeedbackRequest{Token: token, Type: "click"}, personalize.Invalid, "consent"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := w.Feedback(t.Context(), c.caller, c.request)
			refusedWith(t, err, c.kind, c.code)
		})
	}
	w.store.down = true
	_, err := w.Feedback(t.Context(), server, personalize.FeedbackRequest{Token: token, Type: "click"})
	refusedWith(t, err, personalize.Unavailable, "store_unavailable")
	w.store.down = false
	w.clock.advance(personalize.ItemTokenLifetime + time.Millisecond)
	_, err = w.Feedback(t.Context(), server, personalize.FeedbackRequest{Token: token, Type: "click"})
	refusedWith(t, err, personalize.Gone, "token_expired")
	w.holds(t, "v_1", map[string]int{})
}

func TestConsentOfFeedback(t *testing.T) {
	grants := journey.Consent{Stated: true, Purposes: []journey.Purpose{journey.Measurement}}
	for name, c := range map[string]struct {
		setting string
		stored  journey.Consent
		said    journey.Consent
		want    bool
	}{
		"TokenShowsIt":       {"browser", journey.Consent{}, journey.Consent{}, true},
		"OptOut":             {"opt_out", journey.Consent{}, journey.Consent{}, true},
		"Withdrawn":          {"browser", journey.NoConsent(), journey.Consent{}, false},
		"SaidAgain":          {"browser", journey.NoConsent(), grants, true},
		"StrictUnsaid":       {"strict", journey.Consent{}, journey.Consent{}, false},
		"StrictSaid":         {"strict", journey.Consent{}, grants, true},
		"StrictStored":       {"strict", grants, journey.Consent{}, true},
		"StoredForAdverts":   {"browser", journey.Consent{Stated: true, Purposes: []journey.Purpose{journey.Advertising}}, journey.Consent{}, false},
		"RefusedInTheBanner": {"opt_out", grants, journey.NoConsent(), false},
	} {
		t.Run(name, func(t *testing.T) {
			w := openFeedback(t, fmt.Sprintf(`[{"table":"settings","row":{"id":"consent","value":%q}}]`, c.setting))
			d, err := w.Decide(t.Context(), browser, personalize.DecideRequest{Placements: []string{"mail-offer"}, Consent: grants})
			if err != nil {
				t.Fatal(err)
			}
			if c.stored.Stated {
				if _, err := w.SetConsent(t.Context(), server, "v_1", personalize.ConsentUpdate{Consent: c.stored}); err != nil {
					t.Fatal(err)
				}
			}
			token := d.Placements["mail-offer"].Items[0].Token
			_, err = w.Feedback(t.Context(), browser, personalize.FeedbackRequest{Token: token, Type: "click", Consent: c.said})
			if got := err == nil; got != c.want {
				t.Errorf("got %v, want it counted: %v", err, c.want)
			}
			if got := len(w.kept(t, "v_1")) > 0; got != c.want {
				t.Errorf("got it stored %v, want %v", got, c.want)
			}
		})
	}
}

func TestWhichAnswersHaveTokens(t *testing.T) {
	w := openFeedback(t, `[{"table":"rules","row":{"id":"all","order":1,"placements":["mail-offer"],"segments":["known"],"items":["sofa","chair","nowhere"]},"version":"*"},
		{"table":"segments","row":{"id":"known","when":"count(\"page_view\", \"7d\") > 0"}}]`)
	consent := func(purposes ...journey.Purpose) journey.Consent {
		return journey.Consent{Stated: true, Purposes: purposes}
	}
	for name, c := range map[string]struct {
		caller  personalize.Caller
		request personalize.DecideRequest
		down    bool
		want    bool
	}{
		"Server":             {server, personalize.DecideRequest{Visitor: "v_1"}, false, true},
		"BrowserUnsaid":      {browser, personalize.DecideRequest{}, false, false},
		"MeasurementAlone":   {browser, personalize.DecideRequest{Consent: consent(journey.Measurement)}, false, true},
		"AdvertisingAlone":   {browser, personalize.DecideRequest{Consent: consent(journey.Advertising)}, false, false},
		"None":               {server, personalize.DecideRequest{Visitor: "v_1", Consent: journey.NoConsent()}, false, false},
		"Hypothetical":       {server, personalize.DecideRequest{Visitor: "v_1", At: "2026-11-22T09:00:00Z"}, false, false},
		"StoreDown":          {server, personalize.DecideRequest{Visitor: "v_1"}, true, false},
		"StoreDownButAgreed": {server, personalize.DecideRequest{Visitor: "v_1", Consent: consent(journey.Personalization)}, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			w.store.down = c.down
			defer func() { w.store.down = false }()
			c.request.Placements = []string{"mail-offer"}
			d, err := w.Decide(t.Context(), c.caller, c.request)
			if err != nil {
				t.Fatal(err)
			}
			p := d.Placements["mail-offer"]
			if !p.Fallback || p.Items[0].ID != "voucher" {
				t.Fatalf("got %+v, want the fallback", p)
			}
			if got := p.Items[0].Token != ""; got != c.want {
				t.Errorf("got a token %v, want %v", got, c.want)
			}
		})
	}
	preview, err := w.Preview(t.Context(), personalize.PreviewRequest{})
	if err != nil {
		t.Fatal(err)
	}
	want := []snapshot.Item{{ID: "voucher", Kind: "offer", URL: "https://shop.example/voucher"}}
	if got := preview.Placements["mail-offer"].Items; len(got) != 1 || got[0].Token != want[0].Token || got[0].ID != want[0].ID {
		t.Errorf("preview: got %+v, want %+v", got, want)
	}
}
