package gateway

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
	"wegweiser/shared/snapshot"
)

const flags = "/ofrep/v1/evaluate/flags"

func evaluated(t *testing.T, g http.Handler, r *http.Request) map[string]any {
	t.Helper()
	w := answer(g, r)
	answered(t, w, http.StatusOK)
	var out map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAFlagIsADecisionInOtherWords(t *testing.T) {
	for name, c := range map[string]struct {
		key    string
		change func(*personalize.Decision)
		want   string
	}{
		"Phase": {key: "journey-phase", want: `{"key":"journey-phase","value":"consideration","variant":"consideration","reason":"TARGETING_MATCH"}`},
		"PhaseOfNobodyKnown": {
			key:    "journey-phase",
			change: func(d *personalize.Decision) { d.Phase = &personalize.Phase{Name: "awareness", Standing: "prospect"} },
			want:   `{"key":"journey-phase","value":"awareness","variant":"awareness","reason":"DEFAULT"}`,
		},
		"PhaseWithoutConsent": {
			key:    "journey-phase",
			change: func(d *personalize.Decision) { d.Phase, d.Personal = nil, false },
			want:   `{"key":"journey-phase","reason":"DISABLED"}`,
		},
		"PhaseWithoutTheStore": {
			key:    "journey-phase",
			change: func(d *personalize.Decision) { d.Phase, d.Degraded = nil, "store_timeout" },
			want:   `{"key":"journey-phase","reason":"ERROR"}`,
		},
		"Rule":     {key: "slot:home-hero", want: `{"key":"slot:home-hero","value":{"id":"sofa-guide","kind":"content","content":{}},"variant":"sofa-guide","reason":"TARGETING_MATCH"}`},
		"Fallback": {key: "slot:mail-offer", want: `{"key":"slot:mail-offer","value":{"id":"ten-off","kind":"offer","url":"/ten","content":{}},"variant":"ten-off","reason":"DEFAULT"}`},
		"Drawn": {
			key:    "slot:home-hero",
			change: func(d *personalize.Decision) { d.Placements["home-hero"].Drawn = true },
			want:   `{"key":"slot:home-hero","value":{"id":"sofa-guide","kind":"content","content":{}},"variant":"sofa-guide","reason":"SPLIT"}`,
		},
		"Several": {
			key: "slot:home-hero",
			change: func(d *personalize.Decision) {
				d.Placements["home-hero"].Items = []snapshot.Item{{ID: "a", Kind: "content"}, {ID: "b", Kind: "content"}}
			},
			want: `{"key":"slot:home-hero","value":{"id":"a","kind":"content","content":{},"more":[{"id":"b","kind":"content","content":{}}]},"variant":"a","reason":"TARGETING_MATCH"}`,
		},
		"FallbackWithoutConsent": {
			key:    "slot:mail-offer",
			change: func(d *personalize.Decision) { d.Placements["mail-offer"].Reason = snapshot.Consent },
			want:   `{"key":"slot:mail-offer","value":{"id":"ten-off","kind":"offer","url":"/ten","content":{}},"variant":"ten-off","reason":"DISABLED"}`,
		},
		"NothingWasEverConfigured": {
			key: "slot:home-hero",
			change: func(d *personalize.Decision) {
				d.Placements["home-hero"] = &snapshot.Placement{Items: []snapshot.Item{}, Fallback: true, Reason: snapshot.Store}
			},
			want: `{"key":"slot:home-hero","reason":"ERROR"}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			var asked personalize.DecideRequest
			g := open(t, &fake{decide: func(_ personalize.Caller, r personalize.DecideRequest) (*personalize.Decision, error) {
				asked = r
				d := another(decided)
				if c.change != nil {
					c.change(d)
				}
				return d, nil
			}}, nil)
			got := evaluated(t, g, asServer("POST", flags+"/"+c.key, `{"context":{"targetingKey":"v_1","basket":3}}`))
			delete(got, "metadata")
			var want map[string]any
			if err := json.Unmarshal([]byte(c.want), &want); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("the evaluation (-want +got):\n%s", diff)
			}
			var placements []string
			if name, ok := strings.CutPrefix(c.key, "slot:"); ok {
				placements = []string{name}
			}
			if diff := cmp.Diff(placements, asked.Placements); diff != "" || asked.Visitor != "v_1" || asked.All {
				t.Errorf("asked for %+v, want visitor v_1 and placements %v", asked, placements)
			}
		})
	}
}

// another is a decision like d whose placements can be changed.
func another(d *personalize.Decision) *personalize.Decision {
	copied := *d
	copied.Placements = map[string]*snapshot.Placement{}
	for name, p := range d.Placements {
		q := *p
		copied.Placements[name] = &q
	}
	return &copied
}

func TestMetadataSaysWhereAnEvaluationComesFrom(t *testing.T) {
	got := evaluated(t, open(t, &fake{}, nil), asServer("POST", flags+"/slot:mail-offer", `{"context":{"targetingKey":"v_1"}}`))
	want := map[string]any{
		"decisionId": decided.Decision, "snapshot": "s_1", "phase": "consideration", "phaseConfidence": 0.71, "standing": "prospect",
		"fallback": "no_rule",
	}
	if diff := cmp.Diff(want, got["metadata"]); diff != "" {
		t.Errorf("the metadata (-want +got):\n%s", diff)
	}
}

// Some clients escape the colon of a key, others do not.
func TestAKeyMayBeEscaped(t *testing.T) {
	got := evaluated(t, open(t, &fake{}, nil), asServer("POST", flags+"/slot%3Ahome-hero", `{"context":{"targetingKey":"v_1"}}`))
	if got["key"] != "slot:home-hero" || got["variant"] != "sofa-guide" {
		t.Errorf("got %v, want slot:home-hero with sofa-guide", got)
	}
}

func TestAllFlagsAreOneDecision(t *testing.T) {
	calls := 0
	g := open(t, &fake{decide: func(_ personalize.Caller, r personalize.DecideRequest) (*personalize.Decision, error) {
		if calls++; !r.All || len(r.Placements) > 0 {
			t.Errorf("asked for %+v, want all placements", r)
		}
		return decided, nil
	}}, nil)
	got := evaluated(t, g, asServer("POST", flags, `{"context":{"targetingKey":"v_1"}}`))
	var keys []string
	for _, flag := range got["flags"].([]any) {
		keys = append(keys, flag.(map[string]any)["key"].(string))
	}
	if diff := cmp.Diff([]string{"journey-phase", "slot:home-hero", "slot:mail-offer"}, keys); diff != "" || calls != 1 {
		t.Errorf("got %d decisions, want 1, and flags (-want +got):\n%s", calls, diff)
	}
}

// What is another one in each decision leaves the tag as it is; what a page
// shows does not.
func TestFlagsAreNotSentAgain(t *testing.T) {
	now := decided
	g := open(t, &fake{decide: func(personalize.Caller, personalize.DecideRequest) (*personalize.Decision, error) { return now, nil }}, nil)
	ask := func(known string) (status int, tag string) {
		w := answer(g, asServer("POST", flags, `{"context":{"targetingKey":"v_1"}}`, "If-None-Match", known))
		if (w.Body.Len() == 0) != (w.Code == http.StatusNotModified) {
			t.Errorf("got status %d with %d bytes", w.Code, w.Body.Len())
		}
		return w.Code, w.Header().Get("ETag")
	}
	status, first := ask("")
	if status != http.StatusOK || !strings.HasPrefix(first, `W/"`) {
		t.Fatalf("got %d with the ETag %s, want 200 with a weak one", status, first)
	}

	for name, change := range map[string]func(*personalize.Decision){
		"Nothing":    func(*personalize.Decision) {},
		"Decision":   func(d *personalize.Decision) { d.Decision, d.At = "d_2", d.At+1000 },
		"Confidence": func(d *personalize.Decision) { p := *d.Phase; p.Confidence = 0.7099; d.Phase = &p },
	} {
		now = another(decided)
		change(now)
		if status, tag := ask(first); status != http.StatusNotModified || tag != first {
			t.Errorf("%s: got %d and %s, want 304 and %s", name, status, tag, first)
		}
	}
	for name, change := range map[string]func(*personalize.Decision){
		"Visitor":  func(d *personalize.Decision) { d.Visitor = "v_2" },
		"Snapshot": func(d *personalize.Decision) { d.Snapshot = "s_2" },
		"Phase":    func(d *personalize.Decision) { p := *d.Phase; p.Name = "decision"; d.Phase = &p },
		"NoPhase":  func(d *personalize.Decision) { d.Phase = nil },
		"Degraded": func(d *personalize.Decision) { d.Degraded = "store_error" },
		"Rule":     func(d *personalize.Decision) { d.Placements["home-hero"].Rule = "other" },
		"Item":     func(d *personalize.Decision) { d.Placements["home-hero"].Items = []snapshot.Item{{ID: "other"}} },
		"More": func(d *personalize.Decision) {
			d.Placements["home-hero"].Items = []snapshot.Item{{ID: "sofa-guide", Kind: "content"}, {ID: "other"}}
		},
		"Content": func(d *personalize.Decision) {
			var said snapshot.Content
			if err := said.UnmarshalJSON([]byte(`{"title":"other"}`)); err != nil {
				t.Fatal(err)
			}
			d.Placements["home-hero"].Items = []snapshot.Item{{ID: "sofa-guide", Kind: "content", Content: said}}
		},
	} {
		now = another(decided)
		change(now)
		if status, tag := ask(first); status != http.StatusOK || tag == first {
			t.Errorf("%s is another: got %d and %s, want 200 and another ETag", name, status, tag)
		}
	}
}

func TestRefusalsOfFlags(t *testing.T) {
	g := open(t, &fake{decide: func(c personalize.Caller, r personalize.DecideRequest) (*personalize.Decision, error) {
		switch {
		case len(r.Placements) > 0 && r.Placements[0] == "nowhere":
			return nil, invalid(&journey.Fault{Field: "placements[0]", Code: "unknown_placement", Message: "is not the name of a placement"})
		case r.Context["channel"] == 7.0:
			return nil, invalid(&journey.Fault{Field: "context.channel", Code: "bad_context", Message: "must be a text"})
		case c.Visitor != "" && r.Visitor == "v_2":
			return nil, &personalize.Error{Kind: personalize.Forbidden, Code: "visitor_mismatch", Message: "the token names another visitor"}
		}
		return nil, errors.New("a fault of our own")
	}}, nil)
	post := func(key, body string, headers ...string) *http.Request {
		return asServer("POST", flags+key, body, headers...)
	}
	pk := []string{"Authorization", "Bearer " + publishable, "X-Visitor-Token", tokenOf(t, "v_1")}
	for name, c := range map[string]struct {
		r         *http.Request
		status    int
		code      string
		errorCode string
	}{
		"NoSuchFlag":         {post("/discount", `{"context":{"targetingKey":"v_1"}}`), 404, "flag_not_found", "FLAG_NOT_FOUND"},
		"NoSuchPlacement":    {post("/slot:nowhere", `{"context":{"targetingKey":"v_1"}}`), 404, "flag_not_found", "FLAG_NOT_FOUND"},
		"NoTargetingKey":     {post("/journey-phase", `{"context":{}}`), 400, "targeting_key_missing", "TARGETING_KEY_MISSING"},
		"EmptyTargetingKey":  {post("", `{"context":{"targetingKey":""}}`), 400, "targeting_key_missing", "TARGETING_KEY_MISSING"},
		"NoContext":          {post("", `{}`), 400, "targeting_key_missing", "TARGETING_KEY_MISSING"},
		"TargetingKeyNumber": {post("", `{"context":{"targetingKey":7}}`), 400, "wrong_type", "INVALID_CONTEXT"},
		"TargetingKeyBell":   {post("", `{"context":{"targetingKey":"\u0007"}}`), 400, "control_characters", "INVALID_CONTEXT"},
		"BadContext":         {post("", `{"context":{"targetingKey":"v_1","channel":7}}`), 400, "bad_context", "INVALID_CONTEXT"},
		"BadConsent":         {post("", `{"context":{"targetingKey":"v_1","consent":"all"}}`), 400, "bad_consent", "INVALID_CONTEXT"},
		"ContextIsAList":     {post("", `{"context":[]}`), 400, "wrong_type", "INVALID_CONTEXT"},
		"NoJSON":             {post("/journey-phase", `{"context":`), 400, "bad_json", "PARSE_ERROR"},
		"UnknownField":       {post("", `{"flags":[]}`), 400, "unknown_field", "PARSE_ERROR"},
		"UnknownParameter":   {post("?at=now", `{}`), 400, "unknown_parameter", "PARSE_ERROR"},
		"TooLarge":           {post("", `{"context":{"a":"`+strings.Repeat("a", MaxBody)+`"}}`), 413, "body_too_large", "GENERAL"},
		"NoKey":              {request("POST", flags, `{}`), 401, "key_missing", "GENERAL"},
		"WrongKey":           {asAdmin("POST", flags, `{}`), 403, "key_wrong_kind", "GENERAL"},
		"NoToken":            {request("POST", flags, `{}`, "X-API-Key", publishable), 401, "token_invalid", "GENERAL"},
		"AnotherVisitor":     {request("POST", flags, `{"context":{"targetingKey":"v_2"}}`, pk...), 403, "visitor_mismatch", "GENERAL"},
		"Ours":               {post("/slot:home-hero", `{"context":{"targetingKey":"v_1"}}`), 500, "internal", "GENERAL"},
	} {
		t.Run(name, func(t *testing.T) {
			w := answer(g, c.r)
			p := refused(t, w, c.status, c.code)
			var failure struct{ Key, ErrorCode, ErrorDetails string }
			if err := json.Unmarshal(w.Body.Bytes(), &failure); err != nil {
				t.Fatal(err)
			}
			key := strings.TrimPrefix(strings.TrimPrefix(c.r.URL.Path, flags), "/")
			if failure.ErrorCode != c.errorCode || failure.ErrorDetails != p.Detail || failure.Key != key {
				t.Errorf("got %+v, want the error code %s, details %q, key %q", failure, c.errorCode, p.Detail, key)
			}
		})
	}
}

// A context names its visitor in the way of the key, and says what a decision's
// request says.
func TestContextOfFlags(t *testing.T) {
	var caller personalize.Caller
	var asked personalize.DecideRequest
	g := open(t, &fake{decide: func(c personalize.Caller, r personalize.DecideRequest) (*personalize.Decision, error) {
		caller, asked = c, r
		return decided, nil
	}}, nil)
	token := tokenOf(t, "v_1")
	evaluated(t, g, request("POST", flags, `{"context":{"channel":"web","consent":["personalization"]}}`, "X-API-Key", publishable, "X-Visitor-Token", token))
	if caller.Visitor != "v_1" || asked.Visitor != "" || !asked.Consent.Grants(journey.Personalization) || asked.Context["channel"] != "web" {
		t.Errorf("got the caller %+v and %+v, want v_1 by the token, with consent and channel", caller, asked)
	}
	evaluated(t, g, request("POST", flags+"?flagConfigEtag=a&flagConfigLastModified=1", `{}`, "Authorization", "Bearer "+publishable, "X-Visitor-Token", token))
	evaluated(t, g, request("POST", flags, `{"context":{"targetingKey":"v_9","consent":"none"}}`, "X-API-Key", secret))
	if caller.Key != personalize.Secret || asked.Visitor != "v_9" || !asked.Consent.Refused() {
		t.Errorf("got the caller %+v and %+v, want v_9, who refuses, by a server", caller, asked)
	}
}
