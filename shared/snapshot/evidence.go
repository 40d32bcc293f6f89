package snapshot

import (
	"strconv"

	"wegweiser/shared/phase"
	"wegweiser/shared/tables"
)

// evidence reports phases that nobody can come to: those that no signal speaks
// for, and those that ask for more evidence than a full window can give. The
// first phase is where everybody starts.
func (a *analysis) evidence() {
	phases := a.rows.Phases
	own := make(map[string]float64, len(phases)) // the largest weight for a phase
	for i := range a.rows.Signals {
		r := &a.rows.Signals[i]
		own[r.Phase] = max(own[r.Phase], r.Weight)
	}
	whole := a.heaviest()
	window := float64(a.rows.Settings.Window)
	const rounding = 1 + 1e-6
	for _, p := range phases[min(1, len(phases)):] {
		most := min(whole, float64(len(phases))*own[p.ID]) * window * rounding
		switch {
		case own[p.ID] == 0:
			a.warn(tables.PhasesTable, p.ID, "", "nobody ever comes to %s, because no signal has a weight above 0 for it; write one that says which touchpoint speaks for %s", p.ID, p.ID)
		case most < p.MinEvidence:
			a.warn(tables.PhasesTable, p.ID, "min_evidence", "nobody ever comes to %s: it asks for evidence of %s, and %d touchpoints (the setting window) give at most %s by the weights of the signals; ask for less, or raise the weights",
				p.ID, number(p.MinEvidence), a.rows.Settings.Window, number(most/rounding))
		}
	}
}

func number(n float64) string { return strconv.FormatFloat(n, 'g', 6, 64) }

// heaviest is the most evidence that one touchpoint gives for all phases
// together, or more than that.
func (a *analysis) heaviest() (most float64) {
	type key struct{ kind, phase string }
	general, exact := map[key]float64{}, map[key]float64{}
	for i := range a.rows.Signals {
		r := &a.rows.Signals[i]
		k := key{r.Type, r.Phase}
		if r.Channel == phase.AnyChannel {
			general[k] = r.Weight
		} else {
			exact[k] = max(exact[k], r.Weight)
		}
	}
	byType := map[string]float64{}
	for k, weight := range general {
		byType[k.kind] += max(weight, exact[k])
	}
	for k, weight := range exact {
		if _, counted := general[k]; !counted {
			byType[k.kind] += weight
		}
	}
	for _, weight := range byType {
		most = max(most, weight)
	}
	return most
}
