package dynamo

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
	"wegweiser/shared/store/pack"
	"wegweiser/shared/topology"
)

// endOf is the second from which on a result no longer answers that is kept
// longer for what it holds.
const endOf = "e"

// addHolds adds to a result what it holds.
func addHolds(i item, r *store.Result) {
	if len(r.Holds) == 0 {
		return
	}
	i[heldOf] = binary(pack.AppendHolds(nil, r.Holds))
	if second := pack.Second(r.Expires); second != 0 {
		i[endOf] = number(second)
		i[topology.ExpiryAttribute] = number(max(second, pack.Second(pack.HeldUntil(r.Holds))))
	}
}

// Commit implements store.Budgets: a transaction for each result that holds
// something.
func (s *Store) Commit(ctx context.Context, now journey.Millis, m store.Message) error {
	const attempt = "commit what a message holds"
	if err := store.CheckMessage(m); err != nil {
		return fmt.Errorf("%s: %w", attempt, err)
	}
	var held []item
	for i, err := range s.query(ctx, s.queryReceipts(m.Owner, messagePrefix(m))) {
		if err != nil {
			return unavailable(ctx, attempt, err)
		}
		if len(bytesOf(i, heldOf)) > 0 {
			held = append(held, i)
		}
	}
	for _, i := range held {
		if err := s.commitResult(ctx, now, i); err != nil {
			return unavailable(ctx, attempt, err)
		}
	}
	return nil
}

// commitResult makes final what a result holds, and takes it from the result in
// the same transaction: whoever comes second finds nothing. A refusal says of
// which holds nothing is there any more; these count beyond what is held.
func (s *Store) commitResult(ctx context.Context, now journey.Millis, result item) error {
	holds, err := pack.ReadHolds(string(bytesOf(result, heldOf)))
	if err != nil {
		return err
	}
	if pack.Expired(pack.Second(pack.HeldUntil(holds)), now) {
		return nil
	}
	items := []types.TransactWriteItem{s.heldNoMore(result)}
	late := []*store.Hold{nil} // of each item: the hold that it counts as one that is still there
	for i := range holds {
		if h := &holds[i]; !pack.Expired(pack.Second(h.Expires), now) {
			items, late = append(items, s.committed(h)), append(late, h)
		}
	}
	for {
		err := s.transact(ctx, items)
		why := reasons(err)
		if len(why) != len(items) {
			return err
		}
		if failedWith(why[0], conditionFailed) {
			return nil // somebody else was first
		}
		gone := false
		for i := range items {
			if failedWith(why[i], conditionFailed) && late[i] != nil {
				items[i], late[i], gone = s.committedLate(late[i]), nil, true
			}
		}
		if !gone {
			return err
		}
	}
}

// heldNoMore takes from a result what it holds.
func (s *Store) heldNoMore(result item) types.TransactWriteItem {
	var u budgetUpdate
	u.remove(heldOf)
	u.expect("%s = %s", heldOf, result[heldOf])
	return u.transacted(s.receipts, item{
		topology.PartitionAttribute: result[topology.PartitionAttribute], topology.SortAttribute: result[topology.SortAttribute],
	})
}

// committed makes a hold final that is still there.
func (s *Store) committed(h *store.Hold) types.TransactWriteItem {
	var u budgetUpdate
	u.drop(h)
	return u.transacted(s.statistics, s.budgetKey(h.Budget()))
}

// committedLate counts one that was freed: beyond what is held.
func (s *Store) committedLate(h *store.Hold) types.TransactWriteItem {
	var u budgetUpdate
	u.increase(takenOf, 1)
	if second := pack.Second(h.Expires); second != 0 {
		u.set(topology.ExpiryAttribute, number(second))
	}
	return u.transacted(s.statistics, s.budgetKey(h.Budget()))
}
