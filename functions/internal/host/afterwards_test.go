package host

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// lambdaAPI is the part of Lambda that extensions speak to.
type lambdaAPI struct {
	next   chan struct{} // lets a poll return
	polled chan struct{} // a poll has begun
	ended  chan struct{} // refuses polls from its closing on
}

func (l *lambdaAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.Method + " " + r.URL.Path {
	case "POST " + extensionPath + "register":
		body, _ := io.ReadAll(r.Body) // an empty one is refused below
		if r.Header.Get("Lambda-Extension-Name") == "" || string(body) != `{"events":["INVOKE"]}` {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		w.Header().Set(extensionID, "e-1")
	case "GET " + extensionPath + "event/next":
		if r.Header.Get(extensionID) != "e-1" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		select {
		case l.polled <- struct{}{}:
		case <-l.ended:
		}
		select {
		case <-l.next:
		case <-l.ended:
			w.WriteHeader(http.StatusGone)
		}
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func within[T any](t *testing.T, what string, c <-chan T) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(30 * time.Second):
		t.Fatal("it takes forever until " + what)
	}
}

// The answer has left while what it left to be done is not, and Lambda is told
// of rest only once it is.
func TestAnswersLeaveBeforeWhatIsDoneAfterwards(t *testing.T) {
	api := &lambdaAPI{next: make(chan struct{}), polled: make(chan struct{}, 1), ended: make(chan struct{})}
	server := httptest.NewServer(api)
	defer server.Close()
	defer close(api.ended) // a client would ask again on a connection that is only cut
	settling, let := make(chan struct{}), make(chan struct{})
	settle := func(context.Context) error {
		settling <- struct{}{}
		<-let
		return nil
	}
	h := afterwards(t.Context(), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }),
		settle, from(map[string]string{runtimeVariable: strings.TrimPrefix(server.URL, "http://")}), slog.New(slog.DiscardHandler))
	for range 3 {
		within(t, "Lambda is told of rest", api.polled)
		api.next <- struct{}{}
		answer := httptest.NewRecorder()
		h.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/", nil)) // returns before let
		if answer.Code != http.StatusTeapot {
			t.Fatalf("got %d, want the handler's answer", answer.Code)
		}
		within(t, "something is done afterwards", settling)
		select {
		case <-api.polled:
			t.Fatal("Lambda was told of rest while something was to be done")
		default:
		}
		let <- struct{}{}
	}
	within(t, "Lambda is told of rest", api.polled)
}

func TestWithoutExtensionsTheHandlerIsAsItWas(t *testing.T) {
	refusing := httptest.NewServer(http.NotFoundHandler())
	defer refusing.Close()
	for name, variables := range map[string]map[string]string{
		"NoLambda": nil, "NoExtensions": {runtimeVariable: strings.TrimPrefix(refusing.URL, "http://")},
	} {
		t.Run(name, func(t *testing.T) {
			h := afterwards(t.Context(), http.NotFoundHandler(), nil, from(variables), slog.New(slog.DiscardHandler))
			answer := httptest.NewRecorder()
			h.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/", nil))
			if answer.Code != http.StatusNotFound {
				t.Errorf("got %d, want the handler's answer", answer.Code)
			}
		})
	}
}
