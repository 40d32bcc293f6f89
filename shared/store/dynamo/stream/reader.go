package stream

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	streams "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"

	"wegweiser/shared/store"
	"wegweiser/shared/store/dynamo"
	"wegweiser/shared/topology"
)

// Reader is a store.Stream of a table. It is for one caller at a time.
type Reader struct {
	client    *dynamodbstreams.Client
	table     string
	workspace string
	shards    map[string]*shard // by id
}

// kept is for how long AWS keeps a record. Others that answer in its place may
// keep them for longer than statistics remember what was counted.
const kept = 24 * time.Hour

// shard is how far one was read.
type shard struct {
	stream   string // that it belongs to
	last     string // sequence that was handed out; empty: none
	iterator string // of what comes next, for some minutes; empty: none
	over     bool   // it is closed, and was read to its end
}

// Open returns a reader of the streams of a table of visitors, from their
// beginning, that tells of what is stored in a workspace. It does no I/O.
func Open(client *dynamodbstreams.Client, table, workspace string) *Reader {
	return &Reader{client: client, table: table, workspace: workspace, shards: map[string]*shard{}}
}

// FromEnv opens the stream of a deployment from the environment, as
// dynamo.FromEnv does the store. Where it is not AWS that answers,
// AWS_ENDPOINT_URL_DYNAMODB_STREAMS, AWS_ENDPOINT_URL_DYNAMODB or
// AWS_ENDPOINT_URL is the address.
func FromEnv(lookup func(string) (string, bool)) (*Reader, error) {
	tables, err := topology.TableNamesFrom(lookup)
	if err != nil {
		return nil, err
	}
	a, err := dynamo.AccountFrom(lookup)
	if err != nil {
		return nil, err
	}
	endpoint := dynamo.First(lookup, "AWS_ENDPOINT_URL_DYNAMODB_STREAMS", "AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL")
	return Open(NewClient(a.Region, endpoint, a.Credentials), tables[topology.VisitorsTable], topology.Workspace), nil
}

// NewClient makes a client. An empty endpoint is that of AWS in the region.
func NewClient(region, endpoint string, who aws.CredentialsProvider) *dynamodbstreams.Client {
	o := dynamodbstreams.Options{
		Region: region, Credentials: aws.NewCredentialsCache(who), HTTPClient: &http.Client{Transport: dynamo.Transport()},
		RetryMaxAttempts: 2, // the next Read is soon
	}
	if endpoint != "" {
		o.BaseEndpoint = aws.String(endpoint)
	}
	return dynamodbstreams.New(o)
}

// Read implements store.Stream.
func (r *Reader) Read(ctx context.Context, count func(ctx context.Context, feed string, changes []store.Change) error) error {
	if err := r.look(ctx); err != nil {
		return fmt.Errorf("look for the shards of table %s: %w", r.table, err)
	}
	var faults []error
	for id, s := range r.shards {
		if s.over {
			continue
		}
		if err := r.follow(ctx, id, s, count); err != nil {
			faults = append(faults, fmt.Errorf("read the shard %s: %w", id, err))
		}
	}
	return errors.Join(faults...)
}

// look finds the shards that there are, and forgets those that are gone.
func (r *Reader) look(ctx context.Context) error {
	there := map[string]bool{}
	list := &dynamodbstreams.ListStreamsInput{TableName: aws.String(r.table)}
	for {
		found, err := r.client.ListStreams(ctx, list)
		if err != nil {
			return err
		}
		for _, one := range found.Streams {
			if err := r.describe(ctx, aws.ToString(one.StreamArn), there); err != nil {
				return err
			}
		}
		if list.ExclusiveStartStreamArn = found.LastEvaluatedStreamArn; list.ExclusiveStartStreamArn == nil {
			break
		}
	}
	for id := range r.shards {
		if !there[id] {
			delete(r.shards, id)
		}
	}
	return nil
}

func (r *Reader) describe(ctx context.Context, arn string, there map[string]bool) error {
	in := &dynamodbstreams.DescribeStreamInput{StreamArn: aws.String(arn)}
	for {
		described, err := r.client.DescribeStream(ctx, in)
		if err != nil {
			return err
		}
		for _, s := range described.StreamDescription.Shards {
			id := aws.ToString(s.ShardId)
			if there[id] = true; r.shards[id] == nil {
				r.shards[id] = &shard{stream: arn}
			}
		}
		if in.ExclusiveStartShardId = described.StreamDescription.LastEvaluatedShardId; in.ExclusiveStartShardId == nil {
			return nil
		}
	}
}

// follow hands out what is new in a shard, up to what was stored since it began:
// where something always is, the other shards get their turn.
func (r *Reader) follow(ctx context.Context, id string, s *shard, count func(ctx context.Context, feed string, changes []store.Change) error) error {
	var unreadable []error
	began := time.Now()
	for {
		records, next, err := r.next(ctx, id, s)
		if err != nil {
			return errors.Join(append(unreadable, err)...)
		}
		changes := make([]store.Change, 0, len(records))
		for i := range records {
			if created := records[i].ApproximateCreationDateTime; created != nil && time.Since(*created) > kept {
				continue
			}
			change, ok, err := dynamo.ChangeOf(r.workspace, aws.ToString(records[i].SequenceNumber), imageOf(records[i].NewImage))
			switch {
			case err != nil:
				unreadable = append(unreadable, err)
			case ok:
				changes = append(changes, change)
			}
		}
		if len(changes) > 0 {
			if err := count(ctx, id, changes); err != nil {
				return errors.Join(append(unreadable, err)...)
			}
		}
		s.iterator, s.over = aws.ToString(next), next == nil
		if s.over || len(records) == 0 {
			return errors.Join(unreadable...)
		}
		newest := records[len(records)-1]
		s.last = aws.ToString(newest.SequenceNumber)
		if aws.ToTime(newest.ApproximateCreationDateTime).After(began) {
			return errors.Join(unreadable...)
		}
	}
}

// next reads what comes next in a shard, and the iterator behind that; nil where
// the shard is over.
func (r *Reader) next(ctx context.Context, id string, s *shard) (records []*streams.StreamRecord, next *string, err error) {
	out, err := r.get(ctx, id, s)
	var trimmed *streams.TrimmedDataAccessException
	if errors.As(err, &trimmed) {
		// Where it stood is no longer kept: what is, was stored later.
		s.last, s.iterator = "", ""
		out, err = r.get(ctx, id, s)
	}
	if err != nil {
		s.iterator = "" // it may have expired
		return nil, nil, err
	}
	for i := range out.Records {
		if record := out.Records[i].Dynamodb; record != nil {
			records = append(records, record)
		}
	}
	return records, out.NextShardIterator, nil
}

// get reads behind what was handed out, or the oldest that is kept.
func (r *Reader) get(ctx context.Context, id string, s *shard) (*dynamodbstreams.GetRecordsOutput, error) {
	if s.iterator == "" {
		in := &dynamodbstreams.GetShardIteratorInput{
			StreamArn: aws.String(s.stream), ShardId: aws.String(id), ShardIteratorType: streams.ShardIteratorTypeTrimHorizon,
		}
		if s.last != "" {
			in.ShardIteratorType, in.SequenceNumber = streams.ShardIteratorTypeAfterSequenceNumber, aws.String(s.last)
		}
		placed, err := r.client.GetShardIterator(ctx, in)
		if err != nil {
			return nil, err
		}
		s.iterator = aws.ToString(placed.ShardIterator)
	}
	return r.client.GetRecords(ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: aws.String(s.iterator)})
}

// imageOf is an image in the types of the table's own API: those attributes
// that visitors have.
func imageOf(image map[string]streams.AttributeValue) map[string]types.AttributeValue {
	same := make(map[string]types.AttributeValue, len(image))
	for name, value := range image {
		switch v := value.(type) {
		case *streams.AttributeValueMemberS:
			same[name] = &types.AttributeValueMemberS{Value: v.Value}
		case *streams.AttributeValueMemberN:
			same[name] = &types.AttributeValueMemberN{Value: v.Value}
		case *streams.AttributeValueMemberB:
			same[name] = &types.AttributeValueMemberB{Value: v.Value}
		}
	}
	return same
}
