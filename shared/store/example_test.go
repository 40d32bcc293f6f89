package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/rank"
	"wegweiser/shared/store"
	"wegweiser/shared/store/embedded"
	"wegweiser/shared/tables"
)

// What a decision does around its choice: the counters come with the history,
// the winner is reserved at what was read, and then takes one of its budget.
// Where that is used up, the visitor's count is given back.
func Example() {
	folder, err := os.MkdirTemp("", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(folder) }()
	s, err := embedded.Open(folder)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = s.Close() }()

	ctx, now, zone := context.Background(), journey.At(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)), time.UTC
	sofa := rank.Claim{Limits: []rank.Limit{{Scope: rank.Scope{Kind: rank.ScopeItem, Name: "sofa"}, Period: tables.Week, Most: 2}}}
	budget := store.Budget{
		Item: "sofa", Period: rank.PeriodName(tables.Day, now, zone), Limit: 3, Expires: rank.PeriodOver(tables.Day, now, zone),
	}
	show := func(visitor string) error {
		h, err := s.History(ctx, store.Query{Visitor: visitor, At: now, Now: now, Window: journey.DefaultWindow})
		if err != nil {
			return err
		}
		reserved, err := s.ChangeCounters(ctx, visitor, h.Counters, func(c *rank.Counters) error { return c.Reserve(now, zone, sofa) })
		if err != nil {
			return err // rank.ErrFull: decide again without it
		}
		if err = s.Claim(ctx, now, budget); errors.Is(err, store.ErrFull) {
			_, back := s.ChangeCounters(ctx, visitor, reserved, func(c *rank.Counters) error { c.Return(now, zone, sofa); return nil })
			return errors.Join(err, back)
		}
		return err
	}
	for _, visitor := range []string{"v_1", "v_1", "v_1", "v_2", "v_2"} {
		fmt.Println(visitor, show(visitor))
	}
	// Output:
	// v_1 <nil>
	// v_1 <nil>
	// v_1 a cap is used up
	// v_2 <nil>
	// v_2 the budget is used up
}
