package personalize

import (
	"context"
	"math"

	"wegweiser/shared/store"
)

// Phases counts the visitors of each phase, by standing. It reads every
// visitor's history: a report, never a part of a decision.
func (s *Service) Phases(ctx context.Context) (*PhasesReport, error) {
	clock := s.clock()
	now := s.now()
	snap := s.settle(clock, s.freshen(clock)).snapshot
	report := &PhasesReport{At: now, Snapshot: snap.ID(), Rows: []PhasesRow{}}
	for i := range snap.Model().Len() {
		report.Rows = append(report.Rows, PhasesRow{Phase: snap.Model().Name(i), Standings: map[string]int{}})
	}
	for visitor, err := range s.store.All(ctx) {
		if err != nil {
			return nil, unavailable("reading the visitors", err)
		}
		h, err := s.store.History(ctx, store.Query{Visitor: visitor, At: now, Now: now, Window: snap.Settings().Window})
		if err != nil {
			return nil, unavailable("reading a journey", err)
		}
		p := snap.Phase(h, now)
		i := snap.Model().Index(p.Name)
		report.Rows[i].Visitors++
		report.Rows[i].Standings[p.Standing]++
		report.Visitors++
	}
	for i := range report.Rows {
		if report.Visitors > 0 {
			share := float64(report.Rows[i].Visitors) / float64(report.Visitors)
			report.Rows[i].Share = math.Round(share*10_000) / 10_000
		}
	}
	return report, nil
}
