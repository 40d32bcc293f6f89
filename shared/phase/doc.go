// Package phase works out where a visitor stands on the customer journey, from
// the touchpoints of a journey.History: the phase with its scores, the path
// that led there, what speaks for it, what would change it, and the standing
// as a customer. The phases and what touchpoints say about them are data; a
// Model holds one such set, checked and ready.
//
// Everything here is a function of its arguments: no clock, no store, no
// random source. The same model, history and time give the same bits on every
// processor. DESIGN §5 is the source; this page says how its words are read.
//
// # Evidence
//
// A touchpoint puts weight · trust on each phase that it has a signal for, and
// that halves with every half-life of age. The signal of its exact channel
// replaces the one of any channel ("*") for the same type and phase.
//
// A touchpoint whose signals carry less than 1 multiplies what was gathered
// before its millisecond, for every phase that it has no signal for, by the
// product of their carries. A signal of weight 0 so shields a phase from the
// carry of another. Touchpoints of one millisecond first all carry, then all
// count, so that their order never matters; their sum is exact for the same
// reason.
//
// # Fold
//
// The steps are the distinct times of the touchpoints, those that weigh
// nothing included, and then the time asked for. At each step only the phases
// whose gate is open then are weighed. The best of them takes over
//
//   - where the visitor stood nowhere yet, or in a phase whose gate has closed;
//   - or where its share leads that of the present phase by its margin.
//
// If the evidence does not reach the best phase's minimum, the visitor stands
// in the first phase. Nobody stands anywhere before the first evidence.
// Comparisons forgive one part in a thousand million, so that what is equal on
// paper is equal here: a tie goes to the phase that comes first in the table,
// and a lead of exactly the margin suffices. Steps tells the fold step by step.
//
// # Gates
//
// Retention and advocacy ask for a purchase that stands. That is read from the
// milestones of the profile, never from the touchpoints, and those later than
// the step do not count yet. Purchases folded into the totals stand from the
// first of them on.
package phase
