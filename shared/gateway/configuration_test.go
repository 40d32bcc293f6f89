package gateway

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"wegweiser/shared/personalize"
	"wegweiser/shared/tables"
)

func publishAs(name *string) func(personalize.Caller, string, personalize.PublishRequest) (*personalize.Live, error) {
	return func(c personalize.Caller, _ string, _ personalize.PublishRequest) (*personalize.Live, error) {
		*name = c.Name
		return &personalize.Live{Live: "s_2"}, nil
	}
}

func TestPublishSaysWhatItReplaces(t *testing.T) {
	var got string
	service := &fake{publish: func(_ personalize.Caller, expected string, _ personalize.PublishRequest) (*personalize.Live, error) {
		got = expected
		return &personalize.Live{Live: "s_2"}, nil
	}}
	g := open(t, service, nil)
	for _, c := range []struct{ header, value, want string }{
		{"If-Match", `"s_1"`, "s_1"},
		{"If-Match", `""`, ""},
		{"If-None-Match", "*", ""},
	} {
		got = "nothing"
		answered(t, answer(g, asAdmin("POST", "/v1/config/publish", `{"note":"x"}`, c.header, c.value)), http.StatusOK)
		if got != c.want {
			t.Errorf("%s %s: got %q expected to be live, want %q", c.header, c.value, got, c.want)
		}
	}
	refused(t, answer(g, asAdmin("POST", "/v1/config/publish", "")), http.StatusPreconditionRequired, "precondition_required")
	for _, value := range []string{"s_1", `W/"s_1"`, `"s_1", "s_2"`, "*", `"s_1`, `"`} {
		refused(t, answer(g, asAdmin("POST", "/v1/config/publish", "", "If-Match", value)), http.StatusBadRequest, "bad_precondition")
	}
}

func TestRefusedPublishNamesItsProblems(t *testing.T) {
	service := &fake{publish: func(personalize.Caller, string, personalize.PublishRequest) (*personalize.Live, error) {
		return nil, &personalize.Error{
			Kind: personalize.Invalid, Code: "config_problems", Message: "the configuration has errors",
			Problems: []tables.Problem{{Table: "rules", Row: "winter", Column: "when", Offset: 3, Severity: tables.Error, Message: "unknown name"}},
		}
	}}
	w := answer(open(t, service, nil), asAdmin("POST", "/v1/config/publish", "", "If-Match", `"s_1"`))
	p := refused(t, w, http.StatusUnprocessableEntity, "config_problems")
	if len(p.Problems) != 1 || !strings.Contains(w.Body.String(), `"offset":3`) {
		t.Errorf("got %s, want the problem with its place", w.Body)
	}
}

func TestRowsStayAsTheyWereSent(t *testing.T) {
	var got personalize.ConfigEdits
	service := &fake{edit: func(_ personalize.Caller, e personalize.ConfigEdits) (*personalize.Problems, error) {
		got = e
		return &personalize.Problems{Problems: []tables.Problem{}}, nil
	}}
	answered(t, answer(open(t, service, nil), asAdmin("PUT", "/v1/config", `{"rows":[{"table":"items","row":{"id":"a","cost":1e2},"version":"*"}]}`)), http.StatusOK)
	if len(got.Rows) != 1 || string(got.Rows[0].Row) != `{"id":"a","cost":1e2}` || got.Rows[0].Version != "*" {
		t.Errorf("got %+v, want the row as it was sent", got)
	}
}

func TestRowsHaveETags(t *testing.T) {
	service := &fake{put: func(table, id, version string, row json.RawMessage) (*personalize.RowEdited, error) {
		if table != "items" || id != "a/b" || string(row) != `{"kind":"content"}` {
			t.Errorf("got %s of %s, %s; want a/b of items as it was sent", id, table, row)
		}
		if version == "old" {
			return nil, &personalize.Error{Kind: personalize.Stale, Code: "row_changed", Message: "changed", Version: "v1"}
		}
		return &personalize.RowEdited{Problems: []tables.Problem{}, Version: "after " + version}, nil
	}}
	g := open(t, service, nil)
	const path = "/v1/config/items/a%2Fb"
	etag := func(w *httptest.ResponseRecorder, want string) {
		t.Helper()
		if got := w.Header().Get("ETag"); got != want {
			t.Errorf("got ETag %s, want %s", got, want)
		}
	}
	w := answer(g, asAdmin("GET", path, ""))
	answered(t, w, http.StatusOK)
	etag(w, `"v1"`)
	if got, want := w.Body.String(), `{"id":"a/b"}`+"\n"; got != want {
		t.Errorf("got %s, want the flat row %s", got, want)
	}
	put := func(headers ...string) *httptest.ResponseRecorder {
		return answer(g, asAdmin("PUT", path, `{"kind":"content"}`, headers...))
	}
	w = put("If-Match", `"v1"`)
	answered(t, w, http.StatusOK)
	etag(w, `"after v1"`)
	w = put("If-None-Match", "*")
	answered(t, w, http.StatusOK)
	etag(w, `"after "`)
	w = put("If-Match", `"old"`)
	refused(t, w, http.StatusPreconditionFailed, "row_changed")
	etag(w, `"v1"`)
}

func TestRowEditsSayWhatTheyReplace(t *testing.T) {
	service := &fake{
		put: func(_, _, version string, _ json.RawMessage) (*personalize.RowEdited, error) {
			t.Errorf("wrote over version %q, want a refusal", version)
			return &personalize.RowEdited{}, nil
		},
		remove: func(_, _, version string) (*personalize.RowEdited, error) {
			if version != "v1" {
				t.Errorf("deleted version %q, want a refusal", version)
			}
			return &personalize.RowEdited{Problems: []tables.Problem{}}, nil
		},
	}
	g := open(t, service, nil)
	for _, method := range []string{"PUT", "DELETE"} {
		edit := func(headers ...string) *httptest.ResponseRecorder {
			return answer(g, asAdmin(method, "/v1/config/items/a", "{}", headers...))
		}
		refused(t, edit(), http.StatusPreconditionRequired, "precondition_required")
		for _, value := range []string{"v1", `W/"v1"`, `"v1", "v2"`, "*", `"*"`, `""`, `"`} {
			refused(t, edit("If-Match", value), http.StatusBadRequest, "bad_precondition")
		}
	}
	refused(t, answer(g, asAdmin("PUT", "/v1/config/items/a", "{}", "If-None-Match", `"v1"`)), http.StatusBadRequest, "bad_precondition")
	refused(t, answer(g, asAdmin("PUT", "/v1/config/items/a", "{}", "If-None-Match", "*", "If-Match", `"v1"`)), http.StatusBadRequest, "bad_precondition")
	refused(t, answer(g, asAdmin("DELETE", "/v1/config/items/a", "", "If-None-Match", "*")), http.StatusPreconditionRequired, "precondition_required")
	answered(t, answer(g, asAdmin("DELETE", "/v1/config/items/a", "", "If-Match", `"v1"`)), http.StatusOK)
}

func TestSnapshotsAreNamedInQueries(t *testing.T) {
	g := open(t, &fake{}, nil)
	w := answer(g, asAdmin("GET", "/v1/config/diff?from=s_1&to=draft", ""))
	answered(t, w, http.StatusOK)
	if got, want := w.Body.String(), `{"from":"s_1","to":"draft","rows":[]}`+"\n"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	w = answer(g, asAdmin("POST", "/v1/config/rollback", `{"snapshot":"s_1"}`))
	answered(t, w, http.StatusOK)
	if got, want := w.Body.String(), `{"live":"s_1"}`+"\n"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	refused(t, answer(g, asAdmin("POST", "/v1/config/rollback", "")), http.StatusBadRequest, "bad_json")
}
