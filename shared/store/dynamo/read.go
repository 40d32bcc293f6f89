package dynamo

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
	"wegweiser/shared/store/pack"
	"wegweiser/shared/topology"
)

// Touchpoints implements store.Visitors. It reads consistently.
func (s *Store) Touchpoints(ctx context.Context, visitor string, now journey.Millis) iter.Seq2[journey.Touchpoint, error] {
	const attempt = "read touchpoints"
	return func(yield func(journey.Touchpoint, error) bool) {
		if err := store.CheckVisitor(visitor); err != nil {
			yield(journey.Touchpoint{}, fmt.Errorf("%s: %w", attempt, err))
			return
		}
		for i, err := range s.query(ctx, &dynamodb.QueryInput{
			TableName:              s.visitors,
			KeyConditionExpression: aws.String("v = :v AND begins_with(k, :t)"),
			ExpressionAttributeValues: item{
				":v": s.partition(visitor), ":t": binary([]byte(pack.TouchpointPrefix)),
			},
			ConsistentRead: aws.Bool(true),
		}) {
			if err != nil {
				yield(journey.Touchpoint{}, unavailable(ctx, attempt, err))
				return
			}
			if pack.Expired(numberIn(i, topology.ExpiryAttribute), now) {
				continue
			}
			t, err := touchpointOf(i, visitor)
			if err != nil {
				yield(journey.Touchpoint{}, unavailable(ctx, attempt, err))
				return
			}
			if !yield(t, nil) {
				return
			}
		}
	}
}

func touchpointOf(i item, visitor string) (journey.Touchpoint, error) {
	trace, err := traceOf(i)
	if err != nil {
		return journey.Touchpoint{}, err
	}
	t := journey.Touchpoint{Visitor: visitor}
	pack.SetTrace(&t, trace)
	return t, pack.ReadRest(string(bytesOf(i, bodyAttribute)), &t)
}

// query yields the items of every page.
func (s *Store) query(ctx context.Context, in *dynamodb.QueryInput) iter.Seq2[item, error] {
	return func(yield func(item, error) bool) {
		for pages := dynamodb.NewQueryPaginator(s.client, in); pages.HasMorePages(); {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, i := range page.Items {
				if !yield(i, nil) {
					return
				}
			}
		}
	}
}

// queryConfig asks for all of one partition of the config table, consistently.
func (s *Store) queryConfig(partition string) *dynamodb.QueryInput {
	return &dynamodb.QueryInput{
		TableName:                 s.config,
		KeyConditionExpression:    aws.String("#t = :t"), // the word itself is one of DynamoDB's own
		ExpressionAttributeNames:  map[string]string{"#t": topology.TableAttribute},
		ExpressionAttributeValues: item{":t": s.partition(partition)},
		ConsistentRead:            aws.Bool(true),
	}
}

// configKey returns the whole key of one thing in the config table.
func (s *Store) configKey(partition, sort string) item {
	return item{topology.TableAttribute: s.partition(partition), topology.RowAttribute: text(sort)}
}

// All implements store.Visitors. A scan returns what has one partition key in
// one piece, so a visitor is yielded where the key changes; it goes on behind a
// key that need not be there.
func (s *Store) All(ctx context.Context, after string) iter.Seq2[string, error] {
	const attempt = "read visitors"
	return func(yield func(string, error) bool) {
		last := after
		in := &dynamodb.ScanInput{TableName: s.visitors, ProjectionExpression: aws.String(topology.PartitionAttribute)}
		if after != "" {
			if err := store.CheckVisitor(after); err != nil {
				yield("", fmt.Errorf("%s: %w", attempt, err))
				return
			}
			in.ExclusiveStartKey = s.key(after, []byte(pack.LastKey))
		}
		if s.prefix != "" {
			in.FilterExpression = aws.String("begins_with(v, :prefix)")
			in.ExpressionAttributeValues = item{":prefix": text(s.prefix)}
		}
		for pages := dynamodb.NewScanPaginator(s.client, in); pages.HasMorePages(); {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield("", unavailable(ctx, attempt, err))
				return
			}
			for _, i := range page.Items {
				visitor := strings.TrimPrefix(textOf(i, topology.PartitionAttribute), s.prefix)
				if visitor == last {
					continue
				}
				if last = visitor; !yield(visitor, nil) {
					return
				}
			}
		}
	}
}
