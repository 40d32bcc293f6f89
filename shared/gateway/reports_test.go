package gateway

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/measure"
)

func TestReportsAreJSONOrCSV(t *testing.T) {
	var asked measure.Request
	g := open(t, &fake{journeyMap: func(r measure.Request) (*measure.JourneyMap, error) {
		asked = r
		return &measure.JourneyMap{
			Window: measure.Window{Since: noon - 1000, Until: noon},
			Page:   measure.Page{Visitors: 1, Next: "v 1&x"},
			Moves:  []measure.MapMove{{To: "awareness", Moves: 1, Visitors: 1}},
		}, nil
	}}, nil)
	const (
		path = "/v1/reports/journey-map"
		text = "row,from,phase,channel,moves,touchpoints,visitors,seconds\nmove,,awareness,,1,,1,0\n"
		next = `<?after=v+1%26x&format=csv&since=2026-11-22T10%3A59%3A59Z&until=2026-11-22T11%3A00%3A00Z>; rel="next"`
	)
	for name, c := range map[string]struct {
		query, accept string
		csv           bool
	}{
		"Format":          {query: "?format=csv", csv: true},
		"Accept":          {accept: "text/csv", csv: true},
		"AcceptOfMany":    {accept: "text/csv;q=0.9, */*;q=0.1", csv: true},
		"FormatGoesFirst": {query: "?format=json", accept: "text/csv"},
		"Neither":         {accept: "*/*"},
	} {
		t.Run(name, func(t *testing.T) {
			w := answer(g, asServer("GET", path+c.query, "", "Accept", c.accept))
			answered(t, w, http.StatusOK)
			kind, link := w.Header().Get("Content-Type"), w.Header().Get("Link")
			switch {
			case c.csv && (kind != csvType || w.Body.String() != text || link != next):
				t.Errorf("got %s, next %s:\n%s\nwant CSV, next %s:\n%s", kind, link, w.Body, next, text)
			case !c.csv && (kind != "application/json" || link != ""):
				t.Errorf("got %s, next %s, want JSON, which says itself what is next", kind, link)
			}
		})
	}
	answered(t, answer(g, asAdmin("GET", path+"?since=a&until=b&after=c", "")), http.StatusOK)
	if diff := cmp.Diff(measure.Request{Since: "a", Until: "b", After: "c"}, asked); diff != "" {
		t.Errorf("asked for (-want +got):\n%s", diff)
	}
	refused(t, answer(g, asServer("GET", path+"?format=xlsx", "")), http.StatusUnprocessableEntity, "bad_value")
}

func TestTheReportOnDecisionsIsAskedForByItsQuery(t *testing.T) {
	var asked measure.DecisionsRequest
	g := open(t, &fake{decisions: func(r measure.DecisionsRequest) (*measure.DecisionsReport, error) {
		asked = r
		return &measure.DecisionsReport{
			Window: measure.Window{Until: noon}, Reward: "value", Currency: "EUR", Within: "24h", Drawn: true, Context: []string{"channel"}, Next: "d_1",
			Rows: []measure.DecisionRow{{Item: "a", Probability: 0.25, Candidates: []string{"a", "b"}, Context: map[string]any{"channel": "web"}}},
		}, nil
	}}, nil)
	const path = "/v1/reports/decisions?reward=value&currency=EUR&within=24h&drawn=true&since=s&until=u&after=d_0"
	w := answer(g, asServer("GET", path+"&format=csv", ""))
	answered(t, w, http.StatusOK)
	want := measure.DecisionsRequest{
		Request: measure.Request{Since: "s", Until: "u", After: "d_0"}, Reward: "value", Currency: "EUR", Within: "24h", Drawn: true,
	}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Errorf("asked for (-want +got):\n%s", diff)
	}
	const (
		text = "decision,visitor,at,place,position,item,probability,candidates,reward,rule,reason,phase,standing,context.channel\n" +
			",,1970-01-01T00:00:00Z,,0,a,0.25,a|b,0,,,,,web\n"
		next = `<?after=d_1&currency=EUR&drawn=true&format=csv&reward=value&until=2026-11-22T11%3A00%3A00Z&within=24h>; rel="next"`
	)
	if got := w.Body.String(); got != text || w.Header().Get("Link") != next {
		t.Errorf("got next %s and\n%s\nwant %s and\n%s", w.Header().Get("Link"), got, next, text)
	}
	refused(t, answer(g, asServer("GET", path+"&served=yes", "")), http.StatusUnprocessableEntity, "bad_value")
	refused(t, answer(g, request("GET", path, "", "Authorization", "Bearer "+publishable, "X-Visitor-Token", tokenOf(t, "v_1"))), http.StatusForbidden, "key_wrong_kind")
}
