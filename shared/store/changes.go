package store

import (
	"context"

	"wegweiser/shared/journey"
)

// Change is a touchpoint that was newly stored, as a feed of a store tells of
// it: once for each Append that called it Stored. Its Sequence grows along the
// feed, as Delta.Sequence wants it.
type Change struct {
	Sequence   string
	Touchpoint journey.Touchpoint
}

// Journal is the feed of a store that has no stream for it. DynamoDB has one,
// and does not implement it.
type Journal interface {
	// Changes returns the oldest changes of the journal, at most limit, in
	// order. The journal begins with the first call: what was stored before is
	// not in it. What was swept or erased since is left out.
	Changes(ctx context.Context, limit int) ([]Change, error)

	// Forget takes changes up to and with a sequence out of the journal: those
	// whose deltas are applied. Others may be appended at the same time.
	Forget(ctx context.Context, through string) error
}

// JournalFeed is the name of a journal as a feed of statistics.
const JournalFeed = "journal"
