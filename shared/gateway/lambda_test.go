package gateway

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/personalize"
)

// event makes an event as API Gateway sends it.
func event(method, path, query, body string) events.APIGatewayV2HTTPRequest {
	return events.APIGatewayV2HTTPRequest{
		Version: "2.0", RouteKey: method + " " + path, RawPath: path, RawQueryString: query, Body: body,
		Headers: map[string]string{"authorization": "Bearer " + secret, "host": "abc.execute-api.eu-central-1.amazonaws.com", "x-forwarded-for": "203.0.113.7"},
		RequestContext: events.APIGatewayV2HTTPRequestContext{
			Stage: "$default", RequestID: "JKJaXmPLvHcESHA=",
			HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{Method: method, Path: path, SourceIP: "203.0.113.7"},
		},
	}
}

// seen is what a handler saw of a request.
type seen struct {
	Method, Path, Escaped, Query, Host, Remote, Body, Cookie string
	Length                                                   int64
	Failed                                                   bool
}

func see(t *testing.T, e events.APIGatewayV2HTTPRequest) seen {
	t.Helper()
	var got seen
	_, err := Lambda(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		got = seen{
			Method: r.Method, Path: r.URL.Path, Escaped: r.URL.EscapedPath(), Query: r.URL.RawQuery, Host: r.Host, Remote: r.RemoteAddr,
			Body: string(body), Cookie: r.Header.Get("Cookie"), Length: r.ContentLength, Failed: err != nil,
		}
	}))(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestEventBecomesItsRequest(t *testing.T) {
	e := event("POST", "/v1/decisions", "a=1&a=2&b=%20", `{"visitor":"ä"}`)
	e.Cookies = []string{"a=1", "b=2"}
	want := seen{
		Method: "POST", Path: "/v1/decisions", Escaped: "/v1/decisions", Query: "a=1&a=2&b=%20", Host: "abc.execute-api.eu-central-1.amazonaws.com",
		Body: `{"visitor":"ä"}`, Length: 16, Cookie: "a=1; b=2",
	}
	if diff := cmp.Diff(want, see(t, e)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	e.Body, e.IsBase64Encoded = base64.StdEncoding.EncodeToString([]byte{0x1f, 0x8b, 0, 255}), true
	if got := see(t, e); got.Body != "\x1f\x8b\x00\xff" || got.Length != 4 {
		t.Errorf("got the body %q of %d bytes, want what the base64 says", got.Body, got.Length)
	}
	e.Body = "not base64!"
	if got := see(t, e); !got.Failed {
		t.Errorf("got the body %q, want one that cannot be read", got.Body)
	}
}

// An HTTP API unescapes the path; other senders of the same event do not.
func TestPathOfEvent(t *testing.T) {
	for _, c := range []struct{ stage, raw, path string }{
		{"$default", "/v1/visitors/v_1/journey", "/v1/visitors/v_1/journey"},
		{"$default", "/v1/visitors/v 1ä/journey", "/v1/visitors/v 1ä/journey"},
		{"$default", "/v1/visitors/v%201%C3%A4/journey", "/v1/visitors/v 1ä/journey"},
		{"$default", "/v1/visitors/100%/journey", "/v1/visitors/100%/journey"},
		{"$default", "/v1/visitors/a?b#c/journey", "/v1/visitors/a?b#c/journey"},
		{"prod", "/prod/v1/health", "/v1/health"},
		{"prod", "/prod", "/"},
		{"prod", "/production/v1/health", "/production/v1/health"},
		{"prod", "/v1/health", "/v1/health"},
		{"", "", "/"},
	} {
		e := event("GET", c.raw, "", "")
		e.RequestContext.Stage = c.stage
		if got := see(t, e); got.Path != c.path {
			t.Errorf("stage %s, %s: got the path %q, want %q", c.stage, c.raw, got.Path, c.path)
		}
	}
	if got := see(t, event("GET", "/v1/visitors/a%2Fb/journey", "", "")); got.Escaped != "/v1/visitors/a%2Fb/journey" {
		t.Errorf("got the path %q, want the slash to stay escaped", got.Escaped)
	}
}

func TestAnswerBecomesItsResponse(t *testing.T) {
	respond := func(write func(http.ResponseWriter)) events.APIGatewayV2HTTPResponse {
		t.Helper()
		response, err := Lambda(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { write(w) }))(t.Context(), event("GET", "/", "", ""))
		if err != nil {
			t.Fatal(err)
		}
		return response
	}
	got := respond(func(w http.ResponseWriter) {
		w.Header().Add("Vary", "Origin")
		w.Header().Add("Vary", "Accept")
		w.Header().Add("Set-Cookie", "a=1")
		w.Header().Add("Set-Cookie", "b=2")
		w.WriteHeader(http.StatusAccepted)
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, `{"a":"ä"}`)
	})
	want := events.APIGatewayV2HTTPResponse{
		StatusCode: http.StatusAccepted, Headers: map[string]string{"vary": "Origin, Accept"}, Cookies: []string{"a=1", "b=2"}, Body: `{"a":"ä"}`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := respond(func(w http.ResponseWriter) { _, _ = w.Write([]byte{0x89, 'P', 'N', 'G', 0xff}) }); !got.IsBase64Encoded || got.Body != "iVBOR/8=" || got.StatusCode != http.StatusOK {
		t.Errorf("got %+v, want bytes as base64", got)
	}
	if got := respond(func(w http.ResponseWriter) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = io.WriteString(w, "x")
	}); !got.IsBase64Encoded {
		t.Errorf("got %+v, want what is encoded as base64", got)
	}
	if got := respond(func(http.ResponseWriter) {}); got.StatusCode != http.StatusOK || got.Body != "" || got.IsBase64Encoded {
		t.Errorf("got %+v, want an empty 200", got)
	}
}

func TestRequestIDOfEvent(t *testing.T) {
	handler := Lambda(open(t, &fake{}, nil))
	e := event("GET", "/v1/health", "", "")
	for sent, want := range map[string]string{"": "JKJaXmPLvHcESHA=", "mine": "mine"} {
		e.Headers["x-request-id"] = sent
		response, err := handler(t.Context(), e)
		if got := response.Headers["x-request-id"]; err != nil || got != want {
			t.Errorf("got the request id %q, %v, want %q", got, err, want)
		}
	}
}

func TestAdminOfTheAuthorizer(t *testing.T) {
	var got personalize.Caller
	service := &fake{publish: func(c personalize.Caller, _ string, _ personalize.PublishRequest) (*personalize.Live, error) {
		got = c
		return &personalize.Live{}, nil
	}}
	handler := Lambda(open(t, service, nil))
	e := event("POST", "/v1/config/publish", "", "")
	e.Headers["authorization"] = "Bearer eyJhbGciOiJSUzI1NiJ9.e30.x"
	e.Headers["if-match"] = `"s_1"`
	status := func() int {
		response, err := handler(t.Context(), e)
		if err != nil {
			t.Fatal(err)
		}
		return response.StatusCode
	}
	if got := status(); got != http.StatusUnauthorized {
		t.Errorf("got status %d without an authorizer, want 401", got)
	}
	e.RequestContext.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
		JWT: &events.APIGatewayV2HTTPRequestContextAuthorizerJWTDescription{Claims: map[string]string{"sub": "maria"}},
	}
	if code := status(); code != http.StatusOK || got != (personalize.Caller{Key: personalize.Admin, Name: "maria"}) {
		t.Errorf("got status %d and the caller %+v, want the admin maria", code, got)
	}
	// An admin is no server: routes that take no admin key look at the key.
	e.RawPath = "/v1/decisions"
	if got := status(); got != http.StatusUnauthorized {
		t.Errorf("got status %d on a route without admins, want 401", got)
	}
	e.RequestContext.Authorizer.JWT.Claims = map[string]string{"sub": ""}
	e.RawPath = "/v1/config/publish"
	if got := status(); got != http.StatusUnauthorized {
		t.Errorf("got status %d from a claim without a name, want 401", got)
	}
}

func TestOtherEventsAreErrors(t *testing.T) {
	if _, err := Lambda(open(t, &fake{}, nil))(context.Background(), events.APIGatewayV2HTTPRequest{Version: "1.0"}); err == nil {
		t.Error("got no error from an event of another format, want one")
	}
}

func FuzzEvent(f *testing.F) {
	for _, e := range []events.APIGatewayV2HTTPRequest{
		event("POST", "/v1/decisions", "", "{}"), event("GET", "/v1/visitors/%zz/journey", "at=%", ""), event("OPTIONS", "", "", ""),
	} {
		body, err := json.Marshal(e)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	f.Add([]byte(`{"isBase64Encoded":true,"body":"%","headers":{"":"\r\n"},"requestContext":{"http":{"method":"\n"}}}`))
	handler := Lambda(open(f, &fake{}, nil))
	f.Fuzz(func(t *testing.T, body []byte) {
		var e events.APIGatewayV2HTTPRequest
		if json.Unmarshal(body, &e) != nil {
			return
		}
		response, err := handler(t.Context(), e)
		if err == nil && (response.StatusCode < 200 || response.StatusCode >= 500) {
			t.Errorf("got status %d: %s", response.StatusCode, response.Body)
		}
	})
}
