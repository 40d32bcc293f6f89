package personalize

import (
	"context"
	"math"
	"slices"

	"wegweiser/shared/journey"
	"wegweiser/shared/phase"
)

// Phases counts the visitors of each phase, by standing, as they stood at a
// moment (at; empty is now), and answers a page of them after another (after;
// empty is the first). Those of whom nothing was known then are left out. It
// reads every visitor's history: a report, never a part of a decision.
func (s *Service) Phases(ctx context.Context, at, after string) (*PhasesReport, error) {
	clock := s.clock()
	moment, err := momentOr(at, journey.At(clock))
	if err != nil {
		return nil, err
	}
	snap := s.settle(clock, s.freshen(clock)).snapshot
	model := snap.Model()
	report := &PhasesReport{At: moment, Snapshot: snap.ID(), Rows: []PhasesRow{}}
	for i := range model.Len() {
		report.Rows = append(report.Rows, PhasesRow{Phase: model.Name(i), Standings: map[string]int{}})
	}
	request := WalkRequest{After: after, At: moment, Window: snap.Settings().Window}
	report.Next, err = s.Walk(ctx, request, func(_ string, h *journey.History) bool {
		if knownAt(h, moment) {
			state := model.Fold(h, moment)
			row := &report.Rows[state.Phase]
			row.Visitors++
			row.Standings[phase.StandingAt(&h.Profile, moment).String()]++
			report.Visitors++
		}
		return true
	})
	if err != nil {
		return nil, err
	}
	report.share()
	return report, nil
}

// Add counts the visitors of the next page, too.
func (r *PhasesReport) Add(next *PhasesReport) {
	r.Visitors += next.Visitors
	r.Next = next.Next
	for _, more := range next.Rows {
		i := slices.IndexFunc(r.Rows, func(row PhasesRow) bool { return row.Phase == more.Phase })
		if i < 0 {
			i = len(r.Rows)
			r.Rows = append(r.Rows, PhasesRow{Phase: more.Phase, Standings: map[string]int{}})
		}
		r.Rows[i].Visitors += more.Visitors
		for standing, visitors := range more.Standings {
			r.Rows[i].Standings[standing] += visitors
		}
	}
	r.share()
}

func (r *PhasesReport) share() {
	for i := range r.Rows {
		if r.Visitors > 0 {
			share := float64(r.Rows[i].Visitors) / float64(r.Visitors)
			r.Rows[i].Share = math.Round(share*10_000) / 10_000
		}
	}
}

// knownAt reports whether anything had happened by then.
func knownAt(h *journey.History, moment journey.Millis) bool {
	p := &h.Profile
	return len(h.Traces) > 0 || len(p.Milestones) > 0 && p.Milestones[0].At <= moment || p.Totals.Purchases > 0
}
