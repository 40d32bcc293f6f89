package gateway

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/personalize"
)

func TestLogLine(t *testing.T) {
	var lines bytes.Buffer
	g := open(t, &fake{}, func(o *Options) { o.Log = logTo(&lines) })
	w := answer(g, asServer("GET", "/v1/visitors/v_1/journey?at=2026-11-22T10:00:00Z", "", "X-Request-Id", "r-1"))
	line := onlyLine(t, lines.Bytes())
	var names []string
	for name := range line {
		names = append(names, name)
	}
	slices.Sort(names)
	if diff := cmp.Diff([]string{"bytes", "level", "method", "ms", "msg", "request", "route", "status", "time"}, names); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for name, want := range map[string]any{
		"method": "GET", "route": "/v1/visitors/{id}/journey", "status": 200.0, "bytes": float64(w.Body.Len()), "request": "r-1", "level": "INFO", "msg": "request",
	} {
		if line[name] != want {
			t.Errorf("%s: got %v, want %v", name, line[name], want)
		}
	}
}

func TestLogSaysWhyARequestWasRefused(t *testing.T) {
	var lines bytes.Buffer
	g := open(t, &fake{}, func(o *Options) { o.Log = logTo(&lines) })
	answer(g, request("BREW", "/v1/decisions", ""))
	line := onlyLine(t, lines.Bytes())
	if line["method"] != "other" || line["route"] != "/v1/decisions" || line["code"] != "method_not_allowed" {
		t.Errorf("got %v, want the code and no word of the sender's", line)
	}
	lines.Reset()
	answer(g, request("GET", "/private/v_1", ""))
	if line := onlyLine(t, lines.Bytes()); line["route"] != "" || line["code"] != "no_such_path" {
		t.Errorf("got %v, want no path that is not ours", line)
	}
}

// sentinel stands for a person in every place that a caller can fill.
const sentinel = "Erika.Mustermann"

func TestLogHoldsNoPersonalData(t *testing.T) {
	var lines bytes.Buffer
	wrong := fmt.Errorf("wrapped: %w", &personalize.Error{Kind: personalize.Invalid, Code: "x", Message: sentinel})
	g := open(t, &fake{decide: func(_ personalize.Caller, r personalize.DecideRequest) (*personalize.Decision, error) {
		if r.Visitor == "panic "+sentinel {
			panic(r.Visitor)
		}
		return nil, wrong
	}}, func(o *Options) { o.Log = logTo(&lines) })
	for _, r := range []*http.Request{
		asServer("POST", "/v1/decisions", `{"visitor":"`+sentinel+`"}`, "User-Agent", sentinel, "Referer", sentinel, "Cookie", sentinel, "X-Forwarded-For", sentinel, "Accept-Language", sentinel, "Origin", sentinel),
		asServer("POST", "/v1/decisions", `{"visitor":"panic `+sentinel+`"}`),
		asServer("POST", "/v1/decisions", `{"`+sentinel+`":1}`),
		asServer("POST", "/v1/decisions", sentinel),
		asServer("POST", "/v1/decisions?"+sentinel+"="+sentinel, "{}"),
		request("POST", "/v1/decisions?key="+sentinel+"&token="+sentinel, "{}"),
		request("POST", "/v1/decisions", "{}", "Authorization", "Bearer "+sentinel),
		request("POST", "/v1/decisions", "{}", "Authorization", "Bearer "+publishable, "X-Visitor-Token", sentinel),
		asServer("GET", "/v1/visitors/"+sentinel+"/journey?at="+sentinel, ""),
		asServer("GET", "/"+sentinel, ""),
		asServer(sentinel, "/v1/decisions", ""),
		asServer("POST", "/v1/decisions", "{}", "X-Request-Id", sentinel+"@example.com"),
	} {
		lines.Reset()
		answer(g, r)
		onlyLine(t, lines.Bytes())
		if strings.Contains(lines.String(), sentinel) {
			t.Errorf("%s %s: got the line %q, want nothing of a person", r.Method, r.URL, lines.String())
		}
	}
}

// Whatever is sent, there is one line, it is JSON, and an answer.
func FuzzRequest(f *testing.F) {
	f.Add("POST", "/v1/decisions", "", "", "", "{}")
	f.Add("POST", "/v1/decisions", "key="+secret, "a\r\nX: y", "gzip", "\x1f\x8b")
	f.Add("G\nET", "/v1/visitors/%0d%0a/journey", "at=\u2028", "\x1b[2J", "", "\u2028")
	f.Add("PATCH", "/v1/visitors/\x00\x7f", "key="+secret+"&at=%", "ä", "br", `{"traits":{"a":1e999}}`)
	f.Add("OPTIONS", "//..//", "%zz", "", "identity", "[[[[")
	f.Fuzz(func(t *testing.T, method, path, query, header, encoding, body string) {
		var lines bytes.Buffer
		g := open(t, &fake{}, func(o *Options) { o.Log = logTo(&lines) })
		r := httptest.NewRequest("POST", "/", strings.NewReader(body))
		r.Method, r.URL = method, &url.URL{Path: path, RawQuery: query}
		r.Header.Set("Authorization", "Bearer "+secret)
		for _, name := range []string{"X-Request-Id", "Origin", "Accept-Language", "If-Match", "X-Visitor-Token", "User-Agent"} {
			r.Header[name] = []string{header}
		}
		r.Header["Content-Encoding"] = []string{encoding}
		w := answer(g, r)
		if w.Code < 200 || w.Code >= 500 {
			t.Errorf("got status %d for bad input: %s", w.Code, w.Body)
		}
		onlyLine(t, lines.Bytes())
		for name, values := range w.Header() {
			for _, value := range values {
				if strings.ContainsFunc(value, func(r rune) bool { return r < ' ' }) {
					t.Errorf("got the header %s: %q with a control character", name, value)
				}
			}
		}
	})
}
