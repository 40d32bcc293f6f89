package dynamo

import (
	"bytes"
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
	"wegweiser/shared/store/pack"
	"wegweiser/shared/topology"
)

// History implements store.Visitors.
func (s *Store) History(ctx context.Context, q store.Query) (*journey.History, error) {
	const attempt = "read history"
	if err := store.CheckQuery(q); err != nil {
		return nil, fmt.Errorf("%s: %w", attempt, err)
	}
	var h journey.History
	window := pack.Window{At: q.At, Now: q.Now, Size: q.Window}
	// The profile, the counters, the window, and one more to know whether it is
	// truncated.
	limit := q.Window + 3
	var before []byte // only what is older is wanted
	for {
		entries, more, err := s.recent(ctx, q.Visitor, before, limit)
		if err != nil {
			return nil, unavailable(ctx, attempt, err)
		}
		for _, e := range entries {
			if beside, err := readBeside(e, &h); err != nil {
				return nil, unavailable(ctx, attempt, err)
			} else if beside {
				continue
			}
			before = e.moment
			if !window.Add(e.moment, e.packed, e.expires) {
				break
			}
		}
		if window.Missing() == 0 || !more {
			break
		}
		// Later or expired ones stand in the way: look below them, and for some
		// more, as there may be further expired ones.
		before = earlier(before, pack.AppendMoment(nil, q.At+1, ""))
		limit = window.Missing() + q.Window
	}
	if err := window.Fill(&h); err != nil {
		return nil, unavailable(ctx, attempt, err)
	}
	return &h, nil
}

// readBeside reads what stands behind the touchpoints, and reports whether e is
// that.
func readBeside(e entry, h *journey.History) (beside bool, err error) {
	switch string(e.moment) {
	case pack.ProfileMoment:
		return true, pack.ReadProfile(string(e.packed), &h.Profile)
	case pack.CountersMoment:
		h.Counters, err = pack.ReadCounters(string(e.packed))
		return true, err
	}
	return false, nil
}

func earlier(a, b []byte) []byte {
	if bytes.Compare(a, b) < 0 {
		return a
	}
	return b
}

// recent queries the index newest first, below a moment where one is given, and
// tells whether there are more behind what it returns.
func (s *Store) recent(ctx context.Context, visitor string, before []byte, limit int) (entries []entry, more bool, err error) {
	in := &dynamodb.QueryInput{
		TableName:                 s.visitors,
		IndexName:                 aws.String(topology.RecentIndex),
		KeyConditionExpression:    aws.String("v = :v"),
		ExpressionAttributeValues: item{":v": s.partition(visitor)},
		// Not a list of attributes: for one, DynamoDB Local (1.25, November 2026)
		// counts a read of the table for every item.
		Select:           types.SelectAllProjectedAttributes,
		ScanIndexForward: aws.Bool(false),
		Limit:            aws.Int32(int32(limit)),
	}
	if before != nil {
		in.KeyConditionExpression = aws.String("v = :v AND r < :r")
		in.ExpressionAttributeValues[":r"] = binary(before)
	}
	out, err := s.client.Query(ctx, in, readingInto(&entries))
	if err != nil {
		return nil, false, err
	}
	return entries, out.LastEvaluatedKey != nil, nil
}

// key returns the whole key of one of a visitor's things.
func (s *Store) key(visitor string, sort []byte) item {
	return item{topology.PartitionAttribute: s.partition(visitor), topology.SortAttribute: binary(sort)}
}

// profile is a stored profile and how often it was written: zero for none.
type profile struct {
	packed []byte
	number int64
}

func (s *Store) readProfile(ctx context.Context, visitor string) (profile, error) {
	out, err := s.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName:            s.visitors,
		Key:                  s.key(visitor, []byte(pack.ProfileKey)),
		ConsistentRead:       aws.Bool(true),
		ProjectionExpression: aws.String(topology.PackedAttribute + ", " + numberOf),
	})
	if err != nil {
		return profile{}, err
	}
	return profile{packed: bytesOf(out.Item, topology.PackedAttribute), number: numberIn(out.Item, numberOf)}, nil
}

// putProfile writes next if the profile is still at the number of have.
func (s *Store) putProfile(visitor string, have profile, next []byte) types.TransactWriteItem {
	i := s.key(visitor, []byte(pack.ProfileKey))
	i[topology.RecentAttribute] = binary([]byte(pack.ProfileMoment))
	i[topology.PackedAttribute] = binary(next)
	i[numberOf] = number(have.number + 1)
	put := &types.Put{TableName: s.visitors, Item: i, ConditionExpression: aws.String("attribute_not_exists(k)")}
	if have.number > 0 {
		put.ConditionExpression = aws.String("n = :n")
		put.ExpressionAttributeValues = item{":n": number(have.number)}
	}
	return types.TransactWriteItem{Put: put}
}

// Change implements store.Visitors.
func (s *Store) Change(ctx context.Context, visitor string, change func(*journey.Profile) error) error {
	const attempt = "change profile"
	if err := store.CheckVisitor(visitor); err != nil {
		return fmt.Errorf("%s: %w", attempt, err)
	}
	for tries := 0; ; tries++ {
		have, err := s.readProfile(ctx, visitor)
		if err != nil {
			return unavailable(ctx, attempt, err)
		}
		next, err := pack.ChangeProfile(have.packed, change)
		if err != nil || next == nil {
			return err
		}
		err = s.transact(ctx, []types.TransactWriteItem{s.putProfile(visitor, have, next)})
		if err == nil {
			return nil
		}
		if r := reasons(err); len(r) != 1 || !failedWith(r[0], conditionFailed) {
			return unavailable(ctx, attempt, err)
		}
		if err := pause(ctx, tries); err != nil {
			return unavailable(ctx, attempt, err)
		}
	}
}
