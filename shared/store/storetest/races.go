package storetest

import (
	"context"
	"fmt"
	"sync"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
)

// together runs n callers that start at the same moment.
func together(n int, run func(i int)) {
	start := make(chan struct{})
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			<-start
			run(i)
		})
	}
	close(start)
	all.Wait()
}

// count is how often each status came.
type count struct {
	sync.Mutex
	of map[store.Status]int
}

func (c *count) add(o store.Outcome) {
	c.Lock()
	defer c.Unlock()
	if c.of == nil {
		c.of = map[store.Status]int{}
	}
	c.of[o.Status]++
}

func raceMembers() []member {
	return []member{
		{"TwentyRaceForOneID", func(c *check) { race(c, touch) }},
		{"TwentyRaceForOneMilestone", func(c *check) {
			race(c, func(id string, at journey.Millis) store.Recording { return purchase(id, at, "10.00") })
			if got := c.whole("v").Profile.Milestones; len(got) != 1 {
				c.Errorf("milestones: got %v, want one", got)
			}
		}},
		{"ConcurrentAppendsAreAllKept", func(c *check) {
			together(12, func(i int) {
				for k := range 5 {
					if _, err := c.Append(context.Background(), noon, []store.Recording{touch(fmt.Sprintf("%02d-%d", i, k), noon)}); err != nil {
						c.Errorf("Append: %v", err)
					}
				}
			})
			c.same("touchpoints", len(c.whole("v").Traces), 60)
		}},
		{"ConcurrentMilestonesAreAllKept", func(c *check) {
			together(6, func(i int) {
				for k := range 3 {
					if _, err := c.Append(context.Background(), noon, []store.Recording{purchase(fmt.Sprintf("%02d-%d", i, k), noon, "1.00")}); err != nil {
						c.Errorf("Append: %v", err)
					}
				}
			})
			h := c.whole("v")
			c.same("touchpoints", len(h.Traces), 18)
			c.same("milestones", len(h.Profile.Milestones), 18)
		}},
		{"ConcurrentChangesAreAllKept", func(c *check) {
			together(6, func(int) {
				for range 3 {
					c.change("v", increment)
				}
			})
			c.same("trait", c.whole("v").Profile.Traits["n"], any(18.0))
		}},
		{"MilestonesAndChangesKeepEachOther", func(c *check) {
			together(6, func(i int) {
				if i%2 == 0 {
					c.change("v", increment)
					return
				}
				if _, err := c.Append(context.Background(), noon, []store.Recording{purchase(fmt.Sprint(i), noon, "1.00")}); err != nil {
					c.Errorf("Append: %v", err)
				}
			})
			p := c.whole("v").Profile
			c.same("trait", p.Traits["n"], any(3.0))
			c.same("milestones", len(p.Milestones), 3)
		}},
	}
}

// race sends bodies with one id from twenty callers: one is stored, and all are
// told which.
func race(c *check, make func(id string, at journey.Millis) store.Recording) {
	var statuses count
	var outcomes sync.Map
	together(20, func(i int) {
		got, err := c.Append(context.Background(), noon, []store.Recording{make("a", noon.Add(-time.Duration(i)*time.Second))})
		if err != nil {
			c.Errorf("Append: %v", err)
			return
		}
		statuses.add(got[0])
		outcomes.Store(i, got[0].Trace)
	})
	c.same("statuses", statuses.of, map[store.Status]int{store.Stored: 1, store.Duplicate: 19})
	kept := c.whole("v").Traces
	if len(kept) != 1 {
		c.Fatalf("got %d touchpoints, want 1", len(kept))
	}
	outcomes.Range(func(_, trace any) bool {
		c.same("trace that a caller was told", trace, any(kept[0]))
		return true
	})
}

func increment(p *journey.Profile) {
	if p.Traits == nil {
		p.Traits = map[string]any{}
	}
	n, _ := p.Traits["n"].(float64)
	p.Traits["n"] = n + 1
}
