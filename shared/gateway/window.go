package gateway

import (
	"context"
	"encoding/json"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"wegweiser/shared/store"
)

// Roller counts changes and publishes what it counted, as rollup.Rollup does.
type Roller interface {
	Apply(ctx context.Context, feed string, changes []store.Change) error
	Summarizer
}

// WindowEvent is what a call says of one shard of the visitors table's stream.
// Only where records come in windows of time does Lambda name the shard, and
// call once more when a window is over.
type WindowEvent struct {
	Records []json.RawMessage
	ShardID string `json:"shardId"`
	Window  struct{ End time.Time }
	Final   bool `json:"isFinalInvokeForWindow"`
}

// unnamedShard is the feed of records that come without a shard, which only
// those do that somebody sends by hand.
const unnamedShard = "unnamed"

// Window counts the records that a call with records of the visitors table's
// stream tells of, and publishes at the end of a window; pass what it returns
// to lambda.Start. A shard is a feed: its records come in order, and those of a
// call that failed come again. Then it asks for all of them, as what was counted
// does not count again. A record that cannot be read never will be: it goes to
// failed, and so does the cause of everything else.
func Window(r Roller, read func(record []byte) (store.Change, bool, error), clock func() time.Time, failed func(error)) func(context.Context, WindowEvent) (events.DynamoDBTimeWindowEventResponse, error) {
	return func(ctx context.Context, event WindowEvent) (events.DynamoDBTimeWindowEventResponse, error) {
		// Neither may be null: Lambda takes a call without a state for a failed one.
		answer := events.DynamoDBTimeWindowEventResponse{BatchItemFailures: []events.DynamoDBBatchItemFailure{}}
		answer.State = map[string]string{}
		if deadline, ok := ctx.Deadline(); ok {
			earlier, cancel := context.WithDeadline(ctx, deadline.Add(-untilReport))
			defer cancel()
			ctx = earlier
		}
		feed := event.ShardID
		if feed == "" {
			feed = unnamedShard
		}
		var changes []store.Change
		for _, record := range event.Records {
			change, ok, err := read(record)
			if err != nil {
				failed(err)
			} else if ok {
				changes = append(changes, change)
			}
		}
		err := r.Apply(ctx, feed, changes)
		if err == nil && event.Final {
			err = summarize(ctx, r, event.Window.End, clock(), failed)
		}
		switch {
		case err == nil:
			return answer, nil
		case len(event.Records) == 0:
			return answer, err // nothing to ask for again but the call
		}
		failed(err)
		answer.BatchItemFailures = append(answer.BatchItemFailures, events.DynamoDBBatchItemFailure{
			ItemIdentifier: sequenceOf(event.Records[0]),
		})
		return answer, nil
	}
}

func sequenceOf(record []byte) string {
	var r struct {
		Change struct{ SequenceNumber string } `json:"dynamodb"`
	}
	_ = json.Unmarshal(record, &r) // without a number the whole call is repeated
	return r.Change.SequenceNumber
}
