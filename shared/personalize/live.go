package personalize

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"wegweiser/shared/snapshot"
	"wegweiser/shared/store"
)

// How old the knowledge of the live snapshot may be: from checkAfter on a check
// runs beside a decision, from joinAfter on the decision waits for it, but
// never longer than joinAtMost. A check ends after checkAtMost.
const (
	checkAfter  = 5 * time.Second
	joinAfter   = 10 * time.Second
	joinAtMost  = 50 * time.Millisecond
	checkAtMost = 2 * time.Second
)

// live is the snapshot that serves, and how fresh it is known to be.
type live struct {
	builtin func() (*snapshot.Snapshot, error) // made when it is first needed
	current atomic.Pointer[known]

	lock    sync.Mutex
	running chan struct{} // of the check under way; closed at its end
}

// known is a snapshot with the last moment at which it was seen to be live.
type known struct {
	snapshot *snapshot.Snapshot
	at       time.Time
	seen     bool // the store has answered at least once
}

func (k *known) age(now time.Time) time.Duration { return max(now.Sub(k.at), 0) }

// refresh reads which snapshot is live, and loads it where it is another than
// the one that serves. After an error the last good one goes on serving. What
// was published here while it read is newer than what it read.
func (s *Service) refresh(ctx context.Context) {
	have := s.live.current.Load()
	now := s.clock()
	next, err := s.loadLive(ctx, have.snapshot)
	if err != nil {
		s.log.Warn("configuration was not refreshed", "error", err.Error(), "age_seconds", int(have.age(now).Seconds()))
		return
	}
	s.live.current.CompareAndSwap(have, &known{snapshot: next, at: now, seen: true})
}

// loadLive returns the snapshot that is live, which may be the one at hand. At
// the start there is none.
func (s *Service) loadLive(ctx context.Context, have *snapshot.Snapshot) (*snapshot.Snapshot, error) {
	release, encoded, err := s.readLive(ctx, have == nil)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return s.live.builtin()
	case err != nil:
		return nil, err
	case have != nil && release.Snapshot == have.ID():
		return have, nil
	case encoded == nil:
		if encoded, err = s.store.Snapshot(ctx, release.Snapshot); err != nil {
			return nil, err
		}
	}
	return snapshot.Load(encoded)
}

// readLive returns which snapshot is live: a start, which needs it for sure,
// asks for the snapshot with it, and a check, for which it rarely is another,
// does not.
func (s *Service) readLive(ctx context.Context, start bool) (release store.Release, encoded []byte, err error) {
	if start {
		return s.store.LiveSnapshot(ctx)
	}
	release, err = s.store.Live(ctx)
	return release, nil, err
}

// freshen starts a check beside the caller's work where one is due, and
// returns the channel that its end closes, or nil.
func (s *Service) freshen(now time.Time) <-chan struct{} {
	if s.live.current.Load().age(now) < checkAfter {
		return nil
	}
	s.live.lock.Lock()
	defer s.live.lock.Unlock()
	if s.live.running == nil {
		done := make(chan struct{})
		s.live.running = done
		go func() {
			ctx, cancel := context.WithTimeout(context.Background(), checkAtMost)
			defer cancel()
			s.refresh(ctx)
			s.live.lock.Lock()
			s.live.running = nil
			s.live.lock.Unlock()
			close(done)
		}()
	}
	return s.live.running
}

// settle returns the snapshot to decide on. Only where its age is beyond
// joinAfter does it wait for the check, for a moment.
func (s *Service) settle(now time.Time, check <-chan struct{}) *known {
	k := s.live.current.Load()
	if check == nil || k.age(now) < joinAfter {
		return k
	}
	return s.await(check)
}

func (s *Service) await(check <-chan struct{}) *known {
	if check != nil {
		patience := time.NewTimer(joinAtMost)
		defer patience.Stop()
		select {
		case <-check:
		case <-patience.C:
		}
	}
	return s.live.current.Load()
}

// Snapshot returns the one that serves, as fresh as a decision has it.
func (s *Service) Snapshot() *snapshot.Snapshot {
	now := s.clock()
	return s.settle(now, s.freshen(now)).snapshot
}

// Health says which snapshot serves, and whether the store answered lately.
func (s *Service) Health(context.Context) Health {
	now := s.clock()
	k := s.settle(now, s.freshen(now))
	h := Health{Status: "ok", Snapshot: k.snapshot.ID(), SnapshotAge: int(k.age(now).Seconds())}
	if !k.seen || k.age(now) > time.Minute {
		h.Status = "degraded"
	}
	return h
}
