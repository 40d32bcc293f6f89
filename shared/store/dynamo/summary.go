package dynamo

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
	"wegweiser/shared/topology"
)

// The newest summary is two items: its head, which everybody looks at every few
// seconds, and the same with what is encoded.
const (
	summaryPartition = "summary"
	headKey          = "head"
	wholeKey         = "whole"
)

func (s *Store) summaryKey(sort string) item {
	return item{topology.PartitionAttribute: s.partition(summaryPartition), topology.SortAttribute: text(sort)}
}

// PutSummary implements store.Summaries: what is encoded, then the head, each
// where no later one is there. So the head is never ahead: who reads in between,
// or after a writer was killed there, has the newer one already. A transaction
// would cost twice as much.
func (s *Store) PutSummary(ctx context.Context, next store.Summary) error {
	const attempt = "put summary"
	if err := store.CheckSummary(next); err != nil {
		return fmt.Errorf("%s: %w", attempt, err)
	}
	for _, sort := range []string{wholeKey, headKey} {
		i := s.summaryKey(sort)
		i[snapshotOf], i[timeOf] = text(next.Version), number(int64(next.At))
		if sort == wholeKey && len(next.Encoded) > 0 {
			i[bodyAttribute] = binary(next.Encoded)
		}
		_, err := s.client.PutItem(ctx, &dynamodb.PutItemInput{
			TableName: s.statistics, Item: i,
			ConditionExpression:       aws.String("attribute_not_exists(k) OR t < :t OR (t = :t AND s <= :s)"),
			ExpressionAttributeValues: item{":t": i[timeOf], ":s": i[snapshotOf]},
		})
		var later *types.ConditionalCheckFailedException
		if errors.As(err, &later) {
			return store.ErrConflict
		}
		if err != nil {
			return unavailable(ctx, attempt, err)
		}
	}
	return nil
}

// Summary implements store.Summaries.
func (s *Store) Summary(ctx context.Context) (store.Summary, error) {
	out, err := s.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: s.statistics, Key: s.summaryKey(wholeKey), ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		return store.Summary{}, unavailable(ctx, "read summary", err)
	}
	if out.Item == nil {
		return store.Summary{}, store.ErrNotFound
	}
	return summaryOf(out.Item), nil
}

func summaryOf(i item) store.Summary {
	return store.Summary{
		Version: textOf(i, snapshotOf), At: journey.Millis(numberIn(i, timeOf)), Encoded: bytesOf(i, bodyAttribute),
	}
}

// Heads implements store.Summaries: one read of two small items.
func (s *Store) Heads(ctx context.Context) (heads store.Heads, err error) {
	missing := map[string]types.KeysAndAttributes{
		*s.config:     {Keys: []item{s.releaseKey(liveKey)}, ConsistentRead: aws.Bool(true)},
		*s.statistics: {Keys: []item{s.summaryKey(headKey)}, ConsistentRead: aws.Bool(true)},
	}
	found := map[string][]item{}
	for tries := 0; len(missing) > 0; tries++ {
		if tries > 0 {
			if err := pause(ctx, tries); err != nil {
				return heads, unavailable(ctx, "read heads", err)
			}
		}
		out, err := s.client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: missing})
		if err != nil {
			return heads, unavailable(ctx, "read heads", err)
		}
		maps.Copy(found, out.Responses)
		missing = out.UnprocessedKeys
	}
	for _, live := range found[*s.config] {
		heads.Live = releaseOf(live)
	}
	for _, summary := range found[*s.statistics] {
		heads.Summary = summaryOf(summary)
	}
	return heads, nil
}
