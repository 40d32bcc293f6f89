package measure

import (
	"context"
	"net/url"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
	"wegweiser/shared/phase"
	"wegweiser/shared/snapshot"
)

// Service is the use cases of personalize, and the reports beside them. Each
// report answers a page, of some seconds of work, behind a visitor (after;
// empty is the first page). The errors are those of the use cases: Invalid for
// what cannot be read, Unavailable where the store does not answer.
type Service struct {
	*personalize.Service
	// Believer may be nil where the report on items is not asked for.
	Believer
}

// Request is the query of a report over a window. Times are RFC 3339.
type Request struct {
	Since string // inclusive; empty is from the beginning
	Until string // inclusive; empty is now
	After string // next of the page before
}

// RequestOf reads a request from a query, such as that of a page that follows.
func RequestOf(query url.Values) Request {
	return Request{Since: query.Get("since"), Until: query.Get("until"), After: query.Get("after")}
}

// JourneyMap answers between which phases visitors moved, and what they did
// where.
func (s *Service) JourneyMap(ctx context.Context, request Request) (*JourneyMap, error) {
	w, err := s.window(request)
	if err != nil {
		return nil, err
	}
	snap := s.Snapshot()
	j := NewJourneyMap(snap.ID(), snap.Model(), w)
	j.Next, err = s.count(ctx, snap, w.Until, request.After, j.Count)
	return answered(j, err)
}

// Funnel answers how far visitors came.
func (s *Service) Funnel(ctx context.Context, request Request) (*Funnel, error) {
	w, err := s.window(request)
	if err != nil {
		return nil, err
	}
	snap := s.Snapshot()
	f := NewFunnel(snap.ID(), snap.Model(), w)
	f.Next, err = s.count(ctx, snap, w.Until, request.After, f.Count)
	return answered(f, err)
}

// Phases answers how many visitors stood where at a moment; empty is now.
func (s *Service) Phases(ctx context.Context, at, after string) (*PhasesReport, error) {
	moment, err := s.Moment("at", at)
	if err != nil {
		return nil, err
	}
	snap := s.Snapshot()
	r := NewPhasesReport(snap.ID(), snap.Model(), moment)
	r.Next, err = s.count(ctx, snap, moment, after, r.Count)
	return answered(r, err)
}

// window reads what a report is about.
func (s *Service) window(request Request) (w Window, err error) {
	if w.Until, err = s.Moment("until", request.Until); err != nil || request.Since == "" {
		return w, err
	}
	if w.Since, err = s.Moment("since", request.Since); err != nil || w.Since <= w.Until {
		return w, err
	}
	return w, refused("since", "bad_range", "must not be later than until")
}

// count hands the visitors of a page to a report, and returns where the next
// page goes on.
func (s *Service) count(ctx context.Context, snap *snapshot.Snapshot, until journey.Millis, after string, count func(*phase.Model, *journey.History)) (next string, err error) {
	walk := personalize.WalkRequest{After: after, At: until, Window: snap.Settings().Window}
	return s.Walk(ctx, walk, func(_ string, h *journey.History) bool {
		count(snap.Model(), h)
		return true
	})
}

// answered is a report, or nothing where something failed.
func answered[R any](report *R, err error) (*R, error) {
	if err != nil {
		return nil, err
	}
	return report, nil
}
