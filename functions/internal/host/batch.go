package host

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"wegweiser/shared/gateway"
	"wegweiser/shared/personalize"
	"wegweiser/shared/personalize/batch"
	"wegweiser/shared/store"
	"wegweiser/shared/topology"
)

// Batch runs the function that decides for files of recipients, until Lambda
// ends the process. find returns where the files are, as the environment says.
func Batch[S store.Store, F batch.Files](open Open[S], find func(lookup func(string) (string, bool)) (F, error)) {
	log := logger(os.Stdout, os.LookupEnv)
	tune()
	steps, err := batcher(context.Background(), open, find, os.LookupEnv, log)
	if err != nil {
		fail(log, topology.BatchFunction, err)
	}
	lambda.Start(steps)
}

func batcher[S store.Store, F batch.Files](ctx context.Context, open Open[S], find func(lookup func(string) (string, bool)) (F, error), lookup func(string) (string, bool), log *slog.Logger) (func(context.Context, json.RawMessage) (any, error), error) {
	keys, err := gateway.KeysFromEnv(lookup)
	if err != nil {
		return nil, fmt.Errorf("read the keys: %w", err)
	}
	secrets := keys.Secrets()
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	files, err := find(lookup)
	if err != nil {
		return nil, fmt.Errorf("find the files: %w", err)
	}
	_, service, err := begin(ctx, open, lookup, &personalize.Options{
		HashKey: secrets.Hash, FormerHashKeys: secrets.FormerHashes, TokenSecrets: secrets.Tokens, Log: log, Ranks: true,
	})
	if err != nil {
		return nil, err
	}
	steps := gateway.Batch(batch.New(files, service))
	return func(ctx context.Context, event json.RawMessage) (any, error) {
		answer, err := steps(ctx, event)
		if late := service.Settle(ctx); late != nil {
			log.Warn("not all was done after an answer", "cause", late.Error())
		}
		return answer, err
	}, nil
}
