package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/rank"
	"wegweiser/shared/store"
	"wegweiser/shared/tables"
)

// scope is what claim counts in.
var scope = rank.Scope{Kind: rank.ScopeItem, Name: "sofa"}

// claim is a reservation for an hour, or a final claim where it has no id.
func claim(id string, most int) rank.Claim {
	c := rank.Claim{ID: id, Limits: []rank.Limit{{Scope: scope, Period: tables.Week, Most: most}}}
	if id != "" {
		c.Expires = noon.Add(time.Hour)
	}
	return c
}

func reserving(claims ...rank.Claim) func(*rank.Counters) error {
	return func(c *rank.Counters) error { return c.Reserve(noon, time.UTC, claims...) }
}

// takes changes the counters of a visitor.
func (c *check) takes(visitor string, known journey.Counters, change func(*rank.Counters) error) journey.Counters {
	c.Helper()
	stored, err := c.ChangeCounters(context.Background(), visitor, known, change)
	if err != nil {
		c.Fatalf("ChangeCounters(%s): %v", visitor, err)
	}
	return stored
}

// counts returns how often scope was counted.
func (c *check) counts(counters journey.Counters) int {
	c.Helper()
	read, err := rank.ReadCounters(counters.Packed)
	if err != nil {
		c.Fatalf("ReadCounters(%x): %v", counters.Packed, err)
	}
	return read.Count(scope, tables.Week)
}

func counterMembers() []member {
	return []member{
		{"NobodyWasShownAnything", func(c *check) {
			c.add(by("somebody else", touch("a", noon))...)
			c.takes("somebody else", journey.Counters{}, reserving(claim("", 9)))
			c.add(touch("a", noon))
			c.same("counters", c.whole("v").Counters, journey.Counters{})
		}},
		{"CountersAreKept", func(c *check) {
			first := c.takes("v", journey.Counters{}, reserving(claim("", 9), claim("a", 9)))
			c.same("what is stored", c.whole("v").Counters, first)
			c.same("count", c.counts(first), 2)
			second := c.takes("v", first, reserving(claim("", 9)))
			c.same("what is stored then", c.whole("v").Counters, second)
			c.same("count then", c.counts(second), 3)
			third := c.takes("v", c.whole("v").Counters, func(n *rank.Counters) error { n.Release("a"); return nil })
			c.same("count at last", c.counts(third), 2)
		}},
		{"StaleCountersStartAgain", func(c *check) {
			first := c.takes("v", journey.Counters{}, reserving(claim("", 9)))
			second := c.takes("v", first, reserving(claim("", 9)))
			for name, known := range map[string]journey.Counters{"older ones": first, "none": {}} {
				var seen []int
				stored := c.takes("v", known, func(n *rank.Counters) error {
					seen = append(seen, n.Count(scope, tables.Week))
					return n.Reserve(noon, time.UTC, claim("", 9))
				})
				c.same(name+": what change saw", seen, []int{c.counts(known), c.counts(second)})
				c.same(name+": count", c.counts(stored), c.counts(second)+1)
				c.same(name+": what is stored", c.whole("v").Counters, stored)
				second = stored
			}
		}},
		{"EqualCountersOfOthersAreNotMine", func(c *check) {
			known := c.takes("v", journey.Counters{}, reserving(claim("a", 9)))
			mine, theirs := c.takes("v", known, reserving(claim("", 2))), 0
			_, err := c.ChangeCounters(context.Background(), "v", known, func(n *rank.Counters) error {
				theirs++
				return n.Reserve(noon, time.UTC, claim("", 2))
			})
			if !errors.Is(err, rank.ErrFull) || theirs != 2 {
				c.Errorf("the same change by somebody else: got error %v after %d tries, want ErrFull after 2", err, theirs)
			}
			c.same("what is stored", c.whole("v").Counters, mine)
		}},
		{"ErrorOfCountingStoresNothing", func(c *check) {
			known := c.takes("v", journey.Counters{}, reserving(claim("", 9)))
			refusal := errors.New("no")
			got, err := c.ChangeCounters(context.Background(), "v", known, func(n *rank.Counters) error {
				return errors.Join(n.Reserve(noon, time.UTC, claim("", 9)), refusal)
			})
			if !errors.Is(err, refusal) || errors.Is(err, store.ErrUnavailable) {
				c.Errorf("ChangeCounters: got error %v, want that of change", err)
			}
			c.same("what is returned", got, known)
			c.same("what is stored", c.whole("v").Counters, known)
		}},
		{"CountingNothingStoresNothing", func(c *check) {
			nothing := func(*rank.Counters) error { return nil }
			c.same("of nobody", c.takes("v", journey.Counters{}, nothing), journey.Counters{})
			c.same("visitors", c.visitors(), []string(nil))
			known := c.takes("v", journey.Counters{}, reserving(claim("", 9)))
			c.same("of somebody", c.takes("v", known, nothing), known)
			c.same("what is stored", c.whole("v").Counters, known)
		}},
		{"CountersStandBesideTheRest", func(c *check) {
			all := series("a", 10, noon)
			c.add(all...)
			c.add(purchase("p", noon.Add(-time.Second), "1.00"))
			c.change("v", increment)
			counters := c.takes("v", journey.Counters{}, reserving(claim("", 9)))
			c.sees(c.read("v", noon, 11), false, append(ids(all[:9]), "p", all[9].ID)...)
			c.sees(c.read("v", noon, 10), true, append(ids(all[1:9]), "p", all[9].ID)...)
			c.sees(c.read("v", noon.Add(-2*time.Minute), 3), true, ids(all[5:8])...)
			c.same("touchpoints", len(c.bodies("v", noon)), 11)
			c.same("visitors", c.visitors(), []string{"v"})
			for _, at := range []journey.Millis{noon, noon.Add(-2 * time.Minute), noon.Add(-48 * time.Hour)} {
				h := c.read("v", at, 3)
				c.same("counters", h.Counters, counters)
				c.same("milestones", len(h.Profile.Milestones), 1)
			}
			c.change("v", increment)
			c.same("counters after the profile changed", c.whole("v").Counters, counters)
			c.takes("w", journey.Counters{}, reserving(claim("", 9)))
			c.same("visitors", c.visitors(), []string{"v", "w"})
		}},
		{"LargeCountersAreKept", func(c *check) {
			var claims []rank.Claim
			for i := range rank.MaxCounters {
				one := claim("", 9)
				one.Limits[0].Scope.Name = fmt.Sprintf("sofa-%0100d", i)
				claims = append(claims, one)
			}
			c.same("what is stored", c.takes("v", journey.Counters{}, reserving(claims...)), c.whole("v").Counters)
		}},
		{"CountersOfNobodyAreRefused", func(c *check) {
			for _, visitor := range []string{"", "v\n"} {
				_, err := c.ChangeCounters(context.Background(), visitor, journey.Counters{}, reserving(claim("", 9)))
				if !errors.Is(err, store.ErrInvalid) {
					c.Errorf("ChangeCounters(%q): got error %v, want ErrInvalid", visitor, err)
				}
			}
		}},
		{"AThousandAgainstACapOfThree", func(c *check) {
			known := c.takes("v", journey.Counters{}, reserving(claim("", 9)))
			known = c.takes("v", known, func(n *rank.Counters) error { n.Return(noon, time.UTC, claim("", 9)); return nil })
			var won, full atomic.Int32
			together(1000, func(i int) {
				id := ""
				if i%2 == 0 {
					id = fmt.Sprint(i) // by mail
				}
				from := known
				if i%3 == 0 {
					from = journey.Counters{}
				}
				switch _, err := c.ChangeCounters(context.Background(), "v", from, reserving(claim(id, 3))); {
				case err == nil:
					won.Add(1)
				case errors.Is(err, rank.ErrFull):
					full.Add(1)
				default:
					c.Errorf("ChangeCounters: %v", err)
				}
			})
			c.same("served", won.Load(), int32(3))
			c.same("refused", full.Load(), int32(997))
			c.same("counted", c.counts(c.whole("v").Counters), 3)
		}},
		{"ConcurrentCountsAreAllKept", func(c *check) {
			together(20, func(i int) {
				for k := range 3 {
					id := fmt.Sprint(i, "-", k)
					known := c.takes("v", journey.Counters{}, reserving(claim("", 1000), claim(id, 1000)))
					c.takes("v", known, func(n *rank.Counters) error { n.Release(id); return nil })
				}
			})
			c.same("counted", c.counts(c.whole("v").Counters), 60)
		}},
	}
}
