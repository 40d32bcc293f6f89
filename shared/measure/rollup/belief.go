package rollup

import (
	"fmt"

	"wegweiser/shared/rank/fit"
	"wegweiser/shared/snapshot"
	"wegweiser/shared/tables"
)

// belief is what is believed of items, and what it was made of.
type belief struct {
	model     *fit.Model
	live      *snapshot.Snapshot
	converted map[tables.Kind]bool // the kinds that conversions measure
}

// clicksOfOne is how many clicks of a kind there may be for each conversion, for
// conversions to be what is measured.
const clicksOfOne = 100

func believe(live *snapshot.Snapshot, cells map[where]counts) (*belief, error) {
	b := &belief{live: live, converted: map[tables.Kind]bool{}}
	kinds := map[tables.Kind]counts{}
	for at, c := range cells {
		sum := kinds[b.kind(at.item)]
		sum.add(c)
		kinds[b.kind(at.item)] = sum
	}
	for kind, c := range kinds {
		b.converted[kind] = c.conversions > 0 && c.conversions*clicksOfOne >= c.clicks
	}
	list := make([]fit.Cell, 0, len(cells))
	for at, c := range cells {
		list = append(list, fit.Cell{
			Item: at.item, Phase: at.phase, Segment: at.segment,
			Impressions: float64(max(c.impressions, c.dismissals)), Successes: float64(b.successes(at.item, c)),
		})
	}
	priors := map[string]fit.Prior{}
	for _, it := range live.Ranked() {
		if it.Prior != 0 {
			p := fit.Prior{Rate: min(max(it.Prior, fit.MinRate), fit.MaxRate)}
			if it.Weight != 0 {
				p.Weight = min(max(it.Weight, fit.MinWeight), fit.MaxWeight)
			}
			priors[it.ID] = p
		}
	}
	var err error
	if b.model, err = fit.New(list, priors); err != nil {
		return nil, fmt.Errorf("fit the propensities: %w", err)
	}
	return b, nil
}

// kind is that of an item; empty for one that is no longer configured.
func (b *belief) kind(item string) tables.Kind {
	kind, _ := b.live.Kind(item)
	return kind
}

func (b *belief) successes(item string, c counts) int64 {
	if b.converted[b.kind(item)] {
		return c.conversions
	}
	return c.clicks
}
