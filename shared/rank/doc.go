// Package rank says which of several items that a person may have is shown, and
// how often one may be shown at all. It is arithmetic: no I/O, no clock, no
// random source of its own, and the same bits on every processor. DESIGN §7 is
// the source; this page says how its words are read.
//
// # Priority
//
// An item's priority is what its propensity (the probability that it is taken
// up when it is shown) is multiplied by: see Worth. Value and cost both come
// when the item is taken up, so that it is their difference that counts, and a
// priority without context and levers is an expected gain. An item whose margin
// is a loss, whose weight is 0 or whose levers sum to -100 is not shown.
//
// # Choice
//
// Nobody knows the propensity. What is believed of it, a Beta posterior, comes
// as 16 Quantiles, made where statistics are gathered (package fit), and one of
// them is as likely as another. Thompson sampling (Thompson 1933, Biometrika
// 25:285) lets each candidate draw from what is believed of it and shows the
// best draw, so that an item is shown as often as it is believed to be the
// best. Ranking computes this probability p of each candidate exactly, in time
// of n·16·log(n·16) for n candidates, instead of drawing. It then spreads a part
// of the choices, the floor ε, evenly:
//
//	(1 − ε)·p + ε/n
//
// and chooses by that, with one number made of the seed. So the probability
// that is recorded is the one that chose. Where beliefs are the same, so are
// the probabilities. The floor keeps what is believed to be bad measurable, for
// us and for those who later ask what another ranking would have earned.
//
// At most 32 candidates take part, those of the highest mean priority. Equal
// ones stand by the stable Hash of the item, in this as in the draw.
//
// Where nobody knows anything of an item, or where there are no Statistics at
// all, what is believed is what package fit believes then: items compete by
// what they are worth. Whoever has a prior of an item gives the candidate the
// quantiles that package beta makes of it.
//
// Where a placement shows several items, each place draws anew among those that
// remain. What is recorded with an item is its probability given the items
// before it; that of the list is their product.
//
// # Arms
//
// A person is in the holdout, or decided for without a phase, by a hash of the
// oldest of their ids: see ArmsOf.
//
// # Counters
//
// What a visitor was shown, by item, group and channel in calendar periods,
// with reservations that expire: see Counters.
package rank
