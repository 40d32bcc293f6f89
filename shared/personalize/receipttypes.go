package personalize

import (
	"wegweiser/shared/journey"
	"wegweiser/shared/snapshot"
	"wegweiser/shared/tables"
)

// Receipt is the answer of GET /v1/decisions/{id}: what a decision was made
// from, what comes of it now, and whether that is what was answered then.
type Receipt struct {
	Decision string          `json:"decision"`
	Visitor  string          `json:"visitor"`
	Snapshot string          `json:"snapshot" doc:"The configuration that decided."`
	At       journey.Millis  `json:"at"`
	Expires  *journey.Millis `json:"expires,omitempty" doc:"From then on the receipt is gone."`
	Seed     string          `json:"seed" doc:"What chance was drawn by."`

	Request   ReceiptRequest    `json:"request"`
	Personal  bool              `json:"personal"`
	Withheld  snapshot.Reason   `json:"withheld,omitempty" doc:"Why the decision was not personal." enum:"consent,store"`
	Purposes  []journey.Purpose `json:"purposes" doc:"What the visitor agreed to, or what was assumed."`
	Degraded  string            `json:"degraded,omitempty" enum:"store_timeout,store_error"`
	Profile   *ReceiptProfile   `json:"profile,omitempty" doc:"What was known of the visitor then; left out where it was not read."`
	Counters  []Counted         `json:"counters" doc:"What the visitor had been shown of what has caps."`
	Spent     []string          `json:"spent,omitempty" doc:"The items whose budgets were used up."`
	Uncounted snapshot.Reason   `json:"uncounted,omitempty" doc:"Why nothing could be shown that has a cap or a budget."`

	Touchpoints int  `json:"touchpoints" doc:"How many decided."`
	Milestones  int  `json:"milestones" doc:"How many were on the profile."`
	Truncated   bool `json:"truncated" doc:"Older touchpoints did not fit the window."`

	Phase       *Phase                      `json:"phase"`
	Arms        []string                    `json:"arms,omitempty" doc:"Those that the visitor is in: holdout, no_phase."`
	Placements  map[string]ReceiptPlacement `json:"placements,omitzero" doc:"What was chosen; left out where inputs are gone, as are phase, why and explanation."`
	Why         []snapshot.Told             `json:"why,omitzero" doc:"Each placement and each candidate in a sentence."`
	Explanation *snapshot.Explanation       `json:"explanation,omitempty" doc:"Every candidate, and the first condition that it failed with what was found."`

	Identical  *bool      `json:"identical" doc:"Whether the decision, made again from its inputs, answers the same to the byte; null where inputs are gone."`
	Lean       bool       `json:"lean,omitempty" doc:"The receipt would have been too large: traits, keys of the context and counters that the configuration does not ask for are not in it."`
	InputsGone []string   `json:"inputs_gone" doc:"What is no longer stored: touchpoints, or the snapshot."`
	Answer     *Canonical `json:"answer,omitempty" doc:"With replay=true: the answer as it was made again, without tokens."`
}

// ReceiptRequest is what a decision was asked.
type ReceiptRequest struct {
	Placements []string       `json:"placements"`
	Context    map[string]any `json:"context,omitempty" doc:"Of it, what can matter."`
	Locale     string         `json:"locale,omitempty" doc:"That the request preferred (Accept-Language)."`
}

// ReceiptProfile is what was known of a visitor.
type ReceiptProfile struct {
	Locale  string         `json:"locale,omitempty"`
	Zone    string         `json:"zone,omitempty"`
	Country string         `json:"country,omitempty"`
	Traits  map[string]any `json:"traits,omitempty" doc:"Those that the settings declare."`
}

// Counted is how often a visitor was shown something.
type Counted struct {
	Of     string        `json:"of" enum:"item,group,channel,all"`
	Name   string        `json:"name,omitempty"`
	Period tables.Period `json:"period" enum:"day,week,month,life"`
	Shown  int           `json:"shown"`
}

// ReceiptPlacement is what filled a placement.
type ReceiptPlacement struct {
	Items    []ReceiptItem   `json:"items"`
	Rule     string          `json:"rule,omitempty"`
	Fallback bool            `json:"fallback"`
	Reason   snapshot.Reason `json:"reason,omitempty" enum:"no_rule,consent,capped,holdout,store"`
}

// ReceiptItem is an item that was shown.
type ReceiptItem struct {
	ID          string  `json:"id"`
	Kind        string  `json:"kind"`
	Probability float64 `json:"probability" doc:"How likely it was to be chosen, given those before it; 1 where nothing was drawn."`
}
