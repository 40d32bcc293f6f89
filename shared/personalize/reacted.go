package personalize

import (
	"context"

	"wegweiser/shared/journey"
)

// Reacted is a reaction with the showing that it is to.
type Reacted struct {
	Reaction
	Decision  string
	Placement string
	At        journey.Millis
	Value     *journey.Money // of a conversion; nil where nothing was said
}

// Reactions returns every reaction that is stored of visitors, by visitor and in
// no promised order. It reads everything that is stored of each, some at a time.
// Its error is Unavailable.
func (s *Service) Reactions(ctx context.Context, visitors []string) (map[string][]Reacted, error) {
	all := func(yield func(string, error) bool) {
		for _, visitor := range visitors {
			if !yield(visitor, nil) {
				return
			}
		}
	}
	of := make(map[string][]Reacted, len(visitors))
	_, err := inOrder(ctx, all, 0, s.reactionsOf, func(visitor string, list []Reacted) bool {
		of[visitor] = list
		return true
	})
	if err != nil {
		return nil, unavailable("reading what became of decisions", err)
	}
	return of, nil
}

func (s *Service) reactionsOf(ctx context.Context, visitor string) (list []Reacted, err error) {
	for t, err := range s.store.Touchpoints(ctx, visitor, s.now()) {
		if err != nil {
			return nil, err
		}
		one := Reacted{At: t.At, Value: t.Value}
		var is bool
		if one.Reaction, is = ReactionOf(&t); !is {
			continue
		}
		one.Decision, _ = t.Props[decisionProp].(string)
		one.Placement, _ = t.Props[placementProp].(string)
		list = append(list, one)
	}
	return list, nil
}
