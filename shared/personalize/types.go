package personalize

import (
	"encoding/json"

	"wegweiser/shared/journey"
	"wegweiser/shared/snapshot"
)

// Key is the kind of key that a caller showed.
type Key uint8

// The kinds of keys.
const (
	Publishable Key = iota + 1 // stands in web pages
	Secret                     // stands on servers
	Admin                      // changes configuration
)

// Caller is who asks. The gateway makes it from the request; nothing in it
// comes from the body.
type Caller struct {
	Key     Key
	Name    string // of an admin
	Visitor string // with a publishable key: the visitor that the token proves
	GPC     bool   // the request carried Sec-GPC: 1
	// Locale is the language range that the request preferred
	// (Accept-Language), used where neither context nor profile names one.
	Locale string
}

// TouchpointInput is a touchpoint as a sender writes it. What is not sent is
// filled in: visitor from the call where it names one, trust from the key.
type TouchpointInput struct {
	ID       string         `json:"id" doc:"Names the touchpoint for good: the first body sent under it wins." minLength:"1" maxLength:"128"`
	Visitor  string         `json:"visitor,omitempty" doc:"Whose touchpoint it is. May be left out where the call names the visitor." maxLength:"128"`
	Type     string         `json:"type" doc:"What happened, such as product_view." pattern:"^[a-z0-9_.]{1,64}$"`
	Channel  string         `json:"channel" doc:"Where it happened, such as web or social.instagram." pattern:"^[a-z0-9_.]{1,64}$"`
	Source   string         `json:"source,omitempty" maxLength:"128"`
	At       string         `json:"at" doc:"When it happened, RFC 3339; at most 24 hours ahead." format:"date-time"`
	Item     string         `json:"item,omitempty" maxLength:"128"`
	Category string         `json:"category,omitempty" maxLength:"128"`
	Value    *journey.Money `json:"value,omitempty"`
	Campaign string         `json:"campaign,omitempty" maxLength:"128"`
	Trust    string         `json:"trust,omitempty" doc:"How sure you are that a human did it; secret keys only." enum:"human,likely,reported,imported,machine"`
	Props    map[string]any `json:"props,omitempty" doc:"At most 20 keys and 2 KB."`
}

// CollectRequest is the body of POST /v1/touchpoints. Each touchpoint stays
// raw here, so that one unreadable one is refused alone.
type CollectRequest struct {
	Touchpoints []json.RawMessage `json:"touchpoints"`
	Consent     journey.Consent   `json:"consent,omitzero"`
}

// CollectResult says what became of the touchpoints of a call.
type CollectResult struct {
	Accepted   int         `json:"accepted"`
	Duplicates int         `json:"duplicates"`
	Rejected   []Rejection `json:"rejected"`
}

// Rejection is one touchpoint that was not stored, and why.
type Rejection struct {
	Index   int    `json:"index"`
	Code    string `json:"code"`
	Field   string `json:"field,omitempty"`
	Message string `json:"message"`
	Retry   bool   `json:"retry,omitempty"`
}

// DecideRequest is the body of POST /v1/decisions.
type DecideRequest struct {
	Visitor     string            `json:"visitor,omitempty"`
	Placements  []string          `json:"placements,omitempty"`
	Touchpoints []json.RawMessage `json:"touchpoints,omitempty"`
	Context     map[string]any    `json:"context,omitempty" doc:"What the request says of itself. At most 50 keys that the settings declare, with texts of at most 2 KB together; others do not count."`
	Consent     journey.Consent   `json:"consent,omitzero"`
	Explain     bool              `json:"explain,omitempty"`
	At          string            `json:"at,omitempty" doc:"A moment, RFC 3339. The decision is hypothetical then: it records and counts nothing. Caps and budgets hold as they are now; those of a moment that is past are not known."`

	// All fills every placement of the live snapshot, by name, in the place of
	// Placements. No body says it.
	All bool `json:"-"`
}

// Decision is the answer of POST /v1/decisions.
type Decision struct {
	Decision    string                         `json:"decision"`
	Visitor     string                         `json:"visitor"`
	Snapshot    string                         `json:"snapshot"`
	At          journey.Millis                 `json:"at"`
	Personal    bool                           `json:"personal"`
	Phase       *Phase                         `json:"phase"`
	Placements  map[string]*snapshot.Placement `json:"placements"`
	Touchpoints CollectResult                  `json:"touchpoints"`
	Degraded    string                         `json:"degraded,omitempty" enum:"store_timeout,store_error"`
	Explanation *snapshot.Explanation          `json:"explanation,omitempty"`

	// SnapshotAge is how many whole seconds ago the snapshot was last known to
	// be the live one; the header X-Snapshot-Age says it.
	SnapshotAge int `json:"-"`
}

// Phase is where a visitor stands, and why. Numbers have four decimals.
type Phase struct {
	Name       string             `json:"name"`
	Confidence float64            `json:"confidence"`
	Standing   string             `json:"standing"`
	Since      *journey.Millis    `json:"since"`
	Scores     map[string]float64 `json:"scores"`
	Because    []Because          `json:"because"`
	Truncated  bool               `json:"truncated"`
}

// Because is one contribution to the named phase, or the sum of all that are
// not among the first five (Other). The shares add up to 1.
type Because struct {
	Touchpoint string   `json:"touchpoint,omitempty"`
	Type       string   `json:"type,omitempty"`
	Share      *float64 `json:"share,omitempty"`
	Other      *float64 `json:"other,omitempty"`
}

// JourneyRequest is the query of GET /v1/visitors/{id}/journey.
type JourneyRequest struct {
	At    string // RFC 3339, inclusive; empty is now
	Steps bool   // answer the journey step by step too
}

// Journey is the answer of GET /v1/visitors/{id}/journey.
type Journey struct {
	Visitor     string         `json:"visitor"`
	At          journey.Millis `json:"at"`
	Phase       *Phase         `json:"phase"`
	Path        []Move         `json:"path"`
	WouldChange []Change       `json:"would_change"`
	Steps       []Step         `json:"steps,omitzero" doc:"With steps=true: one for each time at which something happened, in order."`
}

// Move is one entry into a phase.
type Move struct {
	Phase string         `json:"phase"`
	Since journey.Millis `json:"since"`
}

// Step is what happened at one moment of a journey, and where the visitor stood
// once it counted. Numbers have four decimals; before the first evidence all of
// them are 0, and the first phase is named.
type Step struct {
	At          journey.Millis     `json:"at"`
	Phase       string             `json:"phase"`
	Confidence  float64            `json:"confidence" doc:"The score of the phase."`
	Scores      map[string]float64 `json:"scores"`
	Touchpoints []StepTouchpoint   `json:"touchpoints"`
}

// StepTouchpoint is a touchpoint of a step.
type StepTouchpoint struct {
	ID      string `json:"id"`
	Type    string `json:"type"`
	Channel string `json:"channel"`
	Item    string `json:"item,omitempty"`
	Trust   string `json:"trust" enum:"human,likely,reported,imported"`
}

// Change is a touchpoint that would move the visitor, and where to.
type Change struct {
	Type string `json:"type"`
	To   string `json:"to"`
}

// VisitorUpdate is the body of PATCH /v1/visitors/{id}. What is left out stays
// as it is; a trait of null is removed.
type VisitorUpdate struct {
	Traits  map[string]any `json:"traits,omitempty"`
	Locale  *string        `json:"locale,omitempty"`
	Zone    *string        `json:"zone,omitempty"`
	Country *string        `json:"country,omitempty"`
}

// Visitor is what is kept about a visitor beside the touchpoints, as PATCH
// answers it.
type Visitor struct {
	Visitor string          `json:"visitor"`
	Traits  map[string]any  `json:"traits"`
	Locale  string          `json:"locale,omitempty"`
	Zone    string          `json:"zone,omitempty"`
	Country string          `json:"country,omitempty"`
	Consent journey.Consent `json:"consent"`
}

// ConsentUpdate is the body of PUT /v1/visitors/{id}/consent.
type ConsentUpdate struct {
	Consent journey.Consent `json:"consent"`
}

// Health is the answer of GET /v1/health.
type Health struct {
	Status      string `json:"status" enum:"ok,degraded"`
	Snapshot    string `json:"snapshot"`
	SnapshotAge int    `json:"snapshot_age"`
}
