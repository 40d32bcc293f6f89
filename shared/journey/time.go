package journey

import (
	"bytes"
	"time"
)

// Millis is a moment: milliseconds since 1970-01-01T00:00:00Z.
type Millis int64

// At returns t to the millisecond, cutting what is finer.
func At(t time.Time) Millis { return Millis(t.UnixMilli()) }

// Time returns m as a UTC time.
func (m Millis) Time() time.Time { return time.UnixMilli(int64(m)).UTC() }

// Add returns the moment d later.
func (m Millis) Add(d time.Duration) Millis { return m + Millis(d.Milliseconds()) }

// String returns m in RFC 3339, with milliseconds where it has any.
func (m Millis) String() string { return m.Time().Format("2006-01-02T15:04:05.999Z07:00") }

// MarshalText writes m in RFC 3339.
func (m Millis) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads RFC 3339 and cuts what is finer than a millisecond.
func (m *Millis) UnmarshalText(text []byte) error {
	t, err := time.Parse(time.RFC3339Nano, string(text))
	if err != nil || !wellFormed(text) || t.UTC().Year() < 0 || t.UTC().Year() > 9999 {
		return fault("at", "bad_time", "must be an RFC 3339 time, such as 2026-11-22T09:59:00Z")
	}
	*m = At(t)
	return nil
}

// wellFormed looks for what time.Parse lets through and RFC 3339 does not: an
// hour of one digit, and a comma before the fraction.
func wellFormed(text []byte) bool {
	return text[len("2006-01-02T15")] == ':' && !bytes.ContainsRune(text, ',')
}
