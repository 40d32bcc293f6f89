package personalize_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
	"wegweiser/shared/rule/parse"
	"wegweiser/shared/store"
	"wegweiser/shared/store/embedded"
)

func batchOf(t testing.TB, s *personalize.Service, request personalize.BatchRequest) *personalize.BatchAnswer {
	t.Helper()
	answer, err := s.DecideBatch(context.Background(), server, request)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// mail is one recipient's answer, as its status and items.
func mail(t testing.TB, s *personalize.Service, visitor, message string, placements ...string) string {
	t.Helper()
	a := batchOf(t, s, personalize.BatchRequest{Recipients: []personalize.Recipient{{Visitor: visitor, Message: message}}, Placements: placements})
	return told(&a.Results[0], placements)
}

func told(r *personalize.BatchResult, placements []string) string {
	out := r.Status
	for _, name := range placements {
		for _, it := range r.Placements[name].Items {
			out += " " + it.ID
		}
	}
	return out
}

func TestAMessageIsDecidedOnce(t *testing.T) {
	service, s, c := openSale(t, sale)
	request := personalize.BatchRequest{Recipients: []personalize.Recipient{{Visitor: "v_1", Message: "m_1"}}, Placements: []string{"hero", "pair"}}
	first := batchOf(t, service, request)
	if got, want := told(&first.Results[0], request.Placements), "ok capped both"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	s.since()
	for range 3 {
		if diff := cmp.Diff(jsonOf(t, first), jsonOf(t, batchOf(t, service, request))); diff != "" {
			t.Fatalf("asked again (-first +again):\n%s", diff)
		}
	}
	if calls := s.since(); calls["ChangeCounters"]+calls["Claim"]+calls["Hold"] != 0 {
		t.Errorf("asked again: got calls %v, want nothing counted", calls)
	}
	// One placement more: what is answered stays, and only the new one is decided.
	more := batchOf(t, service, personalize.BatchRequest{Recipients: request.Recipients, Placements: []string{"hero", "side"}})
	if got, want := told(&more.Results[0], []string{"hero", "side"}), "ok capped few"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	// Only one showing of three was used, though it was asked for five times.
	for i, want := range []string{"ok capped", "ok capped", "fallback welcome"} {
		if got := mail(t, service, "v_1", fmt.Sprint("more ", i), "hero"); got != want {
			t.Errorf("message %d: got %q, want %q", i, got, want)
		}
	}
	c.advance(25 * time.Hour)
	if got, want := mail(t, service, "v_1", "m_1", "pair"), "ok both"; got != want {
		t.Errorf("after a day: got %q, want a new decision %q", got, want)
	}
}

func jsonOf(t testing.TB, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestARaceForAMessageHasOneWinner(t *testing.T) {
	service, _, _ := openSale(t, sale)
	const callers = 24
	answers := make([]string, callers)
	var group sync.WaitGroup
	for i := range callers {
		group.Go(func() {
			answer, err := service.DecideBatch(context.Background(), server, personalize.BatchRequest{
				Recipients: []personalize.Recipient{{Visitor: "v_1", Message: "m_1"}}, Placements: []string{"hero", "side"},
			})
			if err != nil {
				answers[i] = err.Error()
				return
			}
			text, _ := json.Marshal(answer)
			answers[i] = string(text)
		})
	}
	group.Wait()
	for i := range answers {
		if answers[i] != answers[0] {
			t.Fatalf("got %s\nand %s, want one answer for all", answers[0], answers[i])
		}
	}
	for i, want := range []string{"capped", "capped", "welcome (capped)"} {
		if got := shows(t, service, "v_1", "hero"); got != want {
			t.Errorf("page %d: got %q, want %q: the message counts once", i, got, want)
		}
	}
}

func TestWhatIsNotSentIsGivenBack(t *testing.T) {
	for name, c := range map[string]struct {
		send func(t *testing.T, s *personalize.Service, token string, c *clock)
		want string
	}{
		"NotSent": {func(*testing.T, *personalize.Service, string, *clock) {}, "ok both"},
		"Impression": {func(t *testing.T, s *personalize.Service, token string, _ *clock) {
			if _, err := s.Feedback(t.Context(), server, personalize.FeedbackRequest{Token: token, Type: "impression"}); err != nil {
				t.Error(err)
			}
		}, "fallback welcome"},
		"Sent": {func(t *testing.T, s *personalize.Service, _ string, c *clock) {
			body := fmt.Sprintf(`{"id":"e_1","visitor":"v_1","type":"email_sent","channel":"email","at":%q,"props":{"message":"m_1"}}`, c.ago(0))
			if _, err := s.Collect(t.Context(), server, personalize.CollectRequest{Touchpoints: []json.RawMessage{json.RawMessage(body)}}); err != nil {
				t.Error(err)
			}
		}, "fallback welcome"},
	} {
		t.Run(name, func(t *testing.T) {
			rows := `[{"table":"placements","row":{"id":"one","fallback":"welcome"}},{"table":"items","row":{"id":"welcome","kind":"content"}},
				{"table":"items","row":{"id":"both","kind":"offer","cap_life":1}},{"table":"rules","row":{"id":"one","placements":["one"],"items":["both"]}}]`
			s, ck := openStore(t), newClock()
			service := secretly(t, s, ck)
			publishRows(t, service, rows)
			a := batchOf(t, service, personalize.BatchRequest{Recipients: []personalize.Recipient{{Visitor: "v_1", Message: "m_1"}}, Placements: []string{"one"}})
			if got := told(&a.Results[0], []string{"one"}); got != "ok both" {
				t.Fatalf("got %q, want the item", got)
			}
			c.send(t, service, a.Results[0].Placements["one"].Items[0].Token, ck)
			ck.advance(71 * time.Hour)
			if got := mail(t, service, "v_1", "m_2", "one"); got != "fallback welcome" {
				t.Errorf("within 72 hours: got %q, want it reserved", got)
			}
			ck.advance(2 * time.Hour)
			if got := mail(t, service, "v_1", "m_3", "one"); got != c.want {
				t.Errorf("after 72 hours: got %q, want %q", got, c.want)
			}
		})
	}
}

// secretly is a service that signs tokens.
func secretly(t testing.TB, s store.Store, c *clock) *personalize.Service {
	t.Helper()
	service := personalize.New(s, &personalize.Options{
		Clock: c.now, Parse: parse.Parse, HashKey: []byte("test"), TokenSecrets: [][]byte{[]byte("a secret")}, Deadline: 5 * time.Minute,
	})
	if err := service.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	return service
}

func publishRows(t testing.TB, service *personalize.Service, rows string) {
	t.Helper()
	var edits personalize.ConfigEdits
	if err := json.Unmarshal([]byte(`{"rows":`+rows+`}`), &edits); err != nil {
		t.Fatal(err)
	}
	if _, err := service.EditConfig(t.Context(), admin, edits); err != nil {
		t.Fatal(err)
	}
	live, err := service.ConfigSnapshots(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := service.PublishConfig(t.Context(), admin, live.Live, personalize.PublishRequest{Note: "rows"}); err != nil {
		t.Fatal(err)
	}
}

// A batch that is killed half-way is sent again as a whole, to a new process.
func TestABatchSentAgainAfterARestart(t *testing.T) {
	dir, c := filepath.Join(t.TempDir(), "data"), newClock()
	open := func() (*embedded.Store, *personalize.Service) {
		s, err := embedded.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		return s, start(t, s, c)
	}
	s, service := open()
	publishRows(t, service, sale)
	request := personalize.BatchRequest{Placements: []string{"side"}}
	for i := range 150 {
		request.Recipients = append(request.Recipients, personalize.Recipient{Visitor: fmt.Sprint("v_", i), Message: "m_1"})
	}
	half := request
	half.Recipients = request.Recipients[:60]
	first := batchOf(t, service, half)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s, service = open()
	defer s.Close()
	all := batchOf(t, service, request)
	for i := range first.Results {
		if got, want := jsonOf(t, all.Results[i]), jsonOf(t, first.Results[i]); got != want {
			t.Errorf("recipient %d: got %s, want as before %s", i, got, want)
		}
	}
	again := batchOf(t, service, request)
	if diff := cmp.Diff(jsonOf(t, all), jsonOf(t, again)); diff != "" {
		t.Errorf("sent again (-first +again):\n%s", diff)
	}
	if got := statuses(again); got[personalize.StatusOK] != 100 || got[personalize.StatusFallback] != 50 {
		t.Errorf("got %v, want 100 within the budget and 50 not", got)
	}
}

func statuses(a *personalize.BatchAnswer) map[string]int {
	counts := map[string]int{}
	for i := range a.Results {
		counts[a.Results[i].Status]++
	}
	return counts
}

func TestAThousandRecipientsShareABudget(t *testing.T) {
	service, _, _ := openSale(t, sale)
	request := personalize.BatchRequest{Placements: []string{"side"}}
	for i := range personalize.MaxRecipients {
		request.Recipients = append(request.Recipients, personalize.Recipient{Visitor: fmt.Sprint("v_", i), Message: "m_1"})
	}
	answer := batchOf(t, service, request)
	if got := statuses(answer); got[personalize.StatusOK] != 100 || got[personalize.StatusFallback] != 900 {
		t.Errorf("got %v, want exactly the budget of 100 served", got)
	}
	for i := range answer.Results {
		if answer.Results[i].Visitor != request.Recipients[i].Visitor {
			t.Fatalf("result %d is of %s, want the order of the request", i, answer.Results[i].Visitor)
		}
	}
	if len(answer.Items) != 2 {
		t.Errorf("got %d items, want each once", len(answer.Items))
	}
}

func TestStatusesOfABatch(t *testing.T) {
	service, s, c := openSale(t, sale)
	if _, err := service.SetConsent(t.Context(), server, "v_no", personalize.ConsentUpdate{Consent: journey.Consent{Stated: true}}); err != nil {
		t.Fatal(err)
	}
	for i, kind := range []string{"newsletter_signup", "unsubscribe"} {
		for _, visitor := range []string{"v_gone", "v_back"} {
			at := c.ago(time.Duration(5-i) * time.Hour)
			if visitor == "v_back" {
				at = c.ago(time.Duration(i+1) * time.Hour)
			}
			body := fmt.Sprintf(`{"id":%q,"visitor":%q,"type":%q,"channel":"email","at":%q}`, kind, visitor, kind, at)
			if _, err := service.Collect(t.Context(), server, personalize.CollectRequest{Touchpoints: []json.RawMessage{json.RawMessage(body)}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	answer := batchOf(t, service, personalize.BatchRequest{Placements: []string{"hero"}, Recipients: []personalize.Recipient{
		{Visitor: "v_1", Message: "m"},
		{Visitor: "v_no", Message: "m"},
		{Visitor: "v_gone", Message: "m"},
		{Visitor: "v_back", Message: "m"},
		{Visitor: "", Message: "m"},
		{Visitor: "v_1", Message: "a\nb"},
	}})
	var got []string
	for i := range answer.Results {
		r := &answer.Results[i]
		line := told(r, []string{"hero"}) + " " + r.Reason
		if r.Error != nil {
			line += r.Error.Field + " " + r.Error.Code
		}
		got = append(got, line)
	}
	want := []string{
		"ok capped ", "suppressed welcome consent", "suppressed welcome unsubscribed", "ok capped ",
		"invalid recipients[4].visitor missing", "invalid recipients[5].message control_characters",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
	s.change = func() error { return fmt.Errorf("%w: down", store.ErrUnavailable) }
	if got := mail(t, service, "v_2", "m", "hero"); got != "fallback welcome" {
		t.Errorf("without the store: got %q, want the fallback", got)
	}
	s.change = nil
	if got := mail(t, service, "v_2", "m", "hero"); got != "ok capped" {
		t.Errorf("with the store again: got %q, want what fits", got)
	}
	var refusal *personalize.Error
	if _, err := service.DecideBatch(t.Context(), server, personalize.BatchRequest{
		Recipients: []personalize.Recipient{{Visitor: "v_1"}}, Placements: []string{"hreo"},
	}); !errors.As(err, &refusal) || refusal.Code != "unknown_placement" {
		t.Errorf("got %v, want the unknown placement refused", err)
	}
}

func TestEmailOffersAlwaysAnswer(t *testing.T) {
	service, s, _ := openSale(t, sale)
	for _, c := range []struct {
		name    string
		request personalize.EmailRequest
		want    string
	}{
		{"Offer", personalize.EmailRequest{Visitor: "v_1", Message: "m", Placements: []string{"hero"}}, "ok false capped"},
		{"Again", personalize.EmailRequest{Visitor: "v_1", Message: "m", Placements: []string{"hero"}}, "ok false capped"},
		{"NoPlacement", personalize.EmailRequest{Visitor: "v_1"}, "fallback true "},
		{"UnknownPlacement", personalize.EmailRequest{Visitor: "v_1", Message: "m", Placements: []string{"hero", "hreo"}}, "fallback true capped"},
		{"NoVisitor", personalize.EmailRequest{Placements: []string{"hero"}}, "invalid true welcome"},
	} {
		offer := service.EmailOffer(t.Context(), server, c.request)
		item := ""
		if p := offer.Placements["hero"]; p != nil {
			item = p.Items[0].ID
		}
		if got := fmt.Sprintf("%s %v %s", offer.Status, offer.Fallback, item); got != c.want {
			t.Errorf("%s: got %q (%s), want %q", c.name, got, offer.Problem, c.want)
		}
	}
	flat := service.EmailOffer(t.Context(), server, personalize.EmailRequest{Visitor: "v_1", Message: "m", Placements: []string{"hero"}}).Flat()
	if flat["hero.id"] != "capped" || flat["hero"].(map[string]any)["id"] != "capped" || flat["fallback"] != false {
		t.Errorf("got %v, want each field under both names", flat)
	}
	s.change = func() error { return fmt.Errorf("%w: down", store.ErrUnavailable) }
	offer := service.EmailOffer(t.Context(), server, personalize.EmailRequest{Visitor: "v_3", Message: "m", Placements: []string{"hero"}})
	if offer.Status != personalize.StatusFallback || offer.Degraded != "store_error" || !offer.Fallback {
		t.Errorf("without the store: got %+v, want a fallback that says so", offer)
	}
}

// traffic counts what is asked of the results of messages, and can stall.
type traffic struct {
	*counted
	stalls bool
}

func (s *traffic) Results(ctx context.Context, m store.Message, now journey.Millis) ([]store.Result, error) {
	s.count("Results")
	if s.stalls {
		<-ctx.Done()
		return nil, fmt.Errorf("%w: %w", store.ErrUnavailable, ctx.Err())
	}
	return s.counted.Results(ctx, m, now)
}

func (s *traffic) PutResults(ctx context.Context, now journey.Millis, m store.Message, r []store.Result) ([]store.Result, error) {
	s.count("PutResults")
	return s.counted.PutResults(ctx, now, m, r)
}

func TestAMessageCostsAReadAndAWriteMore(t *testing.T) {
	s := &traffic{counted: &counted{Store: openStore(t)}}
	service := secretly(t, s, newClock())
	publishRows(t, service, sale)
	for _, c := range []struct {
		visitor, message, placement string
		want                        map[string]int
	}{
		{"v_1", "", "free", map[string]int{"History": 1}},
		{"v_1", "m", "free", map[string]int{"History": 1, "Results": 1, "PutResults": 1}},
		{"v_1", "m", "free", map[string]int{"History": 1, "Results": 1}},
		{"v_1", "m", "hero", map[string]int{"History": 1, "Results": 1, "PutResults": 1, "ChangeCounters": 1}},
		{"v_1", "m", "hero", map[string]int{"History": 1, "Results": 1}},
		{"v_1", "m", "side", map[string]int{"History": 1, "Results": 1, "PutResults": 1, "Hold": 1}},
	} {
		s.since()
		mail(t, service, c.visitor, c.message, c.placement)
		if diff := cmp.Diff(c.want, s.since()); diff != "" {
			t.Errorf("%q for %s: want (-), got (+) calls:\n%s", c.message, c.placement, diff)
		}
	}
}

func TestAMailDoesNotWaitForAStoreThatStalls(t *testing.T) {
	s := &traffic{counted: &counted{Store: openStore(t)}}
	service := secretly(t, s, newClock())
	publishRows(t, service, sale)
	s.stalls = true
	offer := service.EmailOffer(t.Context(), server, personalize.EmailRequest{Visitor: "v_1", Message: "m", Placements: []string{"hero"}})
	if offer.Status != personalize.StatusFallback || offer.Degraded != "store_timeout" || offer.Placements["hero"].Items[0].ID != "welcome" {
		t.Errorf("got %+v, want the fallback", offer)
	}
	s.stalls = false
	if got := mail(t, service, "v_1", "m", "hero"); got != "ok capped" {
		t.Errorf("afterwards: got %q, want nothing of the fallback kept", got)
	}
}

// A process that ends between reserving and storing has reserved for whoever
// asks next.
func TestAMessageGoesOnWithWhatWasReserved(t *testing.T) {
	service, s, _ := openSale(t, sale)
	lost := &losing{traffic{counted: s}}
	dying := secretly(t, lost, newClock())
	if got := mail(t, dying, "v_1", "m", "hero"); got != "fallback welcome" {
		t.Errorf("got %q, want a fallback as nothing could be stored", got)
	}
	for i, want := range []string{"ok capped", "ok capped", "ok capped", "fallback welcome"} {
		message := "m"
		if i > 0 {
			message += fmt.Sprint(i)
		}
		if got := mail(t, service, "v_1", message, "hero"); got != want {
			t.Errorf("message %s: got %q, want %q", message, got, want)
		}
	}
}

// losing stores no result.
type losing struct{ traffic }

func (s *losing) PutResults(context.Context, journey.Millis, store.Message, []store.Result) ([]store.Result, error) {
	return nil, fmt.Errorf("%w: gone", store.ErrUnavailable)
}

// The receipt of a message is that of the decision that answers it.
func TestAMessageIsReplayed(t *testing.T) {
	service, _, _ := openSale(t, sale)
	a := batchOf(t, service, personalize.BatchRequest{Recipients: []personalize.Recipient{{Visitor: "v_1", Message: "m"}}, Placements: []string{"hero", "side"}})
	if err := service.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	mail(t, service, "v_1", "m_2", "hero")
	receipt, err := service.Receipt(t.Context(), server, a.Results[0].Decision, true)
	if err != nil || receipt.Identical == nil || !*receipt.Identical {
		t.Errorf("got %+v, %v, want it made again alike", receipt, err)
	}
}
