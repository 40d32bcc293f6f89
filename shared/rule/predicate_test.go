package rule_test

import (
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/rule"
	"wegweiser/shared/rule/internal/ruletest"
)

func TestHolds(t *testing.T) {
	known := researcher()
	known[stars] = rule.BoolOf(true)
	known[vip] = rule.BoolOf(false)
	read, apply := rule.Read, rule.Apply
	missingTier := apply(rule.OpMissing, read(tier))
	over := func(a, b rule.Expr) rule.Expr { return apply(rule.OpDivide, a, b) }
	tests := map[string]struct {
		root rule.Expr
		want bool
	}{
		"TextsDifferInCapitals":         {apply(rule.OpEqual, read(country), text("de")), false},
		"LiteralMayStandFirst":          {apply(rule.OpLess, number(18), read(age)), true},
		"LiteralFirstIsNotTurnedAround": {apply(rule.OpGreater, number(18), read(age)), false},
		"AtMostIncludesTheNumber":       {apply(rule.OpLessEqual, read(age), number(40)), true},
		"MoreThanLeavesTheNumberOut":    {apply(rule.OpGreater, read(age), number(40)), false},
		"InList":                        {apply(rule.OpIn, read(country), text("DE"), text("AT")), true},
		"InLongList":                    {apply(rule.OpIn, read(age), number(50), number(40), number(30), number(1), number(2)), true},
		"NotInList":                     {apply(rule.OpNotIn, read(country), text("DE"), text("AT")), false},
		"Membership":                    {read(stars), true},
		"FalseTrait":                    {read(vip), false},
		"FalseTraitIsThere":             {apply(rule.OpEqual, read(vip), rule.Literal(rule.BoolOf(false))), true},
		"MissingIsTrue":                 {missingTier, true},
		"MissingIsFalse":                {apply(rule.OpMissing, read(age)), false},
		"MissingIsNotEqual":             {apply(rule.OpEqual, read(tier), text("")), false},
		"MissingIsNotUnequal":           {apply(rule.OpNotEqual, read(tier), text("gold")), false},
		"MissingIsNotOutOfAList":        {apply(rule.OpNotIn, read(tier), text("gold")), false},
		"MissingDoesNotLackAText":       {apply(rule.OpNotContains, read(tier), text("gold")), false},
		"NotTurnsAFalseComparison":      {apply(rule.OpNot, apply(rule.OpEqual, read(tier), text("gold"))), true},
		"Arithmetic":                    {apply(rule.OpEqual, apply(rule.OpSubtract, read(age), read(views)), number(35)), true},
		"RemainderKeepsTheSign":         {apply(rule.OpEqual, apply(rule.OpRemainder, number(-7), read(views)), number(-2)), true},
		"DivisionByZeroIsMissing":       {apply(rule.OpGreater, over(read(age), number(0)), number(1)), false},
		"NorIsItsInverseZero":           {apply(rule.OpEqual, over(number(1), over(read(age), number(0))), number(0)), false},
		"RemainderByZeroIsMissing":      {apply(rule.OpNotEqual, apply(rule.OpRemainder, read(age), number(0)), number(1)), false},
		"OverflowIsMissing":             {apply(rule.OpGreater, apply(rule.OpMultiply, read(age), number(1.7e308)), number(1)), false},
		"Pattern":                       {apply(rule.OpMatches, read(phase), text("^con.*n$")), true},
		"TwoFields":                     {apply(rule.OpNotEqual, read(phase), read(channel)), true},
		"OrTakesTheSecond":              {apply(rule.OpOr, read(vip), missingTier), true},
		"AlwaysTrue":                    {rule.Literal(rule.BoolOf(true)), true},
		"AlwaysFalse":                   {apply(rule.OpAnd, rule.Literal(rule.BoolOf(false)), missingTier), false},
		"NestedNot":                     {apply(rule.OpNot, apply(rule.OpOr, read(vip), apply(rule.OpNot, missingTier))), true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := condition(t, test.root)
			predicate, facts, _ := bound(c, known)
			if got := predicate.Holds(facts); got != test.want {
				t.Errorf("%s: got %v, want %v", c, got, test.want)
			}
		})
	}
}

func TestTheZeroConditionHolds(t *testing.T) {
	predicate, facts, _ := bound(rule.Condition{}, nil)
	if !predicate.Holds(facts) || !(rule.Predicate{}).Holds(facts) {
		t.Error("got false, want true")
	}
	if failure, failed := predicate.Explain(facts); failed {
		t.Errorf("got the failure %v, want none", failure)
	}
}

func TestAValueOfAnotherTypeIsMissing(t *testing.T) {
	for name, root := range map[string]rule.Expr{
		"Compared":   rule.Apply(rule.OpNotEqual, rule.Read(age), number(1)),
		"Computed":   rule.Apply(rule.OpNotEqual, rule.Apply(rule.OpAdd, rule.Read(age), number(1)), number(1)),
		"AskedAfter": rule.Apply(rule.OpNot, rule.Apply(rule.OpMissing, rule.Read(age))),
	} {
		t.Run(name, func(t *testing.T) {
			predicate, facts, _ := bound(condition(t, root), map[rule.Fact]rule.Value{age: rule.TextOf("forty")})
			if predicate.Holds(facts) {
				t.Error("got true for an age that is a text, want false")
			}
		})
	}
}

func TestAFactIsAskedOnceADecision(t *testing.T) {
	needs := new(rule.Needs)
	first, second := needs.Bind(fiveParts(t)), needs.Bind(fiveParts(t))
	person := &ruletest.Person{Needs: needs, Known: researcher()}
	facts := needs.NewFacts()
	for range 2 {
		facts.Begin(person)
		for range 3 {
			if !first.Holds(facts) || !second.Holds(facts) {
				t.Fatal("got false, want true")
			}
		}
	}
	want := map[rule.Fact]int{phase: 2, channel: 2, country: 2, views: 2, age: 2}
	if diff := cmp.Diff(want, person.Asked); diff != "" {
		t.Errorf("facts asked in two decisions (-want +got):\n%s", diff)
	}
}

func TestAndStopsAtTheFirstFailure(t *testing.T) {
	known := researcher()
	known[phase] = rule.TextOf("awareness")
	predicate, facts, person := bound(fiveParts(t), known)
	if predicate.Holds(facts) {
		t.Error("got true, want false")
	}
	if diff := cmp.Diff(map[rule.Fact]int{phase: 1}, person.Asked); diff != "" {
		t.Errorf("facts asked (-want +got):\n%s", diff)
	}
}

func TestBeginForgets(t *testing.T) {
	predicate, facts, person := bound(condition(t, rule.Read(vip)), map[rule.Fact]rule.Value{vip: rule.BoolOf(true)})
	before := predicate.Holds(facts)
	person.Known = nil
	facts.Begin(person)
	if after := predicate.Holds(facts); !before || after {
		t.Errorf("got %v, then %v for somebody else; want true, then false", before, after)
	}
}

// circle is a segment whose condition is its own membership.
type circle struct {
	predicate rule.Predicate
	facts     *rule.Facts
}

func (c *circle) Fact(int) rule.Value { return rule.BoolOf(c.predicate.Holds(c.facts)) }

func TestAFactThatAsksForItselfEnds(t *testing.T) {
	needs := new(rule.Needs)
	member := needs.Bind(condition(t, rule.Read(stars)))
	facts := needs.NewFacts()
	facts.Begin(&circle{member, facts})
	if member.Holds(facts) {
		t.Error("got true, want false")
	}
}

func TestDecidingAllocatesNothing(t *testing.T) {
	needs := new(rule.Needs)
	predicate := needs.Bind(fiveParts(t))
	computed := needs.Bind(condition(t, rule.Apply(rule.OpGreater, rule.Apply(rule.OpAdd, rule.Read(age), rule.Read(views)), number(3))))
	values := make(slots, needs.Len())
	for slot := range values {
		values[slot] = researcher()[needs.Fact(slot)]
	}
	var source rule.Source = values
	facts := needs.NewFacts()
	facts.Begin(source)
	got := testing.AllocsPerRun(100, func() {
		facts.Begin(source)
		if !predicate.Holds(facts) || !computed.Holds(facts) {
			t.Fatal("got false, want true")
		}
	})
	if got != 0 {
		t.Errorf("got %v allocations, want 0", got)
	}
}

// TestManyGoroutinesShareAPredicate is for the race detector.
func TestManyGoroutinesShareAPredicate(t *testing.T) {
	needs := new(rule.Needs)
	predicate := needs.Bind(fiveParts(t))
	known := researcher()
	known[age] = rule.NumberOf(17)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			facts := needs.NewFacts()
			for range 100 {
				facts.Begin(&ruletest.Person{Needs: needs, Known: known})
				failure, failed := predicate.Explain(facts)
				if want := "visitor.age >= 18"; !failed || failure.Condition != want {
					t.Errorf("got %v %q, want true %q", failed, failure.Condition, want)
				}
			}
		})
	}
	all.Wait()
}

// slots is a Source with every value ready.
type slots []rule.Value

func (s slots) Fact(slot int) rule.Value { return s[slot] }

func BenchmarkConditionNoAlloc(b *testing.B) {
	predicate, facts, _ := bound(fiveParts(b), researcher())
	b.ReportAllocs()
	for b.Loop() {
		if !predicate.Holds(facts) {
			b.Fatal("got false, want true")
		}
	}
}
