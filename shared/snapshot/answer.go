package snapshot

import (
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/rank"
	"wegweiser/shared/tables"
)

// Answer is a decision. What it holds is shared with the snapshot and must
// not be changed.
type Answer struct {
	// Phase is nil where the decision is not personal.
	Phase *Phase
	// Segment is the one by which statistics tell the visitor apart: the first,
	// by id, of which the visitor is. Empty for none.
	Segment string
	// Placements are in the request's order, each name once.
	Placements []Placement
	// Arms are those that the person is in, whatever the decision.
	Arms rank.Arms
	// Explanation is set where it was asked for.
	Explanation *Explanation
	// Reservations are the items that must be counted before anybody is given
	// the answer, in the order of the placements.
	Reservations []Reservation
	// Held are the items that only a cap or a budget kept back, as far as they
	// were looked at, where Input.Pressure asks for them.
	Held []Held
	// Unknown are those of Input.Unknown that a condition asked for on the way to
	// the placements, as conditions write them: the answer may not be the right one.
	Unknown []string
	// Zone is that of the calendar by which the visitor is counted, where there
	// is a reservation with limits.
	Zone *time.Location
}

// Held is an item that would have been eligible, and what kept it back: a
// column, or a setting that is a cap.
type Held struct {
	Item  string
	Limit string
}

// BudgetLimit is the limit of an item whose budget is used up.
const BudgetLimit = "budget"

// Reservation is an item that is shown as often as its caps and its budget
// allow. Fallbacks and transactional items have none.
type Reservation struct {
	Item   string
	Limits []rank.Limit  // that hold for the visitor; empty where there are none
	Budget int64         // of all visitors together in Period; 0: none
	Period tables.Period // in the zone of the workspace (Snapshot.Zone)
}

// Phase is where the visitor stands. Its numbers have four decimals.
type Phase struct {
	Name       string
	Confidence float64
	Standing   string
	Known      bool           // there is evidence; else every number is 0 and Since means nothing
	Since      journey.Millis // when the phase was entered
	Scores     []Score        // every phase in the order of the table, adding to 1
	Because    []Share        // at most six, the last one Other; adding to 1, or empty
	Truncated  bool
}

// Score is the share of the evidence that speaks for a phase.
type Score struct {
	Phase string
	Share float64
}

// Share is what one touchpoint adds to the named phase. The one without a
// touchpoint is the sum of all others.
type Share struct {
	Touchpoint string
	Type       string
	Share      float64
}

// Placement is one place with what goes there.
type Placement struct {
	Name     string `json:"-"`
	Items    []Item `json:"items"`
	Rule     string `json:"rule,omitempty"` // that won; empty for a fallback
	Fallback bool   `json:"fallback"`
	Reason   Reason `json:"reason,omitempty"` // of a fallback
	Drawn    bool   `json:"-"`                // chance chose the items
}

// Item is one item in the visitor's language.
type Item struct {
	ID      string  `json:"id"`
	Kind    string  `json:"kind"`
	URL     string  `json:"url,omitempty"`
	Content Content `json:"content"`
	Token   string  `json:"token,omitempty"` // filled in by who hands it out
	// Probability is how likely a ranked rule was to choose the item for its
	// place, given the items before it in the placement. Everything else chooses
	// one thing alone for a person, with probability 1.
	Probability float64 `json:"-"`
}
