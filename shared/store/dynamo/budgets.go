package dynamo

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
	"wegweiser/shared/store/pack"
	"wegweiser/shared/topology"
)

// budgetPartition starts the partitions of budgets.
const budgetPartition = "budget#"

func (s *Store) budgetKey(b store.Budget) item {
	return item{topology.PartitionAttribute: s.partition(budgetPartition + b.Item), topology.SortAttribute: text(b.Period)}
}

// Claim implements store.Budgets.
func (s *Store) Claim(ctx context.Context, now journey.Millis, b store.Budget) error {
	const attempt = "claim budget"
	if err := store.CheckClaim(b); err != nil {
		return fmt.Errorf("%s: %w", attempt, err)
	}
	_, err := s.take(ctx, attempt, &taking{Budget: b, now: now})
	return err
}

// Hold implements store.Budgets.
func (s *Store) Hold(ctx context.Context, now journey.Millis, b store.Budget, name string, until journey.Millis) (store.Hold, error) {
	const attempt = "hold budget"
	if err := store.CheckHold(now, b, name, until); err != nil {
		return store.Hold{}, fmt.Errorf("%s: %w", attempt, err)
	}
	return s.take(ctx, attempt, &taking{Budget: b, now: now, hold: store.HoldOf(b, name, until), named: b.Limit <= store.Remembered})
}

// take takes one of a budget by one conditional update. A refusal brings back
// the budget, and with it what to do: nothing where it is used up or something
// is held under the name; otherwise free what has run out, and take the name
// along, as it is among the last.
func (s *Store) take(ctx context.Context, attempt string, t *taking) (store.Hold, error) {
	for tries := 0; ; tries++ {
		u := t.update()
		after, refused, err := s.updateBudget(ctx, t.Budget, &u)
		switch {
		case err != nil:
			return store.Hold{}, unavailable(ctx, attempt, err)
		case !refused:
			s.tidy(ctx, t.now, t.Budget, after)
			return t.taken(), nil
		}
		if hour, holds := after.Holder(t.hold.Name, t.now); holds && t.holding() {
			return t.until(hour), nil
		}
		if after.At(t.now) >= t.Limit {
			return store.Hold{}, fmt.Errorf("%s: %w", attempt, store.ErrFull)
		}
		t.named, t.ended = t.holding(), endedOf(after, t.now)
		if len(after.Ended(t.now)) > freedAtOnce { // room may be in the rest
			s.tidy(ctx, t.now, t.Budget, after)
			t.ended = ended{}
		}
		if tries > 0 { // others were faster
			if err := pause(ctx, tries); err != nil {
				return store.Hold{}, unavailable(ctx, attempt, err)
			}
		}
	}
}

// tidy frees what has run out of a budget that is never used up, so that it
// stays small. Where it fails, whoever comes next does it.
func (s *Store) tidy(ctx context.Context, now journey.Millis, b store.Budget, have *pack.Budget) {
	over := endedOf(have, now)
	if !over.untidy() {
		return
	}
	var u budgetUpdate
	freed := u.free(over)
	u.increase(takenOf, -freed)
	u.increase(heldOf, -freed)
	_, _, _ = s.updateBudget(ctx, b, &u)
}

// Release implements store.Budgets: one conditional update.
func (s *Store) Release(ctx context.Context, h store.Hold) error {
	const attempt = "release budget"
	if err := store.CheckBudget(h.Budget()); err != nil {
		return fmt.Errorf("%s: %w", attempt, err)
	}
	var u budgetUpdate
	u.drop(&h)
	u.increase(takenOf, -1)
	if _, _, err := s.updateBudget(ctx, h.Budget(), &u); err != nil {
		return unavailable(ctx, attempt, err)
	}
	return nil
}

// Unclaim implements store.Budgets: one conditional update.
func (s *Store) Unclaim(ctx context.Context, b store.Budget) error {
	const attempt = "give budget back"
	if err := store.CheckBudget(b); err != nil {
		return fmt.Errorf("%s: %w", attempt, err)
	}
	var u budgetUpdate
	u.increase(takenOf, -1)
	u.expect("%s > %s", takenOf, number(0))
	taken, held := u.name(takenOf), u.name(heldOf)
	u.conditions = append(u.conditions, fmt.Sprintf("(attribute_not_exists(%s) OR %s > %s)", held, taken, held))
	if _, _, err := s.updateBudget(ctx, b, &u); err != nil {
		return unavailable(ctx, attempt, err)
	}
	return nil
}

// updateBudget changes a budget, or reports that its condition refused that. It
// returns the budget as it is then: of what was changed, where u is telling.
// While a transaction has the budget, it tries again.
func (s *Store) updateBudget(ctx context.Context, b store.Budget, u *budgetUpdate) (after *pack.Budget, refused bool, err error) {
	in := &dynamodb.UpdateItemInput{
		TableName: s.statistics, Key: s.budgetKey(b), UpdateExpression: u.expression(), ConditionExpression: u.condition(),
		ExpressionAttributeNames: u.names, ExpressionAttributeValues: u.values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}
	if u.telling {
		in.ReturnValues = types.ReturnValueAllNew
	}
	for tries := 0; ; tries++ {
		out, err := s.client.UpdateItem(ctx, in, unrepeated)
		var old *types.ConditionalCheckFailedException
		switch {
		case err == nil:
			return budgetOf(out.Attributes), false, nil
		case errors.As(err, &old):
			return budgetOf(old.Item), true, nil
		case !contended(err):
			return nil, false, err
		}
		if err := pause(ctx, tries); err != nil {
			return nil, false, err
		}
	}
}

// Claimed implements store.Budgets.
func (s *Store) Claimed(ctx context.Context, now journey.Millis, b store.Budget) (store.Claims, error) {
	const attempt = "read budget"
	if err := store.CheckBudget(b); err != nil {
		return store.Claims{}, fmt.Errorf("%s: %w", attempt, err)
	}
	out, err := s.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: s.statistics, Key: s.budgetKey(b), ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		return store.Claims{}, unavailable(ctx, attempt, err)
	}
	return budgetOf(out.Item).Claims(now), nil
}
