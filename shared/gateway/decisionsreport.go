package gateway

import (
	"context"
	"net/http"
	"net/url"

	"wegweiser/shared/measure"
)

func (g *Gateway) decisionsReport() operation {
	return reportOf(g.decisions, description{
		id: "reportDecisions", status: http.StatusOK,
		summary: "What was decided, and what came of it",
		text: "A row for each item that was shown in a recorded decision, in the columns of a log on which `wegweiser replay` values other rules. " +
			"Decisions are made again from their receipts; where they are not what they were, they are left out and counted, as is all else that has no rows. " +
			"A placement counts as shown where an impression of one of its items was reported in time, and what a machine did counts nothing. " +
			"An answer is a page of some seconds of work. While there is next, ask again with it as after, and with the rest as the answer says it; the counts add up. As CSV, next is in the header Link. " +
			"It reads every receipt, and all that is stored of each visitor of whom there is one.",
		parameters: []parameter{
			{name: "reward", text: "What counts: click, which is the default, conversion, or the value of conversions.", example: "click"},
			{name: "currency", text: "Of the values that count; needed for the reward value.", example: "EUR"},
			{name: "within", text: "How long after its decision something has to come of an item; 7d where it is left out.", example: "24h"},
			{name: "since", text: "The first moment of the decisions, RFC 3339; from the beginning where it is left out.", example: "2026-11-01T00:00:00Z"},
			{name: "until", text: "Their last moment, RFC 3339: at most within before now, which it is where it is left out.", example: "2026-11-20T10:00:00Z"},
			{name: "served", text: "true also has what nobody reported to be seen.", example: "true"},
			{name: "drawn", text: "true has only placements in which chance chose.", example: "true"},
			{name: "after", text: "next of the page before; the first page where it is left out.", example: "d_01KAP3V2X7Q5D0J9GJ9Z5E3T4M_5f1c2a9b0d3e4f60"},
		},
		answer: `{"since":"2026-11-01T00:00:00Z","until":"2026-11-20T10:00:00Z","reward":"click","within":"24h","served":false,"drawn":false,
			"context":["channel","country","locale","zone"],"decisions":1,
			"left_out":{"inputs_gone":2,"unreadable":0,"different":0,"holdout":1,"degraded":0,"unseen":4,"certain":0},
			"rows":[{"decision":"d_01KAP3V2X7Q5D0J9GJ9Z5E3T4M_5f1c2a9b0d3e4f60","visitor":"5f1c2a9b0d3e4f60","at":"2026-11-20T09:00:00Z","place":"home-offers","position":1,
			"item":"voucher","probability":0.7,"candidates":["voucher","lamp"],"reward":1,"rule":"best","phase":"decision","standing":"prospect","context":{"channel":"web","locale":"de-AT"}}],
			"next":"d_01KAP3V2X7Q5D0J9GJ9Z5E3T4M_5f1c2a9b0d3e4f60"}`,
		refusals: []refusal{{http.StatusUnprocessableEntity, []string{"bad_time", "bad_range", "not_allowed"}}},
	})
}

func (g *Gateway) decisions(ctx context.Context, c *call) (*measure.DecisionsReport, error) {
	for _, name := range []string{"served", "drawn"} {
		if _, err := c.query.flag(name); err != nil {
			return nil, err
		}
	}
	return g.service.Decisions(ctx, measure.DecisionsRequestOf(url.Values(c.query)))
}
