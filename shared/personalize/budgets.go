package personalize

import (
	"context"
	"slices"
	"sync"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/rank"
	"wegweiser/shared/snapshot"
	"wegweiser/shared/store"
)

// budgetOf is the budget of an item at a moment. There is one for everybody, so
// its period is that of the workspace.
func budgetOf(on *snapshot.Snapshot, r *snapshot.Reservation, at journey.Millis) store.Budget {
	zone := on.Zone()
	return store.Budget{
		Item: r.Item, Limit: r.Budget,
		Period: rank.PeriodName(r.Period, at, zone), Expires: rank.PeriodOver(r.Period, at, zone),
	}
}

// spentFor is how long it is believed that a budget is used up. It may be given
// back, so it is not for long.
const spentFor = time.Second

// spentBudgets remembers for a moment which budgets are used up, so that not
// every decision asks for them in vain.
type spentBudgets struct {
	lock  sync.Mutex
	items map[string]*spentBudget
}

// spentBudget is one that is used up, and who holds a part of it, once somebody
// wants to know.
type spentBudget struct {
	until  time.Time
	read   chan struct{} // closed when claims and err are there; nil before somebody wants to know
	claims store.Claims
	err    error
}

func (s *spentBudgets) add(item string, now time.Time) {
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.items == nil {
		s.items = map[string]*spentBudget{}
	}
	s.items[item] = &spentBudget{until: now.Add(spentFor)}
}

func (s *spentBudgets) remove(item string) {
	s.lock.Lock()
	defer s.lock.Unlock()
	delete(s.items, item)
}

// reading has it read who holds a part of a budget that is used up: once for all
// who ask, and beside them. It returns nil where the budget may have some left
// again.
func (s *spentBudgets) reading(item string, read func() (store.Claims, error)) *spentBudget {
	s.lock.Lock()
	defer s.lock.Unlock()
	spent := s.items[item]
	if spent != nil && spent.read == nil {
		spent.read = make(chan struct{})
		go func() {
			defer close(spent.read)
			spent.claims, spent.err = read()
		}()
	}
	return spent
}

// known returns who holds a part of the budget, once that is read. It is not
// known where that failed, or takes longer than ctx.
func (b *spentBudget) known(ctx context.Context) (claims store.Claims, known bool) {
	if b == nil {
		return claims, false
	}
	select {
	case <-b.read:
		return b.claims, b.err == nil
	case <-ctx.Done():
		return claims, false
	}
}

// now returns the items whose budgets were used up a moment ago.
func (s *spentBudgets) now(now time.Time) []string {
	s.lock.Lock()
	defer s.lock.Unlock()
	var items []string
	for item, spent := range s.items {
		if now.Before(spent.until) {
			items = append(items, item)
		} else {
			delete(s.items, item)
		}
	}
	slices.Sort(items)
	return items
}

// looking decides as caps and budgets are, and counts nothing. It asks for each
// budget once.
type looking struct {
	s       *Service
	claimed map[store.Budget]int64
}

func (l *looking) decide(ctx context.Context, on *snapshot.Snapshot, in *snapshot.Input) (snapshot.Answer, error) {
	for {
		out := on.Decide(in)
		spent, err := l.spent(ctx, on, &out, in.At)
		if err != nil || len(spent) == 0 {
			return out, err
		}
		in.Spent = append(in.Spent, spent...)
	}
}

// spent returns the items of an answer whose budgets are used up.
func (l *looking) spent(ctx context.Context, on *snapshot.Snapshot, out *snapshot.Answer, at journey.Millis) (items []string, err error) {
	for i := range out.Reservations {
		r := &out.Reservations[i]
		if r.Budget == 0 {
			continue
		}
		taken, err := l.taken(ctx, budgetOf(on, r, at))
		if err != nil {
			return nil, err
		}
		if taken >= r.Budget {
			items = append(items, r.Item)
		}
	}
	return items, nil
}

func (l *looking) taken(ctx context.Context, b store.Budget) (int64, error) {
	b.Limit, b.Expires = 0, 0
	if taken, known := l.claimed[b]; known {
		return taken, nil
	}
	claims, err := l.s.store.Claimed(ctx, l.s.now(), b)
	if err != nil {
		return 0, err
	}
	taken := claims.Taken
	if l.claimed == nil {
		l.claimed = map[store.Budget]int64{}
	}
	l.claimed[b] = taken
	return taken, nil
}
