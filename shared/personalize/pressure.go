package personalize

import (
	"cmp"
	"context"

	"wegweiser/shared/snapshot"
)

// pressed notes what caps and budgets do to the answers of both sides.
func (d *decided) pressed(from, to *snapshot.Answer) {
	for _, limit := range limitsIn(from) {
		d.pressure = append(d.pressure, PressureCell{Item: limit.Item, Limit: limit.Limit, Before: 1})
	}
	for _, limit := range limitsIn(to) {
		d.pressure = append(d.pressure, PressureCell{Item: limit.Item, Limit: limit.Limit, After: 1})
	}
}

// limitsIn returns what kept items back, and the budgets that items are shown
// from.
func limitsIn(a *snapshot.Answer) []snapshot.Held {
	limits := a.Held
	for i := range a.Reservations {
		if r := &a.Reservations[i]; r.Budget > 0 {
			limits = append(limits, snapshot.Held{Item: r.Item, Limit: snapshot.BudgetLimit})
		}
	}
	return limits
}

func (t *tally) press(more *PressureCell) {
	have := cell(t.pressure, placed{more.Item, more.Limit}, PressureCell{Item: more.Item, Limit: more.Limit})
	have.Before += more.Before
	have.After += more.After
	have.Budget, have.Taken = cmp.Or(more.Budget, have.Budget), cmp.Or(more.Taken, have.Taken)
}

// budgets says of each budget of the page how much of it there is, and was
// given out.
func (run *dryRun) budgets(ctx context.Context) (err error) {
	for i := range run.page.Pressure {
		c := &run.page.Pressure[i]
		if c.Limit != snapshot.BudgetLimit {
			continue
		}
		on := run.to.Snapshot
		b, has := on.Budget(c.Item)
		if !has {
			on = run.from.Snapshot
			b, _ = on.Budget(c.Item)
		}
		c.Budget = b.Budget
		if c.Taken, err = run.look.taken(ctx, budgetOf(on, &b, run.query.At)); err != nil {
			return err
		}
	}
	return nil
}
