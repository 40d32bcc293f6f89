package measure

import (
	"math"
	"net/url"

	"wegweiser/shared/journey"
	"wegweiser/shared/phase"
)

// PhasesReport is the answer of GET /v1/reports/phases: how many visitors stood
// where at a moment. Unlike the other reports it counts everybody of whom
// anything was known by then. Who stands in no phase is counted in the first,
// which is what answers name.
type PhasesReport struct {
	At journey.Millis `json:"at" doc:"The moment."`
	Page
	Rows []PhasesRow `json:"rows" doc:"Every phase, in order."`
}

// PhasesRow counts the visitors of one phase by standing.
type PhasesRow struct {
	Phase     string         `json:"phase"`
	Visitors  int            `json:"visitors"`
	Share     float64        `json:"share" doc:"Of all visitors of the report, with four decimals; the one figure that does not add up over pages."`
	Standings map[string]int `json:"standings" doc:"Those that visitors of the phase have, with how many do."`
}

// NewPhasesReport returns a report in which nobody is counted yet.
func NewPhasesReport(snapshot string, m *phase.Model, at journey.Millis) *PhasesReport {
	r := &PhasesReport{At: at, Page: Page{Snapshot: snapshot}, Rows: make([]PhasesRow, m.Len())}
	for p := range r.Rows {
		r.Rows[p] = PhasesRow{Phase: m.Name(p), Standings: map[string]int{}}
	}
	return r
}

// Count counts a visitor, once, by the history up to the moment.
func (r *PhasesReport) Count(m *phase.Model, h *journey.History) {
	if !known(h, r.At) {
		return
	}
	state := m.Fold(h, r.At)
	row := &r.Rows[state.Phase]
	row.Visitors++
	row.Standings[phase.StandingAt(&h.Profile, r.At).String()]++
	r.Visitors++
	r.share()
}

// Following returns the query that asks for the next page; nil on the last.
func (r *PhasesReport) Following() url.Values { return r.following(url.Values{"at": {r.At.String()}}) }

// Add counts the visitors of the next page of the report too. ErrOtherReport:
// it is a page of another one.
func (r *PhasesReport) Add(next *PhasesReport) error {
	if err := r.add(&next.Page, r.At == next.At); err != nil {
		return err
	}
	for p := range r.Rows {
		r.Rows[p].Visitors += next.Rows[p].Visitors
		for standing, visitors := range next.Rows[p].Standings {
			r.Rows[p].Standings[standing] += visitors
		}
	}
	r.share()
	return nil
}

func (r *PhasesReport) share() {
	for p := range r.Rows {
		if r.Visitors > 0 {
			r.Rows[p].Share = math.Round(float64(r.Rows[p].Visitors)/float64(r.Visitors)*10_000) / 10_000
		}
	}
}

// known reports whether anything had happened by then.
func known(h *journey.History, at journey.Millis) bool {
	p := &h.Profile
	return len(h.Traces) > 0 || len(p.Milestones) > 0 && p.Milestones[0].At <= at || p.Totals.Purchases > 0
}
