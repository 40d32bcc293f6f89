package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
)

// ending is when what the members hold is free again.
var ending = noon.Add(72 * time.Hour)

// yearly is a budget that outlasts what is held of it.
func yearly(item string, limit int64) store.Budget {
	return store.Budget{Item: item, Period: "2046", Limit: limit, Expires: noon.Add(60 * 24 * time.Hour)}
}

// held holds one of a budget until ending and expects that there is one left.
func (c *check) held(b store.Budget, name string) store.Hold {
	c.Helper()
	return c.heldAt(noon, b, name, ending)
}

func (c *check) heldAt(now journey.Millis, b store.Budget, name string, until journey.Millis) store.Hold {
	c.Helper()
	h, err := c.Hold(context.Background(), now, b, name, until)
	if err != nil {
		c.Fatalf("Hold(%+v, %s) at %v: %v", b, name, now, err)
	}
	return h
}

// fullAt expects that nothing is left of a budget, neither for good nor to hold.
func (c *check) fullAt(now journey.Millis, b store.Budget) {
	c.Helper()
	if err := c.Claim(context.Background(), now, b); !errors.Is(err, store.ErrFull) {
		c.Errorf("Claim(%+v) at %v: got error %v, want ErrFull", b, now, err)
	}
	if h, err := c.Hold(context.Background(), now, b, "nobody", now.Add(time.Hour)); !errors.Is(err, store.ErrFull) || h != (store.Hold{}) {
		c.Errorf("Hold(%+v) at %v: got %+v, %v, want ErrFull", b, now, h, err)
	}
}

// claimsAt takes n of a budget and expects that no more are left then.
func (c *check) claimsAt(now journey.Millis, b store.Budget, n int) {
	c.Helper()
	for i := range n {
		if err := c.Claim(context.Background(), now, b); err != nil {
			c.Fatalf("Claim(%+v) at %v, number %d of %d: %v", b, now, i+1, n, err)
		}
	}
	c.fullAt(now, b)
}

// mailed holds one of each budget for a message, and stores its result.
func (c *check) mailed(name string, budgets ...store.Budget) store.Message {
	c.Helper()
	m := store.Message{Owner: "o", ID: name}
	r := result("hero", "d_"+name)
	for _, b := range budgets {
		r.Holds = append(r.Holds, c.held(b, name))
	}
	c.puts(m, r)
	return m
}

func (c *check) commits(now journey.Millis, m store.Message) {
	c.Helper()
	if err := c.Commit(context.Background(), now, m); err != nil {
		c.Errorf("Commit(%v) at %v: %v", m, now, err)
	}
}

func (c *check) handsBack(h store.Hold) {
	c.Helper()
	if err := c.Release(context.Background(), h); err != nil {
		c.Errorf("Release(%+v): %v", h, err)
	}
}

func holdMembers() []member {
	return []member{
		{"HoldsCount", func(c *check) {
			b := yearly("a", 3)
			c.held(b, "one")
			c.claims(b, 1)
			c.held(b, "two")
			c.claimed(b, 3)
			c.fullAt(noon, b)
			c.fullAt(ending-1, b)
		}},
		{"HoldsEndByThemselves", func(c *check) {
			b := yearly("a", 8)
			c.claims(b, 3)
			for i := range 5 {
				h := c.heldAt(noon, b, fmt.Sprint(i), ending.Add(time.Duration(i-4)*time.Minute))
				c.same("until", h.Until, ending)
			}
			c.claimedAt(ending-1, b, 8)
			c.fullAt(ending-1, b)
			c.claimedAt(ending, b, 3)
			c.claimsAt(ending, b, 5)
			c.claimedAt(ending, b, 8)
		}},
		{"EachHoldEndsAtItsOwnTime", func(c *check) {
			b := yearly("a", 3)
			for i := range 3 {
				c.heldAt(noon, b, fmt.Sprint(i), noon.Add(time.Duration(i+1)*time.Hour))
			}
			for i := range 3 {
				at := noon.Add(time.Duration(i+1) * time.Hour)
				c.fullAt(at-1, b)
				c.claimsAt(at, b, 1)
			}
			c.fullAt(noon.Add(1000*time.Hour), b)
		}},
		{"OthersMayHoldWhatEnded", func(c *check) {
			b := yearly("a", 2)
			first, second := c.held(b, "one"), c.held(b, "two")
			third := c.heldAt(ending, b, "one", ending.Add(time.Hour))
			if third == first || third.Until != ending.Add(time.Hour) {
				c.Errorf("Hold under a name whose hold ended: got %+v, want a new one until %v", third, ending.Add(time.Hour))
			}
			c.heldAt(ending, b, "three", ending.Add(time.Hour))
			c.handsBack(first)
			c.handsBack(second)
			c.fullAt(ending, b)
			c.claimsAt(ending.Add(time.Hour), b, 2)
		}},
		{"WhatWasSentIsFinal", func(c *check) {
			b := yearly("a", 10)
			for i := range 10 {
				if m := c.mailed(fmt.Sprint(i), b); i%5 < 2 {
					c.commits(noon.Add(time.Hour), m)
				}
			}
			c.claimed(b, 10)
			c.fullAt(ending-1, b)
			c.claimsAt(ending, b, 6)
		}},
		{"SentTwiceCountsOnce", func(c *check) {
			b := yearly("a", 10)
			m := c.mailed("one", b)
			c.mailed("two", b)
			for _, at := range []journey.Millis{noon, noon, ending, ending.Add(time.Hour)} {
				c.commits(at, m)
			}
			c.claimed(b, 2)
			c.claimedAt(ending, b, 1)
			c.claimsAt(ending, b, 9)
			c.commits(ending, m)
			c.claimedAt(ending, b, 10)
		}},
		{"NothingIsSentOfWhatHoldsNothing", func(c *check) {
			b := yearly("a", 2)
			c.held(b, "one") // and no result has it
			m := store.Message{Owner: "o", ID: "one"}
			c.commits(noon, m)
			c.puts(m, result("hero", "d_1"))
			c.commits(noon, m)
			c.claimedAt(ending, b, 0)
		}},
		{"SentLateCounts", func(c *check) {
			b := yearly("a", 4)
			free, taken := c.mailed("free", b), c.mailed("taken", b)
			c.commits(ending.Add(time.Hour), free)
			c.claimedAt(ending, b, 1)
			c.claimsAt(ending, b, 3)
			c.commits(ending, taken)
			c.claimedAt(ending, b, 5)
			c.commits(ending, taken)
			more := yearly("a", 6)
			c.claimsAt(ending, more, 1)
		}},
		{"SentMuchTooLateCountsNothing", func(c *check) {
			b := store.Budget{Item: "a", Period: "life", Limit: 4}
			early, late := c.mailed("early", b), c.mailed("late", b)
			c.commits(ending.Add(store.CommitWithin)-1, early)
			c.commits(ending.Add(store.CommitWithin), late)
			c.claimedAt(ending.Add(store.CommitWithin), b, 1)
		}},
		{"PeriodsThatAreOverAreLeftAlone", func(c *check) {
			b := yearly("a", 4)
			b.Expires = noon.Add(time.Hour)
			m := c.mailed("one", b)
			c.commits(b.Expires, m)
			c.claimedAt(ending, b, 0)
			c.commits(noon, m)
			c.claimedAt(ending, b, 0)
		}},
		{"ResultsHoldSeveral", func(c *check) {
			a, b, other := yearly("a", 2), yearly("b", 2), yearly("c", 2)
			m := c.mailed("one", a, b)
			second := result("footer", "d_2")
			second.Holds = []store.Hold{c.held(other, "one")}
			c.puts(m, second)
			c.mailed("two", a, other)
			c.commits(noon, m)
			for _, of := range []store.Budget{a, b, other} {
				c.claimedAt(ending, of, 1)
			}
		}},
		{"ResultsSayWhatTheyHold", func(c *check) {
			m := c.mailed("one", yearly("a", 2), store.Budget{Item: "b", Period: "life", Limit: 1 << 40})
			want := result("hero", "d_one")
			want.Holds = []store.Hold{
				{Item: "a", Period: "2046", Expires: yearly("a", 2).Expires, Name: "one", Until: ending},
				{Item: "b", Period: "life", Until: ending},
			}
			c.results(m, noon, want)
			c.same("what is in the way", c.putAt(noon, m, result("hero", "d_2")), []store.Result{want})
			c.commits(noon, m)
			want.Holds = nil
			c.results(m, noon, want)
			c.results(m, want.Expires)
		}},
		{"HoldsOutlastTheirResult", func(c *check) {
			b := yearly("a", 2)
			m := c.mailed("one", b)
			after := result("hero", "").Expires
			c.results(m, after)
			c.commits(after, m)
			c.claimedAt(ending, b, 1)
		}},
		{"WhatAReplacedResultHeldRunsOut", func(c *check) {
			b := yearly("a", 3)
			m := c.mailed("one", b)
			after := result("hero", "").Expires
			next := result("hero", "d_2")
			next.Expires = after.Add(time.Hour)
			next.Holds = []store.Hold{c.heldAt(after, b, "another", ending.Add(24*time.Hour))}
			if there := c.putAt(after, m, next); there != nil {
				c.Errorf("PutResults: got %v in the way, want nothing", there)
			}
			c.claimedAt(after, b, 2)
			c.commits(after, m)
			c.claimedAt(ending, b, 1)
			c.claimedAt(ending.Add(24*time.Hour), b, 1)
		}},
		{"OneNameHoldsOnce", func(c *check) {
			b := yearly("a", 2)
			first := c.held(b, "one")
			for _, until := range []journey.Millis{ending, ending.Add(24 * time.Hour)} {
				c.same("the same name", c.heldAt(noon.Add(time.Hour), b, "one", until), first)
			}
			c.claimed(b, 1)
			c.held(b, "two")
			c.same("when it is full", c.held(b, "one"), first)
			c.fullAt(noon, b)
			tomorrow := yearly("a", 1)
			tomorrow.Period = "2047"
			for _, other := range []store.Budget{tomorrow, yearly("b", 1)} {
				c.held(other, "one")
				c.claimed(other, 1)
			}
			claims, err := c.Claimed(context.Background(), noon, b)
			if err != nil || !claims.Holds("one") || !claims.Holds("two") || claims.Holds("three") {
				c.Errorf("Claimed: got %+v, %v, want the names one and two", claims, err)
			}
			if claims, err := c.Claimed(context.Background(), ending, b); err != nil || claims.Holds("one") {
				c.Errorf("Claimed after the end: got %+v, %v, want no names", claims, err)
			}
		}},
		{"NamesHoldAnewAfterwards", func(c *check) {
			b := yearly("a", 9)
			c.handsBack(c.held(b, "released"))
			c.held(b, "released")
			c.claimed(b, 1)
			c.commits(noon, c.mailed("sent", b))
			c.held(b, "sent")
			c.claimed(b, 3)
			c.claimedAt(ending, b, 1)
		}},
		{"LargeBudgetsRememberTheLastNames", func(c *check) {
			const limit = store.Remembered + 20
			b := yearly("a", limit)
			holds := make([]store.Hold, limit)
			for i := range holds {
				if holds[i] = c.held(b, fmt.Sprint(i)); i >= limit-store.Remembered && holds[i].Name == "" {
					c.Errorf("hold %d of %d has no name, want those of the last %d remembered", i+1, limit, store.Remembered)
				}
			}
			c.fullAt(noon, b)
			for i := limit - store.Remembered; i < limit; i += 9 {
				c.same("the same name", c.held(b, fmt.Sprint(i)), holds[i])
			}
			c.handsBack(holds[0])
			c.handsBack(holds[limit-1])
			c.claimed(b, limit-2)
			c.claimsAt(noon, b, 2)
			c.claimsAt(ending, b, limit-2)
		}},
		{"NamesAreKnownWhenMoreIsLeft", func(c *check) {
			b := yearly("a", 2)
			hold := c.held(b, "one")
			for _, more := range []int64{1, store.Remembered, 1 << 40} {
				b.Limit = 2 + more
				c.same("the same name", c.held(b, "one"), hold)
			}
			c.claimed(b, 1)
		}},
		{"ReleasedIsFree", func(c *check) {
			b := yearly("a", 2)
			one, other := c.held(b, "one"), c.held(b, "two")
			c.handsBack(one)
			c.handsBack(one) // by somebody who had it too
			c.claimed(b, 1)
			c.claimsAt(noon, b, 1)
			c.handsBack(other)
			c.claimedAt(ending, b, 1)
		}},
		{"WhatWasSentIsNotReleased", func(c *check) {
			b := yearly("a", 2)
			hold := c.held(b, "one")
			c.commits(noon, c.mailed("one", b))
			c.handsBack(hold)
			c.claimed(b, 1)
			c.held(b, "two")
			c.fullAt(noon, b)
		}},
		{"WhatEndedIsNotReleased", func(c *check) {
			b := yearly("a", 2)
			one, two := c.held(b, "one"), c.held(b, "two")
			c.handsBack(one)
			c.claimedAt(ending, b, 0)
			c.claimsAt(ending, b, 2)
			c.handsBack(two)
			c.claimedAt(ending, b, 2)
		}},
		{"HoldsAreNotUnclaimed", func(c *check) {
			b := yearly("a", 3)
			c.held(b, "one")
			c.unclaims(b)
			c.claimed(b, 1)
			c.claims(b, 1)
			c.unclaims(b)
			c.unclaims(b)
			c.claimed(b, 1)
			c.claimedAt(ending, b, 0)
			c.claimsAt(ending, b, 3)
		}},
		{"LimitsMayChangeUnderHolds", func(c *check) {
			wide, narrow := yearly("a", 6), yearly("a", 2)
			var messages []store.Message
			for i := range 5 {
				messages = append(messages, c.mailed(fmt.Sprint(i), wide))
			}
			c.fullAt(noon, narrow)
			for _, m := range messages[:3] {
				c.commits(noon, m)
			}
			c.claimedAt(ending, narrow, 3)
			c.fullAt(ending, narrow)
			c.claimsAt(ending, wide, 3)
		}},
		{"HoldsOfNothingAreRefused", func(c *check) {
			good, ctx := yearly("a", 1), context.Background()
			for name, call := range map[string]func() error{
				"no item": func() error {
					_, err := c.Hold(ctx, noon, store.Budget{Period: "life", Limit: 1}, "n", ending)
					return err
				},
				"no period":    func() error { _, err := c.Hold(ctx, noon, store.Budget{Item: "a", Limit: 1}, "n", ending); return err },
				"no name":      func() error { _, err := c.Hold(ctx, noon, good, "", ending); return err },
				"over already": func() error { _, err := c.Hold(ctx, noon, good, "n", noon); return err },
				"release":      func() error { return c.Release(ctx, store.Hold{Item: "a"}) },
				"no message":   func() error { return c.Commit(ctx, noon, store.Message{Owner: "o"}) },
				"two of one": func() error {
					r := result("hero", "d_1")
					r.Holds = []store.Hold{{Item: "a", Period: "life", Until: ending}, {Item: "a", Period: "life", Until: ending}}
					_, err := c.PutResults(ctx, noon, store.Message{Owner: "o", ID: "m"}, []store.Result{r})
					return err
				},
			} {
				if err := call(); !errors.Is(err, store.ErrInvalid) {
					c.Errorf("%s: got error %v, want ErrInvalid", name, err)
				}
			}
			if _, err := c.Hold(ctx, noon, yearly("a", 0), "n", ending); !errors.Is(err, store.ErrFull) {
				c.Errorf("Hold without a limit: got error %v, want ErrFull", err)
			}
			c.claimed(good, 0)
		}},
		{"AThousandHoldsOfABudgetOfAHundred", func(c *check) {
			b := yearly("a", 100)
			var (
				lock  sync.Mutex
				holds = map[string]map[store.Hold]int{}
			)
			together(1000, func(i int) {
				name := fmt.Sprint(i % 250)
				h, err := c.Hold(context.Background(), noon, b, name, ending)
				lock.Lock()
				defer lock.Unlock()
				switch {
				case err == nil && holds[name] == nil:
					holds[name] = map[store.Hold]int{h: 1}
				case err == nil:
					holds[name][h]++
				case !errors.Is(err, store.ErrFull):
					c.Errorf("Hold: %v", err)
				}
			})
			c.same("names that hold", len(holds), 100)
			for name, same := range holds {
				if len(same) != 1 {
					c.Errorf("name %s: got %v, want one hold for all", name, same)
				}
			}
			c.claimed(b, 100)
		}},
		{"AThousandAgainstWhatEnded", func(c *check) {
			b := yearly("a", 100)
			for i := range 60 {
				c.heldAt(noon, b, fmt.Sprint(i), ending.Add(-time.Duration(i%3)*time.Hour))
			}
			c.claims(b, 40)
			var won atomic.Int32
			together(1000, func(i int) {
				var err error
				if i%2 == 0 {
					err = c.Claim(context.Background(), ending, b)
				} else {
					_, err = c.Hold(context.Background(), ending, b, fmt.Sprint("n", i), ending.Add(time.Hour))
				}
				if err == nil {
					won.Add(1)
				} else if !errors.Is(err, store.ErrFull) {
					c.Errorf("got error %v", err)
				}
			})
			c.same("served", won.Load(), int32(60))
			c.claimedAt(ending, b, 100)
		}},
		{"SentByManyAtOnceCountsOnce", func(c *check) {
			b := yearly("a", 30)
			messages := make([]store.Message, 20)
			for i := range messages {
				messages[i] = c.mailed(fmt.Sprint(i), b)
			}
			var won atomic.Int32
			together(10, func(i int) {
				for k := range messages {
					c.commits(noon, messages[(i+k)%10]) // half of them
				}
				for range 10 {
					if err := c.Claim(context.Background(), noon, b); err == nil {
						won.Add(1)
					} else if !errors.Is(err, store.ErrFull) {
						c.Errorf("Claim: %v", err)
					}
				}
			})
			c.same("served", won.Load(), int32(10))
			c.claimedAt(noon, b, 30)
			c.claimsAt(ending, b, 10)
		}},
	}
}
