package gateway

import (
	"context"
	"errors"
	"fmt"
	"time"

	"wegweiser/shared/store"
)

// Summarizer publishes what is counted, as rollup.Rollup does.
type Summarizer interface {
	Publish(ctx context.Context) error
}

// Publishing statistics has less time than a window of the stream is long, so
// that whatever is counted and configured, windows do not pile up behind it. What
// a store that does not answer kept from being published is tried again until it
// is that late.
const (
	summaryWithin = 10 * time.Second
	summaryLate   = 5 * time.Minute
)

// summarize publishes what is counted, for something that happened at a time. Its
// error is one for which the call should come again. Anything else goes to
// failed, and the next call publishes it along: counting does not wait for what
// does not get ready in its time, or is too much for a summary.
func summarize(ctx context.Context, s Summarizer, happened, now time.Time, failed func(error)) error {
	bounded, cancel := context.WithTimeout(ctx, summaryWithin)
	defer cancel()
	err := s.Publish(bounded)
	switch {
	case err == nil:
		return nil
	case bounded.Err() != nil:
		failed(fmt.Errorf("not ready within %v: %w", summaryWithin, err))
		return nil
	case errors.Is(err, store.ErrUnavailable) && now.Sub(happened) < summaryLate:
		return err
	}
	failed(err)
	return nil
}
