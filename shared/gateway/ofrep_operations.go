package gateway

import "net/http"

// ofrepOperations are those of OFREP 0.3.0, by which any OpenFeature SDK asks.
func (g *Gateway) ofrepOperations() map[string]operation {
	return map[string]operation{
		"POST /ofrep/v1/evaluate/flags/{key}": takes(g.evaluate, description{
			id: "evaluateFlag", status: http.StatusOK, ofrep: true,
			summary: "Evaluate a flag (OFREP)",
			text: "For OpenFeature SDKs: journey-phase is a text, the phase of the visitor; slot: and the name of a placement is an object, what it shows. " +
				"It is a decision as POST /v1/decisions makes it, with the same answer in other words. The key may also come as X-API-Key.",
			request: evaluationRequestExample,
			answer:  slotExample,
			refusals: append(evaluationRefusals(),
				refusal{http.StatusNotFound, []string{"flag_not_found"}}),
		}),
		"POST /ofrep/v1/evaluate/flags": takes(g.evaluateAll, description{
			id: "evaluateFlags", status: http.StatusOK, ofrep: true, tagged: true,
			summary: "Evaluate all flags (OFREP)",
			text: "One decision over all placements, by name: an item that one shows is not shown by another. " +
				"The ETag is the same for as long as the flags of the visitor say the same.",
			parameters: []parameter{
				{name: "If-None-Match", header: true, text: "The ETag of the answer that is there already.", example: `W/"4be1d0a7"`},
				{name: "flagConfigEtag", text: "Of clients that follow event streams. There are none here: it is ignored.", example: "4be1d0a7"},
				{name: "flagConfigLastModified", text: "As flagConfigEtag.", example: "1795341600"},
			},
			request:  evaluationRequestExample,
			answer:   `{"flags":[` + phaseExample + "," + slotExample + `]}`,
			refusals: evaluationRefusals(),
		}),
	}
}

const (
	evaluationRequestExample = `{"context":{"targetingKey":"v_1","channel":"web","locale":"de-AT"}}`
	phaseExample             = `{"key":"journey-phase","value":"consideration","reason":"TARGETING_MATCH","variant":"consideration",` +
		`"metadata":{"decisionId":"d_01KAP3V2X7Q5D0J9GJ9Z5E3T4M_5f1c2a9b0d3e4f60","snapshot":"s_4be1d0a7","phase":"consideration","phaseConfidence":0.71,"standing":"prospect"}}`
	slotExample = `{"key":"slot:home-hero","value":{"id":"sofa-guide","kind":"content","content":{"title":"Sofa richtig messen"}},"reason":"TARGETING_MATCH","variant":"sofa-guide",` +
		`"metadata":{"decisionId":"d_01KAP3V2X7Q5D0J9GJ9Z5E3T4M_5f1c2a9b0d3e4f60","snapshot":"s_4be1d0a7","phase":"consideration","phaseConfidence":0.71,"standing":"prospect","rule":"research-phase"}}`
)

func evaluationRefusals() []refusal {
	return []refusal{
		{http.StatusBadRequest, []string{"targeting_key_missing", "too_long", "control_characters", "bad_context", "bad_consent"}},
		{http.StatusForbidden, []string{"visitor_mismatch"}},
	}
}
