package snapshot

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"wegweiser/shared/journey"
	"wegweiser/shared/tables"
)

// weight is by what a weighted rule draws its k-th item at a moment: what the
// rule says, multiplied by 1 + sum/100 over the boosts of the item that hold,
// and never below 0.
func (s *Snapshot) weight(r *choice, k int, now journey.Millis) float64 {
	if s.levers == nil {
		return r.weights[k]
	}
	return r.weights[k] * max(0, 1+s.lever(r.items[k], now)/100)
}

// lever is the sum of the boosts of an item that hold at a moment, in percent.
func (s *Snapshot) lever(item int32, now journey.Millis) (sum float64) {
	if s.levers == nil {
		return 0
	}
	for _, at := range s.levers[item] {
		if b := &s.settings.Boosts[at]; b.Holds(now) {
			sum += b.Percent
		}
	}
	return sum
}

// canWeigh reports whether a rule may give its k-th item a weight above 0: in a
// ranked one it must also gain something. Those of a fixed choice are not weighed.
func (s *Snapshot) canWeigh(r *choice, k int) bool {
	return r.weights == nil || r.weights[k] > 0 && (!r.ranked || s.items[r.items[k]].margin() > 0)
}

// surelyWeighs reports whether it does so at every moment.
func (s *Snapshot) surelyWeighs(r *choice, k int) bool {
	if r.weights == nil || s.levers == nil {
		return s.canWeigh(r, k)
	}
	lowest := 0.0
	for _, at := range s.levers[r.items[k]] {
		lowest += min(0, s.settings.Boosts[at].Percent)
	}
	return s.canWeigh(r, k) && lowest > tables.MinBoost
}

// boostsOf returns the boosts of an item that hold at a moment.
func (s *Snapshot) boostsOf(item int32, now journey.Millis) []BoostExplained {
	if s.levers == nil {
		return nil
	}
	var list []BoostExplained
	for _, at := range s.levers[item] {
		if b := &s.settings.Boosts[at]; b.Holds(now) {
			list = append(list, BoostExplained{b.Tag, b.Percent})
		}
	}
	return list
}

// rounded is a weight as people read it, in six digits.
func rounded(weight float64) float64 {
	short, _ := strconv.ParseFloat(strconv.FormatFloat(weight, 'g', 6, 64), 64)
	return short
}

// addBoosts gives every item the boosts of its tags.
func (a *assembler) addBoosts() error {
	for i := range a.settings.Boosts {
		b := &a.settings.Boosts[i]
		if !(b.Percent >= tables.MinBoost && b.Percent <= tables.MaxBoost) {
			return fmt.Errorf("a boost of %v percent", b.Percent)
		}
		for _, at := range a.tagged[b.Tag] {
			if a.levers == nil {
				a.levers = make([][]int32, len(a.items))
			}
			a.levers[at] = append(a.levers[at], int32(i))
		}
	}
	return nil
}

// checkBoosts names the boosts whose tag no item has.
func (c *compiler) checkBoosts() {
	var tags []string
	for i := range c.rows.Settings.Boosts {
		b := &c.rows.Settings.Boosts[i]
		if len(c.tags[b.Tag]) > 0 {
			continue
		}
		if tags == nil {
			tags = slices.Sorted(maps.Keys(c.tags))
		}
		c.warn(tables.SettingsTable, tables.BoostPrefix+b.Tag, "id", "no item has the tag %s, so the boost changes nothing%s", b.Tag, c.suggestion(b.Tag, tags))
	}
}

// idleBoosts reports boosts that change nothing though there are items with
// their tag: no rule weighs these against others. A rule that is switched off
// counts: somebody means to switch it on again.
func (a *analysis) idleBoosts() {
	boosts := a.rows.Settings.Boosts
	if len(boosts) == 0 {
		return
	}
	weighed, moves := make([]bool, len(boosts)), make([]bool, len(boosts))
	counts := make(map[int32]int) // items of a rule, by boost
	for i := range a.s.rules {
		r, all := &a.s.rules[i], 0
		if r.weights == nil || a.s.levers == nil {
			continue
		}
		clear(counts)
		uneven, lowest := false, 0.0
		for k, item := range r.items {
			if a.steps -= 1 + len(a.s.levers[item]); a.steps < 0 {
				return
			}
			if !a.s.canWeigh(r, k) {
				continue
			}
			all++
			for _, at := range a.s.levers[item] {
				counts[at]++
			}
		}
		for at, n := range counts {
			uneven = uneven || n < all
			lowest += min(0, boosts[at].Percent)
		}
		for at := range counts {
			weighed[at], moves[at] = true, moves[at] || uneven || lowest <= tables.MinBoost
		}
	}
	for i := range boosts {
		b, why := &boosts[i], ""
		switch {
		case len(a.tags[b.Tag]) == 0: // checkBoosts says so
			continue
		case b.Percent == 0:
			why = "it is of 0 percent; take it out"
		case !weighed[i]:
			why = fmt.Sprintf("no rule with choose weighted or rank chooses among items with the tag %s; write one of them in the column choose of the rules that are to follow it", b.Tag)
		case !moves[i]:
			why = fmt.Sprintf("where a rule with choose weighted or rank has an item with the tag %s, all of its items have it; boosts count against items without the tag", b.Tag)
		default:
			continue
		}
		a.warn(tables.SettingsTable, tables.BoostPrefix+b.Tag, "value", "the boost of %s changes nothing: %s", b.Tag, why)
	}
}
