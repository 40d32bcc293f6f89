package personalize

import (
	"context"
	"math"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
)

// Phases counts the visitors of each phase, by standing, as they stood at a
// moment (at; empty is now). Those of whom nothing was known then are left out.
// It reads every visitor's history: a report, never a part of a decision.
func (s *Service) Phases(ctx context.Context, at string) (*PhasesReport, error) {
	clock := s.clock()
	now := journey.At(clock)
	moment, err := momentOr(at, now)
	if err != nil {
		return nil, err
	}
	snap := s.settle(clock, s.freshen(clock)).snapshot
	report := &PhasesReport{At: moment, Snapshot: snap.ID(), Rows: []PhasesRow{}}
	for i := range snap.Model().Len() {
		report.Rows = append(report.Rows, PhasesRow{Phase: snap.Model().Name(i), Standings: map[string]int{}})
	}
	for visitor, err := range s.store.All(ctx, "") {
		if err != nil {
			return nil, unavailable("reading the visitors", err)
		}
		h, err := s.store.History(ctx, store.Query{Visitor: visitor, At: moment, Now: now, Window: snap.Settings().Window})
		if err != nil {
			return nil, unavailable("reading a journey", err)
		}
		if !knownAt(h, moment) {
			continue
		}
		p := snap.Phase(h, moment)
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

// knownAt reports whether anything had happened by then.
func knownAt(h *journey.History, moment journey.Millis) bool {
	p := &h.Profile
	return len(h.Traces) > 0 || len(p.Milestones) > 0 && p.Milestones[0].At <= moment || p.Totals.Purchases > 0
}
