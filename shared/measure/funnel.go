package measure

import (
	"net/url"

	"wegweiser/shared/journey"
	"wegweiser/shared/phase"
)

// Funnel is the answer of GET /v1/reports/funnel: how far visitors came. Rows
// are those of every phase, in their order; the later, the further.
type Funnel struct {
	Window
	Page
	Rows []FunnelRow `json:"rows" doc:"Every phase, in order."`
}

// FunnelRow counts the visitors of one phase.
type FunnelRow struct {
	Phase    string `json:"phase"`
	Visitors int    `json:"visitors" doc:"How many were in it within the window."`
	Furthest int    `json:"furthest" doc:"For how many it was the furthest that they were in within the window."`
	Reached  int    `json:"reached" doc:"How many were in it or in a later one; of the first phase, everybody who is counted."`
}

// NewFunnel returns a report in which nobody is counted yet.
func NewFunnel(snapshot string, m *phase.Model, w Window) *Funnel {
	f := &Funnel{Window: w, Page: Page{Snapshot: snapshot}, Rows: make([]FunnelRow, m.Len())}
	for p := range f.Rows {
		f.Rows[p].Phase = m.Name(p)
	}
	return f
}

// Count counts a visitor, once, by the history up to the end of the window.
func (f *Funnel) Count(m *phase.Model, h *journey.History) {
	t, counted := follow(m, h, f.Window)
	if !counted {
		return
	}
	f.Visitors++
	furthest := 0
	for p, in := range t.in {
		if in {
			f.Rows[p].Visitors++
			furthest = p
		}
	}
	f.Rows[furthest].Furthest++
	for p := range f.Rows[:furthest+1] {
		f.Rows[p].Reached++
	}
}

// Following returns the query that asks for the next page; nil on the last.
func (f *Funnel) Following() url.Values { return f.following(f.Window.query()) }

// Add counts the visitors of the next page of the report too. ErrOtherReport:
// it is a page of another one.
func (f *Funnel) Add(next *Funnel) error {
	if err := f.add(&next.Page, f.Window == next.Window); err != nil {
		return err
	}
	for p := range f.Rows {
		f.Rows[p].Visitors += next.Rows[p].Visitors
		f.Rows[p].Furthest += next.Rows[p].Furthest
		f.Rows[p].Reached += next.Rows[p].Reached
	}
	return nil
}
