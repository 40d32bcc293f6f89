package snapshot

import (
	"wegweiser/shared/rule"
	"wegweiser/shared/tables"
)

// circles reports segments whose condition comes back to themselves.
func (c *compiler) circles() {
	w := circling{asks: make([][]int, len(c.rows.Segments)), seen: make([]int, len(c.rows.Segments)), low: make([]int, len(c.rows.Segments))}
	at := make(map[string]int, len(c.rows.Segments))
	for i, r := range c.rows.Segments {
		at[r.ID] = i
	}
	for i := range c.rows.Segments {
		for _, f := range c.src.segments[i].Facts() {
			if f.Kind != rule.Segment {
				continue
			}
			if next, known := at[f.Name]; known {
				w.asks[i] = append(w.asks[i], next)
			}
		}
	}
	for i := range w.asks {
		if w.seen[i] == 0 {
			w.visit(i)
		}
	}
	for _, i := range w.found {
		c.report(tables.SegmentsTable, c.rows.Segments[i].ID, "when", "the segment asks for itself, by way of the segments that it names; take one of them out")
	}
}

// circling finds the rows that can come back to themselves: the strongly
// connected components of more than one row, and the rows that name themselves
// (R. Tarjan, "Depth-first search and linear graph algorithms", 1972).
type circling struct {
	asks  [][]int
	seen  []int // the turn at which a row was first seen, from 1
	low   []int // the earliest one on the path that it leads back to; 0 once its component is known
	turn  int
	path  []int
	found []int
}

func (w *circling) visit(i int) {
	w.turn++
	w.seen[i], w.low[i] = w.turn, w.turn
	w.path = append(w.path, i)
	itself := false
	for _, next := range w.asks[i] {
		itself = itself || next == i
		if w.seen[next] == 0 {
			w.visit(next)
		}
		if w.low[next] != 0 {
			w.low[i] = min(w.low[i], w.low[next])
		}
	}
	if w.low[i] != w.seen[i] {
		return
	}
	start := len(w.path) - 1
	for w.path[start] != i {
		start--
	}
	if len(w.path)-start > 1 || itself {
		w.found = append(w.found, w.path[start:]...)
	}
	for _, done := range w.path[start:] {
		w.low[done] = 0
	}
	w.path = w.path[:start]
}
