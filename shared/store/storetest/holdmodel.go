package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
)

// Budgets compares a store with a slow model of budgets over random sequences
// of calls, while time passes.
func Budgets(t *testing.T, s store.Store) {
	sequences := 0
	rapid.Check(t, func(rt *rapid.T) {
		sequences++
		sequence := budgetSequences.Draw(rt, "sequence")
		play(&check{T: rt, Store: s}, fmt.Sprint("sequence ", sequences), sequence)
	})
}

// budgetSequence is what happens to one budget.
type budgetSequence struct {
	Limit int64
	Steps []budgetStep
}

type budgetStep struct {
	Do    string
	Who   int // of the messages that hold
	Hours int
	Limit int64 // beside that of the sequence
}

var (
	budgetSequences = rapid.Custom(func(t *rapid.T) budgetSequence {
		limit := rapid.Int64Range(1, 5).Draw(t, "limit")
		if rapid.IntRange(0, 9).Draw(t, "large") == 0 {
			limit += store.Remembered
		}
		steps := rapid.IntRange(1, 40).Draw(t, "steps") // a slice of any length is mostly short
		return budgetSequence{limit, rapid.SliceOfN(budgetSteps, steps, steps).Draw(t, "do")}
	})
	budgetSteps = rapid.Custom(func(t *rapid.T) budgetStep {
		return budgetStep{
			Do: rapid.SampledFrom([]string{
				"claim", "unclaim", "hold", "hold", "hold", "hold", "answer", "answer", "answer", "commit", "commit", "release", "wait", "wait",
			}).Draw(t, "do"),
			Who:   rapid.IntRange(0, 2).Draw(t, "who"),
			Hours: rapid.IntRange(1, 90).Draw(t, "hours"),
			Limit: rapid.SampledFrom([]int64{0, 0, 0, 1, -1}).Draw(t, "more"),
		}
	})
)

// budgetModel is a budget as a list of what is held.
type budgetModel struct {
	forGood int64
	holds   []store.Hold
	mine    map[int]store.Hold   // what each message got last and no result has
	results map[int][]store.Hold // what the results hold
	until   map[int]journey.Millis
}

func (m *budgetModel) taken(now journey.Millis) int64 {
	taken := m.forGood
	for _, h := range m.holds {
		if h.Until > now {
			taken++
		}
	}
	return taken
}

func (m *budgetModel) drop(h store.Hold) bool {
	at := slices.Index(m.holds, h)
	if at >= 0 {
		m.holds = slices.Delete(m.holds, at, at+1)
	}
	return at >= 0
}

// play does to the store what a sequence says, and compares.
func play(c *check, item string, s budgetSequence) {
	c.Helper()
	ctx, now := context.Background(), noon
	b := store.Budget{Item: item, Period: "2046", Expires: noon.Add(400 * time.Hour)}
	m := budgetModel{mine: map[int]store.Hold{}, results: map[int][]store.Hold{}, until: map[int]journey.Millis{}}
	for i, step := range s.Steps {
		b.Limit = s.Limit + step.Limit
		name := fmt.Sprint("name ", step.Who)
		message := store.Message{Owner: "o", ID: item + name}
		said := fmt.Sprintf("step %d %+v at %v", i+1, step, now)
		switch step.Do {
		case "wait":
			now = now.Add(time.Duration(step.Hours) * time.Hour)
		case "claim":
			left := m.taken(now) < b.Limit
			c.served(said, c.Claim(ctx, now, b), left)
			if left {
				m.forGood++
			}
		case "unclaim":
			c.served(said, c.Unclaim(ctx, b), true)
			m.forGood = max(m.forGood-1, 0)
		case "hold":
			got, err := c.Hold(ctx, now, b, name, now.Add(time.Duration(step.Hours)*time.Hour))
			m.hold(c, said, now, b, step, got, err)
		case "answer":
			r := store.Result{Placement: "p", Decision: fmt.Sprint("d_", i), Expires: now.Add(24 * time.Hour)}
			mine, has := m.mine[step.Who]
			if has {
				r.Holds = []store.Hold{mine}
			}
			if there := c.putAt(now, message, r); (there == nil) != (m.until[step.Who] <= now) {
				c.Fatalf("%s: got %v in the way, want what is there until %v", said, there, m.until[step.Who])
			}
			if m.until[step.Who] <= now {
				m.until[step.Who], m.results[step.Who] = r.Expires, r.Holds
				delete(m.mine, step.Who)
			}
		case "commit":
			c.commits(now, message)
			for _, h := range m.results[step.Who] {
				if now < b.Expires {
					m.drop(h)
					m.forGood++
				}
			}
			m.results[step.Who] = nil
		case "release":
			if h, has := m.mine[step.Who]; has && !slices.Contains(m.results[step.Who], h) {
				c.handsBack(h)
				m.drop(h)
				delete(m.mine, step.Who)
			}
		}
		m.compare(c, said, now, b)
	}
}

func (c *check) served(said string, err error, left bool) {
	c.Helper()
	if left && err != nil || !left && !errors.Is(err, store.ErrFull) {
		c.Fatalf("%s: got error %v, want something left: %t", said, err, left)
	}
}

// hold notes what a call of Hold got.
func (m *budgetModel) hold(c *check, said string, now journey.Millis, b store.Budget, step budgetStep, got store.Hold, err error) {
	c.Helper()
	name := fmt.Sprint("name ", step.Who)
	for _, h := range m.holds {
		if h.Name == name && h.Until > now && b.Limit > 0 {
			if err != nil || got != h {
				c.Fatalf("%s: got %+v, %v, want %+v, which is held under the name", said, got, err, h)
			}
			m.mine[step.Who] = h
			return
		}
	}
	left := b.Limit - m.taken(now)
	c.served(said, err, left > 0)
	if left <= 0 {
		return
	}
	want := store.HoldOf(b, name, now.Add(time.Duration(step.Hours)*time.Hour))
	if left > store.Remembered && got.Name == "" {
		want.Name = "" // it need not be remembered
	}
	if got != want {
		c.Fatalf("%s: got %+v, want %+v", said, got, want)
	}
	m.holds = append(m.holds, got)
	m.mine[step.Who] = got
}

func (m *budgetModel) compare(c *check, said string, now journey.Millis, b store.Budget) {
	c.Helper()
	claims, err := c.Claimed(context.Background(), now, b)
	if err != nil || claims.Taken != m.taken(now) {
		c.Fatalf("%s: got %d taken, %v, want %d: %+v", said, claims.Taken, err, m.taken(now), m)
	}
	for _, h := range m.holds {
		if h.Name != "" && h.Until > now && !claims.Holds(h.Name) {
			c.Fatalf("%s: got the names %q, want that of %+v too", said, claims.Names, h)
		}
	}
}

func modelMembers() []member {
	return []member{{"BudgetsAreAsTheModelSays", func(c *check) {
		for seed := range 30 {
			play(c, fmt.Sprint("seed ", seed), budgetSequences.Example(seed))
		}
	}}}
}
