package dynamo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
	"wegweiser/shared/store/pack"
	"wegweiser/shared/topology"
)

// A cell has an attribute for each count and for each feed. That of a feed is
// the place up to which it was added, @, and the second when that was: it sorts
// before every later place and behind every earlier one and its own.
const (
	cellPartition = "cell#"
	countPrefix   = "c_"
	feedPrefix    = "f_"
)

func (s *Store) cellKey(k store.CellKey) item {
	return item{topology.PartitionAttribute: s.partition(cellPartition + k.Name), topology.SortAttribute: text(k.Period)}
}

// Apply implements store.Statistics: a conditional update for each cell, which
// takes for granted that all is new. Where it is not, the refusal brings back
// up to where it was added.
func (s *Store) Apply(ctx context.Context, now journey.Millis, feed string, deltas []store.Delta) error {
	const attempt = "apply statistics"
	if err := store.CheckDeltas(feed, deltas); err != nil {
		return fmt.Errorf("%s: %w", attempt, err)
	}
	additions := store.Additions(deltas)
	if err := each(len(additions), func(i int) error { return s.add(ctx, now, feed, additions[i]) }); err != nil {
		return unavailable(ctx, attempt, err)
	}
	return nil
}

func (s *Store) add(ctx context.Context, now journey.Millis, feed string, a store.Addition) error {
	for more := true; more; {
		out, err := s.client.UpdateItem(ctx, s.addition(now, feed, a))
		var added *types.ConditionalCheckFailedException
		switch {
		case err == nil:
			return s.forgetFeeds(ctx, now, a.CellKey, out.Attributes)
		case !errors.As(err, &added):
			return err
		}
		place, _, _ := strings.Cut(textOf(added.Item, feedPrefix+feed), "@")
		a, more = a.After(place)
	}
	return nil
}

func (s *Store) addition(now journey.Millis, feed string, a store.Addition) *dynamodb.UpdateItemInput {
	names := map[string]string{"#feed": feedPrefix + feed}
	values := item{":first": text(a.First()), ":last": text(a.Last() + "@" + strconv.FormatInt(int64(now)/1000, 10))}
	update := "SET #feed = :last"
	if second := pack.Second(a.Expires); second != 0 {
		update += ", x = :expiry"
		values[":expiry"] = number(second)
	}
	sum := a.Sum()
	for i, name := range slices.Sorted(maps.Keys(sum)) {
		joint := ","
		if i == 0 {
			joint = " ADD"
		}
		alias := strconv.Itoa(i)
		update += joint + " #" + alias + " :" + alias
		names["#"+alias], values[":"+alias] = countPrefix+name, number(sum[name])
	}
	return &dynamodb.UpdateItemInput{
		TableName: s.statistics, Key: s.cellKey(a.CellKey), UpdateExpression: aws.String(update),
		ConditionExpression:      aws.String("attribute_not_exists(#feed) OR #feed < :first"),
		ExpressionAttributeNames: names, ExpressionAttributeValues: values,
		ReturnValues: types.ReturnValueAllNew, ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}
}

// forgetFeeds removes feeds from a cell that have been silent for so long that
// they are over. If one speaks in between, it stays.
func (s *Store) forgetFeeds(ctx context.Context, now journey.Millis, k store.CellKey, i item) error {
	for name := range i {
		if !strings.HasPrefix(name, feedPrefix) {
			continue
		}
		_, at, _ := strings.Cut(textOf(i, name), "@")
		if second, err := strconv.ParseInt(at, 10, 64); err != nil || second >= int64(now.Add(-store.FeedMemory))/1000 {
			continue
		}
		_, err := s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName: s.statistics, Key: s.cellKey(k), UpdateExpression: aws.String("REMOVE #feed"),
			ConditionExpression:      aws.String("#feed = :known"),
			ExpressionAttributeNames: map[string]string{"#feed": name}, ExpressionAttributeValues: item{":known": i[name]},
		})
		var spoke *types.ConditionalCheckFailedException
		if err != nil && !errors.As(err, &spoke) {
			return err
		}
	}
	return nil
}

// cellOf reads a stored cell, and reports whether it is one, and there at now.
func (s *Store) cellOf(i item, now journey.Millis) (c store.Cell, there bool) {
	second := numberIn(i, topology.ExpiryAttribute)
	name, is := strings.CutPrefix(textOf(i, topology.PartitionAttribute), s.prefix+cellPartition)
	if !is || pack.Expired(second, now) {
		return c, false
	}
	c.Name, c.Period = name, textOf(i, topology.SortAttribute)
	c.Counts, c.Expires = map[string]int64{}, journey.Millis(second*1000)
	for attribute := range i {
		if count, is := strings.CutPrefix(attribute, countPrefix); is {
			c.Counts[count] = numberIn(i, attribute)
		}
	}
	return c, true
}

// Cells implements store.Statistics.
func (s *Store) Cells(ctx context.Context, name, from, to string, now journey.Millis) (cells []store.Cell, err error) {
	const attempt = "read cells"
	if err := store.CheckCells(name, from, to); err != nil {
		return nil, fmt.Errorf("%s: %w", attempt, err)
	}
	if from > to {
		return nil, nil
	}
	for i, err := range s.query(ctx, &dynamodb.QueryInput{
		TableName:                 s.statistics,
		KeyConditionExpression:    aws.String("v = :v AND k BETWEEN :from AND :to"),
		ExpressionAttributeValues: item{":v": s.partition(cellPartition + name), ":from": text(from), ":to": text(to)},
		ConsistentRead:            aws.Bool(true),
	}) {
		if err != nil {
			return nil, unavailable(ctx, attempt, err)
		}
		if c, there := s.cellOf(i, now); there {
			cells = append(cells, c)
		}
	}
	return cells, nil
}
