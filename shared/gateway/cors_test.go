package gateway

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/topology"
)

const shop = "https://shop.example"

// browserCall is a decision of a page of origin.
func browserCall(t testing.TB, origin string) *http.Request {
	t.Helper()
	return request("POST", "/v1/decisions", "{}", "Authorization", "Bearer "+publishable, "X-Visitor-Token", tokenOf(t, "v_1"), "Origin", origin)
}

func TestEveryOriginMayCallByDefault(t *testing.T) {
	for _, list := range [][]string{nil, {"*"}} {
		g := open(t, &fake{}, func(o *Options) { o.Origins = list })
		w := answer(g, browserCall(t, shop))
		answered(t, w, http.StatusOK)
		if got := w.Header().Get("Access-Control-Allow-Origin"); got != "*" {
			t.Errorf("%v: got Access-Control-Allow-Origin %q, want *", list, got)
		}
	}
}

func TestOnlyListedOriginsMayCall(t *testing.T) {
	g := open(t, &fake{}, func(o *Options) { o.Origins = []string{shop, "https://WWW.shop.example/"} })
	for _, origin := range []string{shop, "https://www.shop.example"} {
		w := answer(g, browserCall(t, origin))
		answered(t, w, http.StatusOK)
		if got := w.Header().Get("Access-Control-Allow-Origin"); got != origin {
			t.Errorf("got Access-Control-Allow-Origin %q, want %q", got, origin)
		}
		if got := w.Header().Get("Vary"); got != "Origin" {
			t.Errorf("got Vary %q, want Origin", got)
		}
	}
	for _, origin := range []string{
		"null", "https://shop.example.evil.com", "https://evilshop.example", "http://shop.example", "https://shop.example:8443",
		"https://evil.com/https://shop.example", "https://", "shop.example", "https://sub.shop.example", "https://shop.example.", "*",
	} {
		w := answer(g, browserCall(t, origin))
		refused(t, w, http.StatusForbidden, "origin_not_allowed")
		if got := w.Header().Get("Access-Control-Allow-Origin"); got != "" {
			t.Errorf("%s: got Access-Control-Allow-Origin %q, want none", origin, got)
		}
		preflight := answer(g, request("OPTIONS", "/v1/decisions", "", "Origin", origin, "Access-Control-Request-Method", "POST"))
		if got := preflight.Header().Get("Access-Control-Allow-Origin"); got != "" {
			t.Errorf("%s: got the preflight answer %q, want none", origin, got)
		}
	}
	// A page of our own host is at home, and a call without an origin is no page's.
	for _, origin := range []string{"http://example.com", ""} {
		answered(t, answer(g, browserCall(t, origin)), http.StatusOK)
	}
}

func TestPreflightNeedsNoKey(t *testing.T) {
	g := open(t, &fake{}, nil)
	w := answer(g, request("OPTIONS", "/v1/decisions", "", "Origin", shop, "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "x-visitor-token"))
	answered(t, w, http.StatusNoContent)
	for name, want := range map[string]string{
		"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "OPTIONS, POST", "Access-Control-Max-Age": "7200",
		"Access-Control-Allow-Credentials": "",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	for _, header := range []string{"authorization", "content-type", "content-encoding", "if-match", "if-none-match", "x-visitor-token", "anonymousid", "sentat"} {
		if got := w.Header().Get("Access-Control-Allow-Headers"); !strings.Contains(got, header) {
			t.Errorf("got the headers %q, want %s among them", got, header)
		}
	}
	refused(t, answer(g, request("OPTIONS", "/v1/nothing", "", "Origin", shop)), http.StatusNotFound, "no_such_path")
}

// A console of another origin edits, publishes and reads versions.
func TestConsoleOfAnotherOrigin(t *testing.T) {
	g := open(t, &fake{}, func(o *Options) { o.Origins = []string{shop} })
	for path, want := range map[string]string{
		"/v1/config/items/sofa":    "DELETE, GET, HEAD, OPTIONS, PUT",
		"/v1/config/publish":       "OPTIONS, POST",
		"/v1/visitors/v_1/journey": "GET, HEAD, OPTIONS",
		"/v1/reports/phases":       "GET, HEAD, OPTIONS",
	} {
		h := answer(g, request("OPTIONS", path, "", "Origin", shop, "Access-Control-Request-Method", "PUT", "Access-Control-Request-Headers", "authorization,if-match")).Header()
		if got := h.Get("Access-Control-Allow-Methods"); got != want || h.Get("Access-Control-Allow-Origin") != shop {
			t.Errorf("%s: got the methods %q for %q, want %q for %q", path, got, h.Get("Access-Control-Allow-Origin"), want, shop)
		}
	}
	w := answer(g, request("GET", "/v1/config/items/sofa", "", "Authorization", "Bearer "+admin, "Origin", shop))
	answered(t, w, http.StatusOK)
	if got := w.Header().Get("Access-Control-Expose-Headers"); w.Header().Get("ETag") == "" || !strings.Contains(got, "etag") {
		t.Errorf("a page may read %q, want the row's ETag among them", got)
	}
}

// What servers alone call has no cross-origin answers, and nothing ever allows
// credentials.
func TestServerRoutesAreNotForOtherOrigins(t *testing.T) {
	for _, list := range [][]string{nil, {shop}} {
		g := open(t, &fake{}, func(o *Options) { o.Origins = list })
		for _, route := range topology.Routes() {
			browsers := route.Keys != topology.SecretKey
			for _, method := range []string{"OPTIONS", route.Method} {
				h := answer(g, asServer(method, sample(route.Path), "{}", "Origin", shop)).Header()
				if got := h.Get("Access-Control-Allow-Origin") != ""; got != browsers {
					t.Errorf("%s %s: got a cross-origin answer: %v, want %v", method, route.Path, got, browsers)
				}
				if got := h.Get("Access-Control-Allow-Credentials"); got != "" {
					t.Errorf("%s %s: got credentials %q, want none", method, route.Path, got)
				}
			}
		}
	}
}

// A page sees why it was refused: problems carry the headers too.
func TestRefusalsReachThePage(t *testing.T) {
	w := answer(open(t, &fake{}, nil), request("POST", "/v1/decisions", "{}", "Origin", shop))
	refused(t, w, http.StatusUnauthorized, "key_missing")
	if got := w.Header().Get("Access-Control-Allow-Origin"); got != "*" {
		t.Errorf("got Access-Control-Allow-Origin %q, want *", got)
	}
}

func TestOriginsFromEnv(t *testing.T) {
	for value, want := range map[string][]string{"": nil, " https://a.example , https://b.example,": {"https://a.example", "https://b.example"}, "*": {"*"}} {
		got := OriginsFromEnv(func(name string) (string, bool) { return value, name == topology.EnvOrigins })
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", value, diff)
		}
	}
}

func TestPreferredLanguage(t *testing.T) {
	for header, want := range map[string]string{
		"": "", "de-AT": "de-AT", "de-AT,de;q=0.9,en;q=0.8": "de-AT", "en;q=0.5,fr;q=0.7": "fr", "*": "", "*,de;q=0.1": "de",
		"en;q=0, de;q=0.2": "de", "a b": "", "de_AT": "", "ä": "", "de;q=x,en;q=0.1": "en", "de;q=9": "", "zh-Hant-TW": "zh-Hant-TW",
		strings.Repeat("x", 36): "", strings.Repeat("*,", 100) + "de": "", ";;;": "", "de;q=NaN": "",
	} {
		if got := preferredLanguage(header); got != want {
			t.Errorf("%q: got %q, want %q", header, got, want)
		}
	}
}
