package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
)

// delta shows an item once more on a day.
func delta(name, day string, sequence int) store.Delta {
	return store.Delta{
		CellKey: store.CellKey{Name: name, Period: day}, Sequence: fmt.Sprint(sequence), Add: map[string]int64{"shown": 1},
	}
}

// stretch is a delta of one cell for each sequence from first to last.
func stretch(first, last int) []store.Delta {
	var all []store.Delta
	for i := first; i <= last; i++ {
		all = append(all, delta("sofa", "life", i))
	}
	return all
}

func (c *check) applies(feed string, deltas ...store.Delta) {
	c.Helper()
	c.appliesAt(noon, feed, deltas...)
}

func (c *check) appliesAt(now journey.Millis, feed string, deltas ...store.Delta) {
	c.Helper()
	if err := c.Apply(context.Background(), now, feed, deltas); err != nil {
		c.Fatalf("Apply(%s): %v", feed, err)
	}
}

// cells returns the cells of a name in a range of periods.
func (c *check) cells(name, from, to string) []store.Cell {
	c.Helper()
	cells, err := c.Cells(context.Background(), name, from, to, noon)
	if err != nil {
		c.Fatalf("Cells(%s, %s, %s): %v", name, from, to, err)
	}
	return cells
}

// shown checks how often the item of stretch was shown.
func (c *check) shown(want int64) {
	c.Helper()
	var got int64
	for _, cell := range c.cells("sofa", "life", "life") {
		got += cell.Counts["shown"]
	}
	c.same("shown", got, want)
}

// allCells are those of every name that members use, in every period.
func (c *check) allCells(now journey.Millis) (all []store.CellKey) {
	c.Helper()
	for _, name := range []string{"chair", "sofa", "sofa/decision"} {
		cells, err := c.Cells(context.Background(), name, "!", "\u00ff", now)
		if err != nil {
			c.Fatalf("Cells(%s): %v", name, err)
		}
		for i := range cells {
			all = append(all, cells[i].CellKey)
		}
	}
	return all
}

func cell(name, period string, counts map[string]int64) store.Cell {
	return store.Cell{CellKey: store.CellKey{Name: name, Period: period}, Counts: counts}
}

func statisticMembers() []member {
	return []member{
		{"CellsAddUp", func(c *check) {
			c.applies("f")
			clicked := delta("sofa", "2046-11-22", 2)
			clicked.Add = map[string]int64{"clicked": 1, "value": 4_990_000, "shown": -1, "none": 0}
			c.applies("f", delta("sofa", "2046-11-22", 1), clicked, delta("sofa", "2046-11-23", 2), delta("sofa/decision", "2046-11-22", 2))
			c.applies("f", delta("sofa", "2046-11-22", 3), delta("sofa", "2046-11-22", 4), delta("sofa", "2046-12-01", 4))
			c.same("cells", c.cells("sofa", "2046-11-22", "2046-11-30"), []store.Cell{
				cell("sofa", "2046-11-22", map[string]int64{"shown": 2, "clicked": 1, "value": 4_990_000, "none": 0}),
				cell("sofa", "2046-11-23", map[string]int64{"shown": 1}),
			})
			c.same("one day", c.cells("sofa", "2046-11-23", "2046-11-23"), []store.Cell{cell("sofa", "2046-11-23", map[string]int64{"shown": 1})})
			c.same("no day", c.cells("sofa", "2046-11-23", "2046-11-22"), []store.Cell(nil))
			c.same("of nothing", c.cells("chair", "2046-11-22", "2046-11-30"), []store.Cell(nil))
			c.same("of a name that starts alike", len(c.cells("sofa/decision", "2", "3")), 1)
			c.same("all", c.allCells(noon), []store.CellKey{
				{Name: "sofa", Period: "2046-11-22"},
				{Name: "sofa", Period: "2046-11-23"},
				{Name: "sofa", Period: "2046-12-01"},
				{Name: "sofa/decision", Period: "2046-11-22"},
			})
		}},
		{"WhatIsReadTwiceCountsOnce", func(c *check) {
			c.applies("f", stretch(1, 3)...)
			c.applies("f", stretch(1, 3)...)
			c.shown(3)
			c.applies("f", stretch(2, 6)...)
			c.shown(6)
			c.applies("f", stretch(1, 5)...)
			c.applies("f", stretch(4, 4)...)
			c.shown(6)
			c.applies("f", stretch(1, 7)...)
			c.shown(7)
			c.applies("f", stretch(100, 100)...)
			c.shown(8)
		}},
		{"OneChangeMayAddTwice", func(c *check) {
			c.applies("f", append(stretch(5, 5), stretch(5, 5)...)...)
			c.shown(2)
			c.applies("f", append(stretch(5, 5), stretch(5, 6)...)...)
			c.shown(3)
		}},
		{"OrderOfACallDoesNotMatter", func(c *check) {
			all := stretch(1, 5)
			slices.Reverse(all)
			c.applies("f", all...)
			c.applies("f", stretch(1, 5)...)
			c.shown(5)
		}},
		{"SequencesAreNumbers", func(c *check) {
			for _, sequence := range []string{
				"9", "10", "0009", "0000000000000000000000000000000000000011", "12", "99999999999999999999",
				"100000000000000000000", "9999999999999999999999999999999999999999",
			} {
				d := delta("sofa", "life", 0)
				d.Sequence = sequence
				c.applies("f", d)
			}
			c.shown(7)
		}},
		{"FeedsStandAlone", func(c *check) {
			c.applies("f", stretch(1, 3)...)
			c.applies("g", stretch(1, 3)...)
			c.applies("ff", stretch(2, 3)...)
			c.shown(8)
			c.applies("g", stretch(2, 4)...)
			c.shown(9)
		}},
		{"CellsAreAddedEachByItself", func(c *check) {
			c.applies("f", stretch(1, 5)...)
			both := stretch(1, 7)
			for i := range 7 {
				both = append(both, delta("chair", "life", i+1))
			}
			c.applies("f", both...)
			c.shown(7)
			c.same("the other", c.cells("chair", "life", "life"), []store.Cell{cell("chair", "life", map[string]int64{"shown": 7})})
		}},
		{"FeedsAreRemembered", func(c *check) {
			c.applies("f", stretch(1, 3)...)
			later := noon.Add(store.FeedMemory - time.Minute)
			c.appliesAt(later, "g", stretch(1, 1)...)
			c.appliesAt(later, "f", stretch(1, 3)...)
			c.shown(4)
			c.appliesAt(noon.Add(store.FeedMemory+time.Minute), "f", stretch(1, 4)...)
			c.shown(5)
		}},
		{"CellsExpireToTheSecond", func(c *check) {
			gone := noon.Add(time.Minute)
			d := delta("sofa", "2046-11-21", 1)
			d.Expires = gone
			c.applies("f", d, delta("sofa", "life", 1))
			want := cell("sofa", "2046-11-21", map[string]int64{"shown": 1})
			want.Expires = gone
			c.same("before", c.cells("sofa", "2", "2046-11-30"), []store.Cell{want})
			c.same("all before", len(c.allCells(gone-1)), 2)
			after, err := c.Cells(context.Background(), "sofa", "2", "z", gone)
			if err != nil || len(after) != 1 || after[0].Period != "life" {
				c.Errorf("Cells after it expired: got %v, %v, want that for life alone", after, err)
			}
			c.same("all after", c.allCells(gone), []store.CellKey{{Name: "sofa", Period: "life"}})
		}},
		{"CellsHaveTheirLimits", func(c *check) {
			broken := func(breaks func(*store.Delta)) []store.Delta {
				d := delta("sofa", "life", 1)
				breaks(&d)
				return []store.Delta{delta("chair", "life", 1), d}
			}
			for name, deltas := range map[string][]store.Delta{
				"no name": broken(func(d *store.Delta) { d.Name = "" }), "no period": broken(func(d *store.Delta) { d.Period = "" }),
				"long period": broken(func(d *store.Delta) { d.Period = strings.Repeat("p", store.MaxPeriodBytes+1) }),
				"odd period":  broken(func(d *store.Delta) { d.Period = "a\n" }),
				"no sequence": broken(func(d *store.Delta) { d.Sequence = "" }), "no number": broken(func(d *store.Delta) { d.Sequence = "-1" }),
				"long sequence": broken(func(d *store.Delta) { d.Sequence = strings.Repeat("1", store.MaxSequenceDigits+1) }),
				"no count":      broken(func(d *store.Delta) { d.Add = map[string]int64{"a b": 1} }),
				"many counts": broken(func(d *store.Delta) {
					for i := range store.MaxCounts {
						d.Add[fmt.Sprint("count_", i)] = 1
					}
				}),
			} {
				if err := c.Apply(context.Background(), noon, "f", deltas); !errors.Is(err, store.ErrInvalid) {
					c.Errorf("%s: got error %v, want ErrInvalid", name, err)
				}
			}
			if err := c.Apply(context.Background(), noon, "", stretch(1, 1)); !errors.Is(err, store.ErrInvalid) {
				c.Errorf("no feed: got error %v, want ErrInvalid", err)
			}
			if _, err := c.Cells(context.Background(), "", "a", "b", noon); !errors.Is(err, store.ErrInvalid) {
				c.Errorf("Cells of no name: got error %v, want ErrInvalid", err)
			}
			c.same("cells", c.allCells(noon), []store.CellKey(nil))
			most := delta("sofa", "life", 1)
			for i := range store.MaxCounts - 1 {
				most.Add[fmt.Sprintf("count_%058d", i)] = 1
			}
			long := delta("sofa", strings.Repeat("p", store.MaxPeriodBytes), 2)
			c.applies("f", most, long)
			c.shown(1)
			c.same("of a long period", c.cells("sofa", long.Period, long.Period), []store.Cell{cell("sofa", long.Period, map[string]int64{"shown": 1})})
		}},
		{"ConcurrentReadersCountOnce", func(c *check) {
			const last = 24
			together(8, func(i int) {
				for at := 1; at <= last; at += i + 1 {
					c.applies("f", stretch(at, min(at+i, last))...)
				}
			})
			c.shown(last)
		}},
		{"ConcurrentFeedsAllCount", func(c *check) {
			together(8, func(i int) {
				for at := 1; at <= 5; at++ {
					c.applies(fmt.Sprint("f", i), stretch(at, at+1)...)
				}
			})
			c.shown(8 * 6)
		}},
		{"StatisticsAreNoBudgets", func(c *check) {
			c.applies("f", stretch(1, 3)...)
			c.claimed(budget("sofa", 9), 0)
			life := store.Budget{Item: "sofa", Period: "life", Limit: 1}
			c.claims(life, 1)
			c.shown(3)
			c.same("all", c.allCells(noon), []store.CellKey{{Name: "sofa", Period: "life"}})
			c.exhausted(life)
		}},
	}
}
