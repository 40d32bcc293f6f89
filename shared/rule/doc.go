// Package rule holds a condition as data: a small tree of typed predicates that
// is stored in a snapshot, read back without its text, and decided on without
// parsing anything. Package rule/parse makes one from the text of a when column;
// nothing here depends on it or on an expression language.
//
// # From a condition to an answer
//
// A [Condition] names its facts: the phase, a trait, a count of touchpoints. One
// [Needs] gathers the facts of all the conditions of a snapshot and gives each
// distinct one a slot; [Needs.Bind] lowers a condition to a [Predicate] over
// those slots. A decision fills one [Facts], which asks its [Source] for a fact
// when it is first needed and never twice, and any number of predicates read it
// without allocating.
//
// # Meaning
//
// Logic is two-valued. A comparison that touches a missing value is false, and
// so are its counterparts !=, not in and not contains: visitor.tier != "gold"
// does not hold for a visitor without a tier. The operator not turns whatever it
// is given: not (visitor.tier == "gold") does hold for that visitor. A division
// by zero, and arithmetic that leaves the range of float64, is missing. Only
// missing(field) asks whether a value is there.
//
// Text is compared byte by byte, capitals apart from small letters. A visitor
// may be in several segments: segment == "x" is membership, segment != "x" its
// contrary, segment in ["x", "y"] membership of any.
package rule
