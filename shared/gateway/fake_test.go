package gateway

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/measure"
	"wegweiser/shared/personalize"
	"wegweiser/shared/snapshot"
)

// fake is a Service of functions; what is not set answers with a zero value.
type fake struct {
	collect    func(personalize.Caller, personalize.CollectRequest) (personalize.CollectResult, error)
	decide     func(personalize.Caller, personalize.DecideRequest) (*personalize.Decision, error)
	batch      func(personalize.Caller, personalize.BatchRequest) (*personalize.BatchAnswer, error)
	email      func(personalize.EmailRequest) *personalize.EmailOffer
	journey    func(visitor string, request personalize.JourneyRequest) (*personalize.Journey, error)
	receipt    func(decision string, replay bool) (*personalize.Receipt, error)
	update     func(visitor string, update personalize.VisitorUpdate) (*personalize.Visitor, error)
	consent    func(visitor string, update personalize.ConsentUpdate) (*personalize.Visitor, error)
	publish    func(caller personalize.Caller, expected string, request personalize.PublishRequest) (*personalize.Live, error)
	edit       func(personalize.Caller, personalize.ConfigEdits) (*personalize.Problems, error)
	put        func(table, id, version string, row json.RawMessage) (*personalize.RowEdited, error)
	journeyMap func(measure.Request) (*measure.JourneyMap, error)
	decisions  func(measure.DecisionsRequest) (*measure.DecisionsReport, error)
	remove     func(table, id, version string) (*personalize.RowEdited, error)
	feedback   func(personalize.Caller, personalize.FeedbackRequest) (personalize.FeedbackResult, error)
	opened     func(token string, fetch personalize.Fetch)
	clicked    func(token string, fetch personalize.Fetch) (string, error)
}

func (f *fake) DecideBatch(_ context.Context, c personalize.Caller, r personalize.BatchRequest) (*personalize.BatchAnswer, error) {
	if f.batch == nil {
		return &personalize.BatchAnswer{Results: []personalize.BatchResult{}, Items: map[string]personalize.BatchItem{}}, nil
	}
	return f.batch(c, r)
}

func (f *fake) EmailOffer(_ context.Context, _ personalize.Caller, r personalize.EmailRequest) *personalize.EmailOffer {
	if f.email == nil {
		return &personalize.EmailOffer{}
	}
	return f.email(r)
}

func (f *fake) Feedback(_ context.Context, c personalize.Caller, r personalize.FeedbackRequest) (personalize.FeedbackResult, error) {
	if f.feedback == nil {
		return personalize.FeedbackResult{}, nil
	}
	return f.feedback(c, r)
}

func (f *fake) Opened(_ context.Context, token string, fetch personalize.Fetch) {
	if f.opened != nil {
		f.opened(token, fetch)
	}
}

func (f *fake) Clicked(_ context.Context, token string, fetch personalize.Fetch) (string, error) {
	if f.clicked == nil {
		return "https://shop.example/sofa", nil
	}
	return f.clicked(token, fetch)
}

func (f *fake) Collect(_ context.Context, c personalize.Caller, r personalize.CollectRequest) (personalize.CollectResult, error) {
	if f.collect == nil {
		return personalize.CollectResult{Accepted: len(r.Touchpoints), Rejected: []personalize.Rejection{}}, nil
	}
	return f.collect(c, r)
}

func (f *fake) Decide(_ context.Context, c personalize.Caller, r personalize.DecideRequest) (*personalize.Decision, error) {
	if f.decide == nil {
		return decided, nil
	}
	return f.decide(c, r)
}

func (f *fake) Journey(_ context.Context, _ personalize.Caller, visitor string, r personalize.JourneyRequest) (*personalize.Journey, error) {
	if f.journey == nil {
		return &personalize.Journey{Visitor: visitor}, nil
	}
	return f.journey(visitor, r)
}

func (f *fake) Receipt(_ context.Context, _ personalize.Caller, decision string, replay bool) (*personalize.Receipt, error) {
	if f.receipt == nil {
		return &personalize.Receipt{Decision: decision, InputsGone: []string{"touchpoints"}}, nil
	}
	return f.receipt(decision, replay)
}

func (f *fake) UpdateVisitor(_ context.Context, _ personalize.Caller, visitor string, u personalize.VisitorUpdate) (*personalize.Visitor, error) {
	if f.update == nil {
		return &personalize.Visitor{Visitor: visitor}, nil
	}
	return f.update(visitor, u)
}

func (f *fake) SetConsent(_ context.Context, _ personalize.Caller, visitor string, u personalize.ConsentUpdate) (*personalize.Visitor, error) {
	if f.consent == nil {
		return &personalize.Visitor{Visitor: visitor, Consent: u.Consent}, nil
	}
	return f.consent(visitor, u)
}

func (f *fake) Phases(context.Context, string, string) (*measure.PhasesReport, error) {
	return &measure.PhasesReport{}, nil
}

func (f *fake) JourneyMap(_ context.Context, r measure.Request) (*measure.JourneyMap, error) {
	if f.journeyMap == nil {
		return &measure.JourneyMap{}, nil
	}
	return f.journeyMap(r)
}

func (f *fake) Funnel(context.Context, measure.Request) (*measure.Funnel, error) {
	return &measure.Funnel{}, nil
}

func (f *fake) Items(context.Context, string) (*measure.ItemsReport, error) {
	return &measure.ItemsReport{}, nil
}

func (f *fake) Decisions(_ context.Context, r measure.DecisionsRequest) (*measure.DecisionsReport, error) {
	if f.decisions == nil {
		return &measure.DecisionsReport{}, nil
	}
	return f.decisions(r)
}

func (f *fake) ConfigRows(context.Context, string) (*personalize.ConfigRows, error) {
	return &personalize.ConfigRows{}, nil
}

func (f *fake) ConfigRow(_ context.Context, table, id string) (*personalize.ConfigRow, error) {
	return &personalize.ConfigRow{Table: table, Version: "v1", Row: json.RawMessage(`{"id":"` + id + `"}`)}, nil
}

func (f *fake) PutConfigRow(_ context.Context, _ personalize.Caller, table, id, version string, row json.RawMessage) (*personalize.RowEdited, error) {
	if f.put == nil {
		return &personalize.RowEdited{}, nil
	}
	return f.put(table, id, version, row)
}

func (f *fake) DeleteConfigRow(_ context.Context, _ personalize.Caller, table, id, version string) (*personalize.RowEdited, error) {
	if f.remove == nil {
		return &personalize.RowEdited{}, nil
	}
	return f.remove(table, id, version)
}

func (f *fake) EditConfig(_ context.Context, c personalize.Caller, e personalize.ConfigEdits) (*personalize.Problems, error) {
	if f.edit == nil {
		return &personalize.Problems{}, nil
	}
	return f.edit(c, e)
}

func (f *fake) CheckConfig(context.Context) (*personalize.Problems, error) {
	return &personalize.Problems{}, nil
}

func (f *fake) ApproveConfig(context.Context, personalize.Caller, personalize.ApproveRequest) (*personalize.Live, error) {
	return &personalize.Live{Live: "s_1"}, nil
}

func (f *fake) DryRun(context.Context, personalize.DryRunRequest) (*personalize.DryRun, error) {
	return &personalize.DryRun{}, nil
}

func (f *fake) Preview(context.Context, personalize.PreviewRequest) (*personalize.Decision, error) {
	return &personalize.Decision{}, nil
}

func (f *fake) PublishConfig(_ context.Context, c personalize.Caller, expected string, r personalize.PublishRequest) (*personalize.Live, error) {
	if f.publish == nil {
		return &personalize.Live{Live: "s_1"}, nil
	}
	return f.publish(c, expected, r)
}

func (f *fake) RollbackConfig(_ context.Context, _ personalize.Caller, r personalize.RollbackRequest) (*personalize.Live, error) {
	return &personalize.Live{Live: r.Snapshot}, nil
}

func (f *fake) DiffConfig(_ context.Context, from, to string) (*personalize.ConfigDiff, error) {
	return &personalize.ConfigDiff{From: from, To: to, Rows: []personalize.RowDiff{}}, nil
}

func (f *fake) ConfigSnapshots(context.Context) (*personalize.Snapshots, error) {
	return &personalize.Snapshots{}, nil
}

func (f *fake) Health(context.Context) personalize.Health {
	return personalize.Health{Status: "ok", Snapshot: "s_1", SnapshotAge: 3}
}

var _ Service = (*fake)(nil)

// decided is an ordinary decision.
var decided = func() *personalize.Decision {
	since := noon - 3_600_000
	large, small := 0.6, 0.4
	return &personalize.Decision{
		Decision: "d_01KAP3V2X7Q5D0J9GJ9Z5E3T4M_5f1c2a9b0d3e4f60", Visitor: "v_1", Snapshot: "s_1", At: noon, Personal: true,
		Phase: &personalize.Phase{
			Name: "consideration", Confidence: 0.71, Standing: "prospect", Since: &since,
			Scores:  map[string]float64{"awareness": 0.2, "consideration": 0.71, "decision": 0.09, "retention": 0, "advocacy": 0},
			Because: []personalize.Because{{Touchpoint: "e_3", Type: "compare", Share: &large}, {Other: &small}},
		},
		Placements: map[string]*snapshot.Placement{
			"home-hero":  {Items: []snapshot.Item{{ID: "sofa-guide", Kind: "content"}}, Rule: "research"},
			"mail-offer": {Items: []snapshot.Item{{ID: "ten-off", Kind: "offer", URL: "/ten"}}, Fallback: true, Reason: snapshot.NoRule},
		},
		Touchpoints: personalize.CollectResult{Accepted: 1, Rejected: []personalize.Rejection{}},
		SnapshotAge: 4,
	}
}()

const (
	publishable = "pk_test"
	secret      = "sk_test"
	admin       = "ak_maria"
)

// noon is the moment of the tests.
const noon journey.Millis = 1_795_345_200_000 // 2026-11-22T11:00:00Z

var testKeys = Keys{
	Publishable: publishable, Secret: secret,
	Admins:       []Admin{{Name: "maria", Key: admin}, {Name: "jo", Key: "ak_jo"}},
	TokenSecrets: [][]byte{[]byte("the secret of the tests")},
}

func open(t testing.TB, service Service, change func(*Options)) *Gateway {
	t.Helper()
	o := &Options{Keys: testKeys, Clock: func() time.Time { return noon.Time() }}
	if change != nil {
		change(o)
	}
	g, err := New(service, o)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	return g
}

func tokenOf(t testing.TB, visitor string) string {
	t.Helper()
	tokens, err := NewTokens(testKeys.TokenSecrets)
	if err != nil {
		t.Fatal(err)
	}
	token, _ := tokens.Sign(visitor, noon.Time())
	return token
}

// request makes a request; headers are pairs of name and value.
func request(method, target, body string, headers ...string) *http.Request {
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	r := httptest.NewRequest(method, target, reader)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

func asServer(method, target, body string, headers ...string) *http.Request {
	return request(method, target, body, append(headers, "Authorization", "Bearer "+secret)...)
}

func asAdmin(method, target, body string, headers ...string) *http.Request {
	return request(method, target, body, append(headers, "Authorization", "Bearer "+admin)...)
}

func answer(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// refused checks that w is a problem with that status and code, and returns it.
func refused(t testing.TB, w *httptest.ResponseRecorder, status int, code string) Problem {
	t.Helper()
	var p Problem
	if got := w.Header().Get("Content-Type"); got != "application/problem+json" {
		t.Fatalf("Content-Type: got %q (status %d, body %.200s), want a problem", got, w.Code, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatalf("read the problem: %v in %s", err, w.Body)
	}
	if w.Code != status || p.Status != status || p.Code != code {
		t.Errorf("got status %d and problem %d %s (%s), want %d %s", w.Code, p.Status, p.Code, p.Detail, status, code)
	}
	if p.Type != problemType+code || p.Title == "" || p.Detail == "" || p.RequestID == "" || p.RequestID != w.Header().Get("X-Request-Id") {
		t.Errorf("got an incomplete problem: %s", w.Body)
	}
	return p
}

func answered(t testing.TB, w *httptest.ResponseRecorder, status int) {
	t.Helper()
	if w.Code != status {
		t.Fatalf("got status %d, want %d: %s", w.Code, status, w.Body)
	}
}

// logTo returns a logger that writes JSON lines to w.
func logTo(w io.Writer) *slog.Logger { return slog.New(slog.NewJSONHandler(w, nil)) }
