package embedded

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
	"wegweiser/shared/store/pack"
)

// Append implements store.Visitors. All recordings of a call are one
// transaction.
func (s *Store) Append(ctx context.Context, now journey.Millis, recordings []store.Recording) ([]store.Outcome, error) {
	if len(recordings) == 0 {
		return nil, nil
	}
	a := appending{now: now, entries: make([]entry, len(recordings)), outcomes: make([]store.Outcome, len(recordings))}
	for i := range recordings {
		if err := a.prepare(i, &recordings[i]); err != nil {
			return nil, fmt.Errorf("append touchpoints: %w", err)
		}
	}
	if err := s.commits.submit(ctx, "append touchpoints", a.apply); err != nil {
		return failed(len(recordings), err), err
	}
	return a.outcomes, nil
}

// failed is made anew: where the context has ended, the transaction may still
// be filling in its own outcomes.
func failed(n int, err error) []store.Outcome {
	outcomes := make([]store.Outcome, n)
	for i := range outcomes {
		outcomes[i].Err = err
	}
	return outcomes
}

// appending is one call of Append, ready to be applied. It keeps nothing that
// the caller may change.
type appending struct {
	now        journey.Millis
	entries    []entry
	outcomes   []store.Outcome
	milestones []milestone
}

type milestone struct {
	entry   int
	profile []byte // the key
	kept    journey.Milestone
}

func (a *appending) prepare(i int, r *store.Recording) (err error) {
	if err := store.CheckRecording(r); err != nil {
		return err
	}
	if kept, ok := r.Milestone(); ok {
		a.milestones = append(a.milestones, milestone{i, append(visitorKey(nil, r.Visitor), pack.ProfileKey...), kept})
	}
	a.entries[i], err = newEntry(r)
	return err
}

func (a *appending) apply(tx *bbolt.Tx) error {
	visitors, recent, journal := tx.Bucket(visitorsBucket), tx.Bucket(recentBucket), tx.Bucket(journalBucket)
	for i := range a.entries {
		e, outcome := &a.entries[i], &a.outcomes[i]
		*outcome = store.Outcome{Trace: e.trace} // a transaction may be tried again
		stale, err := a.present(visitors, e, outcome)
		if err != nil {
			return err
		}
		if outcome.Status == store.Duplicate {
			continue
		}
		if stale != nil {
			if err := recent.Delete(stale); err != nil {
				return err
			}
		}
		if err := visitors.Put(e.key, e.value); err != nil {
			return err
		}
		if e.recent != nil {
			if err := recent.Put(e.recent, e.recentValue()); err != nil {
				return err
			}
		}
		if err := note(journal, e.key); err != nil {
			return err
		}
		outcome.Status = store.Stored
	}
	return a.keepMilestones(visitors)
}

// present looks for what is stored under the key of e. What has not expired
// makes e a duplicate; of what has, it returns the key in recent.
func (a *appending) present(visitors *bbolt.Bucket, e *entry, outcome *store.Outcome) (stale []byte, err error) {
	value := visitors.Get(e.key)
	if value == nil {
		return nil, nil
	}
	have, err := readStored(value)
	if err != nil {
		return nil, err
	}
	if pack.Expired(have.second, a.now) {
		visitor := e.key[:1+int(e.key[0])]
		return append(bytes.Clone(visitor), have.moment...), nil
	}
	outcome.Status = store.Duplicate
	outcome.Trace, err = have.trace()
	return nil, err
}

// keepMilestones records the milestones that are stored now on their profiles.
func (a *appending) keepMilestones(visitors *bbolt.Bucket) error {
	for i := range a.milestones {
		m := &a.milestones[i]
		if a.outcomes[m.entry].Status != store.Stored {
			continue
		}
		var p journey.Profile
		if have := visitors.Get(m.profile); have != nil {
			if err := pack.ReadProfile(string(have), &p); err != nil {
				return err
			}
		}
		p.Record(m.kept)
		packed, err := pack.AppendProfile(nil, &p)
		if err != nil {
			return err
		}
		if err := visitors.Put(m.profile, packed); err != nil {
			return err
		}
	}
	return nil
}

// Change implements store.Visitors. change runs outside the transaction, on
// what the last commit says; the transaction stores its result only where that
// is still so.
func (s *Store) Change(ctx context.Context, visitor string, change func(*journey.Profile) error) error {
	const attempt = "change profile"
	if err := store.CheckVisitor(visitor); err != nil {
		return fmt.Errorf("%s: %w", attempt, err)
	}
	key := append(visitorKey(nil, visitor), pack.ProfileKey...)
	for {
		var have []byte
		err := s.view(ctx, attempt, func(tx *bbolt.Tx) error {
			have = bytes.Clone(tx.Bucket(visitorsBucket).Get(key))
			return nil
		})
		if err != nil {
			return err
		}
		next, err := pack.ChangeProfile(have, change)
		if err != nil || next == nil {
			return err
		}
		err = s.commits.submit(ctx, attempt, func(tx *bbolt.Tx) error {
			visitors := tx.Bucket(visitorsBucket)
			if !bytes.Equal(visitors.Get(key), have) {
				return store.ErrConflict
			}
			return visitors.Put(key, next)
		})
		if !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
}
