package personalize

import (
	"wegweiser/shared/journey"
	"wegweiser/shared/snapshot"
)

// DryRunRequest is the body of POST /v1/config/dry-run: which snapshots are
// compared (From, To), and which decisions they are asked for. Whoever walks on
// repeats From, To, Sample, Statistics, and At or Since and Until as the answer
// says them.
type DryRunRequest struct {
	From       string         `json:"from,omitempty" doc:"A snapshot, or draft; what is live where it is left out."`
	To         string         `json:"to,omitempty" doc:"A snapshot, or draft, which it is where it is left out. The content hash of the draft is the draft as long as it is that."`
	Sample     Sample         `json:"sample,omitempty" enum:"decisions,visitors" doc:"Recorded decisions, each made again from what it was made from; or all visitors. Where it is left out: decisions, but visitors where at, context or visitors is named, or where no decision is recorded."`
	Placements []string       `json:"placements,omitempty" doc:"Of visitors: what each decision fills, in this order; the placements of both, by name, where it is left out. An item is shown once in a decision, so name together what a page or a mail asks for together. Of decisions: only those that asked for one of them, and only these placements are compared."`
	Context    map[string]any `json:"context,omitempty" doc:"Of visitors alone: as in a decision."`
	At         string         `json:"at,omitempty" doc:"Of visitors alone: every one is asked once, at this moment; now where it is left out."`
	Since      string         `json:"since,omitempty" doc:"Decisions that were made from then on. Or in place of at, with or without until: every visitor is asked at each of the newest touchpoints between the two, on its channel unless context names one."`
	Until      string         `json:"until,omitempty" doc:"Inclusive; now where it is left out."`
	Visitors   int            `json:"visitors,omitempty" doc:"At most so many visitors in this page; as many as fit where it is left out." minimum:"0"`
	Receipts   int            `json:"receipts,omitempty" doc:"At most so many recorded decisions in this page; as many as fit where it is left out." minimum:"0"`
	Rows       RowsWanted     `json:"rows,omitempty" doc:"Which decisions come back one by one; none where it is left out." enum:"none,changed,all"`
	Statistics string         `json:"statistics,omitempty" doc:"The last one of the page before: what this page ranks by, where that is still at hand."`
	After      string         `json:"after,omitempty" doc:"next of the page before."`
}

// RowsWanted says which decisions of a dry run come back one by one.
type RowsWanted string

// The decisions that may be wanted. Nothing said wants none.
const (
	NoRows      RowsWanted = "none"
	ChangedRows RowsWanted = "changed"
	AllRows     RowsWanted = "all"
)

// DryRun is a page of the answer of POST /v1/config/dry-run: what two snapshots
// decide in the same cases. All its figures add up over
// pages (Add).
type DryRun struct {
	From   string          `json:"from"`
	To     string          `json:"to"`
	Sample Sample          `json:"sample" enum:"decisions,visitors"`
	At     *journey.Millis `json:"at,omitempty"`
	Since  *journey.Millis `json:"since,omitempty"`
	Until  *journey.Millis `json:"until,omitempty"`

	PhaseNames []string `json:"phase_names" doc:"The phases of both, in order, the first snapshot's own behind those of the second."`

	Statistics []string `json:"statistics,omitempty" doc:"The versions of the statistics by which both sides rank: more than one where others were published between pages, none where there were none yet. Left out where neither side ranks."`

	Visitors  int             `json:"visitors" doc:"That were walked; 0 where decisions are the sample."`
	Recorded  *RecordedSample `json:"recorded,omitempty" doc:"What the recorded decisions are, where these are the sample."`
	Decisions int             `json:"decisions" doc:"Each asked of both snapshots."`
	Changed   int             `json:"changed" doc:"Decisions that are not the same in phase, items, rules and fallbacks."`
	Phases    []PhaseCell     `json:"phases" doc:"From phase to phase, the unchanged ones too."`
	Items     []ItemCell      `json:"items" doc:"Each item that either side shows, by placement."`
	Rules     []RuleCell      `json:"rules" doc:"Each rule that wins on either side, by placement."`
	Fallbacks []FallbackCell  `json:"fallbacks" doc:"Each placement that ends in its fallback on either side."`
	Pressure  []PressureCell  `json:"pressure" doc:"Each cap or budget that holds an item back on either side, and each budget that an item is shown from."`
	Rows      []PredictionRow `json:"rows,omitempty" doc:"The decisions that were wanted one by one."`
	Next      string          `json:"next,omitempty" doc:"after of the next page; left out on the last."`
}

// Example is a decision to look at: POST /v1/config/preview answers it.
type Example struct {
	Decision string         `json:"decision,omitempty" doc:"Of a recorded decision: GET /v1/decisions/{id} tells how it was made then."`
	Visitor  string         `json:"visitor"`
	At       journey.Millis `json:"at"`
	Channel  string         `json:"channel,omitempty" doc:"Of the recorded decision, or of the touchpoint, where it was asked at one."`
}

// PhaseCell counts the decisions that one snapshot makes in a phase and the
// other in another. A phase is empty where the decision is not personal.
type PhaseCell struct {
	From      string    `json:"from"`
	To        string    `json:"to"`
	Decisions int       `json:"decisions"`
	Examples  []Example `json:"examples,omitempty" doc:"At most five a page, where the phases differ."`
}

// ItemCell counts the impressions of an item in a placement, as a fallback too.
type ItemCell struct {
	Placement string `json:"placement"`
	Item      string `json:"item"`
	Shift
}

// FallbackCell counts the decisions that fill a placement with its fallback.
type FallbackCell struct {
	Placement string `json:"placement"`
	Shift
}

// RuleCell counts the decisions in which a rule fills a placement.
type RuleCell struct {
	Placement string `json:"placement"`
	Rule      string `json:"rule"`
	Before    int    `json:"before"`
	After     int    `json:"after"`
}

// PressureCell counts, for a cap, the decisions in which only the cap keeps the
// item back; for a budget, the impressions that the decisions want from it,
// whether there is something left of it or not.
type PressureCell struct {
	Item   string `json:"item"`
	Limit  string `json:"limit" doc:"A column of the item (cap_day, cap_week, cap_month, cap_life or budget), or the setting that is the cap."`
	Before int    `json:"before"`
	After  int    `json:"after"`
	Budget int64  `json:"budget,omitempty" doc:"How many impressions the budget has in a period; that of the second snapshot where both have one."`
	Taken  int64  `json:"taken,omitempty" doc:"How many of them were given out in the period of the newest decision asked."`
}

// Shift counts decisions on either side: Won has those that only the second
// snapshot makes so, Lost those that only the first does.
type Shift struct {
	Before   int       `json:"before"`
	After    int       `json:"after"`
	Won      int       `json:"won"`
	Lost     int       `json:"lost"`
	Examples []Example `json:"examples,omitempty" doc:"At most five a page, of won or lost."`
}

// PredictionRow is one decision as both snapshots make it.
type PredictionRow struct {
	Example
	Phase      PhaseChange                `json:"phase"`
	Changed    bool                       `json:"changed"`
	Placements map[string]PlacementChange `json:"placements"`
}

// PhaseChange is the phase on either side; empty where the decision is not
// personal.
type PhaseChange struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// PlacementChange is what fills a placement on either side; nil where there is
// no such placement.
type PlacementChange struct {
	From *Filling `json:"from,omitempty"`
	To   *Filling `json:"to,omitempty"`
}

// Filling is what fills a placement, in the words of a decision.
type Filling struct {
	Items    []string        `json:"items"`
	Rule     string          `json:"rule"`
	Fallback bool            `json:"fallback"`
	Reason   snapshot.Reason `json:"reason"`
}
