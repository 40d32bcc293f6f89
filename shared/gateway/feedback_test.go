package gateway

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
)

func TestFeedbackReachesTheService(t *testing.T) {
	var caller personalize.Caller
	var asked personalize.FeedbackRequest
	g := open(t, &fake{feedback: func(c personalize.Caller, r personalize.FeedbackRequest) (personalize.FeedbackResult, error) {
		caller, asked = c, r
		return personalize.FeedbackResult{Duplicate: true}, nil
	}}, nil)
	body := `{"token":"t","type":"conversion","value":{"amount":"1.00","currency":"EUR"},"consent":["measurement"]}`
	w := answer(g, request("POST", "/v1/feedback", body, "Authorization", "Bearer "+publishable, "X-Visitor-Token", tokenOf(t, "v_1")))
	answered(t, w, http.StatusAccepted)
	if got := strings.TrimSpace(w.Body.String()); got != `{"duplicate":true}` {
		t.Errorf("got %s, want that it is a duplicate", got)
	}
	if want := (personalize.Caller{Key: personalize.Publishable, Visitor: "v_1"}); caller != want {
		t.Errorf("got the caller %+v, want %+v", caller, want)
	}
	want := personalize.FeedbackRequest{
		Token: "t", Type: "conversion", Value: &journey.Money{Amount: "1.00", Currency: "EUR"},
		Consent: journey.Consent{Stated: true, Purposes: []journey.Purpose{journey.Measurement}},
	}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	refused(t, answer(g, asServer("POST", "/v1/feedback", `{"token":"t","type":"click","item":"sofa"}`)), http.StatusUnprocessableEntity, "unknown_field")
	refused(t, answer(g, asAdmin("POST", "/v1/feedback", `{}`)), http.StatusForbidden, "key_wrong_kind")
}

func TestStatusesOfFeedback(t *testing.T) {
	for status, kind := range map[int]personalize.Kind{
		http.StatusUnauthorized: personalize.Unproven, http.StatusGone: personalize.Gone, http.StatusForbidden: personalize.Forbidden,
	} {
		g := open(t, &fake{feedback: func(personalize.Caller, personalize.FeedbackRequest) (personalize.FeedbackResult, error) {
			return personalize.FeedbackResult{}, &personalize.Error{Kind: kind, Code: "code", Message: "what would be right"}
		}}, nil)
		refused(t, answer(g, asServer("POST", "/v1/feedback", `{}`)), status, "code")
	}
}

// hostile are tokens that are none.
var hostile = []string{
	"x", "v1.x", "%2F%2Fevil.example", "https:%2F%2Fevil.example", "%0d%0aSet-Cookie:%20a=1", "..%2f..%2fv1%2fhealth", "%00", "%ff",
	"javascript:alert(1)", "{{1337*7331}}", "%22%3E%3Cscript%3E", strings.Repeat("A", 8000), "v1.aaaaaaaa.bbbb.cccc?url=https://evil.example", "x?%zz", "x?a;b", "x?utm_source=mail&token=y",
}

// The pixel is the same 43 bytes whatever the token is.
func TestPixelIsAlwaysTheSame(t *testing.T) {
	var fetched personalize.Fetch
	g := open(t, &fake{opened: func(_ string, f personalize.Fetch) { fetched = f }}, nil)
	for _, token := range hostile {
		w := answer(g, request("GET", "/v1/o/"+token, "", "User-Agent", "reader", "Sec-GPC", "1"))
		answered(t, w, http.StatusOK)
		if got := w.Body.Len(); got != 43 || w.Body.String() != string(pixel) {
			t.Errorf("%.40s: got %d bytes, want the 43 of the pixel", token, got)
		}
		for name, want := range map[string]string{"Content-Type": "image/gif", "Content-Length": "43", "Cache-Control": "private, no-store"} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%.40s: got %s %q, want %q", token, name, got, want)
			}
		}
	}
	if want := (personalize.Fetch{Agent: "reader", GPC: true}); fetched != want {
		t.Errorf("got %+v, want %+v", fetched, want)
	}
	answered(t, answer(g, request("HEAD", "/v1/o/x", "", "Sec-Purpose", "prefetch;anonymous-client-ip")), http.StatusOK)
	if want := (personalize.Fetch{Head: true, Prefetch: true}); fetched != want {
		t.Errorf("got %+v, want %+v", fetched, want)
	}
}

func TestLinkLeadsOn(t *testing.T) {
	const (
		url = "https://shop.example/möbel/sofa?from=mail#top"
		to  = "https://shop.example/m%C3%B6bel/sofa?from=mail#top" // a header is ASCII
	)
	g := open(t, &fake{clicked: func(token string, _ personalize.Fetch) (string, error) {
		if token == "good" {
			return url, nil
		}
		return "", &personalize.Error{Kind: personalize.Missing, Code: "no_such_link", Message: "there is no such link, or no longer"}
	}}, nil)
	for _, address := range []string{"/v1/c/good", "/v1/c/good?utm_source=mail&url=https://evil.example", "/v1/c/good?%zz"} {
		w := answer(g, request("GET", address, ""))
		answered(t, w, http.StatusFound)
		for name, want := range map[string]string{"Location": to, "Cache-Control": "private, no-store", "Referrer-Policy": "no-referrer"} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s: got %s %q, want %q", address, name, got, want)
			}
		}
		if w.Body.Len() > 0 {
			t.Errorf("%s: got the body %s, want none", address, w.Body)
		}
	}
	for _, token := range hostile {
		w := answer(g, request("GET", "/v1/c/"+token, ""))
		refused(t, w, http.StatusNotFound, "no_such_link")
		if w.Header().Get("Location") != "" || w.Header().Get("Set-Cookie") != "" {
			t.Errorf("%.40s: got the headers %v, want nothing that leads anywhere", token, w.Header())
		}
	}
}

// Through API Gateway the image is binary.
func TestPixelThroughLambda(t *testing.T) {
	response, err := Lambda(open(t, &fake{}, nil))(t.Context(), event("GET", "/v1/o/x", "", ""))
	if err != nil || !response.IsBase64Encoded || response.Body != "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==" {
		t.Errorf("got %+v, %v, want the image in base64", response, err)
	}
}
