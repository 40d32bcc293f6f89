package snapshot

import "wegweiser/shared/tables"

// worthless reports what ranked rules make little sense of: items that cost as
// much as they are worth, and items without a value beside others that have one.
func (a *analysis) worthless() {
	for i := range a.s.rules {
		r, row := &a.s.rules[i], &a.rows.Rules[i]
		if !r.ranked || !row.Enabled {
			continue
		}
		var losing, untold []string
		valued := 0
		for k, at := range r.items {
			if a.steps--; a.steps < 0 {
				return
			}
			item := &a.rows.Items[at]
			switch {
			case !item.Enabled || r.weights[k] == 0:
			case item.Value == 0 && item.Cost == 0:
				untold = append(untold, item.ID)
			case a.s.items[at].margin() <= 0:
				losing = append(losing, item.ID)
			default:
				valued++
			}
		}
		if len(losing) > 0 && valued+len(untold) > 0 { // else no item is left: emptyChoice says so
			a.warn(tables.RulesTable, r.id, "items", "rule %s never chooses %s, because of a cost that is not less than the value; raise the value, lower the cost, or take it out of items", r.id, listed(losing))
		}
		if len(untold) > 0 && valued > 0 {
			a.warn(tables.RulesTable, r.id, "items", "rule %s ranks %s beside items that have a value; what has neither value nor cost counts as worth 1: fill in the column value", r.id, listed(untold))
		}
	}
}
