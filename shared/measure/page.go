package measure

import (
	"cmp"
	"errors"
	"slices"

	"wegweiser/shared/journey"
)

// Window is the time that a report is about, both ends included.
type Window struct {
	Since journey.Millis `json:"since,omitzero" doc:"The first moment of the report; left out where it is about everything up to until."`
	Until journey.Millis `json:"until" doc:"Its last moment."`
}

// Page is what every page of a report says of itself.
type Page struct {
	Window
	Snapshot string `json:"snapshot" doc:"The phases are those of this snapshot."`
	Visitors int    `json:"visitors" doc:"How many visitors of this page are counted: those who left a touchpoint within the window and stood in a phase by its end."`
	Next     string `json:"next,omitempty" doc:"Pass it as after, with the same since and until, for the next page; left out on the last."`
}

// ErrOtherReport means that pages are not of one report.
var ErrOtherReport = errors.New("the pages are not of one report: another window, or another snapshot went live in between; begin again")

// add makes p a page that covers the visitors of the next one too.
func (p *Page) add(next *Page) error {
	if p.Window != next.Window || p.Snapshot != next.Snapshot {
		return ErrOtherReport
	}
	p.Visitors += next.Visitors
	p.Next = next.Next
	return nil
}

// merge adds each of more to the row of rows that it compares equal with, or
// puts it where it belongs. Rows stay in order.
func merge[R any](rows, more []R, compare func(a, b R) int, add func(row *R, more R)) []R {
	for _, m := range more {
		at, found := slices.BinarySearchFunc(rows, m, compare)
		if found {
			add(&rows[at], m)
		} else {
			rows = slices.Insert(rows, at, m)
		}
	}
	return rows
}

// order compares phases as their table has them; none comes first.
func order(phases []PhaseRow, a, b string) int {
	at := func(name string) int {
		return slices.IndexFunc(phases, func(p PhaseRow) bool { return p.Phase == name })
	}
	return cmp.Compare(at(a), at(b))
}
