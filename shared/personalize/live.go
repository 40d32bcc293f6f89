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

// known is a snapshot with the last moment at which it was seen to be live, and
// the statistics that it ranks by.
type known struct {
	snapshot   *snapshot.Snapshot
	statistics *statistics // nil where there are none, or it does not rank
	at         time.Time
	seen       bool // the store has answered at least once
}

func (k *known) age(now time.Time) time.Duration { return max(now.Sub(k.at), 0) }

// refresh reads what is newest, and loads what is another than what serves.
// After an error the last good one goes on serving. What was published here
// while it read is newer than what it read.
func (s *Service) refresh(ctx context.Context) {
	have := s.live.current.Load()
	if _, err := s.renew(ctx, have); err != nil {
		s.log.Warn("configuration was not refreshed", "error", err.Error(), "age_seconds", int(have.age(s.clock()).Seconds()))
	}
}

func (s *Service) renew(ctx context.Context, have *known) (*known, error) {
	now := s.clock()
	next, err := s.loadNewer(ctx, have)
	if err != nil {
		return nil, err
	}
	next.at, next.seen = now, true
	s.live.current.CompareAndSwap(have, next)
	return next, nil
}

// loadFirst returns what is live at the start, which needs the snapshot for
// sure and so asks for it at once.
func (s *Service) loadFirst(ctx context.Context) (*known, error) {
	_, encoded, err := s.store.LiveSnapshot(ctx)
	next := &known{}
	switch {
	case errors.Is(err, store.ErrNotFound):
		next.snapshot, err = s.live.builtin()
	case err == nil:
		next.snapshot, err = snapshot.Load(encoded)
	}
	if err != nil {
		return nil, err
	}
	if s.ranks && next.snapshot.Ranks() {
		next.statistics = s.loadStatistics(ctx, nil)
	}
	return next, nil
}

// loadNewer returns what is live, which may be what there is. A check, for
// which it rarely is another, asks for the names first.
func (s *Service) loadNewer(ctx context.Context, have *known) (*known, error) {
	heads, err := s.heads(ctx, have)
	if err != nil {
		return nil, err
	}
	next := &known{statistics: have.statistics}
	if next.snapshot, err = s.loaded(ctx, heads.Live.Snapshot, have.snapshot); err != nil {
		return nil, err
	}
	switch {
	case !s.ranks || !next.snapshot.Ranks():
		next.statistics = nil
	case !have.snapshot.Ranks() || heads.Summary.Later(have.statistics.summary()):
		next.statistics = s.loadStatistics(ctx, have.statistics)
	}
	return next, nil
}

// loadLive returns the snapshot that is live, which may be the one at hand.
func (s *Service) loadLive(ctx context.Context, have *snapshot.Snapshot) (*snapshot.Snapshot, error) {
	release, err := s.store.Live(ctx)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	return s.loaded(ctx, release.Snapshot, have)
}

// loaded returns the snapshot of that id, which may be the one at hand; the
// empty one is the built-in.
func (s *Service) loaded(ctx context.Context, id string, have *snapshot.Snapshot) (*snapshot.Snapshot, error) {
	switch id {
	case have.ID():
		return have, nil
	case "":
		return s.live.builtin()
	}
	encoded, err := s.store.Snapshot(ctx, id)
	if err != nil {
		return nil, err
	}
	return snapshot.Load(encoded)
}

// heads returns what is newest: of the statistics only where they count.
func (s *Service) heads(ctx context.Context, have *known) (heads store.Heads, err error) {
	if s.ranks && have.snapshot.Ranks() {
		return s.store.Heads(ctx)
	}
	heads.Live, err = s.store.Live(ctx)
	if errors.Is(err, store.ErrNotFound) {
		err = nil
	}
	return heads, err
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

// Newest returns the snapshot that is live in the store at this moment, for
// those who have the time to ask. It is the one that serves from then on. Its
// errors are the store's, or say that the snapshot cannot be read.
func (s *Service) Newest(ctx context.Context) (*snapshot.Snapshot, error) {
	newest, err := s.renew(ctx, s.live.current.Load())
	if err != nil {
		return nil, err
	}
	return newest.snapshot, nil
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
