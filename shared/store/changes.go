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

// Stream is the feeds of a store that forgets by itself what it told, as that of
// DynamoDB after a day. It may be read by several processes, each of which is
// told everything.
type Stream interface {
	// Read hands what it tells to count, each feed in order, from the oldest
	// change that it still keeps and then from where the last Read ended. It ends
	// though more keeps coming, which is for the next one. What count refused
	// comes again. Its error joins what kept it from reading a
	// feed to the end, and the changes that cannot be read, which are left out.
	Read(ctx context.Context, count func(ctx context.Context, feed string, changes []Change) error) error
}

// JournalFeed is the name of a journal as a feed of statistics.
const JournalFeed = "journal"
