package snapshot

import (
	"cmp"
	"slices"

	"wegweiser/shared/rank"
	"wegweiser/shared/rule"
)

// Naming is what a name is of.
type Naming uint8

// The kinds of names. All but the first have numbers.
const (
	Unnumbered Naming = iota
	PlacementName
	ItemName
	GroupName
	ContextName // of a declared key
	TraitName   // of a declared trait
)

// Number returns the number of a name, from 0, or -1 where the snapshot has no
// such name. It is the same wherever a snapshot of this id is loaded, so that
// what stands beside the id can have it in place of the name.
func (s *Snapshot) Number(of Naming, name string) int {
	at, known := 0, false
	switch of {
	case PlacementName:
		var number int32
		number, known = s.placementAt[name]
		at = int(number)
	case ItemName:
		at, known = s.find(name)
	case GroupName:
		at = slices.IndexFunc(s.groups, func(g group) bool { return g.id == name })
		known = at >= 0
	case ContextName:
		at, known = slices.BinarySearchFunc(s.keys, name, func(k key, name string) int { return cmp.Compare(k.name, name) })
	case TraitName:
		at, known = slices.BinarySearch(s.traits, name)
	}
	if !known {
		return -1
	}
	return at
}

// Name returns the name that has a number, and whether there is one.
func (s *Snapshot) Name(of Naming, number int) (name string, known bool) {
	if number < 0 {
		return "", false
	}
	switch {
	case of == PlacementName && number < len(s.placements):
		return s.placements[number].id, true
	case of == ItemName && number < len(s.items):
		return s.items[number].id, true
	case of == GroupName && number < len(s.groups):
		return s.groups[number].id, true
	case of == ContextName && number < len(s.keys):
		return s.keys[number].name, true
	case of == TraitName && number < len(s.traits):
		return s.traits[number], true
	}
	return "", false
}

// Asks reports whether a condition or a content asks for a trait or a key of the
// context, and this value is one that they take: it has the declared type.
func (s *Snapshot) Asks(kind rule.Kind, name string, value any) bool {
	return slices.ContainsFunc(s.asks, func(a ask) bool {
		if a.Kind != kind || a.Name != name {
			return false
		}
		_, takes := valueOf(value, a.Type)
		return takes
	})
}

// Limits reports whether a cap holds for what a scope counts.
func (s *Snapshot) Limits(scope rank.Scope) bool {
	switch scope.Kind {
	case rank.ScopeItem:
		at, known := s.find(scope.Name)
		return known && s.items[at].limits != nil && len(s.items[at].limits.caps) > 0
	case rank.ScopeGroup:
		at := s.Number(GroupName, scope.Name)
		return at >= 0 && len(s.groups[at].caps) > 0
	case rank.ScopeChannel:
		return len(s.channels[scope.Name]) > 0
	}
	return len(s.all) > 0
}

// Counters returns what a visitor was shown, as a decision reads it: brought to
// its moment in the visitor's calendar. The error is that of rank.ReadCounters.
func (s *Snapshot) Counters(in *Input) (rank.Counters, error) {
	c, err := rank.ReadCounters(in.History.Counters.Packed)
	if err == nil {
		c.Advance(in.At, s.zoneOf(in.Context.Zone, in.History.Profile.Zone))
	}
	return c, err
}
