package gateway

import (
	"maps"
	"net/http"
)

// operations returns the handler of each route, with its documentation.
func (g *Gateway) operations() map[string]operation {
	all := g.visitorOperations()
	maps.Copy(all, g.reportOperations())
	maps.Copy(all, g.configOperations())
	maps.Copy(all, g.ofrepOperations())
	maps.Copy(all, g.feedbackOperations())
	maps.Copy(all, g.receiptOperations())
	maps.Copy(all, g.mailOperations())
	maps.Copy(all, g.openOperations())
	return all
}

func (g *Gateway) visitorOperations() map[string]operation {
	return map[string]operation{
		"POST /v1/touchpoints": takes(g.collect, description{
			id: "collectTouchpoints", status: http.StatusAccepted,
			summary: "Record touchpoints",
			text: "1 to 500 touchpoints, each checked by itself. 202 means that what counts as accepted is stored. " +
				"A touchpoint is kept once by its visitor and id: the first body wins, and a call can be sent again.",
			request: `{"touchpoints":[{"id":"e_1","visitor":"v_1","type":"product_view","channel":"web","at":"2026-11-22T09:59:00Z","item":"sofa-3"},
				{"id":"e_2","visitor":"v_1","type":"purchase","channel":"web","at":"2026-11-22T10:00:00Z","value":{"amount":"499.00","currency":"EUR"}}],
				"consent":["personalization","measurement"]}`,
			answer: `{"accepted":1,"duplicates":0,"rejected":[{"index":1,"code":"bad_time","field":"at","message":"must not be more than 24 hours ahead"}]}`,
			refusals: []refusal{
				{http.StatusForbidden, []string{"visitor_mismatch", "field_not_allowed"}},
				{http.StatusUnprocessableEntity, []string{"bad_count", "touchpoints_refused"}},
				{http.StatusServiceUnavailable, []string{"store_unavailable"}},
			},
		}),
		"POST /v1/decisions": takes(g.decide, description{
			id: "decide", status: http.StatusOK,
			summary: "Decide what fits a visitor",
			text: "Fills each placement with what fits, and says where the visitor stands and why. Up to 50 touchpoints are recorded " +
				"and counted in the same answer. A fault of the store never fails a decision: it is then degraded, with fallbacks. " +
				"at and explain are for secret keys; with at the decision is hypothetical and records nothing.",
			request: `{"visitor":"v_1","placements":["home-hero"],"touchpoints":[{"id":"e_3","type":"compare","channel":"web","at":"2026-11-22T10:00:00Z"}],
				"context":{"channel":"web","locale":"de-AT"},"consent":["personalization"]}`,
			answer: `{"decision":"d_01KAP3V2X7Q5D0J9GJ9Z5E3T4M_5f1c2a9b0d3e4f60","visitor":"v_1","snapshot":"s_4be1d0a7","at":"2026-11-22T10:00:00Z","personal":true,
				"phase":{"name":"consideration","confidence":0.71,"standing":"prospect","since":"2026-11-20T08:00:00Z",
				"scores":{"awareness":0.2,"consideration":0.71,"decision":0.09,"retention":0,"advocacy":0},
				"because":[{"touchpoint":"e_3","type":"compare","share":0.6},{"other":0.4}],"truncated":false},
				"placements":{"home-hero":{"items":[{"id":"sofa-guide","kind":"content","content":{"title":"Sofa richtig messen"}}],"rule":"research-phase","fallback":false}},
				"touchpoints":{"accepted":1,"duplicates":0,"rejected":[]}}`,
			refusals: []refusal{
				{http.StatusForbidden, []string{"visitor_mismatch", "field_not_allowed"}},
				{http.StatusUnprocessableEntity, []string{"missing", "too_long", "control_characters", "not_utf8", "bad_count", "unknown_placement", "bad_context", "bad_time"}},
			},
		}),
		"POST /v1/visitors": takes(g.mint, description{
			id: "mintVisitor", status: http.StatusOK, bodyOptional: true, anonymous: true,
			summary: "Make an anonymous visitor",
			text:    "A new id of 128 random bits and its token. Nothing is stored.",
			request: `{}`,
			answer:  mintedExample,
		}),
		"POST /v1/visitors/{id}/token": takes(g.token, description{
			id: "signVisitor", status: http.StatusOK, bodyOptional: true,
			summary: "Make a token for a known visitor",
			text:    "For a server that knows who looks at its page: give the token to that page. Nothing is stored.",
			request: `{}`,
			answer:  mintedExample,
			refusals: []refusal{
				{http.StatusUnprocessableEntity, []string{"too_long", "control_characters", "not_utf8"}},
			},
		}),
		"GET /v1/visitors/{id}/journey": reads(g.journey, description{
			id: "readJourney", status: http.StatusOK,
			summary: "Where a visitor stands, how they got there, and what would move them",
			text:    "An unknown visitor is one of whom nothing is known, not an error.",
			parameters: []parameter{
				{name: "at", text: "The moment, RFC 3339, inclusive; now where it is left out.", example: "2026-11-22T10:00:00Z"},
				{name: "steps", text: "true answers the journey step by step too: what happened at each moment, and where the visitor stood once it counted.", example: "true"},
			},
			answer: `{"visitor":"v_1","at":"2026-11-22T10:00:00Z","phase":{"name":"awareness","confidence":1,"standing":"prospect","since":"2026-11-20T08:00:00Z",
				"scores":{"awareness":1,"consideration":0,"decision":0,"retention":0,"advocacy":0},"because":[{"touchpoint":"e_1","type":"ad_click","share":1}],"truncated":false},
				"path":[{"phase":"awareness","since":"2026-11-20T08:00:00Z"}],"would_change":[{"type":"compare","to":"consideration"}],
				"steps":[{"at":"2026-11-20T08:00:00Z","phase":"awareness","confidence":1,"scores":{"awareness":1,"consideration":0,"decision":0,"retention":0,"advocacy":0},
				"touchpoints":[{"id":"e_1","type":"ad_click","channel":"search_ad","trust":"human"}]}]}`,
			refusals: []refusal{
				{http.StatusUnprocessableEntity, []string{"bad_time", "bad_value", "too_long", "control_characters", "not_utf8"}},
				{http.StatusServiceUnavailable, []string{"store_unavailable"}},
			},
		}),
		"PATCH /v1/visitors/{id}": takes(g.update, description{
			id: "updateVisitor", status: http.StatusOK,
			summary:  "Change what is said of a visitor",
			text:     "What is left out stays as it is; a trait of null is removed. At most 50 traits, 4 KB.",
			request:  `{"traits":{"newsletter":true,"vip":null},"locale":"de-AT","zone":"Europe/Vienna","country":"AT"}`,
			answer:   visitorExample,
			refusals: changeRefusals("bad_name", "too_many", "too_large", "bad_zone", "bad_country"),
		}),
		"PUT /v1/visitors/{id}/consent": takes(g.consent, description{
			id: "setConsent", status: http.StatusOK,
			summary:  "Store what a visitor agreed to",
			text:     "It counts for every later call that says nothing itself.",
			request:  `{"consent":["personalization"]}`,
			answer:   visitorExample,
			refusals: changeRefusals("missing", "bad_consent"),
		}),
	}
}

const (
	mintedExample = `{"visitor":"v_9f86d081884c7d659a2feaa0c55ad015","token":"v1.5e884898.1829296800.dl85Zjg2ZDA4MTg4NGM3ZDY1OWEyZmVhYTBjNTVhZDAxNQ.7XwTOmtmPOuPH1fVZ9vbg3m0Wy5b0Yk0cVwTqkz3n1E",
		"expires":"2027-12-27T10:00:00Z"}`
	visitorExample = `{"visitor":"v_1","traits":{"newsletter":true},"locale":"de-AT","zone":"Europe/Vienna","country":"AT","consent":["personalization"]}`
)

func changeRefusals(codes ...string) []refusal {
	return []refusal{
		{http.StatusUnprocessableEntity, append(codes, "too_long", "control_characters", "not_utf8")},
		{http.StatusServiceUnavailable, []string{"store_unavailable"}},
	}
}

func (g *Gateway) openOperations() map[string]operation {
	return map[string]operation{
		"GET /v1/health": reads(g.health, description{
			id: "health", status: http.StatusOK,
			summary: "Whether the configuration is fresh",
			text:    "Always 200 while decisions are answered; degraded means that the store does not tell whether the snapshot is still the live one.",
			answer:  `{"status":"ok","snapshot":"s_4be1d0a7","snapshot_age":3}`,
		}),
		"GET /registry.json": reads(built(registryJSON), description{
			id: "registry", status: http.StatusOK, tagged: true,
			summary: "What forms have to know",
			text:    "The tables, columns, settings and cell types of this program, and the language of conditions, with what people are told of each in English and German.",
			answer:  `{"tables":[],"settings":[],"types":{},"vocabulary":{},"conditions":{}}`,
		}),
		"GET /openapi.json": reads(built(openapiJSON), description{
			id: "openapi", status: http.StatusOK, tagged: true,
			summary: "This document",
			answer:  `{"openapi":"3.1.0"}`,
		}),
	}
}
