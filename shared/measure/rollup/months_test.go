package rollup_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/journey"
	"wegweiser/shared/measure/rollup"
	"wegweiser/shared/store"
)

// reading notes of which months cells are read.
type reading struct {
	store.Store
	months []string
	then   func() // called when September was read
}

func (r *reading) Cells(ctx context.Context, name, from, to string, now journey.Millis) ([]store.Cell, error) {
	r.months = append(r.months, name)
	cells, err := r.Store.Cells(ctx, name, from, to, now)
	if r.then != nil && name == "shown/2025-09" {
		r.then()
	}
	return cells, err
}

// What was counted in all months adds up, is read anew only as long as more can
// come, and is gone with the month that has expired.
func TestMonths(t *testing.T) {
	c := begin(t, rows)
	noted := &reading{Store: c.store}
	c.Rollup = rollup.Of(noted, c.newest, c.clock)
	clicked := func(number int, at time.Time) {
		t.Helper()
		change := reaction(number, "sofa", "item_click", "decision", "")
		change.Touchpoint.At = journey.At(at)
		c.now = journey.At(at)
		c.apply(t, "shard", change)
	}
	day := func(month time.Month, day int) time.Time { return time.Date(2025, month, day, 12, 0, 0, 0, time.UTC) }
	clicked(1, day(time.September, 30))
	clicked(2, day(time.October, 1))
	clicked(3, day(time.October, 31))
	for _, step := range []struct {
		now    time.Time
		clicks string
		read   int // months
	}{
		{day(time.November, 1), "0 3 0 0", 15}, // those of the past are not known yet
		{day(time.November, 2), "0 3 0 0", 2},  // October may not be over yet for a feed that is late
		{day(time.November, 4), "0 3 0 0", 15}, // it is settled
		{day(time.November, 5), "0 3 0 0", 1},
	} {
		c.now, noted.months = journey.At(step.now), nil
		if got := c.counts(t)["sofa"]; got != step.clicks || len(noted.months) != step.read {
			t.Errorf("on %v: got %s from the months %v, want %s from %d", step.now.Format(time.DateOnly), got, noted.months, step.clicks, step.read)
		}
	}
	if diff := cmp.Diff([]string{"shown/2025-11"}, noted.months); diff != "" {
		t.Errorf("months in the end (-want +got):\n%s", diff)
	}
	// Months are kept for 400 days after they are over.
	for _, step := range []struct {
		now    time.Time
		clicks string
	}{
		{time.Date(2026, time.November, 4, 0, 0, 0, 0, time.UTC), "0 3 0 0"},
		{time.Date(2026, time.November, 6, 0, 0, 0, 0, time.UTC), "0 2 0 0"},
		{time.Date(2026, time.December, 7, 0, 0, 0, 0, time.UTC), "0 0 0 0"},
	} {
		c.now = journey.At(step.now)
		if got := c.counts(t)["sofa"]; got != step.clicks {
			t.Errorf("on %v: got %s, want %s", step.now.Format(time.DateOnly), got, step.clicks)
		}
	}
}

// A machine that was off over the end of a month counts what its journal holds of
// that month when it is on again, also where somebody asked before, or meanwhile.
func TestAMonthThatIsOverIsReadAgainWhenMoreIsCounted(t *testing.T) {
	c := begin(t, rows)
	late := func(number int) store.Change {
		change := reaction(number, "sofa", "item_click", "decision", "")
		change.Touchpoint.At = journey.At(time.Date(2025, time.September, 30, 12, 0, 0, 0, time.UTC))
		return change
	}
	noted := &reading{Store: c.store}
	c.Rollup = rollup.Of(noted, c.newest, c.clock)
	c.now = journey.At(time.Date(2025, time.November, 20, 0, 0, 0, 0, time.UTC))
	if got := c.counts(t)["sofa"]; got != "0 0 0 0" {
		t.Fatalf("got %s before anything was counted", got)
	}
	c.apply(t, "shard", late(1))
	if got := c.counts(t)["sofa"]; got != "0 1 0 0" {
		t.Errorf("got %s, want the click of September", got)
	}
	c.apply(t, "shard", late(2))
	noted.then = func() {
		noted.then = nil
		c.apply(t, "shard", late(3))
	}
	c.counts(t)
	if got := c.counts(t)["sofa"]; got != "0 3 0 0" {
		t.Errorf("got %s, want all three clicks, also the one that came while September was read", got)
	}
	noted.months = nil
	if c.counts(t); len(noted.months) != 1 {
		t.Errorf("read the months %v, want the present one alone: nothing came to the others", noted.months)
	}
}

// What is told late, of a month that is over, is counted there.
func TestWhatIsToldLateCounts(t *testing.T) {
	c := begin(t, rows)
	c.now = journey.At(time.Date(2026, time.December, 1, 0, 0, 5, 0, time.UTC))
	if got := c.counts(t)["sofa"]; got != "0 0 0 0" {
		t.Fatalf("got %s before anything was told", got)
	}
	c.apply(t, "shard", several(1, 3, "sofa", "item_impression", "decision")...) // on 22 November
	if got := c.counts(t)["sofa"]; got != "3 0 0 0" {
		t.Errorf("got %s, want 3 impressions", got)
	}
}
