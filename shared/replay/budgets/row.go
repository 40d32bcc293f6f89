package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// row is one line of the table: what is measured, against what.
type row struct {
	what   string
	unit   string
	figure quantity
	floor  quantity // nil where nothing is the floor
	limit  limit
}

// quantity is something that the benchmarks tell.
type quantity interface {
	of(measurements) (float64, error)
	benchmarks() []benchmark
}

// limit is a bound on the figure, or on its ratio to the floor.
type limit struct {
	bound   float64
	ofFloor bool
	least   bool // the figure must not be less
	unit    string
}

// beside is for rows that only stand for comparison.
var beside = limit{bound: math.Inf(1)}

func atMost(bound float64, unit string) limit { return limit{bound: bound, unit: unit} }
func atMostTimesFloor(bound float64) limit    { return limit{bound: bound, ofFloor: true} }
func atLeastTimesFloor(bound float64) limit   { return limit{bound: bound, ofFloor: true, least: true} }

func (l limit) String() string {
	if l == beside {
		return "–"
	}
	sign := "≤"
	if l.least {
		sign = "≥"
	}
	if l.ofFloor {
		return fmt.Sprintf("%s %g × floor", sign, l.bound)
	}
	return fmt.Sprintf("%s %s", sign, show(l.bound, l.unit))
}

func (l limit) holds(figure, floor float64) bool {
	if l.ofFloor {
		figure /= floor
	}
	if l.least {
		return figure >= l.bound
	}
	return figure <= l.bound
}

// The verdicts beside those that name a reason.
const (
	kept     = "held"
	missed   = "MISSED"
	compared = "for comparison"
)

type judged struct{ figure, floor, verdict string }

// judge says what was measured and whether it is within the limit.
func (r row) judge(m measurements) judged {
	figure, err := r.figure.of(m)
	if err != nil {
		return judged{"–", "–", missed + ": " + err.Error()}
	}
	line := judged{figure: show(figure, r.unit), floor: "–", verdict: kept}
	floor := math.NaN()
	if r.floor != nil {
		if floor, err = r.floor.of(m); err != nil {
			line.verdict = missed + ": " + err.Error()
			return line
		}
		line.floor = fmt.Sprintf("%s (× %.2f)", show(floor, r.unit), figure/floor)
	}
	switch {
	case r.limit == beside:
		line.verdict = compared
	case !r.limit.holds(figure, floor):
		line.verdict = missed
	}
	return line
}

// show writes a value with three digits and its unit; times are in ns and
// sizes in bytes, and are scaled.
func show(value float64, unit string) string {
	scales := map[string][]string{
		"ns":    {"ns", "µs", "ms", "s"},
		"bytes": {"B", "kB", "MB", "GB"},
	}
	names, scaled := scales[unit]
	if !scaled {
		return strings.TrimSpace(digits(value) + " " + unit)
	}
	step := 0
	for value >= 1000 && step < len(names)-1 {
		value /= 1000
		step++
	}
	return digits(value) + " " + names[step]
}

func digits(value float64) string {
	if value >= 100 {
		return strconv.FormatFloat(value, 'f', 0, 64)
	}
	return strconv.FormatFloat(value, 'g', 3, 64)
}
