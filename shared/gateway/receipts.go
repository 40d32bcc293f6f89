package gateway

import (
	"context"
	"net/http"

	"wegweiser/shared/personalize"
)

func (g *Gateway) receiptOperations() map[string]operation {
	return map[string]operation{
		"GET /v1/decisions/{id}": reads(g.receipt, description{
			id: "readDecision", status: http.StatusOK,
			summary: "Why a decision was made, and whether it would be made again",
			text: "Makes a decision again from what it was made from, whatever changed since, and says of every candidate what became of it. " +
				"What it was made from is kept beside the answer, best effort and within 2 seconds, for the share receipt_sample of the decisions " +
				"and the time retention.receipts, of visitors of whom something may be kept.",
			parameters: []parameter{
				{name: "replay", text: "true answers what the decision answers when it is made again, too.", example: "true"},
			},
			answer: `{"decision":"d_01KAP3V2X7Q5D0J9GJ9Z5E3T4M_5f1c2a9b0d3e4f60","visitor":"v_1","snapshot":"s_4be1d0a7","at":"2026-11-22T10:00:00Z","expires":"2026-12-22T10:00:00Z",
				"seed":"d_01KAP3V2X7Q5D0J9GJ9Z5E3T4M_5f1c2a9b0d3e4f60","request":{"placements":["home-hero"],"context":{"channel":"web"},"locale":"de"},
				"personal":true,"purposes":["personalization"],"profile":{"locale":"de-AT","traits":{"vip":true}},
				"counters":[{"of":"item","name":"voucher","period":"day","shown":2}],"touchpoints":4,"milestones":0,"truncated":false,
				"phase":{"name":"consideration","confidence":1,"standing":"prospect","since":"2026-11-20T08:00:00Z",
				"scores":{"awareness":0,"consideration":1,"decision":0,"retention":0,"advocacy":0},"because":[{"touchpoint":"e_3","type":"compare","share":1}],"truncated":false},
				"placements":{"home-hero":{"items":[{"id":"sofa-guide","kind":"content","probability":1}],"rule":"research","fallback":false}},
				"why":[{"placement":"home-hero","sentence":"home-hero shows sofa-guide, by rule research."},
				{"placement":"home-hero","rule":"customers","sentence":"Rule customers does not hold: it is for the phase retention, and the phase is consideration."},
				{"placement":"home-hero","rule":"research","sentence":"Rule research holds."},
				{"placement":"home-hero","rule":"research","item":"sofa-guide","sentence":"sofa-guide is shown."}],
				"explanation":{"placements":[{"placement":"home-hero","rules":[{"rule":"customers","won":false,"failed":{"column":"phases","wanted":"retention","actual":"consideration"}},
				{"rule":"research","won":true,"items":[{"item":"sofa-guide","shown":true}]}]}]},
				"identical":true,"inputs_gone":[],
				"answer":{"visitor":"v_1","snapshot":"s_4be1d0a7","at":"2026-11-22T10:00:00Z","personal":true,"phase":null,
				"placements":{"home-hero":{"items":[{"id":"sofa-guide","kind":"content","content":{"title":"Sofa richtig messen"}}],"rule":"research","fallback":false}}}}`,
			refusals: []refusal{
				{http.StatusNotFound, []string{"unknown_decision"}},
				{http.StatusUnprocessableEntity, []string{"bad_value"}},
				{http.StatusServiceUnavailable, []string{"store_unavailable"}},
			},
		}),
	}
}

func (g *Gateway) receipt(ctx context.Context, c *call) (*personalize.Receipt, error) {
	replay, err := c.query.flag("replay")
	if err != nil {
		return nil, err
	}
	return g.service.Receipt(ctx, c.caller, c.variables["id"], replay)
}
