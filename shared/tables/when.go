package tables

import (
	"errors"
	"strings"
	"time"

	"wegweiser/shared/rule"
)

// parseDuration reads a stretch of time such as 14d. The error says what would
// be right.
func parseDuration(text string) (time.Duration, error) {
	if strings.ContainsAny(text, ",.") || len(text) > MaxID {
		return 0, errors.New("must be a whole number and d, h or m, such as 14d or 36h; write 36h instead of 1.5d")
	}
	return rule.ParseWindow(text)
}

// parseTime reads RFC 3339, or a date with or without a time of day in zone.
// wholeDay says that it was a date alone.
func parseTime(text string, zone *time.Location) (at time.Time, wholeDay bool, err error) {
	if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return at, false, inYears(at)
	}
	for _, layout := range [...]string{"2006-01-02 15:04", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02T15:04:05"} {
		if at, err := time.ParseInLocation(layout, text, zone); err == nil {
			return at, false, inYears(at)
		}
	}
	if at, err := time.ParseInLocation(time.DateOnly, text, zone); err == nil {
		return at, true, inYears(at)
	}
	return time.Time{}, false, errors.New("must be a time such as 2026-11-22, 2026-11-22 18:00 or 2026-11-22T18:00:00+01:00")
}

func inYears(at time.Time) error {
	if y := at.Year(); y < 1990 || y > 2200 {
		return errors.New("must be in the years 1990 to 2200")
	}
	return nil
}

// loadZone returns an IANA time zone. The machine's own zone has no name that
// means the same everywhere, so Local is none.
func loadZone(name string) (*time.Location, error) {
	if zone, err := time.LoadLocation(name); err == nil && name != "Local" && name != "" {
		return zone, nil
	}
	return nil, errors.New("must be a time zone by its IANA name, such as Europe/Vienna or UTC")
}
