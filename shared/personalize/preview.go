package personalize

import (
	"cmp"
	"context"
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

// nobody stands where a visitor is needed and none is meant.
const nobody = "nobody"

// Preview answers as Decide would for a server (a secret key), with any
// snapshot and with whatever is pretended to have happened besides. It records
// nothing: the answer has no id and always an explanation. Its errors: those of
// Decide, Invalid with the problems where the draft has errors, Stale where a
// hash is named that the draft no longer has, and Unavailable.
func (s *Service) Preview(ctx context.Context, request PreviewRequest) (*Decision, error) {
	started := s.clock()
	on, err := s.named(ctx, "snapshot", cmp.Or(request.Snapshot, Draft))
	if err != nil {
		return nil, err
	}
	statistics := s.live.current.Load().statistics
	if on.Ranks() {
		statistics = s.loadStatistics(ctx, statistics)
	}
	d := deciding{
		s: s, caller: Caller{Key: Secret}, preview: true, now: journey.At(started),
		live: &known{snapshot: on, statistics: statistics, at: started, seen: true},
		request: &DecideRequest{
			Visitor: request.Visitor, Placements: request.Placements, Touchpoints: request.Touchpoints,
			Context: request.Context, Consent: request.Consent, At: request.At, Explain: true,
		},
	}
	if err := d.validate(); err != nil {
		return nil, err
	}
	if len(request.Placements) == 0 {
		d.request.Placements = on.Placements()
	}
	d.load(ctx)
	if d.fault != nil {
		return nil, unavailable("reading the history", d.fault)
	}
	decision := d.answer(ctx, started)
	if d.fault != nil {
		return nil, unavailable("reading the budgets", d.fault)
	}
	return decision, nil
}
