package pack

import (
	"crypto/rand"

	"wegweiser/shared/journey"
	"wegweiser/shared/rank"
)

// versionBytes start stored counters. They are random, so that a writer knows
// what it wrote itself from the same counters by somebody else.
const versionBytes = 8

// ReadCounters takes stored counters apart: of no bytes, the zero value. Both
// are parts of stored.
func ReadCounters(stored string) (journey.Counters, error) {
	switch {
	case stored == "":
		return journey.Counters{}, nil
	case len(stored) <= versionBytes:
		return journey.Counters{}, ErrCorrupt
	}
	return journey.Counters{Version: stored[:versionBytes], Packed: stored[versionBytes:]}, nil
}

// AppendCounters writes what ReadCounters reads.
func AppendCounters(dst []byte, c journey.Counters) []byte {
	return append(append(dst, c.Version...), c.Packed...)
}

// ChangeCounters applies change to counters and returns the new ones, with a
// version of their own; those that it was given where nothing is to be stored.
// An error of change comes back as it is.
func ChangeCounters(have journey.Counters, change func(*rank.Counters) error) (journey.Counters, error) {
	c, err := rank.ReadCounters(have.Packed)
	if err != nil {
		return have, err
	}
	before := c.Append(nil)
	if err := change(&c); err != nil {
		return have, err
	}
	after := string(c.Append(nil))
	if after == string(before) {
		return have, nil
	}
	var version [versionBytes]byte
	_, _ = rand.Read(version[:]) // never fails
	return journey.Counters{Version: string(version[:]), Packed: after}, nil
}
