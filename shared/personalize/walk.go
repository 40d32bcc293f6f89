package personalize

import (
	"context"
	"iter"
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
	full := s.page(most)
	more, err := inOrder(ctx, s.store.All(ctx, after), most, read, func(visitor string, h *journey.History) bool {
		next = visitor
		return visit(visitor, h) && !full(1)
	})
	switch {
	case err != nil:
		return "", unavailable("reading the visitors", err)
	case !more:
		return "", nil
	}
	return next, nil
}

// page begins a page. What it returns counts what was visited, and reports
// whether the page is full: with so many, where most is not 0, or with its time.
func (s *Service) page(most int) func(visited int) (full bool) {
	started, sum := s.clock(), 0
	return func(visited int) bool {
		sum += visited
		return most > 0 && sum >= most || s.clock().Sub(started) >= pageWork
	}
}

// inOrder reads what belongs to each of some things, several at a time, and
// hands it on in their order until visit returns false. It reports whether there
// are others then. It reads at most most of them (0: all).
func inOrder[T, R any](
	ctx context.Context, things iter.Seq2[T, error], most int,
	read func(context.Context, T) (R, error), visit func(T, R) bool,
) (more bool, err error) {
	reading, cancel := context.WithCancel(ctx)
	var ahead sync.WaitGroup
	defer ahead.Wait()
	defer cancel()
	full := false
	for r := range readAhead(reading, &ahead, things, most, read) {
		if full {
			return true, nil
		}
		<-r.done
		if r.err != nil {
			return false, r.err
		}
		full = !visit(r.of, r.read)
	}
	return false, ctx.Err()
}

// onItsWay is something that is being read.
type onItsWay[T, R any] struct {
	of   T
	done chan struct{} // closed once what is read or the error is there
	read R
	err  error
}

// readAhead sends what is read, up to most things (0: all), and then one more
// that is not read where there is one. It ends with ctx.
func readAhead[T, R any](
	ctx context.Context, running *sync.WaitGroup, things iter.Seq2[T, error], most int, read func(context.Context, T) (R, error),
) <-chan *onItsWay[T, R] {
	queue := make(chan *onItsWay[T, R], inFlight)
	running.Go(func() {
		defer close(queue)
		sent := 0
		for thing, err := range things {
			r := &onItsWay[T, R]{of: thing, done: make(chan struct{}), err: err}
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
				r.read, r.err = read(ctx, thing)
			})
		}
	})
	return queue
}
