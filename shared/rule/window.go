package rule

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// MaxWindow bounds the window of a history function: a hundred years.
const MaxWindow = 36500 * 24 * time.Hour

// ParseWindow reads a stretch of time as config rows write it: a whole number
// above zero and a unit, d for days of 24 hours, h for hours or m for minutes,
// such as "7d", "24h" or "30m".
func ParseWindow(text string) (time.Duration, error) {
	digits := strings.TrimRight(text, "dhm")
	unit, ok := map[string]time.Duration{"d": 24 * time.Hour, "h": time.Hour, "m": time.Minute}[text[len(digits):]]
	n, err := strconv.ParseUint(digits, 10, 32)
	switch {
	case !ok || err != nil:
		return 0, fmt.Errorf("%q is not a length of time; write a whole number and d, h or m, such as \"7d\", \"24h\" or \"30m\"", text)
	case n == 0:
		return 0, fmt.Errorf("%q is no time at all; write at least \"1m\"", text)
	case time.Duration(n) > MaxWindow/unit:
		return 0, fmt.Errorf("%q is too long; write at most %q", text, FormatWindow(MaxWindow))
	}
	return time.Duration(n) * unit, nil
}

// FormatWindow writes whole minutes the way ParseWindow reads them, in the
// largest unit that fits: 24 hours are "1d".
func FormatWindow(d time.Duration) string {
	switch {
	case d%(24*time.Hour) == 0:
		return strconv.FormatInt(int64(d/(24*time.Hour)), 10) + "d"
	case d%time.Hour == 0:
		return strconv.FormatInt(int64(d/time.Hour), 10) + "h"
	}
	return strconv.FormatInt(int64(d/time.Minute), 10) + "m"
}
