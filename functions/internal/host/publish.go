package host

import (
	"context"
	"fmt"
	"log/slog"
	"os"

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
func Publish[S store.Store](open Open[S], parse snapshot.Parser) {
	log := logger(os.Stdout, os.LookupEnv)
	tune()
	stream, err := publisher(context.Background(), open, parse, os.LookupEnv, log)
	if err != nil {
		fail(log, topology.PublishFunction, err)
	}
	lambda.Start(stream)
}

func publisher[S store.Store](ctx context.Context, open Open[S], parse snapshot.Parser, lookup func(string) (string, bool), log *slog.Logger) (func(context.Context, gateway.StreamEvent) (events.DynamoDBEventResponse, error), error) {
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	backend, err := open(ctx, lookup)
	if err != nil {
		return nil, fmt.Errorf("open the store: %w", err)
	}
	service := personalize.New(backend, &personalize.Options{Parse: parse, Log: log})
	if err := service.Start(ctx); err != nil {
		return nil, fmt.Errorf("load the snapshot: %w", err)
	}
	return gateway.Stream(service, func(err error) {
		log.Error("changed rows were not published", "cause", err.Error())
	}), nil
}
