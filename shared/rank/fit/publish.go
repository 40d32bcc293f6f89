package fit

import (
	"cmp"
	"maps"
	"slices"

	"wegweiser/shared/rank"
)

// Statistics is what deciding functions read of the model: the quantiles of the
// items, wherever anything was shown.
func (m *Model) Statistics(items []string) *rank.Statistics {
	places := make([]rank.Place, 0, len(m.places))
	for at := range maps.Keys(m.places) {
		places = append(places, rank.Place{Phase: at.phase, Segment: at.segment})
	}
	slices.SortFunc(places, func(a, b rank.Place) int {
		return cmp.Or(cmp.Compare(a.Phase, b.Phase), cmp.Compare(a.Segment, b.Segment))
	})
	return rank.NewStatistics(items, places, func(id string, at rank.Place) rank.Quantiles {
		return m.Posterior(id, at.Phase, at.Segment).Quantiles()
	})
}
