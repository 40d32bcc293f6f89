package gateway

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"wegweiser/shared/topology"
)

func TestEveryRouteHasItsHandler(t *testing.T) {
	g := open(t, &fake{}, nil)
	operations := g.operations()
	for _, route := range topology.Routes() {
		if _, ok := operations[route.Method+" "+route.Path]; !ok {
			t.Errorf("%s %s: got no handler, want one", route.Method, route.Path)
		}
	}
	if got, want := len(operations), len(topology.Routes()); got != want {
		t.Errorf("got %d handlers, want %d", got, want)
	}
}

func TestFunctionServesItsOwnRoutesOnly(t *testing.T) {
	for _, function := range topology.Functions() {
		if function.Stream != nil || function.Batches {
			continue
		}
		g := open(t, &fake{}, func(o *Options) { o.Function = function.Name })
		for _, route := range topology.Routes() {
			w := answer(g, request(route.Method, sample(route.Path), ""))
			found := w.Code != http.StatusNotFound && w.Code != http.StatusMethodNotAllowed
			if own := route.Function == function.Name; own != found {
				t.Errorf("%s: %s %s: got status %d, want it served: %v", function.Name, route.Method, route.Path, w.Code, own)
			}
		}
	}
}

func TestFunctionWithoutRoutesIsRefused(t *testing.T) {
	if _, err := New(&fake{}, &Options{Function: "decid"}); err == nil {
		t.Error("got no error, want one that names the function")
	}
}

// sample fills in the variables of a path.
func sample(path string) string {
	return strings.NewReplacer("{id}", "v_1", "{table}", "rules", "{row}", "winter", "{key}", "journey-phase").Replace(path)
}

func TestPathsAreExact(t *testing.T) {
	g := open(t, &fake{}, nil)
	for _, path := range []string{
		"/", "/v1", "/v1/", "/v1/decisions/", "//v1/decisions", "/v1//decisions", "/V1/decisions", "/v1/decisions/x/y",
		"/v1/visitors//journey", "/v1/./decisions", "/v1/x/../decisions", "/v1/visitors/a/b/journey", "/v1/config/a/b/c", "/v1/config/a/",
		"/v1/decision%73", "/v1/visitors/%zz/journey",
	} {
		r := asServer(http.MethodGet, "/", "")
		r.URL.Path = path
		if strings.Contains(path, "%") {
			r.URL.Path, r.URL.RawPath = "/v1/decisions", path
		}
		refused(t, answer(g, r), http.StatusNotFound, "no_such_path")
	}
}

func TestVisitorOfPathIsUnescaped(t *testing.T) {
	service := &fake{}
	g := open(t, service, nil)
	for path, want := range map[string]string{
		"v_1": "v_1", "a%2Fb": "a/b", "a.b": "a.b", "%E2%82%AC": "€", "a%20b": "a b", "a+b": "a+b", "%2e%2e": "..", "a%00b": "a\x00b",
	} {
		w := answer(g, asServer(http.MethodGet, "/v1/visitors/"+path+"/journey", ""))
		answered(t, w, http.StatusOK)
		var got struct{ Visitor string }
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || got.Visitor != want {
			t.Errorf("%s: got %q (%v), want %q", path, got.Visitor, err, want)
		}
	}
}

func TestOtherMethodsNameThoseThatAre(t *testing.T) {
	g := open(t, &fake{}, nil)
	for _, c := range []struct{ method, path, allow string }{
		{"GET", "/v1/decisions", "OPTIONS, POST"},
		{"DELETE", "/v1/visitors/v_1", "OPTIONS, PATCH"},
		{"GET", "/v1/config/check", "OPTIONS, POST"},
		{"POST", "/v1/health", "GET, HEAD, OPTIONS"},
		{"BREW", "/openapi.json", "GET, HEAD, OPTIONS"},
	} {
		w := answer(g, request(c.method, c.path, ""))
		refused(t, w, http.StatusMethodNotAllowed, "method_not_allowed")
		if got := w.Header().Get("Allow"); got != c.allow {
			t.Errorf("%s %s: got Allow %q, want %q", c.method, c.path, got, c.allow)
		}
	}
}

func TestHeadIsAGet(t *testing.T) {
	answered(t, answer(open(t, &fake{}, nil), request(http.MethodHead, "/v1/health", "")), http.StatusOK)
}
