package rollup

import (
	"context"
	"maps"
	"net/url"
	"slices"
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

// namePrefix starts the names of cells with reactions: the month is behind it.
// So what is counted now can be read without what was counted before. A period
// is the item, the phase and the segment, between slashes.
const namePrefix = "shown/"

// settled is how long after its month nothing is added to a cell any more: no
// feed tells of anything that late.
const settled = store.FeedMemory

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
		CellKey:  store.CellKey{Name: nameOf(at), Period: period(r.Item, r.Phase, r.Segment)},
		Sequence: c.Sequence,
		Add:      map[string]int64{string(r.Kind): 1},
		Expires:  rank.PeriodOver(tables.Month, at, time.UTC).Add(kept),
	}, true
}

func nameOf(at journey.Millis) string {
	return namePrefix + rank.PeriodName(tables.Month, at, time.UTC)
}

// period names an item with a phase and a segment, without the segment, or
// without both, where it would be too long for a cell.
func period(item, phase, segment string) string {
	item = url.PathEscape(item)
	for _, parts := range [][2]string{{phase, segment}, {phase, ""}} {
		name := item + "/" + url.PathEscape(parts[0]) + "/" + url.PathEscape(parts[1])
		if len(name) <= store.MaxPeriodBytes {
			return name
		}
	}
	return item + "//"
}

// whereOf reads the period of a cell, and reports false for something else.
func whereOf(period string) (at where, ok bool) {
	parts := strings.Split(period, "/")
	if len(parts) != 3 {
		return at, false
	}
	for i, to := range []*string{&at.item, &at.phase, &at.segment} {
		text, err := url.PathUnescape(parts[i])
		if err != nil {
			return at, false
		}
		*to = text
	}
	return at, true
}

// counts is how many reactions there were.
type counts struct{ impressions, clicks, dismissals, conversions int64 }

func (c *counts) add(more counts) {
	c.impressions += more.impressions
	c.clicks += more.clicks
	c.dismissals += more.dismissals
	c.conversions += more.conversions
}

// history is what was counted in months that are settled, added up. On one
// machine that was off for days, the journal may still tell of such a month: what
// adds to it forgets the history (forget), also one that is being read.
type history struct {
	forgotten int // how often, before
	months    []string
	counts    map[where]counts
}

// read adds up the cells of all months. Those that are settled are read once.
func (r *Rollup) read(ctx context.Context, now journey.Millis) (map[where]counts, error) {
	var past, open []string
	for at := now; rank.PeriodOver(tables.Month, at, time.UTC).Add(kept) > now; at = before(at) {
		if rank.PeriodOver(tables.Month, at, time.UTC).Add(settled) < now {
			past = append(past, nameOf(at))
		} else {
			open = append(open, nameOf(at))
		}
	}
	r.lock.Lock()
	known := r.past
	r.lock.Unlock()
	if !slices.Equal(known.months, past) {
		known = history{known.forgotten, past, map[where]counts{}}
		for _, month := range past {
			if err := r.readMonth(ctx, month, now, known.counts); err != nil {
				return nil, err
			}
		}
		r.lock.Lock()
		if r.past.forgotten == known.forgotten {
			r.past = known
		}
		r.lock.Unlock()
	}
	all := maps.Clone(known.counts)
	for _, month := range open {
		if err := r.readMonth(ctx, month, now, all); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// forget forgets the history where deltas add to one of its months, or may do so
// to one that is being read.
func (r *Rollup) forget(now journey.Millis, deltas []store.Delta) {
	if slices.ContainsFunc(deltas, func(d store.Delta) bool { return d.Expires.Add(settled-kept) < now }) {
		r.lock.Lock()
		r.past = history{forgotten: r.past.forgotten + 1}
		r.lock.Unlock()
	}
}

// before is a moment of the month before that of at.
func before(at journey.Millis) journey.Millis {
	t := at.Time().UTC()
	return journey.At(time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC).Add(-time.Hour))
}

// first and last are around every period.
const (
	first = "!"
	last  = "ÿ"
)

func (r *Rollup) readMonth(ctx context.Context, month string, now journey.Millis, into map[where]counts) error {
	cells, err := r.store.Cells(ctx, month, first, last, now)
	if err != nil {
		return err
	}
	for i := range cells {
		at, ok := whereOf(cells[i].Period)
		if !ok {
			continue
		}
		sum, counted := into[at], cells[i].Counts
		sum.add(counts{
			impressions: counted[string(personalize.Impression)], clicks: counted[string(personalize.Click)],
			dismissals: counted[string(personalize.Dismissal)], conversions: counted[string(personalize.Conversion)],
		})
		into[at] = sum
	}
	return nil
}
