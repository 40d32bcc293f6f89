package gateway

import (
	"net/http"
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
