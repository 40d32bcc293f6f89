package dynamo

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"wegweiser/shared/journey"
	"wegweiser/shared/rank"
	"wegweiser/shared/store"
	"wegweiser/shared/store/pack"
	"wegweiser/shared/topology"
)

var errDoubt = errors.New("the answer to a write was lost, and others have written since")

// ChangeCounters implements store.Visitors: one conditional put a try.
func (s *Store) ChangeCounters(ctx context.Context, visitor string, known journey.Counters, change func(*rank.Counters) error) (journey.Counters, error) {
	const attempt = "change counters"
	if err := store.CheckVisitor(visitor); err != nil {
		return known, fmt.Errorf("%s: %w", attempt, err)
	}
	for tries := 0; ; tries++ {
		next, err := pack.ChangeCounters(known, change)
		if errors.Is(err, rank.ErrCorrupt) {
			err = unavailable(ctx, attempt, err)
		}
		if err != nil || next == known {
			return known, err
		}
		there, err := s.putCounters(ctx, visitor, known, next)
		if err != nil {
			return known, unavailable(ctx, attempt, err)
		}
		if there == next {
			return next, nil
		}
		known = there
		if err := pause(ctx, tries); err != nil {
			return known, unavailable(ctx, attempt, err)
		}
	}
}

// putCounters writes next if the counters are still at the version of have, and
// returns what is there then.
func (s *Store) putCounters(ctx context.Context, visitor string, have, next journey.Counters) (journey.Counters, error) {
	i := s.key(visitor, []byte(pack.CountersKey))
	i[topology.RecentAttribute] = binary([]byte(pack.CountersMoment))
	i[topology.PackedAttribute] = binary(pack.AppendCounters(nil, next))
	put := &dynamodb.PutItemInput{
		TableName: s.visitors, Item: i, ConditionExpression: aws.String("attribute_not_exists(k)"),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}
	if have.Version != "" {
		put.ConditionExpression = aws.String("begins_with(p, :version)")
		put.ExpressionAttributeValues = item{":version": binary([]byte(have.Version))}
	}
	var lost bool
	_, err := s.client.PutItem(ctx, put, noticing(&lost))
	if err == nil {
		return next, nil
	}
	var other *types.ConditionalCheckFailedException
	if !errors.As(err, &other) {
		return journey.Counters{}, err
	}
	there, err := pack.ReadCounters(string(bytesOf(other.Item, topology.PackedAttribute)))
	if err == nil && lost && there != next {
		err = errDoubt // ours may be among those that led to what is there
	}
	return there, err
}
