package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/client"
	"wegweiser/shared/gateway"
	"wegweiser/shared/journey"
	"wegweiser/shared/measure"
	"wegweiser/shared/measure/rollup"
	"wegweiser/shared/personalize"
	"wegweiser/shared/rule/parse"
	"wegweiser/shared/store/embedded"
)

var _ gateway.Service = (*client.Client)(nil)

var (
	secret = personalize.Caller{Key: personalize.Secret}
	admin  = personalize.Caller{Key: personalize.Admin, Name: "maria"}
)

// both returns one service, in process and over HTTP.
func both(t *testing.T) (direct, remote gateway.Service) {
	t.Helper()
	s, err := embedded.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	clock := func() time.Time { return time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC) }
	service := personalize.New(s, &personalize.Options{Clock: clock, Parse: parse.Parse, Deadline: time.Minute, TokenSecrets: [][]byte{[]byte("t")}})
	if err := service.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	both := &measure.Service{Service: service, Believer: rollup.Of(s, service.Newest, clock)}
	g, err := gateway.New(both, &gateway.Options{Clock: clock, Keys: gateway.Keys{
		Secret: "sk", Admins: []gateway.Admin{{Name: "maria", Key: "ak"}}, TokenSecrets: [][]byte{[]byte("t")},
	}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(g)
	t.Cleanup(server.Close)
	return both, client.New(server.URL+"/", client.Keys{Secret: "sk", Admin: "ak"}, nil)
}

func touchpoint(id, visitor, kind string) json.RawMessage {
	return fmt.Appendf(nil, `{"id":%q,"visitor":%q,"type":%q,"channel":"web","at":"2026-11-22T09:00:00Z","trust":"imported"}`, id, visitor, kind)
}

// The answers of a client are those of the service behind it.
func TestClientAnswersAsTheServiceDoes(t *testing.T) {
	direct, remote := both(t)
	ctx := t.Context()
	const visitor = "anna/of the café?"

	collected, err := remote.Collect(ctx, secret, personalize.CollectRequest{
		Touchpoints: []json.RawMessage{touchpoint("e1", visitor, "product_view"), touchpoint("e2", visitor, "Bad Type")},
	})
	if err != nil || collected.Accepted != 1 || len(collected.Rejected) != 1 || collected.Rejected[0].Index != 1 {
		t.Fatalf("collect: got %+v, %v, want one accepted and the second rejected", collected, err)
	}

	decided, err := remote.Decide(ctx, secret, personalize.DecideRequest{
		Visitor: visitor, Consent: journey.Consent{Stated: true, Purposes: []journey.Purpose{journey.Personalization}},
	})
	if err != nil || decided.Visitor != visitor || !decided.Personal {
		t.Fatalf("decide: got %+v, %v", decided, err)
	}

	country := "AT"
	if _, err := remote.UpdateVisitor(ctx, secret, visitor, personalize.VisitorUpdate{Country: &country}); err != nil {
		t.Fatal(err)
	}
	if _, err := remote.SetConsent(ctx, secret, visitor, personalize.ConsentUpdate{Consent: journey.NoConsent()}); err != nil {
		t.Fatal(err)
	}
	row := json.RawMessage(`{"id":"welcome","kind":"content","content.title":"Hello"}`)
	if _, err := remote.EditConfig(ctx, admin, personalize.ConfigEdits{Rows: []personalize.ConfigEdit{{Table: "items", Row: row}}}); err != nil {
		t.Fatal(err)
	}
	row = json.RawMessage(`{"id":"café/1 & 2","kind":"offer"}`)
	written, err := remote.PutConfigRow(ctx, admin, "items", "café/1 & 2", "", row)
	if err != nil || written.Version == "" {
		t.Fatalf("put: got %+v, %v, want a version", written, err)
	}
	if there, err := remote.ConfigRow(ctx, "items", "café/1 & 2"); err != nil || there.Version != written.Version || string(there.Row) != string(row) {
		t.Fatalf("get: got %+v, %v, want the row as it was written", there, err)
	}
	if gone, err := remote.DeleteConfigRow(ctx, admin, "items", "café/1 & 2", written.Version); err != nil || gone.Version != "" {
		t.Fatalf("delete: got %+v, %v", gone, err)
	}
	before, err := remote.ConfigSnapshots(ctx)
	if err != nil {
		t.Fatal(err)
	}
	live, err := remote.PublishConfig(ctx, admin, before.Live, personalize.PublishRequest{Note: "first"})
	if err != nil || live.Live != before.Draft {
		t.Fatalf("publish: got %+v, %v, want %s", live, err, before.Draft)
	}

	for _, to := range []string{before.Live, live.Live} {
		back, err := remote.RollbackConfig(ctx, admin, personalize.RollbackRequest{Snapshot: to})
		if err != nil || back.Live != to {
			t.Fatalf("rollback: got %+v, %v, want %s", back, err, to)
		}
	}

	if err := direct.(*measure.Service).Settle(ctx); err != nil {
		t.Fatal(err)
	}
	for name, ask := range map[string]func(gateway.Service) (any, error){
		"Journey": func(s gateway.Service) (any, error) {
			return s.Journey(ctx, secret, visitor, personalize.JourneyRequest{At: "2026-11-22T09:30:00Z"})
		},
		"JourneyOfAdmin": func(s gateway.Service) (any, error) {
			return s.Journey(ctx, admin, visitor, personalize.JourneyRequest{Steps: true})
		},
		"Phases": func(s gateway.Service) (any, error) { return s.Phases(ctx, "2026-11-22T10:00:00Z", "v_0") },
		"JourneyMap": func(s gateway.Service) (any, error) {
			return s.JourneyMap(ctx, measure.Request{Since: "2026-11-01T00:00:00Z", Until: "2026-11-22T10:00:00Z"})
		},
		"Funnel": func(s gateway.Service) (any, error) {
			return s.Funnel(ctx, measure.Request{Until: "2026-11-22T10:00:00Z"})
		},
		"Receipt": func(s gateway.Service) (any, error) { return s.Receipt(ctx, secret, decided.Decision, true) },
		"Decisions": func(s gateway.Service) (any, error) {
			return s.Decisions(ctx, measure.DecisionsRequest{
				Request: measure.Request{Since: "2026-11-01T00:00:00Z", Until: "2026-11-21T10:00:00Z"}, Reward: "value", Currency: "EUR", Within: "24h", Served: true, Drawn: true,
			})
		},
		"Items":           func(s gateway.Service) (any, error) { return s.Items(ctx, "sofa") },
		"Health":          func(s gateway.Service) (any, error) { return s.Health(ctx), nil },
		"ConfigRows":      func(s gateway.Service) (any, error) { return s.ConfigRows(ctx, "items") },
		"ConfigRow":       func(s gateway.Service) (any, error) { return s.ConfigRow(ctx, "items", "welcome") },
		"ConfigRowsOfAll": func(s gateway.Service) (any, error) { return s.ConfigRows(ctx, "") },
		"CheckConfig":     func(s gateway.Service) (any, error) { return s.CheckConfig(ctx) },
		"DiffConfig":      func(s gateway.Service) (any, error) { return s.DiffConfig(ctx, before.Live, live.Live) },
		"DiffOfTheDraft":  func(s gateway.Service) (any, error) { return s.DiffConfig(ctx, "", "") },
		"DryRun": func(s gateway.Service) (any, error) {
			return s.DryRun(ctx, personalize.DryRunRequest{From: before.Live, To: live.Live, At: "2026-11-22T10:00:00Z", Visitors: 1, Rows: personalize.AllRows})
		},
		"DryRunOfTheDraft": func(s gateway.Service) (any, error) {
			return s.DryRun(ctx, personalize.DryRunRequest{Since: "2026-11-01T00:00:00Z", Until: "2026-11-22T10:00:00Z"})
		},
		"Preview": func(s gateway.Service) (any, error) {
			return s.Preview(ctx, personalize.PreviewRequest{Visitor: visitor, At: "2026-11-22T10:00:00Z", Touchpoints: []json.RawMessage{json.RawMessage(`{"type":"cart_add","channel":"web"}`)}})
		},
		"ConfigSnapshots": func(s gateway.Service) (any, error) { return s.ConfigSnapshots(ctx) },
	} {
		t.Run(name, func(t *testing.T) {
			want, err := ask(direct)
			if err != nil {
				t.Fatal(err)
			}
			got, err := ask(remote)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("over HTTP (-in process +got):\n%s", diff)
			}
		})
	}
}

// What becomes of an item is told in process and over HTTP alike, and counts
// once however it was told.
func TestFeedbackOfAClient(t *testing.T) {
	direct, remote := both(t)
	ctx := t.Context()
	rows := personalize.ConfigEdits{}
	for table, row := range map[string]string{
		"items":      `{"id":"sofa","kind":"offer","url":"https://shop.example/sofa"}`,
		"placements": `{"id":"hero","kind":"offer","fallback":"sofa"}`,
	} {
		rows.Rows = append(rows.Rows, personalize.ConfigEdit{Table: table, Row: json.RawMessage(row)})
	}
	if _, err := remote.EditConfig(ctx, admin, rows); err != nil {
		t.Fatal(err)
	}
	before, err := remote.ConfigSnapshots(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := remote.PublishConfig(ctx, admin, before.Live, personalize.PublishRequest{}); err != nil {
		t.Fatal(err)
	}
	decided, err := remote.Decide(ctx, secret, personalize.DecideRequest{Visitor: "v", Placements: []string{"hero"}, Context: map[string]any{"channel": "email"}})
	if err != nil {
		t.Fatal(err)
	}
	token := decided.Placements["hero"].Items[0].Token
	for i, s := range []gateway.Service{remote, direct, remote} {
		got, err := s.Feedback(ctx, secret, personalize.FeedbackRequest{Token: token, Type: "click"})
		if err != nil || got.Duplicate != (i > 0) {
			t.Errorf("call %d: got %+v, %v, want duplicate %v", i, got, err, i > 0)
		}
	}
	remote.Opened(ctx, token, personalize.Fetch{Agent: "YahooMailProxy"})
	if got, err := direct.Feedback(ctx, secret, personalize.FeedbackRequest{Token: token, Type: "impression"}); err != nil || !got.Duplicate {
		t.Errorf("after the pixel: got %+v, %v, want a duplicate", got, err)
	}
	for _, fetch := range []personalize.Fetch{{Agent: "x"}, {Head: true, GPC: true}} {
		if got, err := remote.Clicked(ctx, token, fetch); err != nil || got != "https://shop.example/sofa" {
			t.Errorf("%+v: got %q, %v, want the item's address", fetch, got, err)
		}
	}
}

func TestErrorsComeBackAsTheyLeft(t *testing.T) {
	direct, remote := both(t)
	ctx := t.Context()
	for name, ask := range map[string]func(gateway.Service) error{
		"Invalid": func(s gateway.Service) error {
			_, err := s.Decide(ctx, secret, personalize.DecideRequest{Visitor: "v", Placements: []string{"nowhere"}})
			return err
		},
		"AllRefused": func(s gateway.Service) error {
			_, err := s.Collect(ctx, secret, personalize.CollectRequest{Touchpoints: []json.RawMessage{touchpoint("e1", "v", "Bad Type")}})
			return err
		},
		"ForgedToken": func(s gateway.Service) error {
			_, err := s.Feedback(ctx, secret, personalize.FeedbackRequest{Token: "v1.x.y.z", Type: "click"})
			return err
		},
		"NoSuchLink": func(s gateway.Service) error {
			_, err := s.Clicked(ctx, "https://evil.example/?a b", personalize.Fetch{Agent: "x", Prefetch: true})
			return err
		},
		"Missing": func(s gateway.Service) error { _, err := s.ConfigRows(ctx, "nothing"); return err },
		"Stale": func(s gateway.Service) error {
			_, err := s.PublishConfig(ctx, admin, "s_other", personalize.PublishRequest{})
			return err
		},
		"UnknownSnapshot": func(s gateway.Service) error { _, err := s.DiffConfig(ctx, "s_other", ""); return err },
		"DraftChanged": func(s gateway.Service) error {
			_, err := s.ApproveConfig(ctx, admin, personalize.ApproveRequest{Draft: "s_other"})
			return err
		},
		"DryRunOfAnother": func(s gateway.Service) error {
			_, err := s.DryRun(ctx, personalize.DryRunRequest{To: "s_other"})
			return err
		},
		"PreviewOfNothing": func(s gateway.Service) error {
			_, err := s.Preview(ctx, personalize.PreviewRequest{Placements: []string{"nowhere"}})
			return err
		},
		"NeverPublished": func(s gateway.Service) error {
			_, err := s.RollbackConfig(ctx, admin, personalize.RollbackRequest{Snapshot: "s_other"})
			return err
		},
		"MissingRow": func(s gateway.Service) error { _, err := s.ConfigRow(ctx, "items", "nothing"); return err },
		"RowNotThere": func(s gateway.Service) error {
			_, err := s.DeleteConfigRow(ctx, admin, "items", "nothing", "old")
			return err
		},
		"RowThere": func(s gateway.Service) error {
			_, _ = s.PutConfigRow(ctx, admin, "items", "there", "", json.RawMessage(`{"kind":"offer"}`))
			_, err := s.PutConfigRow(ctx, admin, "items", "there", "", json.RawMessage(`{"kind":"message"}`))
			return err
		},
		"CellRefused": func(s gateway.Service) error {
			_, err := s.PutConfigRow(ctx, admin, "items", "new", "", json.RawMessage(`{"colour":"red"}`))
			return err
		},
		"RowChanged": func(s gateway.Service) error {
			_, err := s.EditConfig(ctx, admin, personalize.ConfigEdits{Rows: []personalize.ConfigEdit{{Table: "items", Row: json.RawMessage(`{"id":"a"}`), Version: "other"}}})
			return err
		},
		"RowsRefused": func(s gateway.Service) error {
			_, err := s.EditConfig(ctx, admin, personalize.ConfigEdits{Rows: []personalize.ConfigEdit{{Table: "itms", Row: json.RawMessage(`{"id":"a"}`)}}})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			var want, got *personalize.Error
			if !errors.As(ask(direct), &want) || !errors.As(ask(remote), &got) {
				t.Fatalf("in process: %v; over HTTP: %v; want errors of the use cases", want, got)
			}
			want.Err = nil // never leaves the building
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("over HTTP (-in process +got):\n%s", diff)
			}
		})
	}
	t.Run("WrongKey", func(t *testing.T) {
		server := httptest.NewServer(http.NotFoundHandler())
		defer server.Close()
		_, err := client.New(server.URL, client.Keys{}, nil).Phases(ctx, "", "")
		var got *personalize.Error
		if !errors.As(err, &got) || got.Kind != personalize.Missing || got.Message != "the server answered 404 Not Found" {
			t.Errorf("got %v, want the status in words", err)
		}
	})
}

func TestOnlyBusyServersAreAskedAgain(t *testing.T) {
	for name, test := range map[string]struct {
		statuses   []int
		retryAfter string
		pauses     []time.Duration
		kind       personalize.Kind
	}{
		"BackAfterTwo":    {[]int{503, 503, 200}, "2", []time.Duration{2 * time.Second, 2 * time.Second}, 0},
		"NeverBack":       {[]int{503, 503, 503, 503}, "600", []time.Duration{10 * time.Second, 10 * time.Second, 10 * time.Second}, personalize.Unavailable},
		"DoesNotSayWhen":  {[]int{503}, "", nil, personalize.Unavailable},
		"BrokenOtherwise": {[]int{500}, "1", nil, 0},
		"Refused":         {[]int{422}, "1", nil, personalize.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			calls := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if test.retryAfter != "" {
					w.Header().Set("Retry-After", test.retryAfter)
				}
				w.WriteHeader(test.statuses[min(calls, len(test.statuses)-1)])
				calls++
				fmt.Fprint(w, "{}")
			}))
			defer server.Close()
			var pauses []time.Duration
			c := client.New(server.URL, client.Keys{Secret: "sk"}, &client.Options{Pause: func(_ context.Context, d time.Duration) error {
				pauses = append(pauses, d)
				return nil
			}})
			_, err := c.Phases(t.Context(), "", "")
			if calls != len(test.statuses) || !slices.Equal(pauses, test.pauses) {
				t.Errorf("got %d calls with pauses %v, want %d with %v", calls, pauses, len(test.statuses), test.pauses)
			}
			var refusal *personalize.Error
			if last := test.statuses[len(test.statuses)-1]; (err == nil) != (last == 200) || errors.As(err, &refusal) && refusal.Kind != test.kind {
				t.Errorf("got error %v, want kind %d", err, test.kind)
			}
		})
	}
}

func TestUnreachableServerIsUnavailable(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	address := server.URL
	server.Close()
	_, err := client.New(address, client.Keys{}, nil).Phases(t.Context(), "", "")
	var refusal *personalize.Error
	if !errors.As(err, &refusal) || refusal.Kind != personalize.Unavailable || !strings.HasPrefix(err.Error(), address+" does not answer") {
		t.Errorf("got %v, want that %s does not answer", err, address)
	}
}

// A publish that was carried out but not acknowledged would be refused the
// second time: the caller has to look first.
func TestConditionalCallsAreNotRepeated(t *testing.T) {
	calls := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls++
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprint(w, "{}")
	}))
	defer server.Close()
	c := client.New(server.URL, client.Keys{Admin: "ak"}, &client.Options{Pause: func(context.Context, time.Duration) error { return nil }})
	if _, err := c.PublishConfig(t.Context(), personalize.Caller{}, "s_1", personalize.PublishRequest{}); err == nil {
		t.Error("publish: got no error, want one")
	}
	if _, err := c.EditConfig(t.Context(), personalize.Caller{}, personalize.ConfigEdits{}); err == nil {
		t.Error("edit: got no error, want one")
	}
	if calls != 2 {
		t.Errorf("got %d calls, want one for each", calls)
	}
}
