package snapshot

import (
	"fmt"
	"slices"
	"strings"

	"wegweiser/shared/rule"
	"wegweiser/shared/tables"
)

// unused reports placements that only ever show their fallback, items that
// nothing shows, and members of rules that are never chosen. A rule that is
// switched off counts: somebody means to switch it on again. Where there is no
// rule yet nothing is amiss: that is how everybody begins.
func (a *analysis) unused() {
	if len(a.rows.Rules) == 0 {
		return
	}
	served := make([]bool, len(a.s.placements))
	used, seen := map[string]bool{}, map[string]bool{}
	everywhere := map[tables.Kind]bool{}
	for i := range a.rows.Rules {
		r := &a.rows.Rules[i]
		for _, name := range r.Placements {
			served[a.s.placementAt[name]] = true
		}
		for _, member := range r.Items {
			used[member] = true
		}
		if len(r.Placements) == 0 {
			for _, member := range r.Items {
				if !seen[member] {
					seen[member] = true
					for _, item := range a.members(member) {
						everywhere[item.Kind] = true
					}
				}
			}
		}
		a.weightless(r)
	}
	for i := range a.s.placements {
		p := &a.s.placements[i]
		used[a.s.items[p.fallback].id] = true
		if !served[i] && !everywhere[p.kind] && (p.kind != tables.AnyKind || len(everywhere) == 0) {
			a.warn(tables.PlacementsTable, p.id, "", "no rule is for %s, so everybody sees its fallback %s there; name %s in the column placements of a rule", p.id, a.s.items[p.fallback].id, p.id)
		}
	}
	a.unreached(used)
}

// unreached reports items that are in no rule and no fallback.
func (a *analysis) unreached(used map[string]bool) {
	var tags []string
	for member := range used {
		if tag, ok := strings.CutPrefix(member, tables.TagPrefix); ok {
			tags = append(tags, tag)
		}
	}
	slices.Sort(tags)
	for i := range a.rows.Items {
		item := &a.rows.Items[i]
		if !item.Enabled || a.gone[i] || used[item.ID] ||
			slices.ContainsFunc(item.Tags, func(tag string) bool { return used[tables.TagPrefix+tag] }) {
			continue
		}
		hint := ""
		if a.compared += len(tags) * len(item.Tags); a.compared <= maxCompared {
			for _, tag := range item.Tags {
				if near, ok := rule.Nearest(tag, tags); ok {
					hint = fmt.Sprintf("; its tag %s is in no rule, did you mean %s?", tag, near)
					break
				}
			}
		}
		a.warn(tables.ItemsTable, item.ID, "", "nobody is ever shown %s: it is no fallback, and neither it nor a tag of it is in a rule; name it in the column items of a rule%s", item.ID, hint)
	}
}

// weightless reports members of a weighted or ranked rule that add nothing to it.
func (a *analysis) weightless(r *tables.RuleRow) {
	if r.Choose == tables.Fixed || !r.Enabled {
		return
	}
	var names []string
	for i, weight := range r.Weights {
		if weight == 0 {
			names = append(names, r.Items[i])
		}
	}
	if len(names) > 0 {
		a.warn(tables.RulesTable, r.ID, "weights", "rule %s never chooses %s, because of the weight 0; give it a weight above 0, or take it out of items", r.ID, listed(names))
	}
}
