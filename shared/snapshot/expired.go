package snapshot

import (
	"slices"

	"wegweiser/shared/journey"
	"wegweiser/shared/tables"
)

// Expired warns of rules, items and boosts whose time is over: Compile has no clock,
// so those who have one add this to what it finds, and sort. An item is named
// only where a rule that is still on would choose it.
func Expired(set tables.Set, now journey.Millis) []tables.Problem {
	rows, _ := set.Decode()
	c := compiler{set: set, rows: rows}
	over := func(s *tables.Schedule) bool { return s.Ends != 0 && s.Ends <= now }
	wanted := map[string]bool{}
	for i := range rows.Rules {
		r := &rows.Rules[i]
		switch {
		case !r.Enabled:
		case over(&r.Schedule):
			c.warn(tables.RulesTable, r.ID, "ends", "rule %s is over since %s and never wins again; give it a later end, or take it out", r.ID, r.Ends)
		default:
			for _, member := range r.Items {
				wanted[member] = true
			}
		}
	}
	for i := range rows.Items {
		item := &rows.Items[i]
		if item.Enabled && over(&item.Schedule) && (wanted[item.ID] || slices.ContainsFunc(item.Tags, func(tag string) bool { return wanted[tables.TagPrefix+tag] })) {
			c.warn(tables.ItemsTable, item.ID, "ends", "item %s is over since %s and is never shown again, though there are rules that would choose it; give it a later end, or take it out of them", item.ID, item.Ends)
		}
	}
	for i := range rows.Settings.Boosts {
		if b := &rows.Settings.Boosts[i]; over(&b.Schedule) {
			c.warn(tables.SettingsTable, tables.BoostPrefix+b.Tag, "value", "the boost of %s is over since %s and changes nothing any more; give it a later until, or take it out", b.Tag, b.Ends)
		}
	}
	tables.SortProblems(c.problems)
	return c.problems
}
