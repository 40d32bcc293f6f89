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

// Publish runs the function that the stream of the config table calls, until
// Lambda ends the process.
func Publish[S store.Store, R gateway.Summarizer](open Open[S], parse snapshot.Parser, counting Counting[R]) {
	log := logger(os.Stdout, os.LookupEnv)
	tune()
	stream, err := publisher(context.Background(), open, parse, counting, os.LookupEnv, log)
	if err != nil {
		fail(log, topology.PublishFunction, err)
	}
	lambda.Start(stream)
}

func publisher[S store.Store, R gateway.Summarizer](ctx context.Context, open Open[S], parse snapshot.Parser, counting Counting[R], lookup func(string) (string, bool), log *slog.Logger) (func(context.Context, gateway.StreamEvent) (events.DynamoDBEventResponse, error), error) {
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	backend, service, err := begin(ctx, open, lookup, &personalize.Options{Parse: parse, Log: log})
	if err != nil {
		return nil, err
	}
	return gateway.Stream(service, counting(backend, service.Newest, time.Now), time.Now, func(err error) {
		log.Error("what changed was not published", "cause", err.Error())
	}), nil
}
