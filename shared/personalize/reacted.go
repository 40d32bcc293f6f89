package personalize

import (
	"context"

	"wegweiser/shared/journey"
)

// Reacted is a reaction with the showing that it is to.
type Reacted struct {
	Reaction
	Placement string
	At        journey.Millis
	Value     *journey.Money // of a conversion; nil where nothing was said
}

// reactions are what came of decisions, by the id of the decision.
type reactions map[string][]Reacted

// reactions returns every reaction that is stored of a visitor. It reads
// everything that is. Its error is Unavailable.
func (s *Service) reactions(ctx context.Context, visitor string) (reactions, error) {
	of := reactions{}
	for t, err := range s.store.Touchpoints(ctx, visitor, s.now()) {
		if err != nil {
			return nil, unavailable("reading what became of decisions", err)
		}
		one := Reacted{At: t.At, Value: t.Value}
		var is bool
		if one.Reaction, is = ReactionOf(&t); !is {
			continue
		}
		decision, _ := t.Props[decisionProp].(string)
		one.Placement, _ = t.Props[placementProp].(string)
		of[decision] = append(of[decision], one)
	}
	return of, nil
}

// reactionsAtOnce bounds of how many visitors everything is read at the same
// time: of one it may be a lot.
const reactionsAtOnce = 4

// newReactionShelf returns what reads the reactions of visitors for a walk.
func newReactionShelf(s *Service) *shelf[reactions] {
	turns := make(chan struct{}, reactionsAtOnce)
	return &shelf[reactions]{most: 2 * inFlight, read: func(ctx context.Context, visitor string) (reactions, error) {
		select {
		case turns <- struct{}{}:
			defer func() { <-turns }()
			return s.reactions(ctx, visitor)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}}
}

// react adds to decisions of which the inputs are there what came of them.
func react(ctx context.Context, made []*Recorded, of *shelf[reactions]) error {
	for _, r := range made {
		if r.Gone != "" {
			continue
		}
		all, err := of.get(ctx, r.Visitor)
		if err != nil {
			return err
		}
		r.Reactions = all[r.Decision]
	}
	return nil
}
