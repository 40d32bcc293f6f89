package personalize

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/rank"
	"wegweiser/shared/snapshot"
	"wegweiser/shared/store"
)

// maxAgain is how often an answer is decided again because something in it was
// full, before it shows nothing any more that has a cap or a budget.
const maxAgain = 3

// reserving counts what a decision shows before it is shown. Where something is
// full, it is decided again without that; what was counted and is not shown
// then is given back.
type reserving struct {
	s       *Service
	on      *snapshot.Snapshot
	visitor string
	in      *snapshot.Input // with a history of its own
	message string          // that the answer is for; empty for pages
	by      time.Time       // all is counted by then; zero: by the end of the context

	known   journey.Counters // as they are stored, with those of counted
	zone    *time.Location   // of the visitor's calendar
	counted []snapshot.Reservation
	claimed []share
	fault   error // of the store, for which nothing more is counted
}

// decide answers with what is counted. It costs nothing where nothing in the
// answer has a cap or a budget.
func (r *reserving) decide(ctx context.Context) snapshot.Answer {
	r.in.Spent = r.spent(ctx)
	if r.in.History != nil {
		r.known = r.in.History.Counters
	}
	if r.message != "" && r.known.Packed != "" {
		r.in.History.Counters.Packed = r.others()
	}
	out := r.on.Decide(r.in)
	if len(out.Reservations) == 0 {
		return out
	}
	ctx, cancel := endingBy(ctx, r.by)
	defer cancel()
	for again := 0; !r.settle(ctx, &out); again++ {
		switch {
		case r.fault != nil:
			r.in.Uncounted = snapshot.Store
		case again == maxAgain:
			r.in.Uncounted = snapshot.Capped
		}
		r.in.History.Counters.Packed = r.others()
		out = r.on.Decide(r.in)
	}
	return out
}

// endingBy returns a context that ends at a moment, if one is given. What counts
// nothing, as most decisions, goes without it and its timer.
func endingBy(ctx context.Context, by time.Time) (context.Context, context.CancelFunc) {
	if by.IsZero() {
		return ctx, func() {}
	}
	return context.WithDeadline(ctx, by)
}

// settle counts all that an answer shows, and gives back what was counted for
// the one before it. It reports false where something is full, or cannot be
// counted.
func (r *reserving) settle(ctx context.Context, out *snapshot.Answer) bool {
	if out.Zone != nil {
		r.zone = out.Zone
	}
	var counts []snapshot.Reservation
	for _, one := range out.Reservations {
		if len(one.Limits) > 0 {
			counts = append(counts, one)
		}
	}
	return r.count(ctx, counts) && r.claim(ctx, r.shares(out))
}

// claims are final where a page shows what is reserved. A message may never be
// sent, or be asked for again: its claims wait for that, each under one name
// however often it is asked for.
func (r *reserving) claims(reservations []snapshot.Reservation) []rank.Claim {
	list := make([]rank.Claim, len(reservations))
	for i := range reservations {
		list[i].Limits = reservations[i].Limits
		if r.message != "" {
			list[i].ID, list[i].Expires = reservationID(r.message, reservations[i].Item), r.in.At.Add(sendWithin)
		}
	}
	return list
}

// count makes what is counted of the visitor what is wanted, all of it in one
// conditional update.
func (r *reserving) count(ctx context.Context, wanted []snapshot.Reservation) bool {
	if r.message != "" {
		wanted = append(slices.Clone(r.counted), without(wanted, r.counted)...) // settled once it is known who answers
	}
	taken, returned := r.claims(without(wanted, r.counted)), r.claims(without(r.counted, wanted))
	if len(taken)+len(returned) == 0 {
		return true
	}
	if err := ctx.Err(); err != nil && len(taken) > 0 {
		r.fail(fmt.Errorf("%w: %w", store.ErrUnavailable, err))
		return false
	}
	change := func(known journey.Counters, taken, returned []rank.Claim) func(context.Context) (journey.Counters, error) {
		return func(ctx context.Context) (journey.Counters, error) {
			return r.s.store.ChangeCounters(ctx, r.visitor, known, func(c *rank.Counters) error {
				c.Return(r.in.At, r.zone, returned...)
				return c.Reserve(r.in.At, r.zone, taken...)
			})
		}
	}
	undo := func(ctx context.Context, late journey.Counters) error {
		_, err := change(late, nil, taken)(ctx)
		return err
	}
	if r.message != "" {
		undo = nil // others may answer the same message with it; it ends by itself
	}
	known, err := inTime(ctx, r.s, change(r.known, taken, returned), undo)
	switch {
	case err == nil:
		r.known, r.counted = known, wanted
	case errors.Is(err, rank.ErrFull):
		r.known = known
		return false
	case len(taken) > 0:
		r.fail(err)
		return false
	default:
		r.s.warn("what was counted and not shown was not given back", err)
		r.counted = nil
	}
	return true
}

func (r *reserving) fail(err error) {
	r.s.warn("a decision was made without what is capped", err)
	r.fault = err
}

// others are the counters of the visitor without what this decision counted or,
// for a message, what was reserved for it before.
func (r *reserving) others() string {
	c, err := rank.ReadCounters(r.known.Packed)
	switch {
	case err != nil:
		return r.known.Packed
	case r.message != "":
		for _, id := range c.Pending(reservationsOf(r.message)) {
			c.Release(id)
		}
	case len(r.counted) > 0:
		c.Return(r.in.At, r.zone, r.claims(r.counted)...)
	default:
		return r.known.Packed
	}
	return string(c.Append(nil))
}

func without(list, others []snapshot.Reservation) []snapshot.Reservation {
	return slices.DeleteFunc(slices.Clone(list), func(r snapshot.Reservation) bool { return has(others, r.Item) })
}

func has(list []snapshot.Reservation, item string) bool {
	return slices.ContainsFunc(list, func(r snapshot.Reservation) bool { return r.Item == item })
}

// lateWork is how long at most something goes on behind an answer that did not
// wait for it.
const lateWork = 3 * time.Second

// inTime does what must not be left half known. Where ctx ends before it is
// done, it goes on for a while behind the caller, who is told that the store is
// unavailable, and is undone when it succeeds after all.
func inTime[T any](ctx context.Context, s *Service, do func(context.Context) (T, error), undo func(context.Context, T) error) (T, error) {
	type outcome struct {
		value T
		err   error
	}
	done := make(chan outcome, 1)
	late, cancel := context.WithCancel(context.WithoutCancel(ctx))
	go func() {
		value, err := do(late)
		done <- outcome{value, err}
	}()
	select {
	case o := <-done:
		cancel()
		return o.value, o.err
	case <-ctx.Done():
	}
	end := time.AfterFunc(lateWork, cancel)
	go func() {
		defer cancel()
		defer end.Stop()
		if o := <-done; o.err == nil && undo != nil {
			if err := undo(late, o.value); err != nil {
				s.warn("what was counted too late was not given back", err)
			}
		}
	}()
	var none T
	return none, fmt.Errorf("%w: %w", store.ErrUnavailable, ctx.Err())
}
