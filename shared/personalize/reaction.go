package personalize

import "wegweiser/shared/journey"

// Reaction is what a touchpoint of feedback says of an item: to whom it was
// shown, and what became of that.
type Reaction struct {
	Item, Phase, Segment string // of the last two, either may be empty
	Kind                 ReactionKind
}

// ReactionKind is what became of a shown item.
type ReactionKind string

// The kinds of reactions.
const (
	Impression ReactionKind = "impressions"
	Click      ReactionKind = "clicks"
	Dismissal  ReactionKind = "dismissals"
	Conversion ReactionKind = "conversions"
)

var reactionKinds = map[string]ReactionKind{
	itemImpression: Impression, itemClick: Click, itemDismiss: Dismissal, itemConversion: Conversion,
}

// ReactionTypes are the touchpoint types of reactions, in order.
func ReactionTypes() []string {
	return []string{itemClick, itemConversion, itemDismiss, itemImpression}
}

// ReactionOf reads a stored touchpoint, and reports false for one that is no
// feedback or that a machine left. For every decision, placement and item there
// is at most one reaction of each kind: it stands for one showing, and counts
// whole, however sure it is that a human did it. Were it weighed by its trust,
// clicks through a server would count for more than the impressions that
// browsers report, and rates would be wrong.
func ReactionOf(t *journey.Touchpoint) (Reaction, bool) {
	kind, ok := reactionKinds[t.Type]
	if !ok || t.Source != feedbackSource || t.Trust == journey.Machine || t.Item == "" {
		return Reaction{}, false
	}
	r := Reaction{Item: t.Item, Kind: kind}
	r.Phase, _ = t.Props[phaseProp].(string)
	r.Segment, _ = t.Props[segmentProp].(string)
	return r, true
}
