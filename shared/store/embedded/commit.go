package embedded

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"go.etcd.io/bbolt"

	"wegweiser/shared/store"
)

// maxGroup bounds how many callers share a commit, and so how long one waits
// for the others.
const maxGroup = 256

// write is what one caller wants done. It may refuse with ErrConflict, ErrFull
// or ErrNotFound only before its first change; any other error undoes the whole
// transaction.
type write struct {
	ctx  context.Context
	do   func(*bbolt.Tx) error
	done chan error // takes one, without waiting
}

// committer runs writes one after the other, and all that wait in one
// transaction.
type committer struct {
	db      *bbolt.DB
	queue   chan *write
	closing chan struct{}
	ended   sync.WaitGroup
}

func startCommitter(db *bbolt.DB) *committer {
	c := &committer{db: db, queue: make(chan *write), closing: make(chan struct{})}
	c.ended.Go(c.run)
	return c
}

// stop waits for the commit under way.
func (c *committer) stop() {
	close(c.closing)
	c.ended.Wait()
}

// submit runs do in a transaction and returns once it is on disk. Where the
// context ends first, do may still run, at any later time.
func (c *committer) submit(ctx context.Context, attempt string, do func(*bbolt.Tx) error) error {
	w := &write{ctx: ctx, do: do, done: make(chan error, 1)}
	if ctx.Err() != nil {
		return unavailable(attempt, ctx.Err())
	}
	select {
	case c.queue <- w:
	case <-ctx.Done():
		return unavailable(attempt, ctx.Err())
	case <-c.closing:
		return unavailable(attempt, errClosed)
	}
	select {
	case err := <-w.done:
		if err != nil && !refusal(err) {
			return unavailable(attempt, err)
		}
		return err
	case <-ctx.Done():
		return unavailable(attempt, ctx.Err())
	}
}

func (c *committer) run() {
	for {
		select {
		case first := <-c.queue:
			c.commit(c.group(first))
		case <-c.closing:
			return
		}
	}
}

// group collects the callers that are waiting now.
func (c *committer) group(first *write) []*write {
	group := []*write{first}
	for len(group) < maxGroup {
		select {
		case next := <-c.queue:
			group = append(group, next)
		default:
			return group
		}
	}
	return group
}

func (c *committer) commit(group []*write) {
	results := make([]error, len(group))
	err := c.db.Update(func(tx *bbolt.Tx) error {
		for i, w := range group {
			if results[i] = w.ctx.Err(); results[i] != nil {
				continue
			}
			if results[i] = w.do(tx); results[i] != nil && !refusal(results[i]) {
				return &broken{results[i]}
			}
		}
		return nil
	})
	// One that is broken by itself must not take the others along.
	if errors.As(err, new(*broken)) && len(group) > 1 {
		for i := range group {
			c.commit(group[i : i+1])
		}
		return
	}
	for i, w := range group {
		if err != nil {
			results[i] = err
		}
		w.done <- results[i]
	}
}

// broken is the error of a write, as opposed to one of the commit.
type broken struct{ error }

func (b *broken) Unwrap() error { return b.error }

func refusal(err error) bool {
	return errors.Is(err, store.ErrConflict) || errors.Is(err, store.ErrFull) || errors.Is(err, store.ErrNotFound)
}

var errClosed = errors.New("it was closed")

func unavailable(attempt string, cause error) error {
	return fmt.Errorf("%s: %w: %w", attempt, store.ErrUnavailable, cause)
}
