package rollup

import (
	"context"
	"net/url"
	"strings"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
	"wegweiser/shared/rank"
	"wegweiser/shared/store"
	"wegweiser/shared/tables"
)

// kept is how long a cell is there after its month.
const kept = 400 * 24 * time.Hour

// periodPrefix starts the periods of cells with reactions. A period is the
// month, the phase and the segment, between slashes.
const periodPrefix = "shown/"

// where is an item, and to whom it was shown.
type where struct{ item, phase, segment string }

// delta is what a change adds, and false where that is nothing.
func delta(c *store.Change) (store.Delta, bool) {
	r, ok := personalize.ReactionOf(&c.Touchpoint)
	if !ok {
		return store.Delta{}, false
	}
	at := c.Touchpoint.At
	return store.Delta{
		CellKey:  store.CellKey{Name: r.Item, Period: period(at, r.Phase, r.Segment)},
		Sequence: c.Sequence,
		Add:      map[string]int64{string(r.Kind): 1},
		Expires:  rank.PeriodOver(tables.Month, at, time.UTC).Add(kept),
	}, true
}

// period names a month with a phase and a segment, without the segment, or
// without both, where the name would be too long for a cell.
func period(at journey.Millis, phase, segment string) string {
	month := periodPrefix + rank.PeriodName(tables.Month, at, time.UTC)
	for _, parts := range [][2]string{{phase, segment}, {phase, ""}} {
		name := month + "/" + url.PathEscape(parts[0]) + "/" + url.PathEscape(parts[1])
		if len(name) <= journey.MaxIDBytes {
			return name
		}
	}
	return month + "//"
}

// whereOf reads the key of a cell, and reports false for one of something else.
func whereOf(k store.CellKey) (where, bool) {
	rest, ok := strings.CutPrefix(k.Period, periodPrefix)
	parts := strings.Split(rest, "/")
	if !ok || len(parts) != 3 {
		return where{}, false
	}
	phase, phaseErr := url.PathUnescape(parts[1])
	segment, segmentErr := url.PathUnescape(parts[2])
	return where{k.Name, phase, segment}, phaseErr == nil && segmentErr == nil
}

// counts is how many reactions there were.
type counts struct{ impressions, clicks, dismissals, conversions int64 }

func (c *counts) add(more counts) {
	c.impressions += more.impressions
	c.clicks += more.clicks
	c.dismissals += more.dismissals
	c.conversions += more.conversions
}

// read adds up the cells of all months.
func (r *Rollup) read(ctx context.Context, now journey.Millis) (map[where]counts, error) {
	all := map[where]counts{}
	for cell, err := range r.store.AllCells(ctx, now) {
		if err != nil {
			return nil, err
		}
		at, ok := whereOf(cell.CellKey)
		if !ok {
			continue
		}
		sum := all[at]
		sum.add(counts{
			impressions: cell.Counts[string(personalize.Impression)], clicks: cell.Counts[string(personalize.Click)],
			dismissals: cell.Counts[string(personalize.Dismissal)], conversions: cell.Counts[string(personalize.Conversion)],
		})
		all[at] = sum
	}
	return all, nil
}
