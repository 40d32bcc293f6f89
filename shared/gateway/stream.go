package gateway

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"wegweiser/shared/tables"
	"wegweiser/shared/topology"
)

// AutoPublisher publishes rows that changed, as personalize.Service does.
type AutoPublisher interface {
	AutoPublish(ctx context.Context) error
}

// StreamEvent is what a call says of the stream of the config table: which
// items changed, and when. What they were changed to does not count, as later
// changes may stand behind it.
type StreamEvent struct {
	Records []struct {
		Change struct {
			Keys           map[string]struct{ S string }
			SequenceNumber string
			At             float64 `json:"ApproximateCreationDateTime"` // seconds since 1970
		} `json:"dynamodb"`
	}
}

// untilReport is the time that a call keeps for saying that it did not get
// ready.
const untilReport = 2 * time.Second

// Stream publishes the rows that a call with records of the config table's
// stream tells of, and where it tells that another snapshot went live, the
// statistics by what that says of items; pass what it returns to lambda.Start.
// Records of anything else change nothing. All rows are one whole, so a call that
// did not succeed has done none of its records: it asks for all of them again,
// and why goes to failed. Rows with errors are no failure of a call.
func Stream(p AutoPublisher, s Summarizer, clock func() time.Time, failed func(error)) func(context.Context, StreamEvent) (events.DynamoDBEventResponse, error) {
	return func(ctx context.Context, event StreamEvent) (events.DynamoDBEventResponse, error) {
		// An empty list says that all is done, and must not be null.
		answer := events.DynamoDBEventResponse{BatchItemFailures: []events.DynamoDBBatchItemFailure{}}
		rows, released := event.rows(), event.released()
		if !rows && released.IsZero() {
			return answer, nil
		}
		if deadline, ok := ctx.Deadline(); ok {
			earlier, cancel := context.WithDeadline(ctx, deadline.Add(-untilReport))
			defer cancel()
			ctx = earlier
		}
		var err error
		if !released.IsZero() { // first, as rows may have to come to rest
			err = summarize(ctx, s, released, clock(), failed)
		}
		if rows {
			err = cmp.Or(p.AutoPublish(ctx), err)
		}
		if err != nil {
			failed(err)
			answer.BatchItemFailures = append(answer.BatchItemFailures, events.DynamoDBBatchItemFailure{
				ItemIdentifier: event.Records[0].Change.SequenceNumber,
			})
		}
		return answer, nil
	}
}

// rows reports whether a row changed.
func (e *StreamEvent) rows() bool {
	for i := range e.Records {
		if partition, _, ours := e.key(i); ours {
			if _, ok := tables.Find(partition); ok {
				return true
			}
		}
	}
	return false
}

// released is when a snapshot went live at last; zero where none did.
func (e *StreamEvent) released() (at time.Time) {
	for i := range e.Records {
		if partition, id, ours := e.key(i); ours && partition == topology.ReleasePartition && id == topology.LiveRow {
			at = time.UnixMilli(int64(e.Records[i].Change.At * 1000))
		}
	}
	return at
}

func (e *StreamEvent) key(record int) (partition, id string, ours bool) {
	keys := e.Records[record].Change.Keys
	partition, ours = strings.CutPrefix(keys[topology.TableAttribute].S, topology.Workspace)
	return partition, keys[topology.RowAttribute].S, ours
}
