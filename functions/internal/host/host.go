// Package host is what the functions have in common: it puts the gateway and
// the use cases on a store, and hands them to Lambda. The store comes from the
// main, which alone knows a backend.
package host

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"wegweiser/shared/gateway"
	"wegweiser/shared/measure"
	"wegweiser/shared/personalize"
	"wegweiser/shared/snapshot"
	"wegweiser/shared/store"
	"wegweiser/shared/topology"
)

// startWithin bounds how long a start waits for the live snapshot. Lambda gives
// an init ten seconds; a store that is slower than this serves nobody, and the
// built-in snapshot answers until it is back.
const startWithin = 3 * time.Second

// A function has more memory than it needs and less CPU than it would like, so
// garbage is left for long: for a start, which makes less than the first 16 MB,
// looking for it would cost a fifth more. The limit is within the smallest
// memory that a function can have.
const (
	growth      = 400 // percent
	memoryLimit = 96 << 20
)

// Lambda gives a function a whole CPU for each 1,769 MB of its memory. Of less
// than one, a second thread makes no more: it looks for work that the first
// would have done, which costs a decision a third of its time, and a start a
// tenth.
const processors = (topology.MemoryMB + 1768) / 1769

// Open connects to the store that the environment names. lookup is
// os.LookupEnv, or stands in for it.
type Open[S store.Store] func(ctx context.Context, lookup func(string) (string, bool)) (S, error)

// Options are what some functions link and others must not.
type Options struct {
	Parse snapshot.Parser            // reads conditions, where configuration is edited
	Items Counting[measure.Believer] // reports on items, where reports are made
}

// Main runs one function of the topology until Lambda ends the process. What
// costs time happens before the first event, where Lambda does not throttle:
// open connects to the store, and the live snapshot is loaded.
func Main[S store.Store](function string, open Open[S], o *Options) {
	ctx := context.Background()
	log := logger(os.Stdout, os.LookupEnv)
	tune()
	handler, err := handler(ctx, function, open, o, os.LookupEnv, log)
	if err != nil {
		fail(log, function, err)
	}
	lambda.Start(gateway.Lambda(handler))
}

func tune() {
	runtime.GOMAXPROCS(processors)
	debug.SetGCPercent(growth)
	debug.SetMemoryLimit(memoryLimit)
}

func fail(log *slog.Logger, function string, err error) {
	log.Error("the function cannot start", "function", function, "cause", err.Error())
	os.Exit(1)
}

// begin opens the store and loads what is live. Callers bound how long.
func begin[S store.Store](ctx context.Context, open Open[S], lookup func(string) (string, bool), o *personalize.Options) (S, *personalize.Service, error) {
	backend, err := open(ctx, lookup)
	if err != nil {
		return backend, nil, fmt.Errorf("open the store: %w", err)
	}
	service := personalize.New(backend, o)
	if err := service.Start(ctx); err != nil {
		return backend, nil, fmt.Errorf("load the snapshot: %w", err)
	}
	return backend, service, nil
}

func handler[S store.Store](ctx context.Context, function string, open Open[S], o *Options, lookup func(string) (string, bool), log *slog.Logger) (http.Handler, error) {
	if o == nil {
		o = &Options{}
	}
	keys, err := gateway.KeysFromEnv(lookup)
	if err != nil {
		return nil, fmt.Errorf("read the keys: %w", err)
	}
	secrets := keys.Secrets()
	keys.TokenSecrets = secrets.Tokens
	deadline, err := deadline(lookup)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	backend, cases, err := begin(ctx, open, lookup, &personalize.Options{
		HashKey: secrets.Hash, FormerHashKeys: secrets.FormerHashes, TokenSecrets: secrets.Tokens, Deadline: deadline, Parse: o.Parse, Log: log,
		Ranks: function == topology.DecideFunction,
	})
	if err != nil {
		return nil, err
	}
	service := &measure.Service{Service: cases}
	if o.Items != nil {
		service.Believer = o.Items(backend, service.Newest, time.Now)
	}
	serves, err := gateway.New(service, &gateway.Options{
		Function: function, Keys: keys, Origins: gateway.OriginsFromEnv(lookup), Log: log,
	})
	if err != nil || function != topology.DecideFunction {
		return serves, err
	}
	return afterwards(ctx, serves, service.Settle, lookup, log), nil
}

// deadline is zero, the default, where none is set.
func deadline(lookup func(string) (string, bool)) (time.Duration, error) {
	text, ok := lookup(topology.EnvDeadline)
	if !ok || text == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return 0, fmt.Errorf("%s is %q: use a duration such as 150ms", topology.EnvDeadline, text)
	}
	return d, nil
}

// logger writes the JSON lines that Lambda reads, from the level on that the
// function's configuration sets.
func logger(out io.Writer, lookup func(string) (string, bool)) *slog.Logger {
	level := slog.LevelInfo
	if text, ok := lookup("AWS_LAMBDA_LOG_LEVEL"); ok {
		switch text {
		case "TRACE", "DEBUG":
			level = slog.LevelDebug
		case "WARN":
			level = slog.LevelWarn
		case "ERROR", "FATAL":
			level = slog.LevelError
		}
	}
	return slog.New(slog.NewJSONHandler(out, &slog.HandlerOptions{Level: level}))
}
