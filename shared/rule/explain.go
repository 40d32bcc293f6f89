package rule

import (
	"slices"
	"strings"
)

// Failure says why a condition does not hold.
type Failure struct {
	Condition string    // the part that failed, as a when text
	Actual    []Reading // what its facts were, in the order of the text
}

// Reading is a fact, as a when text asks for it, with what it was.
type Reading struct {
	Field string
	Value Value
}

// String returns the failure as one line, such as
// count("purchase", "30d") >= 2: count("purchase", "30d") is 1.
func (f Failure) String() string {
	if len(f.Actual) == 0 {
		return f.Condition
	}
	actual := make([]string, len(f.Actual))
	for i, r := range f.Actual {
		actual[i] = "(" + r.Field + ") is " + r.Value.String()
		if !strings.Contains(r.Field, " == ") {
			actual[i] = r.Field + " is " + r.Value.String()
		}
	}
	return f.Condition + ": " + strings.Join(actual, ", ")
}

// Explain returns the first part of the condition that fails for f: of parts
// joined by and the first one that is false; an or, or a not, fails as a whole.
// It reports false when the condition holds. It allocates; Holds is for
// deciding.
func (p Predicate) Explain(f *Facts) (Failure, bool) {
	if p.Holds(f) {
		return Failure{}, false
	}
	failed := p.root
	if failed.Op == OpAnd {
		failed = &failed.Args[slices.IndexFunc(failed.Args, func(e Expr) bool {
			return !p.needs.Bind(Condition{root: &e}).Holds(f)
		})]
	}
	failure := Failure{Condition: failed.String()}
	for _, fact := range failed.facts(nil) {
		failure.Actual = append(failure.Actual, Reading{fact.String(), f.Value(p.needs.slots[fact])})
	}
	return failure, true
}
