package gateway

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/personalize"
)

func TestErrorsOfUseCasesHaveTheirStatus(t *testing.T) {
	for kind, status := range map[personalize.Kind]int{
		personalize.Malformed: 400, personalize.Invalid: 422, personalize.Forbidden: 403,
		personalize.Missing: 404, personalize.Stale: 412, personalize.Unavailable: 503,
	} {
		fields := []personalize.FieldError{{Field: "placements[0]", Code: "a_code", Message: "is not one"}}
		g := open(t, &fake{decide: func(personalize.Caller, personalize.DecideRequest) (*personalize.Decision, error) {
			return nil, fmt.Errorf("wrapped: %w", &personalize.Error{Kind: kind, Code: "a_code", Message: "do it otherwise", Fields: fields, Err: errors.New("the cause")})
		}}, nil)
		w := answer(g, asServer("POST", "/v1/decisions", "{}"))
		p := refused(t, w, status, "a_code")
		if p.Detail != "do it otherwise" || cmp.Diff(fields, p.Errors) != "" || strings.Contains(w.Body.String(), "cause") {
			t.Errorf("got %s, want the message and the fields but not the cause", w.Body)
		}
		if got := w.Header().Get("Retry-After"); (got != "") != (status == 503) {
			t.Errorf("status %d: got Retry-After %q", status, got)
		}
	}
}

func TestOtherErrorsAreInternal(t *testing.T) {
	for name, fail := range map[string]func(){
		"Error":        nil,
		"Panic":        func() { panic("secret of v_1") },
		"RuntimePanic": func() { _ = []int{}[len("secret of v_1")-13+5:][0] },
		"PanicError":   func() { panic(errors.New("secret of v_1")) },
	} {
		t.Run(name, func(t *testing.T) {
			var lines bytes.Buffer
			g := open(t, &fake{decide: func(personalize.Caller, personalize.DecideRequest) (*personalize.Decision, error) {
				if fail != nil {
					fail()
				}
				return nil, errors.New("the database fell over")
			}}, func(o *Options) { o.Log = logTo(&lines) })
			w := answer(g, asServer("POST", "/v1/decisions", "{}"))
			p := refused(t, w, http.StatusInternalServerError, "internal")
			if body := w.Body.String(); strings.Contains(body, "database") || strings.Contains(body, "secret") || strings.Contains(body, ".go") {
				t.Errorf("got %s, want nothing of the cause", body)
			}
			line := onlyLine(t, lines.Bytes())
			if line["request"] != p.RequestID || line["level"] != "ERROR" || line["cause"] == "" || line["code"] != "internal" {
				t.Errorf("got the line %v, want the cause under the request id", line)
			}
			if cause := fmt.Sprint(line["cause"]); strings.Contains(cause, "secret") {
				t.Errorf("got the cause %q, want nothing that a panic carried", cause)
			}
			if name == "RuntimePanic" && (!strings.Contains(fmt.Sprint(line["cause"]), "out of range") || !strings.Contains(fmt.Sprint(line["cause"]), "TestOtherErrorsAreInternal")) {
				t.Errorf("got the cause %q, want what went wrong and where", line["cause"])
			}
		})
	}
}

func TestAbortedRequestStaysAborted(t *testing.T) {
	g := open(t, &fake{decide: func(personalize.Caller, personalize.DecideRequest) (*personalize.Decision, error) {
		panic(http.ErrAbortHandler)
	}}, nil)
	defer func() {
		if got := recover(); got != http.ErrAbortHandler {
			t.Errorf("got %v, want the server to see the abort", got)
		}
	}()
	answer(g, asServer("POST", "/v1/decisions", "{}"))
}

func TestAnswerHeaders(t *testing.T) {
	g := open(t, &fake{}, nil)
	w := answer(g, asServer("POST", "/v1/decisions", "{}", "X-Request-Id", "a-1_b.C="))
	answered(t, w, http.StatusOK)
	for name, want := range map[string]string{
		"Content-Type": "application/json", "X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store",
		"X-Snapshot-Age": "4", "X-Request-Id": "a-1_b.C=", "Content-Length": fmt.Sprint(w.Body.Len()),
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if got := answer(g, request("GET", "/v1/health", "")).Header().Get("X-Snapshot-Age"); got != "3" {
		t.Errorf("health: got X-Snapshot-Age %q, want 3", got)
	}
}

func TestRequestIDs(t *testing.T) {
	g := open(t, &fake{}, nil)
	seen := map[string]bool{}
	for _, id := range []string{"", "", "a b", "a\r\nX-Evil: 1", "ä", "\u2028", strings.Repeat("a", 65), "<script>", "\x1b[31m"} {
		r := request("GET", "/v1/health", "")
		r.Header["X-Request-Id"] = []string{id}
		got := answer(g, r).Header().Get("X-Request-Id")
		if got == id || len(got) != 32 || seen[got] {
			t.Errorf("%q: got the id %q, want a new one", id, got)
		}
		seen[got] = true
	}
}

// The answer has the fields of the contract, and no others.
func TestDecisionHasItsFieldsOnly(t *testing.T) {
	var got map[string]any
	w := answer(open(t, &fake{}, nil), asServer("POST", "/v1/decisions", "{}"))
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		value any
		want  []string
	}{
		{"decision", got, []string{"at", "decision", "personal", "phase", "placements", "snapshot", "touchpoints", "visitor"}},
		{"phase", got["phase"], []string{"because", "confidence", "name", "scores", "since", "standing", "truncated"}},
		{"touchpoints", got["touchpoints"], []string{"accepted", "duplicates", "rejected"}},
	} {
		var names []string
		for name := range c.value.(map[string]any) {
			names = append(names, name)
		}
		slices.Sort(names)
		if diff := cmp.Diff(c.want, names); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestUnknownParametersAreRefused(t *testing.T) {
	var got personalize.JourneyRequest
	g := open(t, &fake{journey: func(_ string, r personalize.JourneyRequest) (*personalize.Journey, error) {
		got = r
		return &personalize.Journey{}, nil
	}}, nil)
	answered(t, answer(g, asServer("GET", "/v1/visitors/v_1/journey?at=2026-11-22T10:00:00%2B01:00&steps=true", "")), http.StatusOK)
	if want := (personalize.JourneyRequest{At: "2026-11-22T10:00:00+01:00", Steps: true}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	answered(t, answer(g, asServer("GET", "/v1/visitors/v_1/journey?steps=false", "")), http.StatusOK)
	if got.Steps {
		t.Error("got steps, want none")
	}
	refused(t, answer(g, asServer("GET", "/v1/visitors/v_1/journey?steps=1", "")), http.StatusUnprocessableEntity, "bad_value")
	p := refused(t, answer(g, asServer("GET", "/v1/visitors/v_1/journey?att=x", "")), http.StatusUnprocessableEntity, "unknown_parameter")
	if !strings.Contains(p.Detail, "did you mean at?") {
		t.Errorf("got %q, want the nearest right name", p.Detail)
	}
	refused(t, answer(g, asServer("GET", "/v1/visitors/v_1/journey?at=%zz", "")), http.StatusBadRequest, "bad_query")
	answered(t, answer(g, request("GET", "/v1/health?_=123", "")), http.StatusOK)
}

func onlyLine(t testing.TB, lines []byte) map[string]any {
	t.Helper()
	if got := bytes.Count(lines, []byte("\n")); got != 1 || !bytes.HasSuffix(lines, []byte("\n")) {
		t.Fatalf("got %d lines, want one: %q", got, lines)
	}
	var line map[string]any
	if err := json.Unmarshal(lines, &line); err != nil {
		t.Fatalf("read the line: %v in %q", err, lines)
	}
	return line
}
