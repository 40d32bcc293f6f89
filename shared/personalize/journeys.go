package personalize

import (
	"context"

	"wegweiser/shared/journey"
	"wegweiser/shared/snapshot"
	"wegweiser/shared/store"
)

// Journey answers where a visitor stands at a moment (at; empty is now), how
// they got there, and what would move them. An unknown visitor is one of whom
// nothing is known.
func (s *Service) Journey(ctx context.Context, _ Caller, visitor, at string) (*Journey, error) {
	if fault := journey.CheckID("visitor", visitor); fault != nil {
		return nil, invalid(fault.Field, fault.Code, fault.Message)
	}
	clock := s.clock()
	now := journey.At(clock)
	moment, err := momentOr(at, now)
	if err != nil {
		return nil, err
	}
	snap := s.settle(clock, s.freshen(clock)).snapshot
	h, err := s.store.History(ctx, store.Query{Visitor: visitor, At: moment, Now: now, Window: snap.Settings().Window})
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
	return j, nil
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
		since := p.Since
		out.Since = &since
	}
	for _, score := range p.Scores {
		out.Scores[score.Phase] = score.Share
	}
	for i, share := range p.Because {
		value := share.Share
		if share.Touchpoint == "" {
			out.Because[i] = Because{Other: &value}
		} else {
			out.Because[i] = Because{Touchpoint: share.Touchpoint, Type: share.Type, Share: &value}
		}
	}
	return out
}
