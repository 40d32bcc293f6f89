package local

import (
	"context"
	"time"

	"wegweiser/shared/store"
)

// How automatic publishing learns of changed rows: of those that came through
// this process at once, and of others, where there may be some, by looking.
// After a fault of the store it tries again.
const (
	lookEvery  = 2 * time.Second
	tryAgainIn = 10 * time.Second
)

// telling is a store that tells of changed rows, as the stream of the table
// does on AWS. An edit with an error may have been stored.
type telling struct {
	store.Store
	changed chan<- struct{}
}

func (t *telling) Edit(ctx context.Context, edits []store.Edit) error {
	err := t.Store.Edit(ctx, edits)
	select {
	case t.changed <- struct{}{}:
	default: // it is told already, and will look at all rows
	}
	return err
}

// publish publishes what changed until ctx ends. It looks at the start, too:
// the process may have ended just after a change.
func (h *Host) publish(ctx context.Context) {
	var look <-chan time.Time
	if h.shared {
		tick := time.NewTicker(lookEvery)
		defer tick.Stop()
		look = tick.C
	}
	for {
		var again <-chan time.Time
		if err := h.Service.AutoPublish(ctx); err != nil && ctx.Err() == nil {
			h.log.Warn("changed rows were not published", "error", err.Error())
			again = time.After(tryAgainIn)
		}
		select {
		case <-ctx.Done():
			return
		case <-h.changed:
		case <-look:
		case <-again:
		}
	}
}
