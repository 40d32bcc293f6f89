// Package snapshot turns configuration rows into an immutable Snapshot and
// decides on it.
//
// Compile checks every row at once and lowers it; Decide is a pure function of
// the snapshot and its Input: no input or output, no clock and no random
// source, so that the same inputs give the same answer on any machine, years
// later.
//
// # Filling a placement
//
// Placements are filled in the request's order. For each, rules are tried by
// their order, then id; the first that holds and still has an eligible item
// wins, and where none does the placement's fallback is served. An item shown
// earlier in the answer is not eligible again, but a fallback is served even
// then: a placement is never left empty.
//
// # Choosing
//
// fixed takes the rule's items in the order of its row, those of a tag in the
// order of their ids. weighted is weighted
// rendezvous hashing (C. Schindelhauer and G. Schomaker, "Weighted distributed
// hash tables", SPAA 2005): every item gets the key -ln(u)/weight, where u in
// (0, 1) is a hash of rule, person and item, and the smallest keys win. A
// person keeps their item for as long as it is eligible; raising or lowering
// one weight moves only the people who come to or leave that item; and the
// next smallest keys are a weighted draw without replacement, so that a
// placement with several places keeps the same proportions (P. Efraimidis and
// P. Spirakis, "Weighted random sampling with a reservoir", 2006). A weight
// that stands at a tag is that of each of its items.
//
// rank lets the items compete for each place by what is believed of their
// propensity, multiplied with what they are worth: rank.Ranking, seeded from the
// decision and the placement, among the items that may be shown there then. An
// item is drawn with the probability that the answer says. What is believed is
// Input.Statistics, or else the item's own prior.
//
// # Arms
//
// A person in the holdout gets every placement's fallback. To a decision without
// a phase the phase is as unknown as to one that is not personal, for rules,
// items, conditions, texts and what is believed of items; Answer.Phase says it
// all the same. Who is in which arm depends on the person and the shares alone:
// rank.ArmsOf.
//
// # Languages
//
// A content field may have texts for languages beside its bare form. Each
// field is looked up by the visitor's locale and its shorter forms (de-AT,
// then de), then likewise by the default locale of the settings, then in its
// bare form, then in the first language that it has.
//
// # Variables
//
// Content may name {{visitor.<trait>|default}}, {{context.<key>|default}} and
// {{phase}}. A value is put in once, as plain text: control characters are
// dropped, it is cut after 200 characters, and in fields whose name ends in
// html it is escaped.
package snapshot
