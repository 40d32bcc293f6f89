package gateway

import (
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
// items changed. What they were changed to does not count, as later changes
// may stand behind it.
type StreamEvent struct {
	Records []struct {
		Change struct {
			Keys           map[string]struct{ S string }
			SequenceNumber string
		} `json:"dynamodb"`
	}
}

// untilReport is the time that a call keeps for saying that it did not get
// ready.
const untilReport = 2 * time.Second

// Stream publishes the rows that a call with records of the config table's
// stream tells of; pass what it returns to lambda.Start. Records of anything
// but rows change nothing. All rows are one whole, so a call that did not
// succeed has done none of its records: it asks for all of them again, and why
// goes to failed. Rows with errors are no failure of a call.
func Stream(p AutoPublisher, failed func(error)) func(context.Context, StreamEvent) (events.DynamoDBEventResponse, error) {
	return func(ctx context.Context, event StreamEvent) (events.DynamoDBEventResponse, error) {
		// An empty list says that all is done, and must not be null.
		answer := events.DynamoDBEventResponse{BatchItemFailures: []events.DynamoDBBatchItemFailure{}}
		if !event.hasRows() {
			return answer, nil
		}
		if deadline, ok := ctx.Deadline(); ok {
			earlier, cancel := context.WithDeadline(ctx, deadline.Add(-untilReport))
			defer cancel()
			ctx = earlier
		}
		if err := p.AutoPublish(ctx); err != nil {
			failed(err)
			answer.BatchItemFailures = append(answer.BatchItemFailures, events.DynamoDBBatchItemFailure{
				ItemIdentifier: event.Records[0].Change.SequenceNumber,
			})
		}
		return answer, nil
	}
}

func (e *StreamEvent) hasRows() bool {
	for i := range e.Records {
		partition := e.Records[i].Change.Keys[topology.TableAttribute].S
		if name, ours := strings.CutPrefix(partition, topology.Workspace); ours {
			if _, ok := tables.Find(name); ok {
				return true
			}
		}
	}
	return false
}
