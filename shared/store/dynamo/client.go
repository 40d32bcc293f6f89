package dynamo

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"wegweiser/shared/store"
)

// What a call may take. The SDK's defaults (three attempts, 20 s of waiting
// between them, 30 s to connect) are made for batch work; here the caller's
// context is the deadline, and one more attempt has to fit into it.
const (
	attempts   = 2
	maxBackoff = 20 * time.Millisecond
	// retryTokens bound the second attempts where everything fails: each takes
	// five and each success gives one back, so that a broken DynamoDB sees
	// hardly more requests than a whole one.
	retryTokens = 100

	dialTimeout      = time.Second
	handshakeTimeout = time.Second
	idleTimeout      = 50 * time.Second // below what the other side allows
	connections      = 128
)

// Transport returns the connections of a client: kept open, and given up soon
// where they cannot be made.
func Transport() *http.Transport {
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: dialTimeout, KeepAlive: 15 * time.Second}).DialContext,
		TLSHandshakeTimeout: handshakeTimeout,
		MaxIdleConns:        connections,
		MaxIdleConnsPerHost: connections,
		IdleConnTimeout:     idleTimeout,
	}
}

// NewClient makes a client from the environment as AWS defines it:
// AWS_REGION, credentials, and AWS_ENDPOINT_URL_DYNAMODB where it is not AWS
// that answers.
func NewClient(ctx context.Context) (*dynamodb.Client, error) {
	found, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, fmt.Errorf("load AWS settings: %w", err)
	}
	settings := Settings(found.Region, found.Credentials, Transport())
	settings.ConfigSources = found.ConfigSources
	return dynamodb.NewFromConfig(settings), nil
}

// Settings are those of every client: who asks where, and the budget.
func Settings(region string, credentials aws.CredentialsProvider, transport http.RoundTripper) aws.Config {
	return aws.Config{
		Region:      region,
		Credentials: credentials,
		HTTPClient:  &http.Client{Transport: transport},
		Retryer:     newRetryer,
	}
}

func newRetryer() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = attempts
		o.MaxBackoff = maxBackoff
		o.RateLimiter = ratelimit.NewTokenRateLimit(retryTokens)
	})
}

// Warm opens a connection by one cheap read, so that the first decision does
// not have to. Lambda gives the time before the first request its full CPU.
func (s *Store) Warm(ctx context.Context) error {
	if _, err := s.Live(ctx); err != nil && !errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("warm up: %w", err)
	}
	return nil
}
