package gateway

import "net/http"

func (g *Gateway) configOperations() map[string]operation {
	unavailable := refusal{http.StatusServiceUnavailable, []string{"store_unavailable"}}
	return map[string]operation{
		"GET /v1/config/{table}": reads(g.configRows, description{
			id: "readConfig", status: http.StatusOK,
			summary: "The draft rows of a table",
			text:    "Each with its version, which an edit names to say what it replaces.",
			answer:  `{"rows":[{"table":"placements","version":"3f2c","row":{"id":"home-hero","kind":"content","fallback":"welcome"}}]}`,
			refusals: []refusal{
				{http.StatusNotFound, []string{"unknown_table"}}, unavailable,
			},
		}),
		"GET /v1/config/{table}/{row}": reads(g.configRow, description{
			id: "readConfigRow", status: http.StatusOK,
			summary: "One draft row",
			text:    "A flat object; the header ETag is its version.",
			answer:  rowExample,
			refusals: []refusal{
				{http.StatusNotFound, []string{"unknown_table", "unknown_row"}}, unavailable,
			},
		}),
		"PUT /v1/config/{table}/{row}": takes(g.putConfigRow, description{
			id: "writeConfigRow", status: http.StatusOK,
			summary: "Create or change a draft row",
			text: "The whole row: a column that is left out is empty afterwards. Its id may be left out. The header ETag is the new version, and the answer is " +
				"everything that is wrong with the draft afterwards; only unknown columns and unreadable cells are refused.",
			parameters: []parameter{
				rowMatch, {name: "If-None-Match", header: true, text: `* in place of If-Match, to create a row.`, example: "*"},
			},
			request:  rowExample,
			answer:   problemsExample,
			refusals: rowRefusals("rows_refused"),
		}),
		"DELETE /v1/config/{table}/{row}": reads(g.deleteConfigRow, description{
			id: "deleteConfigRow", status: http.StatusOK,
			summary:    "Delete a draft row",
			text:       "The answer is everything that is wrong with the draft afterwards.",
			parameters: []parameter{rowMatch},
			answer:     problemsExample,
			refusals:   rowRefusals("rows_refused"),
		}),
		"PUT /v1/config": takes(g.editConfig, description{
			id: "editConfig", status: http.StatusOK,
			summary: "Write and delete draft rows, all or none",
			text: "At most 100 at once. version is what must be there: a row's version, * for anything, or nothing for a new row. " +
				"The answer is everything that is wrong with the draft afterwards; a draft may be wrong, a published set may not.",
			request: `{"rows":[{"table":"placements","row":{"id":"home-hero","kind":"content","fallback":"welcome"},"version":"*"},{"table":"items","delete":"summer-sale","version":"9ab1"}]}`,
			answer:  problemsExample,
			refusals: []refusal{
				{http.StatusPreconditionFailed, []string{"row_changed"}},
				{http.StatusUnprocessableEntity, []string{"bad_count", "rows_refused"}},
				unavailable,
			},
		}),
		"POST /v1/config/check": takes(g.checkConfig, description{
			id: "checkConfig", status: http.StatusOK, bodyOptional: true,
			summary:  "Everything that is wrong with the draft",
			request:  `{}`,
			answer:   problemsExample,
			refusals: []refusal{unavailable},
		}),
		"POST /v1/config/dry-run": takes(g.dryRun, description{
			id: "dryRunConfig", status: http.StatusOK, bodyOptional: true,
			summary: "What would be another decision",
			text: "Asks two snapshots for the same decisions, and counts where they differ. It changes nothing. " +
				"The sample is the decisions of which receipts are kept, each made again from what it was made from; or all visitors, with decisions that POST /v1/decisions answers to a server that names at, the placements and the context, and nothing of consent. " +
				"An answer is a page: some seconds of work. While there is next, ask again with it as after, and with from, to, sample, at, since and until as the answer says them, and the last of its statistics; the counts add up. " +
				"A recorded decision that cannot be made again is left out and counted by its reason: it says nothing, not that nothing changes.",
			request: `{"placements":["home-hero"],"since":"2026-11-21T10:00:00Z","rows":"changed","receipts":500}`,
			answer: `{"from":"s_4be1d0a7","to":"s_77d0c41e","sample":"decisions","since":"2026-11-21T10:00:00Z","until":"2026-11-22T10:00:00Z",
				"phase_names":["awareness","consideration","decision","retention","advocacy"],"statistics":["sum_7d0c4"],
				"visitors":0,"recorded":{"receipts":4,"others":1,"left_out":[{"why":"touchpoints","decisions":1}],"aged":0,
				"asked":[{"placement":"home-hero","decisions":2}],"shares":[{"share":1,"decisions":3}]},
				"decisions":2,"changed":1,
				"phases":[{"from":"consideration","to":"consideration","decisions":1},{"from":"consideration","to":"decision","decisions":1,"examples":[{"decision":"d_01KAP3V2X7Q5D0J9GJ9Z5E3T4M_5f1c2a9b0d3e4f60","visitor":"v_1","at":"2026-11-22T09:00:00Z","channel":"web"}]}],
				"items":[{"placement":"home-hero","item":"checkout-help","before":0,"after":1,"won":1,"lost":0,"examples":[{"decision":"d_01KAP3V2X7Q5D0J9GJ9Z5E3T4M_5f1c2a9b0d3e4f60","visitor":"v_1","at":"2026-11-22T09:00:00Z","channel":"web"}]},
				{"placement":"home-hero","item":"sofa-guide","before":2,"after":1,"won":0,"lost":1,"examples":[{"decision":"d_01KAP3V2X7Q5D0J9GJ9Z5E3T4M_5f1c2a9b0d3e4f60","visitor":"v_1","at":"2026-11-22T09:00:00Z","channel":"web"}]}],
				"rules":[{"placement":"home-hero","rule":"deciding","before":0,"after":1},{"placement":"home-hero","rule":"research-phase","before":2,"after":1}],
				"fallbacks":[],"pressure":[],
				"rows":[{"decision":"d_01KAP3V2X7Q5D0J9GJ9Z5E3T4M_5f1c2a9b0d3e4f60","visitor":"v_1","at":"2026-11-22T09:00:00Z","channel":"web","phase":{"from":"consideration","to":"decision"},"changed":true,
				"placements":{"home-hero":{"from":{"items":["sofa-guide"],"rule":"research-phase","fallback":false,"reason":""},"to":{"items":["checkout-help"],"rule":"deciding","fallback":false,"reason":""}}}}]}`,
			refusals: trialRefusals("no_receipts"),
		}),
		"POST /v1/config/preview": takes(g.preview, description{
			id: "previewConfig", status: http.StatusOK, bodyOptional: true,
			summary: "A decision that is only looked at",
			text: "Answers as POST /v1/decisions would to a server, with the draft or any snapshot, for anybody or nobody, at any moment, and as if the touchpoints of the request had happened. " +
				"Nothing is recorded: decision is empty, and the explanation is always there.",
			request: `{"visitor":"v_1","placements":["home-hero"],"touchpoints":[{"type":"cart_add","channel":"web","item":"sofa-3"}]}`,
			answer: `{"decision":"","visitor":"v_1","snapshot":"s_77d0c41e","at":"2026-11-22T10:00:00Z","personal":true,
				"phase":{"name":"decision","confidence":1,"standing":"prospect","since":"2026-11-22T10:00:00Z","scores":{"awareness":0,"consideration":0,"decision":1,"retention":0,"advocacy":0},
				"because":[{"touchpoint":"pretended 1","type":"cart_add","share":1}],"truncated":false},
				"placements":{"home-hero":{"items":[{"id":"checkout-help","kind":"content","content":{"title":"May we help?"}}],"rule":"deciding","fallback":false}},
				"touchpoints":{"accepted":0,"duplicates":0,"rejected":[]},
				"explanation":{"placements":[{"placement":"home-hero","rules":[{"rule":"deciding","won":true,"items":[{"item":"checkout-help","shown":true}]}]}]}}`,
			refusals: trialRefusals(),
		}),
		"POST /v1/config/approve": takes(g.approveConfig, description{
			id: "approveConfig", status: http.StatusOK,
			summary: "Agree to the draft",
			text: "Where the setting approvals is live as 1, publish wants this from somebody who has changed no row since the last publish. " +
				"It counts for the content with this hash alone: an edit voids it.",
			request: `{"draft":"s_77d0c41e"}`,
			answer:  `{"live":"s_4be1d0a7"}`,
			refusals: []refusal{
				{http.StatusForbidden, []string{"own_change"}},
				{http.StatusPreconditionFailed, []string{"draft_changed"}},
				{http.StatusUnprocessableEntity, []string{"config_problems"}},
				unavailable,
			},
		}),
		"POST /v1/config/publish": takes(g.publishConfig, description{
			id: "publishConfig", status: http.StatusOK, bodyOptional: true,
			summary: "Make the draft live",
			text: "Replaces the snapshot that is named; if another one is live by now, nothing happens. " +
				"Nor does it where the draft is named by its content hash and is another one by now.",
			parameters: []parameter{
				{name: "If-Match", header: true, text: `The live snapshot in quotes, as GET /v1/config/snapshots names it.`, example: `"s_4be1d0a7"`},
				{name: "If-None-Match", header: true, text: `* in place of If-Match, before the first publish.`, example: "*"},
			},
			request: `{"note":"Autumn sofas","draft":"s_77d0c41e"}`,
			answer:  `{"live":"s_77d0c41e"}`,
			refusals: []refusal{
				{http.StatusBadRequest, []string{"bad_precondition"}},
				{http.StatusPreconditionFailed, []string{"snapshot_changed", "draft_changed"}},
				{http.StatusUnprocessableEntity, []string{"config_problems", "not_approved"}},
				{http.StatusPreconditionRequired, []string{"precondition_required"}},
				unavailable,
			},
		}),
		"POST /v1/config/rollback": takes(g.rollbackConfig, description{
			id: "rollbackConfig", status: http.StatusOK,
			summary: "Make a snapshot live that was live before",
			text: "Whatever is live now, and without approval. The draft stays as it is. " +
				"The list of snapshots gets an entry whose note says from which one was rolled back.",
			request: `{"snapshot":"s_4be1d0a7"}`,
			answer:  `{"live":"s_4be1d0a7"}`,
			refusals: []refusal{
				{http.StatusPreconditionFailed, []string{"snapshot_changed"}},
				{http.StatusUnprocessableEntity, []string{"unknown_snapshot", "snapshot_unreadable"}},
				unavailable,
			},
		}),
		"GET /v1/config/diff": reads(g.diffConfig, description{
			id: "diffConfig", status: http.StatusOK,
			summary: "What is not the same in two snapshots, cell by cell",
			text:    "Or in a snapshot and the draft. A cell that is empty on a side is left out there.",
			parameters: []parameter{
				{name: "from", text: "A snapshot, or draft; what is live where it is left out.", example: "s_4be1d0a7"},
				{name: "to", text: "A snapshot, or draft, which it is where it is left out.", example: "draft"},
			},
			answer: `{"from":"s_4be1d0a7","to":"draft","rows":[{"table":"items","row":"welcome","change":"changed","cells":[{"column":"content.title","from":"Hello","to":"Good morning"},
				{"column":"tags","to":["warm"]}]}]}`,
			refusals: []refusal{
				{http.StatusNotFound, []string{"unknown_snapshot"}}, unavailable,
			},
		}),
		"GET /v1/config/snapshots": reads(g.configSnapshots, description{
			id: "listSnapshots", status: http.StatusOK,
			summary:  "What is live, what the draft would become, and what was published before",
			answer:   `{"live":"s_4be1d0a7","draft":"s_77d0c41e","snapshots":[{"id":"s_4be1d0a7","author":"maria","note":"First","at":"2026-11-20T08:00:00Z"}]}`,
			refusals: []refusal{unavailable},
		}),
	}
}

const problemsExample = `{"problems":[{"table":"rules","row":"winter","column":"when","offset":12,"severity":"error","message":"unknown name pase; did you mean phase?"}]}`

const rowExample = `{"id":"home-hero","kind":"content","fallback":"welcome"}`

// rowMatch is the header that says which version an edit replaces.
var rowMatch = parameter{
	name: "If-Match", header: true, text: `The version of the row in quotes, as the ETag of GET names it.`, example: `"3f2c"`,
}

// trialRefusals are those of calls that ask a draft, with codes of their own.
func trialRefusals(codes ...string) []refusal {
	return []refusal{
		{http.StatusPreconditionFailed, []string{"draft_changed"}},
		{http.StatusUnprocessableEntity, append(codes,
			"config_problems", "unknown_snapshot", "snapshot_unreadable", "unknown_placement", "bad_count", "bad_value", "bad_time", "bad_context",
			"too_long", "control_characters", "not_utf8",
		)},
		{http.StatusServiceUnavailable, []string{"store_unavailable", "rows_changing"}},
	}
}

func rowRefusals(codes ...string) []refusal {
	return []refusal{
		{http.StatusBadRequest, []string{"bad_precondition"}},
		{http.StatusNotFound, []string{"unknown_table"}},
		{http.StatusPreconditionFailed, []string{"row_changed"}},
		{http.StatusUnprocessableEntity, codes},
		{http.StatusPreconditionRequired, []string{"precondition_required"}},
		{http.StatusServiceUnavailable, []string{"store_unavailable"}},
	}
}
