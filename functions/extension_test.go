package functions_test

import (
	"net/http"
	"testing"
	"time"
)

// extension is what of a function keeps the process running after an answer: it
// says that it is at rest by asking for the next event.
type extension struct {
	known  chan struct{} // closed when a function registers one
	events chan struct{}
	rest   chan struct{}
}

func newExtension(api *http.ServeMux) *extension {
	x := &extension{known: make(chan struct{}), events: make(chan struct{}), rest: make(chan struct{}, 1)}
	api.HandleFunc("POST /2020-01-01/extension/register", func(w http.ResponseWriter, _ *http.Request) {
		close(x.known)
		w.Header().Set("Lambda-Extension-Identifier", "e-1")
	})
	api.HandleFunc("GET /2020-01-01/extension/event/next", func(_ http.ResponseWriter, r *http.Request) {
		select {
		case x.rest <- struct{}{}:
		case <-r.Context().Done():
			return
		}
		select {
		case <-x.events:
		case <-r.Context().Done():
		}
	})
	return x
}

// begin tells of an event, as soon as everything before it is done.
func (x *extension) begin(tb testing.TB) {
	tb.Helper()
	select {
	case <-x.known:
	default:
		return
	}
	x.wait(tb)
	select {
	case x.events <- struct{}{}:
	case <-time.After(patience):
		tb.Fatal("the extension does not take an event")
	}
}

// end waits until what an answer left to be done is done.
func (x *extension) end(tb testing.TB) {
	tb.Helper()
	select {
	case <-x.known:
		x.wait(tb)
		x.rest <- struct{}{} // for the next event
	default:
	}
}

func (x *extension) wait(tb testing.TB) {
	tb.Helper()
	select {
	case <-x.rest:
	case <-time.After(patience):
		tb.Fatal("the extension does not come to rest")
	}
}
