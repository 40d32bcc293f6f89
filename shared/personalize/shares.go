package personalize

import (
	"context"
	"errors"
	"slices"
	"sync"

	"wegweiser/shared/snapshot"
	"wegweiser/shared/store"
)

// share is one of a budget that a decision takes: for good where a page shows
// it; held, until it is known to be sent, where it is for a message.
type share struct {
	snapshot.Reservation
	placement string // of the message, which holds once for each; empty on pages
	hold      store.Hold
}

func (s *share) same(other share) bool { return s.Item == other.Item && s.placement == other.placement }

// shares are those that an answer takes.
func (r *reserving) shares(out *snapshot.Answer) (list []share) {
	for _, one := range out.Reservations {
		if one.Budget == 0 {
			continue
		}
		s := share{Reservation: one}
		if r.message != "" {
			s.placement = showing(out, one.Item)
		}
		list = append(list, s)
	}
	return list
}

// showing names the placement that shows an item by a rule.
func showing(out *snapshot.Answer, item string) string {
	at := slices.IndexFunc(out.Placements, func(p snapshot.Placement) bool {
		return !p.Fallback && slices.ContainsFunc(p.Items, func(it snapshot.Item) bool { return it.ID == item })
	})
	if at < 0 {
		return ""
	}
	return out.Placements[at].Name
}

func beside(list, others []share) []share {
	return slices.DeleteFunc(slices.Clone(list), func(s share) bool { return slices.ContainsFunc(others, s.same) })
}

// claim makes what is claimed of budgets what is wanted. For a message nothing
// is given back before it is known who answers it.
func (r *reserving) claim(ctx context.Context, wanted []share) bool {
	if r.message == "" {
		dropped := beside(r.claimed, wanted)
		r.giveBack(ctx, dropped)
		r.claimed = beside(r.claimed, dropped)
	}
	taken := beside(wanted, r.claimed)
	errs := make([]error, len(taken))
	var asked sync.WaitGroup
	for i := range taken {
		asked.Go(func() { taken[i].hold, errs[i] = r.take(ctx, &taken[i]) })
	}
	asked.Wait()
	all := true
	for i, err := range errs {
		switch {
		case err == nil:
			r.claimed = append(r.claimed, taken[i])
			continue
		case errors.Is(err, store.ErrFull):
			r.in.Spent = append(r.in.Spent, taken[i].Item)
			r.s.spent.add(taken[i].Item, r.s.clock())
		default:
			r.fail(err)
		}
		all = false
	}
	return all
}

// take takes one of a budget. What is held too late under a name stays held:
// others may answer the same message with it, and it ends by itself.
func (r *reserving) take(ctx context.Context, one *share) (store.Hold, error) {
	b := budgetOf(r.on, &one.Reservation, r.in.At)
	if r.message != "" {
		return inTime(ctx, r.s, func(ctx context.Context) (store.Hold, error) {
			return r.s.store.Hold(ctx, r.in.At, b, r.holder(one.placement), r.in.At.Add(sendWithin))
		}, func(ctx context.Context, late store.Hold) error {
			if late.Name != "" {
				return nil
			}
			r.s.spent.remove(one.Item)
			return r.s.store.Release(ctx, late)
		})
	}
	return inTime(ctx, r.s,
		func(ctx context.Context) (store.Hold, error) { return store.Hold{}, r.s.store.Claim(ctx, r.in.At, b) },
		func(ctx context.Context, _ store.Hold) error { return r.s.unclaim(ctx, b) })
}

// holder is the name under which a placement of the message holds, whoever
// decides it. It tells nothing of the visitor.
func (r *reserving) holder(placement string) string {
	return shortHash(digest(r.s.ownerOf(r.visitor), r.message, placement))
}

func (r *reserving) giveBack(ctx context.Context, dropped []share) {
	for i := range dropped {
		one := &dropped[i]
		_, err := inTime(ctx, r.s, func(ctx context.Context) (struct{}, error) {
			if one.hold != (store.Hold{}) {
				r.s.spent.remove(one.Item)
				return struct{}{}, r.s.store.Release(ctx, one.hold)
			}
			return struct{}{}, r.s.unclaim(ctx, budgetOf(r.on, &one.Reservation, r.in.At))
		}, nil)
		if err != nil {
			r.s.warn("a budget that was not served was not given back", err)
		}
	}
}

func (s *Service) unclaim(ctx context.Context, b store.Budget) error {
	s.spent.remove(b.Item)
	return s.store.Unclaim(ctx, b)
}

// holds are those of a placement of the message.
func (r *reserving) holds(p *snapshot.Placement) (holds []store.Hold) {
	for i := range r.claimed {
		one := &r.claimed[i]
		if one.placement == p.Name && slices.ContainsFunc(p.Items, func(it snapshot.Item) bool { return it.ID == one.Item }) {
			holds = append(holds, one.hold)
		}
	}
	return holds
}

// settleShares gives back what is held for a placement that is answered without
// it. What has a name is held by all who decided the same: it is in the answer
// whoever gave that. Where nobody has answered yet, the next one goes on with it.
func (r *reserving) settleShares(ctx context.Context, answered []store.Result, mine string) {
	r.giveBack(ctx, slices.DeleteFunc(r.claimed, func(one share) bool {
		shared := one.hold.Name != ""
		at := slices.IndexFunc(answered, func(a store.Result) bool { return a.Placement == one.placement })
		if at < 0 {
			return shared
		}
		return (shared || answered[at].Decision == mine) && slices.Contains(answered[at].Holds, one.hold)
	}))
	r.claimed = nil
}

// spent returns the items whose budgets were used up a moment ago. One of which
// the message holds a part already is not used up for it: a process may have
// been killed that decided it. All are asked for side by side; one that does not
// answer in time may have some left.
func (r *reserving) spent(ctx context.Context) []string {
	items := r.s.spent.now(r.s.clock())
	if r.message == "" || len(items) == 0 {
		return items
	}
	ctx, cancel := endingBy(ctx, r.by)
	defer cancel()
	asked := make(map[string]*spentBudget, len(items))
	for _, item := range items {
		if b, has := r.on.Budget(item); has {
			asked[item] = r.s.spent.reading(item, r.claimedOf(ctx, b))
		}
	}
	return slices.DeleteFunc(items, func(item string) bool {
		spent, has := asked[item]
		if !has {
			return false
		}
		claims, known := spent.known(ctx)
		return !known || slices.ContainsFunc(r.in.Placements, func(p string) bool { return claims.Holds(r.holder(p)) })
	})
}

// claimedOf reads who holds a part of a budget, for everybody who asks: so it
// does not end with the one who asked first.
func (r *reserving) claimedOf(ctx context.Context, one snapshot.Reservation) func() (store.Claims, error) {
	return func() (store.Claims, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lateWork)
		defer cancel()
		return r.s.store.Claimed(ctx, r.in.At, budgetOf(r.on, &one, r.in.At))
	}
}
