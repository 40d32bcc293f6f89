package snapshot

import (
	"wegweiser/shared/journey"
	"wegweiser/shared/rank"
	"wegweiser/shared/rule"
)

// Reason says why a placement got its fallback.
type Reason string

// The reasons. Consent and Store also say why a decision is not personal.
const (
	NoRule  Reason = "no_rule"
	Consent Reason = "consent"
	Store   Reason = "store"
	Holdout Reason = "holdout"
	Capped  Reason = "capped" // only caps and budgets kept everything else out
)

// Input is everything that a decision reads beside the snapshot.
type Input struct {
	// At is the moment of the decision.
	At journey.Millis
	// Person is the id that sticky choices and arms hash: the visitor's oldest
	// one. Nobody (empty) is in no arm.
	Person string
	// Seed is the id of the decision, by which ranked choices are drawn. Where it
	// is empty, as in what is hypothetical, Person and At draw: whoever asks the
	// same again gets the same.
	Seed string
	// History is what is known about the visitor up to At; nil is nobody.
	// It is only read. Its counters are those that caps are held against,
	// brought to At; they do not go back to a moment that is past.
	History *journey.History
	// Stands says where the visitor is, where that is known and no history, as in
	// a log of decisions. Then the answer has no phase, and scores are missing. It
	// is nil where History says it.
	Stands *Stands
	// Withheld is empty for a personal decision. Otherwise it is Consent or
	// Store: History is not read, the answer's phase is nil, conditions on
	// phase, standing, traits and history do not hold, and fallbacks carry it
	// as their reason.
	Withheld Reason
	// Purposes are what the visitor agreed to, or what may be assumed. A personal
	// decision has personalization, whether it is among them or not.
	Purposes []journey.Purpose
	// Statistics is what is believed of items where they are ranked. With nil
	// only their priors are known.
	Statistics *rank.Statistics
	// Context is what the request said about itself, checked by
	// Snapshot.Context. Its locale and country come before the profile's.
	Context Context
	// Locale is the language that the request preferred (Accept-Language),
	// for where neither Context nor the profile names one. Empty is none.
	Locale string
	// Placements are the names to be filled, in order; a second mention of a
	// name is skipped, and so is one that the snapshot does not know (see
	// Snapshot.UnknownPlacement).
	Placements []string
	// Spent are the items whose budgets are used up.
	Spent []string
	// Uncounted is why nothing that has a cap or a budget may be shown, though
	// the decision is personal: Store where it cannot be counted, Capped where
	// there was no room as often as it was tried. Placements that would have
	// shown something else have it as their reason. Empty: it may.
	Uncounted Reason
	// Unknown are the traits and the keys of the context of which nobody knows
	// what they were, or whether they were there at all. Conditions take them as
	// missing, and Answer.Unknown names those that one asked for. With any of
	// them, items come without their content.
	Unknown []rule.Fact
	// Pressure asks for Answer.Held.
	Pressure bool
	// Explain asks for Answer.Explanation.
	Explain bool
}
