package host

import (
	"context"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"wegweiser/shared/gateway"
	"wegweiser/shared/personalize"
	"wegweiser/shared/snapshot"
	"wegweiser/shared/store"
	"wegweiser/shared/topology"
)

// Streamed is a store whose stream tells of what was newly stored.
type Streamed interface {
	store.Store
	ReadChange(record []byte) (change store.Change, ok bool, err error)
}

// Counting makes what counts reactions in a store, as rollup.Of does. The mains
// of functions that count bring it: others do not link it.
type Counting[R any] func(s store.Store, live func(context.Context) (*snapshot.Snapshot, error), clock func() time.Time) R

// Rollup runs the function that the stream of the visitors table calls, until
// Lambda ends the process.
func Rollup[S Streamed, R gateway.Roller](open Open[S], counting Counting[R]) {
	log := logger(os.Stdout, os.LookupEnv)
	tune()
	stream, err := roller(context.Background(), open, counting, os.LookupEnv, log)
	if err != nil {
		fail(log, topology.RollupFunction, err)
	}
	lambda.Start(stream)
}

func roller[S Streamed, R gateway.Roller](ctx context.Context, open Open[S], counting Counting[R], lookup func(string) (string, bool), log *slog.Logger) (func(context.Context, gateway.WindowEvent) (events.DynamoDBTimeWindowEventResponse, error), error) {
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	backend, service, err := begin(ctx, open, lookup, &personalize.Options{Log: log})
	if err != nil {
		return nil, err
	}
	return gateway.Window(counting(backend, service.Newest, time.Now), backend.ReadChange, time.Now, func(err error) {
		log.Error("reactions to items were not counted or not published", "cause", err.Error())
	}), nil
}
