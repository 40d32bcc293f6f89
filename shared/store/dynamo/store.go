package dynamo

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"wegweiser/shared/store"
	"wegweiser/shared/topology"
)

// The attributes beside those that package topology names.
const (
	machineMoment = "m" // of a touchpoint that has no place in the index
	bodyAttribute = "b"
	numberOf      = "n" // of a profile or a release: how often it was written; of a budget: how many are taken
	authorOf      = "a"
	timeOf        = "t"
	noteOf        = "o"
	snapshotOf    = "s" // also the version of a summary
	chunksOf      = "c"
)

// Store is a store.Store on DynamoDB.
type Store struct {
	client     *dynamodb.Client
	visitors   *string
	config     *string
	receipts   *string
	statistics *string
	prefix     string
}

// Open returns the store in these tables. Every partition key starts with
// prefix, which ends with the only # in it: two prefixes are two workspaces
// that share nothing. The empty prefix is a workspace that has the tables to
// itself. It does no I/O.
func Open(client *dynamodb.Client, tables topology.TableNames, prefix string) (*Store, error) {
	if at := strings.IndexByte(prefix, '#'); prefix != "" && (at < 1 || at != len(prefix)-1) {
		return nil, fmt.Errorf("the key prefix %q must be empty, or a name and then #, such as %q", prefix, "shop#")
	}
	for _, table := range []string{topology.VisitorsTable, topology.ConfigTable, topology.ReceiptsTable, topology.StatisticsTable} {
		if tables[table] == "" {
			return nil, fmt.Errorf("the name of the %s table is missing", table)
		}
	}
	return &Store{
		client:     client,
		visitors:   aws.String(tables[topology.VisitorsTable]),
		config:     aws.String(tables[topology.ConfigTable]),
		receipts:   aws.String(tables[topology.ReceiptsTable]),
		statistics: aws.String(tables[topology.StatisticsTable]),
		prefix:     prefix,
	}, nil
}

// Close implements store.Store. The client belongs to its maker.
func (s *Store) Close() error { return nil }

// item is what DynamoDB stores: attributes by name.
type item = map[string]types.AttributeValue

func (s *Store) partition(of string) types.AttributeValue { return text(s.prefix + of) }

func text(value string) types.AttributeValue { return &types.AttributeValueMemberS{Value: value} }

func binary(value []byte) types.AttributeValue { return &types.AttributeValueMemberB{Value: value} }

func number(value int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(value, 10)}
}

func textOf(i item, name string) string {
	if value, ok := i[name].(*types.AttributeValueMemberS); ok {
		return value.Value
	}
	return ""
}

func bytesOf(i item, name string) []byte {
	if value, ok := i[name].(*types.AttributeValueMemberB); ok {
		return value.Value
	}
	return nil
}

// numberIn returns a whole number, and zero where there is none.
func numberIn(i item, name string) int64 {
	if value, ok := i[name].(*types.AttributeValueMemberN); ok {
		n, _ := strconv.ParseInt(value.Value, 10, 64)
		return n
	}
	return 0
}

// unavailable says that a call did not come to its end, and why.
func unavailable(ctx context.Context, attempt string, cause error) error {
	if ended := ctx.Err(); ended != nil && !errors.Is(cause, ended) {
		return fmt.Errorf("%s: %w: %w: %w", attempt, store.ErrUnavailable, ended, cause)
	}
	return fmt.Errorf("%s: %w: %w", attempt, store.ErrUnavailable, cause)
}

// The reasons why a transaction was cancelled, one for each of its items.
const (
	conditionFailed = "ConditionalCheckFailed"
	inConflict      = "TransactionConflict"
)

// reasons returns why a transaction was cancelled, or nil where err is
// something else.
func reasons(err error) []types.CancellationReason {
	var cancelled *types.TransactionCanceledException
	if errors.As(err, &cancelled) {
		return cancelled.CancellationReasons
	}
	return nil
}

func failedWith(reason types.CancellationReason, code string) bool {
	return aws.ToString(reason.Code) == code
}

// contended reports whether a write failed only because another transaction
// has one of its items at this moment.
func contended(err error) bool {
	var conflict *types.TransactionConflictException
	if errors.As(err, &conflict) {
		return true
	}
	found := false
	for _, reason := range reasons(err) {
		switch {
		case failedWith(reason, inConflict):
			found = true
		case !failedWith(reason, "None"):
			return false
		}
	}
	return found
}

// pause waits before the next try: a random time of some milliseconds, longer
// after each failure.
func pause(ctx context.Context, tries int) error {
	longest := min(5*time.Millisecond<<min(tries, 5), 100*time.Millisecond)
	timer := time.NewTimer(rand.N(longest))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// each calls do for 0 to n−1, some at the same time, and returns the first of
// their errors.
func each(n int, do func(i int) error) error {
	faults := make([]error, n)
	var all sync.WaitGroup
	free := make(chan struct{}, parallel)
	for i := range n {
		free <- struct{}{}
		all.Go(func() {
			faults[i] = do(i)
			<-free
		})
	}
	all.Wait()
	for _, err := range faults {
		if err != nil {
			return err
		}
	}
	return nil
}

// transact applies all items or none. It tries again while others have them.
func (s *Store) transact(ctx context.Context, items []types.TransactWriteItem) error {
	for tries := 0; ; tries++ {
		_, err := s.client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: items})
		if !contended(err) {
			return err
		}
		if err := pause(ctx, tries); err != nil {
			return err
		}
	}
}

// putAlone tries again while transactions have the item.
func (s *Store) putAlone(ctx context.Context, put *types.Put) error {
	for tries := 0; ; tries++ {
		_, err := s.client.PutItem(ctx, &dynamodb.PutItemInput{
			TableName: put.TableName, Item: put.Item,
			ConditionExpression: put.ConditionExpression, ExpressionAttributeValues: put.ExpressionAttributeValues,
			ReturnValuesOnConditionCheckFailure: put.ReturnValuesOnConditionCheckFailure,
		})
		if !contended(err) {
			return err
		}
		if err := pause(ctx, tries); err != nil {
			return err
		}
	}
}
