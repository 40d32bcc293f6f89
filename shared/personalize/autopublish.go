package personalize

import (
	"context"
	"crypto/sha256"
	"errors"
	"time"

	"wegweiser/shared/snapshot"
	"wegweiser/shared/store"
	"wegweiser/shared/tables"
)

// Automatic publishing waits until no row has changed for quietFor, but not
// longer than quietAtMost. It looks every lookEvery whether one has.
const (
	quietFor    = 3 * time.Second
	quietAtMost = 8 * time.Second
	lookEvery   = 500 * time.Millisecond
)

// autoAuthor is the author of what publishes itself.
const autoAuthor = "auto"

// maxRaces bounds how often automatic publishing starts again because somebody
// else published in between.
const maxRaces = 10

// AutoPublish makes the draft live if the settings of the live snapshot say
// that it publishes itself. It is to be called when rows may have changed: once
// or often, in any order, and by several at once. It looks at the rows
// themselves, waits until they are at rest and nobody is in the middle of a
// larger change, and then publishes what they are as a whole. Where they have
// errors, what is live stays live, and ConfigSnapshots says what is wrong until
// it is right. Rows that it has published, or found wrong, it does not look at
// again: what somebody rolled back stays so until a row changes.
//
// Its errors are faults of the store, and the end of ctx: then it is to be
// called again.
func (s *Service) AutoPublish(ctx context.Context) error {
	live, err := s.liveNow(ctx)
	if err != nil {
		return err
	}
	if !publishesItself(live) {
		return s.keepHeld(ctx, nil)
	}
	mark, err := s.draftMark(ctx)
	if err != nil {
		return err
	}
	if done, err := s.isDone(ctx, mark); err != nil || done {
		return err
	}
	if mark, err = s.rest(ctx, mark); err != nil {
		return err
	}
	if err := s.publishNow(ctx); err != nil {
		return err
	}
	return s.putMemo(ctx, doneMemo, mark[:])
}

// publishNow publishes the draft, or keeps what is wrong with it.
func (s *Service) publishNow(ctx context.Context) error {
	for races := 0; ; races++ {
		live, err := s.liveNow(ctx)
		if err != nil {
			return err
		}
		if !publishesItself(live) {
			return s.keepHeld(ctx, nil)
		}
		_, err = s.PublishConfig(ctx, Caller{Key: Admin, Name: autoAuthor}, live.ID(), PublishRequest{})
		var refusal *Error
		switch {
		case err == nil:
			return s.keepHeld(ctx, nil)
		case !errors.As(err, &refusal):
			return err
		case refusal.Kind == Stale && races < maxRaces:
		case refusal.Kind == Invalid:
			return s.keepHeld(ctx, refusal.Problems)
		default:
			return err
		}
	}
}

func publishesItself(live *snapshot.Snapshot) bool {
	return live.Settings().Publish == tables.PublishAuto
}

// liveNow returns what is live in the store at this moment, which may be newer
// than what serves here.
func (s *Service) liveNow(ctx context.Context) (*snapshot.Snapshot, error) {
	live, err := s.loadLive(ctx, s.live.current.Load().snapshot)
	if err != nil {
		return nil, unavailable("reading what is live", err)
	}
	return live, nil
}

// rest returns when the rows, which were seen at this mark, are at rest, and
// the mark that they have then. The time begins anew while somebody is in the
// middle of a larger change.
func (s *Service) rest(ctx context.Context, seen draftMark) (draftMark, error) {
	first := s.clock()
	for changed := first; ; {
		mark, err := s.draftMark(ctx)
		if err != nil {
			return mark, err
		}
		busy, err := s.somebodyBusy(ctx)
		if err != nil {
			return mark, err
		}
		now := s.clock()
		if mark != seen {
			seen, changed = mark, now
		}
		if busy {
			first, changed = now, now
		}
		due := changed.Add(quietFor)
		if latest := first.Add(quietAtMost); latest.Before(due) {
			due = latest
		}
		if !now.Before(due) {
			return mark, nil
		}
		if err := sleep(ctx, min(lookEvery, due.Sub(now))); err != nil {
			return mark, err
		}
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// draftMark is the same for the same rows.
type draftMark [sha256.Size]byte

func (s *Service) draftMark(ctx context.Context) (mark draftMark, err error) {
	rows, err := s.draftRows(ctx)
	if err != nil {
		return mark, err
	}
	return markOf(rows), nil
}

func markOf(rows []store.Row) (mark draftMark) {
	sum := sha256.New()
	for i := range rows {
		for _, part := range []string{rows[i].Table, rows[i].ID, rows[i].Version} {
			sum.Write([]byte(part))
			sum.Write([]byte{0}) // no name or version has one
		}
	}
	sum.Sum(mark[:0])
	return mark
}
