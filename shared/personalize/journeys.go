package personalize

import (
	"context"

	"wegweiser/shared/journey"
	"wegweiser/shared/phase"
	"wegweiser/shared/snapshot"
	"wegweiser/shared/store"
)

// Journey answers where a visitor stands at a moment, how they got there, and
// what would move them. An unknown visitor is one of whom nothing is known.
func (s *Service) Journey(ctx context.Context, _ Caller, visitor string, request JourneyRequest) (*Journey, error) {
	if fault := journey.CheckID("visitor", visitor); fault != nil {
		return nil, invalid(fault.Field, fault.Code, fault.Message)
	}
	moment, err := s.Moment("at", request.At)
	if err != nil {
		return nil, err
	}
	snap := s.Snapshot()
	h, err := s.store.History(ctx, store.Query{Visitor: visitor, At: moment, Now: s.now(), Window: snap.Settings().Window})
	if err != nil {
		return nil, unavailable("reading the journey", err)
	}
	stands := snap.Phase(h, moment)
	j := &Journey{Visitor: visitor, At: moment, Phase: phaseOf(&stands), Path: []Move{}, WouldChange: []Change{}}
	for _, m := range snap.Model().Path(h, moment) {
		j.Path = append(j.Path, Move{Phase: m.Phase, Since: m.Since})
	}
	for _, c := range snap.Model().WouldChange(h, moment) {
		j.WouldChange = append(j.WouldChange, Change{Type: c.Type, To: c.To})
	}
	if request.Steps {
		j.Steps = stepsOf(snap.Model(), h, moment)
	}
	return j, nil
}

func stepsOf(m *phase.Model, h *journey.History, at journey.Millis) []Step {
	folded := m.Steps(h, at)
	steps := make([]Step, len(folded))
	for i, f := range folded {
		shares := f.State.Scores[:m.Len()]
		phase.Round(shares)
		scores := make(map[string]float64, m.Len())
		for p, share := range shares {
			scores[m.Name(p)] = share
		}
		steps[i] = Step{
			At: f.At, Phase: m.Name(f.State.Phase), Confidence: shares[f.State.Phase], Scores: scores,
			Touchpoints: make([]StepTouchpoint, len(f.Traces)),
		}
		for k, t := range f.Traces {
			steps[i].Touchpoints[k] = StepTouchpoint{ID: t.ID, Type: t.Type, Channel: t.Channel, Item: t.Item, Trust: t.Trust.String()}
		}
	}
	return steps
}

func phaseOf(p *snapshot.Phase) *Phase {
	if p == nil {
		return nil
	}
	out := &Phase{
		Name: p.Name, Confidence: p.Confidence, Standing: p.Standing, Truncated: p.Truncated,
		Scores:  make(map[string]float64, len(p.Scores)),
		Because: make([]Because, len(p.Because)),
	}
	if p.Known {
		out.Since = &p.Since
	}
	for _, score := range p.Scores {
		out.Scores[score.Phase] = score.Share
	}
	for i := range p.Because {
		share := &p.Because[i]
		if share.Touchpoint == "" {
			out.Because[i] = Because{Other: &share.Share}
		} else {
			out.Because[i] = Because{Touchpoint: share.Touchpoint, Type: share.Type, Share: &share.Share}
		}
	}
	return out
}
