package store

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"wegweiser/shared/journey"
)

// Summaries keeps the newest summary of the statistics: what deciding functions
// need of them, as its maker packs it.
type Summaries interface {
	// PutSummary makes s the newest summary. ErrConflict: a later one is there.
	// ErrInvalid: the version is no id, or it is over MaxSummaryBytes. After
	// ErrUnavailable Summary may return it, and Heads what there was before,
	// until somebody puts one again.
	PutSummary(ctx context.Context, s Summary) error

	// Summary returns the newest summary, or ErrNotFound before the first. It
	// is whole, reads consistently, and is never older than what Heads told
	// before.
	Summary(ctx context.Context) (Summary, error)

	// Heads returns what is newest of configuration and statistics, in one
	// round trip. It reads consistently.
	Heads(ctx context.Context) (Heads, error)
}

// MaxSummaryBytes bounds a summary: it is one item of DynamoDB, which takes
// 400 KB.
const MaxSummaryBytes = 384 << 10

// Summary is one summary of the statistics.
type Summary struct {
	Version string // such as the hash of what is encoded
	At      journey.Millis
	Encoded []byte
}

// Later reports whether s is a later summary than other: it was made later or,
// in the same millisecond, its version is the greater one. Each is later than
// none.
func (s *Summary) Later(other *Summary) bool {
	return cmp.Or(cmp.Compare(s.At, other.At), strings.Compare(s.Version, other.Version)) > 0
}

// Heads is what a process compares with what it has in memory.
type Heads struct {
	Live    Release // zero before the first
	Summary Summary // without what is encoded; zero before the first
}

// CheckSummary returns ErrInvalid around what is wrong with s.
func CheckSummary(s Summary) error {
	if len(s.Encoded) > MaxSummaryBytes {
		return fmt.Errorf("%w: summary %s has %d bytes; it may have %d", ErrInvalid, s.Version, len(s.Encoded), MaxSummaryBytes)
	}
	return checkID("version", s.Version)
}
