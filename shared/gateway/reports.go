package gateway

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"wegweiser/shared/journey"
	"wegweiser/shared/measure"
)

// report is a page of an answer that is a table too.
type report interface {
	WriteCSV(w io.Writer) error
	Following() url.Values
}

// csvText is a body that is not JSON.
type csvText []byte

const csvType = "text/csv; charset=utf-8"

// reportOf makes an operation of a handler of reports: it answers JSON, or CSV
// to those who ask for that.
func reportOf[Out report](handle func(context.Context, *call) (Out, error), d description) operation {
	d.csv = true
	if !slices.ContainsFunc(d.parameters, func(p parameter) bool { return p.name == afterPage.name }) {
		d.parameters = append(d.parameters, afterPage)
	}
	d.parameters = append(d.parameters, parameter{name: "format", text: "json or csv; where it is left out, csv if Accept names text/csv.", example: "csv"})
	d.refusals = append(d.refusals, refusal{http.StatusUnprocessableEntity, []string{"bad_value"}}, refusal{http.StatusServiceUnavailable, []string{"store_unavailable"}})
	operation := reads(handle, d)
	operation.run = func(ctx context.Context, c *call, _ []byte) (any, error) {
		asCSV, err := c.wantsCSV()
		if err != nil {
			return nil, err
		}
		page, err := handle(ctx, c)
		if err != nil || !asCSV {
			return page, err
		}
		return c.csv(page)
	}
	return operation
}

func (c *call) wantsCSV() (bool, error) {
	switch c.query.get("format") {
	case "csv":
		return true, nil
	case "json":
		return false, nil
	case "":
		return strings.Contains(c.request.Get("Accept"), "text/csv"), nil
	}
	return false, invalid(&journey.Fault{Field: "format", Code: "bad_value", Message: "must be json or csv"})
}

// csv writes a page as CSV, which has no room for what page comes next: a
// header says that.
func (c *call) csv(page report) (csvText, error) {
	if next := page.Following(); next != nil {
		next.Set("format", "csv")
		c.answer.Set("Link", "<?"+next.Encode()+`>; rel="next"`)
	}
	var text bytes.Buffer
	if err := page.WriteCSV(&text); err != nil {
		return nil, fmt.Errorf("write CSV: %w", err)
	}
	return bytes.TrimSuffix(text.Bytes(), []byte("\n")), nil
}

// afterPage is where a page goes on.
var afterPage = parameter{name: "after", text: "next of the page before; the first page where it is left out.", example: "v_4"}

const (
	pageText = " An answer is a page: some seconds of work. While there is next, ask again with it as after, and with the times that the answer says; " +
		"the counts add up. As CSV, next is in the header Link."
	windowText = "Counts the visitors who left a touchpoint between since and until and stood in a phase by then. "
)

func (g *Gateway) reportOperations() map[string]operation {
	window := []parameter{
		{name: "since", text: "The first moment of the report, RFC 3339; from the beginning where it is left out.", example: "2026-11-01T00:00:00Z"},
		{name: "until", text: "Its last moment, RFC 3339; now where it is left out.", example: "2026-11-22T10:00:00Z"},
	}
	windowRefusals := []refusal{{http.StatusUnprocessableEntity, []string{"bad_time", "bad_range", "too_long", "control_characters", "not_utf8"}}}
	return map[string]operation{
		"GET /v1/reports/decisions": g.decisionsReport(),
		"GET /v1/reports/phases": reportOf(g.phases, description{
			id: "reportPhases", status: http.StatusOK,
			summary:    "How many visitors stand where",
			text:       "Visitors of whom nothing was known at the moment are left out." + pageText,
			parameters: []parameter{{name: "at", text: "The moment, RFC 3339, inclusive; now where it is left out.", example: "2026-11-22T10:00:00Z"}},
			answer: `{"at":"2026-11-22T10:00:00Z","snapshot":"s_4be1d0a7","visitors":4,"next":"v_4",
				"rows":[{"phase":"awareness","visitors":3,"share":0.75,"standings":{"prospect":3}},{"phase":"retention","visitors":1,"share":0.25,"standings":{"active":1}}]}`,
			refusals: []refusal{{http.StatusUnprocessableEntity, []string{"bad_time", "too_long", "control_characters", "not_utf8"}}},
		}),
		"GET /v1/reports/journey-map": reportOf(g.journeyMap, description{
			id: "reportJourneyMap", status: http.StatusOK,
			summary:    "Between which phases visitors moved, and what they did where",
			text:       windowText + "A move is an entry of a journey's path that is dated within the window." + pageText,
			parameters: window,
			answer: `{"since":"2026-11-01T00:00:00Z","until":"2026-11-22T10:00:00Z","snapshot":"s_4be1d0a7","visitors":2,
				"moves":[{"from":"","to":"awareness","moves":2,"visitors":2,"seconds":0},{"from":"awareness","to":"decision","moves":1,"visitors":1,"seconds":86400}],
				"phases":[{"phase":"awareness","touchpoints":4,"visitors":2},{"phase":"decision","touchpoints":1,"visitors":1}],
				"channels":[{"phase":"awareness","channel":"web","touchpoints":4},{"phase":"decision","channel":"app","touchpoints":1}]}`,
			refusals: windowRefusals,
		}),
		"GET /v1/reports/funnel": reportOf(g.funnel, description{
			id: "reportFunnel", status: http.StatusOK,
			summary:    "How far visitors came",
			text:       windowText + "The later a phase stands in its table, the further it is." + pageText,
			parameters: window,
			answer: `{"until":"2026-11-22T10:00:00Z","snapshot":"s_4be1d0a7","visitors":2,
				"rows":[{"phase":"awareness","visitors":2,"furthest":1,"reached":2},{"phase":"decision","visitors":1,"furthest":1,"reached":1}]}`,
			refusals: windowRefusals,
		}),
		"GET /v1/reports/items": reportOf(g.items, description{
			id: "reportItems", status: http.StatusOK,
			summary: "What became of the items that were shown, and what is believed of them",
			text: "Counts the feedback of the last 13 months: of each decision, placement and item every type once, and nothing that a machine did. " +
				"Expected is the propensity by which rules rank, and prior, borrowed and own say how much of it is no data of the item, its data from elsewhere, and its data from here. " +
				"What was sent is counted within a minute. An answer is a page: while there is next, ask again with it as after. As CSV, next is in the header Link.",
			answer: `{"at":"2026-11-22T10:00:00Z","snapshot":"s_4be1d0a7","rows":[{"item":"sofa-guide","kind":"content","success":"clicks",
				"impressions":40,"clicks":4,"dismissals":1,"conversions":0,"rate":0.1,"expected":0.0889,"low":0.0257,"high":0.186,"prior":0.2,"borrowed":0,"own":0.8,
				"places":[{"phase":"consideration","segment":"","impressions":40,"clicks":4,"dismissals":1,"conversions":0,"rate":0.1,"expected":0.0889,"low":0.0257,"high":0.186,"prior":0.2,"borrowed":0,"own":0.8}]}]}`,
			refusals: []refusal{{http.StatusUnprocessableEntity, []string{"too_long", "control_characters", "not_utf8"}}},
		}),
	}
}

func (g *Gateway) phases(ctx context.Context, c *call) (*measure.PhasesReport, error) {
	return g.service.Phases(ctx, c.query.get("at"), c.query.get("after"))
}

func (g *Gateway) journeyMap(ctx context.Context, c *call) (*measure.JourneyMap, error) {
	return g.service.JourneyMap(ctx, measure.RequestOf(url.Values(c.query)))
}

func (g *Gateway) funnel(ctx context.Context, c *call) (*measure.Funnel, error) {
	return g.service.Funnel(ctx, measure.RequestOf(url.Values(c.query)))
}

func (g *Gateway) items(ctx context.Context, c *call) (*measure.ItemsReport, error) {
	return g.service.Items(ctx, c.query.get("after"))
}
