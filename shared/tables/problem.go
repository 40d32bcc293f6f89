package tables

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Severity says whether a problem holds a publish back.
type Severity string

// The severities. A set with an error cannot be published.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Problem is one thing that is wrong with a set, and what would be right.
type Problem struct {
	Table    string   `json:"table"`
	Row      string   `json:"row"`    // id; empty where the whole table is meant
	Column   string   `json:"column"` // empty where the whole row is meant
	Offset   int      `json:"offset"` // byte offset in the cell's text; 0 where there is none
	Severity Severity `json:"severity"`
	Message  string   `json:"message"`
}

// Cell names what the problem is about: "rules/winter.when", with "+12" behind
// where it is at byte 12 of the cell's text.
func (p Problem) Cell() string {
	cell := p.Table
	if p.Row != "" {
		cell += "/" + p.Row
	}
	if p.Column != "" {
		cell += "." + p.Column
	}
	if p.Offset > 0 {
		cell += "+" + strconv.Itoa(p.Offset)
	}
	return cell
}

// Split returns the message of a problem that a codec found in a text without
// its beginning, which is the place. It reports false for problems of cells.
func (p Problem) Split() (at Place, rest string, ok bool) {
	if n, _ := fmt.Sscanf(p.Message, "line %d, column %d:", &at.Line, &at.Column); n < 2 {
		return Place{}, p.Message, false
	}
	return at, strings.TrimPrefix(p.Message, at.String()+": "), true
}

// String returns the problem as one line: its cell, unless it is about the set
// as a whole, then its message, with "warning" before it where it is one.
func (p Problem) String() string {
	message := p.Message
	if p.Severity == Warning {
		message = "warning: " + message
	}
	if cell := p.Cell(); cell != "" {
		return cell + ": " + message
	}
	return message
}

// SortProblems orders problems by table (as in Tables, others last), row,
// column and offset, and keeps the order of those that share all four.
func SortProblems(problems []Problem) {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(
			cmp.Compare(position(a.Table), position(b.Table)),
			strings.Compare(a.Table, b.Table),
			strings.Compare(a.Row, b.Row),
			strings.Compare(a.Column, b.Column),
			cmp.Compare(a.Offset, b.Offset),
		)
	})
}

// HasErrors reports whether a problem is more than a warning.
func HasErrors(problems []Problem) bool {
	return slices.ContainsFunc(problems, func(p Problem) bool { return p.Severity == Error })
}
