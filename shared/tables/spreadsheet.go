package tables

import (
	"strings"
	"time"
)

// spreadsheetTimes are the forms in which a spreadsheet with a decimal comma
// writes times, whatever was typed, and those in which they are kept.
var spreadsheetTimes = [...]struct{ written, kept string }{
	{"2.1.2006", time.DateOnly},
	{"2.1.2006 15:04", "2006-01-02 15:04"},
	{"2.1.2006 15:04:05", time.DateTime},
}

// kept returns the text of a cell that a spreadsheet with a decimal comma wrote
// as other files have it: 0.5 for 0,5 and 2026-11-23 09:00 for 23.11.2026 09:00.
// Text that is neither stays as it is.
func (c *Column) kept(text string) string {
	switch c.Type {
	case Integer, Number:
		return point(text)
	case Numbers:
		members := strings.Split(text, "|")
		for i, m := range members {
			members[i] = point(m)
		}
		return strings.Join(members, "|")
	case Time:
		for _, form := range spreadsheetTimes {
			if at, err := time.Parse(form.written, strings.TrimSpace(text)); err == nil {
				return at.Format(form.kept)
			}
		}
	}
	return text
}

// point returns a number with a point in the place of its decimal comma.
func point(text string) string {
	pointed := strings.Replace(text, ",", ".", 1)
	if _, ok := number(strings.TrimSpace(pointed)); ok {
		return pointed
	}
	return text
}
