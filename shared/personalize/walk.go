package personalize

import (
	"context"
	"sync"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
)

// A page of a walk ends after pageWork. Some inFlight
// histories are on their way at a time, so that the ways to the store do not add
// up.
const (
	pageWork = 4 * time.Second
	inFlight = 32
)

// WalkRequest says which visitors to walk over, and which history of each is
// wanted.
type WalkRequest struct {
	After    string // the visitor behind whom the walk goes on; empty: from the first
	Visitors int    // at most so many; 0: as many as fit a page
	At       journey.Millis
	Window   int
}

// Walk hands the histories of visitors to visit, one after the other in the
// order of the store, until all are visited, visit returns false, or the page
// is full: some seconds of work, but one visitor at least. It returns where the
// next page goes on (After), and an empty text where there is none. The history
// is the callee's to keep and change.
//
// Of a page that fails nothing may be used. The errors are Invalid, where After
// is no id, and Unavailable.
func (s *Service) Walk(ctx context.Context, request WalkRequest, visit func(visitor string, h *journey.History) bool) (next string, err error) {
	q := store.Query{At: request.At, Now: s.now(), Window: request.Window}
	return s.walk(ctx, request.After, request.Visitors, visit, func(ctx context.Context, visitor string) (*journey.History, error) {
		q := q
		q.Visitor = visitor
		return s.store.History(ctx, q)
	})
}

// walk is Walk with its own way to read a history.
func (s *Service) walk(
	ctx context.Context, after string, most int, visit func(string, *journey.History) bool,
	read func(ctx context.Context, visitor string) (*journey.History, error),
) (next string, err error) {
	if after != "" {
		if fault := journey.CheckID("after", after); fault != nil {
			return "", invalid(fault.Field, fault.Code, fault.Message)
		}
	}
	started := s.clock()
	reading, cancel := context.WithCancel(ctx)
	var ahead sync.WaitGroup
	defer ahead.Wait()
	defer cancel()
	visited, full := 0, false
	for r := range s.readAhead(reading, &ahead, after, most, read) {
		if full {
			return next, nil
		}
		<-r.done
		if r.err != nil {
			return "", unavailable("reading the visitors", r.err)
		}
		next = r.visitor
		visited++
		full = !visit(r.visitor, r.history) || visited == most || s.clock().Sub(started) >= pageWork
	}
	if err := ctx.Err(); err != nil {
		return "", unavailable("reading the visitors", err)
	}
	return "", nil
}

// reading is a history on its way.
type reading struct {
	visitor string
	done    chan struct{} // closed once the history or the error is there
	history *journey.History
	err     error
}

// readAhead sends the histories of the visitors in the order of the store, up
// to most of them (0: all), and then one more visitor without a history where
// there is one. It ends with ctx.
func (s *Service) readAhead(
	ctx context.Context, running *sync.WaitGroup, after string, most int,
	read func(ctx context.Context, visitor string) (*journey.History, error),
) <-chan *reading {
	queue := make(chan *reading, inFlight)
	running.Go(func() {
		defer close(queue)
		sent := 0
		for visitor, err := range s.store.All(ctx, after) {
			r := &reading{visitor: visitor, done: make(chan struct{}), err: err}
			select {
			case queue <- r:
			case <-ctx.Done():
				return
			}
			sent++
			if err != nil || most > 0 && sent > most {
				close(r.done)
				return
			}
			running.Go(func() {
				defer close(r.done)
				r.history, r.err = read(ctx, visitor)
			})
		}
	})
	return queue
}
