package snapshot

import (
	"math/bits"
	"slices"
	"strings"

	"wegweiser/shared/journey"
	"wegweiser/shared/rule"
	"wegweiser/shared/tables"
)

// shadowing finds rules that never get a placement, because one rule before them
// holds whenever they do and always has something to show.
type shadowing struct {
	*analysis
	earlier  set                // the rules that were looked at and can win
	found    set                // those of them that accept all that the rule at hand does
	spare    set                // for working out found
	segments column             // of rules, like the columns of the index
	plain    set                // rules without a condition
	when     map[string][]int32 // rules by the text of their condition
	reach    map[string]*reach  // by member of items: an id, or tag: and a tag
	always   map[[2]int32]bool  // by rule and placement: see has
	places   int                // items that all placements show together
}

// shadows reports the rules that it finds.
func (a *analysis) shadows() {
	n := len(a.rows.Rules)
	s := shadowing{
		analysis: a, earlier: newSet(n), found: newSet(n), spare: newSet(n), segments: newColumn(n), plain: newSet(n),
		when: map[string][]int32{}, reach: map[string]*reach{}, always: map[[2]int32]bool{},
	}
	for i := range a.s.placements {
		p := &a.s.placements[i]
		s.places += p.count
		s.reached(a.s.items[p.fallback].id).at(p.kind, int32(i))
	}
	for i := range a.rows.Rules {
		r := &a.rows.Rules[i]
		if s.segments.add(i, n, r.Segments) != nil {
			return
		}
		if r.Enabled {
			s.shownBy(r)
		}
	}
	for _, b := range s.segments.by {
		b.or(s.segments.any)
	}
	for i := range a.rows.Rules {
		if !a.rows.Rules[i].Enabled || a.dead[i] {
			continue
		}
		s.look(i)
		if a.steps < 0 {
			return
		}
		s.earlier.add(i)
		if a.src.rules[i].IsZero() {
			s.plain.add(i)
		} else {
			text := a.src.rules[i].String()
			s.when[text] = append(s.when[text], int32(i))
		}
	}
}

// look reports the placements in which a rule never wins.
func (s *shadowing) look(i int) {
	r := &s.rows.Rules[i]
	s.accepting(i)
	names, left := r.Placements, 0
	var by []int32
	var lost []string
	each := func(at int32) {
		if s.steps -= 1 + s.words(); s.steps < 0 || !s.serves(i, s.s.placements[at].kind) {
			return
		}
		if other, ok := s.before(i, at); !ok {
			left++
		} else if lost = append(lost, s.s.placements[at].id); !slices.Contains(by, other) {
			by = append(by, other)
		}
	}
	if len(names) == 0 {
		for at := range s.s.placements {
			each(int32(at))
		}
	}
	for k, name := range names {
		if !slices.Contains(names[:k], name) {
			each(s.s.placementAt[name])
		}
	}
	if len(lost) == 0 || s.steps < 0 {
		return
	}
	others := make([]string, len(by))
	for k, at := range by {
		others[k] = s.rows.Rules[at].ID
	}
	takes := "rule " + others[0] + ", which comes first, takes every visitor that " + r.ID + " would"
	if len(others) > 1 {
		takes = "the rules " + listed(others) + ", which come first, take every visitor that " + r.ID + " would"
	}
	s.warn(tables.RulesTable, r.ID, "order", "rule %s can never win in %s: %s; give %s a lower order, or narrow %s down", r.ID, listed(lost), takes, r.ID, listed(others))
}

// listed writes names as a sentence has them.
func listed(names []string) string {
	const some = 5
	if len(names) > some {
		return strings.Join(names[:some], ", ") + " and others"
	}
	if last := len(names) - 1; last > 0 {
		return strings.Join(names[:last], ", ") + " and " + names[last]
	}
	return names[0]
}

// serves reports whether a rule has an item of a kind that a placement takes.
func (s *shadowing) serves(i int, kind tables.Kind) bool {
	return kind == tables.AnyKind || slices.ContainsFunc(s.s.rules[i].items, func(at int32) bool {
		s.steps--
		return s.s.items[at].kind == kind
	})
}

// accepting finds the rules before one whose columns and condition accept all
// that its own do, schedules and placements aside.
func (s *shadowing) accepting(i int) {
	r, x := &s.rows.Rules[i], &s.s.index
	s.steps -= 20 * s.words()
	copy(s.found, s.earlier)
	s.within(&x.phases, r.Phases)
	s.within(&x.standings, r.Standings)
	s.within(&x.channels, r.Channels)
	s.within(&x.countries, r.Countries)
	s.within(&s.segments, r.Segments)
	s.speaking(foldedLocales(r))
	copy(s.spare, s.plain)
	if root, ok := s.src.rules[i].Root(); ok {
		s.alike(s.src.rules[i].String())
		if root.Op == rule.OpAnd {
			for _, part := range root.Args {
				s.alike(part.String())
			}
		}
	}
	s.found.and(s.spare)
}

// words is what going through a set counts in steps: it is much faster.
func (s *shadowing) words() int { return 1 + len(s.found)/32 }

// within keeps the rules that accept every one of the values, or anything where
// there is none.
func (s *shadowing) within(c *column, values []string) {
	s.steps -= len(values) * s.words()
	if len(values) == 0 {
		s.found.and(c.any)
	}
	for _, value := range values {
		s.found.and(c.accepts(value))
	}
}

// speaking keeps the rules that accept whoever speaks one of the languages.
func (s *shadowing) speaking(ranges []string) {
	c := &s.s.index.locales
	if len(ranges) == 0 {
		s.found.and(c.any)
	}
	for _, locale := range ranges {
		copy(s.spare, c.any)
		for ; locale != ""; locale = shorter(locale) {
			s.steps -= s.words()
			s.spare.or(c.accepts(locale))
		}
		s.found.and(s.spare)
	}
}

func (s *shadowing) alike(text string) {
	s.steps -= len(s.when[text])
	for _, at := range s.when[text] {
		s.spare.add(int(at))
	}
}

// before finds the first rule that takes a placement from another whenever that
// holds.
func (s *shadowing) before(i int, p int32) (int32, bool) {
	in := s.s.placements[p].rules
	schedule := &s.rows.Rules[i].Schedule
	for w, word := range s.found {
		for word &= in[w]; word != 0; word &= word - 1 {
			s.steps--
			at := int32(w*64 + bits.TrailingZeros64(word))
			if spans(&s.rows.Rules[at].Schedule, schedule) && s.has(at, p) {
				return at, true
			}
		}
	}
	return 0, false
}

// spans reports whether outer holds whenever inner does.
func spans(outer, inner *tables.Schedule) bool {
	return (outer.Starts == 0 || inner.Starts != 0 && outer.Starts <= inner.Starts) &&
		(outer.Ends == 0 || inner.Ends != 0 && inner.Ends <= outer.Ends)
}

// has reports whether a rule surely has an item to show in a placement whenever
// it holds, whatever the placements before it have shown.
func (s *shadowing) has(at, p int32) bool {
	key := [2]int32{at, p}
	if has, known := s.always[key]; known {
		return has
	}
	has, many := false, 0
	ready := &s.s.rules[at]
	others := s.places - s.s.placements[p].count
	for k, item := range ready.items {
		if s.steps--; s.steps < 0 || has {
			break
		}
		if s.s.surelyWeighs(ready, k) && s.accepts(at, item, s.s.placements[p].kind) {
			many++
			has = many > others || !s.elsewhere(item, p)
		}
	}
	s.always[key] = has
	return has
}

// accepts reports whether an item may be shown whenever a rule holds.
func (s *shadowing) accepts(at, item int32, kind tables.Kind) bool {
	r, it := &s.rows.Rules[at], &s.rows.Items[item]
	s.steps -= len(r.Segments) * len(it.Segments)
	personal := len(r.Phases)+len(r.Standings) > 0
	return it.Enabled && (kind == tables.AnyKind || kind == it.Kind) &&
		(it.Purpose == "" || it.Purpose == journey.Personalization && personal) &&
		s.unlimited(it) &&
		covers(it.Phases, r.Phases) && covers(it.Standings, r.Standings) && covers(it.Segments, r.Segments) &&
		spans(&it.Schedule, &r.Schedule) &&
		(s.src.items[item].IsZero() || s.src.items[item].Equal(s.src.rules[at]))
}

// unlimited reports whether an item has room whatever was shown before.
func (s *shadowing) unlimited(it *tables.ItemRow) bool {
	return it.Group == "" &&
		(it.Transactional || !isLimited(it) && (it.Kind == tables.Content || len(s.rows.Settings.Caps) == 0))
}

// covers reports whether a column accepts whatever another one does.
func covers(wide, narrow []string) bool {
	return len(wide) == 0 || len(narrow) > 0 &&
		!slices.ContainsFunc(narrow, func(name string) bool { return !slices.Contains(wide, name) })
}

// reach says where something may be shown, for each kind of item: a placement,
// or several.
type reach [3]struct {
	first int32 // a placement, counted from 1
	many  bool
}

var kinds = [3]tables.Kind{tables.Content, tables.Offer, tables.Message}

// at adds a placement that takes a kind.
func (r *reach) at(kind tables.Kind, p int32) {
	for k := range r {
		if kind == tables.AnyKind || kind == kinds[k] {
			r[k].many = r[k].many || r[k].first != 0 && r[k].first != p+1
			r[k].first = p + 1
		}
	}
}

func (s *shadowing) reached(member string) *reach {
	r := s.reach[member]
	if r == nil {
		r = &reach{}
		s.reach[member] = r
	}
	return r
}

// shownBy notes where a rule shows its items.
func (s *shadowing) shownBy(r *tables.RuleRow) {
	var places reach
	if s.steps -= len(r.Placements); len(r.Placements) == 0 {
		s.steps -= len(s.s.placements)
		for i := range s.s.placements {
			places.at(s.s.placements[i].kind, int32(i))
		}
	}
	for _, name := range r.Placements {
		at := s.s.placementAt[name]
		places.at(s.s.placements[at].kind, at)
	}
	for _, member := range r.Items {
		into := s.reached(member)
		for k, kind := range kinds {
			if places[k].first != 0 {
				many := into[k].many || places[k].many
				into.at(kind, places[k].first-1)
				into[k].many = many || into[k].many
			}
		}
	}
}

// elsewhere reports whether an item may be shown in another placement than p.
func (s *shadowing) elsewhere(item, p int32) bool {
	row := &s.rows.Items[item]
	k := slices.Index(kinds[:], row.Kind)
	in := func(member string) bool {
		r := s.reach[member]
		return r != nil && (r[k].many || r[k].first != 0 && r[k].first != p+1)
	}
	return in(row.ID) || slices.ContainsFunc(row.Tags, func(tag string) bool { return in(tables.TagPrefix + tag) })
}
