package dynamo

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
	"wegweiser/shared/store/pack"
	"wegweiser/shared/topology"
)

// decisionOf is the attribute with the decision of a result.
const decisionOf = "d"

// messagePrefix starts the sort keys of a message's results.
func messagePrefix(m store.Message) string {
	return resultPrefix + hex.EncodeToString(pack.MessageHash(m.ID)) + "#"
}

// PutResults implements store.Receipts: a conditional put, or a transaction of
// several. Where the answer is lost and it is asked again, what is there is of
// the same decision.
func (s *Store) PutResults(ctx context.Context, now journey.Millis, m store.Message, results []store.Result) ([]store.Result, error) {
	const attempt = "put results"
	if err := store.CheckResults(m, results); err != nil {
		return nil, fmt.Errorf("%s: %w", attempt, err)
	}
	puts := make([]types.TransactWriteItem, len(results))
	for i := range results {
		puts[i].Put = s.putResult(now, m, &results[i])
	}
	there, err := s.refusals(ctx, m, puts)
	if err != nil {
		return nil, unavailable(ctx, attempt, err)
	}
	return store.Others(there, results), nil
}

func (s *Store) putResult(now journey.Millis, m store.Message, r *store.Result) *types.Put {
	i := s.receiptKey(m.Owner, messagePrefix(m)+r.Placement)
	i[decisionOf] = text(r.Decision)
	if len(r.Body) > 0 {
		i[bodyAttribute] = binary(r.Body)
	}
	if second := pack.Second(r.Expires); second != 0 {
		i[topology.ExpiryAttribute] = number(second)
	}
	addHolds(i, r)
	return &types.Put{
		TableName: s.receipts, Item: i, ConditionExpression: aws.String(*absent + " OR e <= :now"),
		ExpressionAttributeValues:           item{":now": number(int64(now) / 1000)},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}
}

// refusals puts all or none, and returns what stands in the way.
func (s *Store) refusals(ctx context.Context, m store.Message, puts []types.TransactWriteItem) (there []store.Result, err error) {
	if len(puts) > 1 {
		err = s.transact(ctx, puts)
	} else {
		err = s.putAlone(ctx, puts[0].Put)
	}
	var alone *types.ConditionalCheckFailedException
	if errors.As(err, &alone) {
		return []store.Result{resultOf(alone.Item, m)}, nil
	}
	for _, reason := range reasons(err) {
		if failedWith(reason, conditionFailed) {
			there = append(there, resultOf(reason.Item, m))
		}
	}
	if there != nil {
		err = nil
	}
	return there, err
}

func resultOf(i item, m store.Message) store.Result {
	holds, _ := pack.ReadHolds(string(bytesOf(i, heldOf))) // what is damaged holds nothing
	return store.Result{
		Placement: strings.TrimPrefix(textOf(i, topology.SortAttribute), messagePrefix(m)),
		Decision:  textOf(i, decisionOf), Body: bytesOf(i, bodyAttribute),
		Expires: journey.Millis(endedAt(i) * 1000), Holds: holds,
	}
}

// endedAt is the second from which on a result no longer answers; zero: never.
func endedAt(i item) int64 { return cmp.Or(numberIn(i, endOf), numberIn(i, topology.ExpiryAttribute)) }

// Results implements store.Receipts.
func (s *Store) Results(ctx context.Context, m store.Message, now journey.Millis) (results []store.Result, err error) {
	const attempt = "read results"
	if err := store.CheckMessage(m); err != nil {
		return nil, fmt.Errorf("%s: %w", attempt, err)
	}
	for i, err := range s.query(ctx, s.queryReceipts(m.Owner, messagePrefix(m))) {
		if err != nil {
			return nil, unavailable(ctx, attempt, err)
		}
		if !pack.Expired(endedAt(i), now) {
			results = append(results, resultOf(i, m))
		}
	}
	return results, nil
}
