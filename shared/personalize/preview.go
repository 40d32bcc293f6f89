package personalize

import (
	"encoding/json"

	"wegweiser/shared/journey"
)

// PreviewRequest is the body of POST /v1/config/preview: a decision that is
// only looked at.
type PreviewRequest struct {
	Snapshot    string            `json:"snapshot,omitempty" doc:"draft, live or a snapshot; draft where it is left out."`
	Visitor     string            `json:"visitor,omitempty" doc:"Somebody of whom nothing is known where it is left out."`
	Placements  []string          `json:"placements,omitempty" doc:"All of the snapshot, by name, where it is left out."`
	Touchpoints []json.RawMessage `json:"touchpoints,omitempty" doc:"What is pretended to have happened besides, as in a decision; id and at may be left out, and are then its own and the moment of the decision."`
	Context     map[string]any    `json:"context,omitempty"`
	Consent     journey.Consent   `json:"consent,omitzero"`
	At          string            `json:"at,omitempty" doc:"Now where it is left out."`
}
