package measure

import (
	"errors"
	"net/url"
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
	Snapshot string `json:"snapshot" doc:"The phases are those of this snapshot."`
	Visitors int    `json:"visitors" doc:"How many visitors are counted in this page."`
	Next     string `json:"next,omitempty" doc:"after of the next page, which is asked for the same time; left out on the last."`
}

// query names the window, as a Request does.
func (w Window) query() url.Values {
	query := url.Values{"until": {w.Until.String()}}
	if w.Since != 0 {
		query.Set("since", w.Since.String())
	}
	return query
}

// Size is how many visitors are counted in the page.
func (p *Page) Size() int { return p.Visitors }

// following is the query of the next page, about the same time; nil on the
// last.
func (p *Page) following(time url.Values) url.Values {
	if p.Next == "" {
		return nil
	}
	time.Set("after", p.Next)
	return time
}

// ErrOtherReport means that pages are not of one report.
var ErrOtherReport = errors.New("the pages are not of one report: they are about another time, or another snapshot went live in between; begin again")

// add makes p a page that covers the visitors of the next one too, which must
// be about the same time.
func (p *Page) add(next *Page, sameTime bool) error {
	if p.Snapshot != next.Snapshot || !sameTime {
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
