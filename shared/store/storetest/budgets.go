package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/rank"
	"wegweiser/shared/store"
)

// budget is that of an item today.
func budget(item string, limit int64) store.Budget {
	return store.Budget{Item: item, Period: "2046-11-22", Limit: limit, Expires: noon.Add(48 * time.Hour)}
}

// claims takes n of a budget and expects that many to be left.
func (c *check) claims(b store.Budget, n int) {
	c.Helper()
	for i := range n {
		if err := c.Claim(context.Background(), noon, b); err != nil {
			c.Fatalf("Claim(%+v) number %d: %v", b, i+1, err)
		}
	}
}

func (c *check) exhausted(b store.Budget) {
	c.Helper()
	if err := c.Claim(context.Background(), noon, b); !errors.Is(err, store.ErrFull) {
		c.Errorf("Claim(%+v): got error %v, want ErrFull", b, err)
	}
}

func (c *check) unclaims(b store.Budget) {
	c.Helper()
	if err := c.Unclaim(context.Background(), b); err != nil {
		c.Errorf("Unclaim(%+v): %v", b, err)
	}
}

func (c *check) claimed(b store.Budget, want int64) {
	c.Helper()
	c.claimedAt(noon, b, want)
}

func (c *check) claimedAt(now journey.Millis, b store.Budget, want int64) {
	c.Helper()
	if got, err := c.Claimed(context.Background(), now, b); err != nil || got.Taken != want {
		c.Errorf("Claimed(%+v) at %v: got %d, %v, want %d", b, now, got.Taken, err, want)
	}
}

func budgetMembers() []member {
	return []member{
		{"BudgetsEnd", func(c *check) {
			b := budget("a", 3)
			c.claimed(b, 0)
			c.claims(b, 3)
			c.exhausted(b)
			c.exhausted(b)
			c.claimed(b, 3)
		}},
		{"UnclaimedIsFree", func(c *check) {
			b := budget("a", 2)
			c.claims(b, 2)
			c.unclaims(b)
			c.claimed(b, 1)
			c.claims(b, 1)
			c.exhausted(b)
		}},
		{"NothingIsUnclaimedTwice", func(c *check) {
			b := budget("a", 2)
			c.unclaims(b)
			c.claimed(b, 0)
			c.claims(b, 1)
			c.unclaims(b)
			c.unclaims(b)
			c.claimed(b, 0)
			c.claims(b, 2)
			c.exhausted(b)
		}},
		{"BudgetsStandAlone", func(c *check) {
			c.claims(budget("a", 1), 1)
			tomorrow := budget("a", 1)
			tomorrow.Period = "2046-11-23"
			life := store.Budget{Item: "a", Period: "life", Limit: 1}
			long := budget(strings.Repeat("i", journey.MaxIDBytes), 1)
			for _, b := range []store.Budget{tomorrow, life, budget("b", 1), budget("a2046-11-22", 1), budget("a#", 1), long} {
				c.claimed(b, 0)
				c.claims(b, 1)
				c.exhausted(b)
			}
		}},
		{"LimitsMayChange", func(c *check) {
			c.claims(budget("a", 5), 4)
			c.exhausted(budget("a", 3))
			c.exhausted(budget("a", 4))
			c.claims(budget("a", 5), 1)
			c.exhausted(budget("a", 0))
			c.exhausted(budget("b", 0))
			c.exhausted(budget("b", -1))
			c.claimed(budget("a", 0), 5)
			c.claims(budget("b", 1<<40), 1)
		}},
		{"BudgetsOfNothingAreRefused", func(c *check) {
			for _, b := range []store.Budget{{Item: "a", Limit: 1}, {Period: "life", Limit: 1}, {Item: "a\n", Period: "life", Limit: 1}} {
				_, read := c.Claimed(context.Background(), noon, b)
				for call, err := range map[string]error{
					"Claim": c.Claim(context.Background(), noon, b), "Unclaim": c.Unclaim(context.Background(), b), "Claimed": read,
				} {
					if !errors.Is(err, store.ErrInvalid) {
						c.Errorf("%s(%+v): got error %v, want ErrInvalid", call, b, err)
					}
				}
			}
		}},
		{"AThousandAgainstABudgetOfAHundred", func(c *check) {
			var won, full atomic.Int32
			together(1000, func(int) {
				switch err := c.Claim(context.Background(), noon, budget("a", 100)); {
				case err == nil:
					won.Add(1)
				case errors.Is(err, store.ErrFull):
					full.Add(1)
				default:
					c.Errorf("Claim: %v", err)
				}
			})
			c.same("served", won.Load(), int32(100))
			c.same("refused", full.Load(), int32(900))
			c.claimed(budget("a", 100), 100)
		}},
		{"CapsAndBudgetsHoldTogether", func(c *check) {
			const visitors, each, limit = 60, 3, 50
			var served atomic.Int32
			together(visitors*each, func(i int) {
				visitor := fmt.Sprint("v", i%visitors)
				known, err := c.ChangeCounters(context.Background(), visitor, journey.Counters{}, reserving(claim("", 1)))
				if errors.Is(err, rank.ErrFull) {
					return
				}
				if err == nil {
					err = c.Claim(context.Background(), noon, budget("a", limit))
				}
				switch {
				case err == nil:
					served.Add(1)
				case errors.Is(err, store.ErrFull):
					c.takes(visitor, known, func(n *rank.Counters) error { n.Return(noon, time.UTC, claim("", 1)); return nil })
				default:
					c.Errorf("%s: %v", visitor, err)
				}
			})
			shown := 0
			for i := range visitors {
				n := c.counts(c.whole(fmt.Sprint("v", i)).Counters)
				if shown += n; n > 1 {
					c.Errorf("visitor %d: got %d shown, want at most 1", i, n)
				}
			}
			c.same("served", int(served.Load()), limit)
			c.same("shown", shown, limit)
			c.claimed(budget("a", limit), limit)
		}},
		{"ConcurrentClaimsAreGivenBack", func(c *check) {
			together(20, func(i int) {
				for range 5 {
					c.claims(budget("a", 100), 1)
					if i%2 == 0 {
						c.unclaims(budget("a", 100))
					}
				}
			})
			c.claimed(budget("a", 100), 50)
		}},
	}
}
