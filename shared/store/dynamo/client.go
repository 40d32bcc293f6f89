package dynamo

import (
	"net"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
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
	idleTimeout      = 50 * time.Second // before the other side closes it, as a rule
	// connections bound how many are open: of a thousand calls at once, most
	// wait for one, as dialing for all of them takes longer and may fail.
	connections = 64
)

// Transport returns the connections of a client: kept open, and given up soon
// where they cannot be made.
func Transport() *http.Transport {
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: dialTimeout, KeepAlive: 15 * time.Second}).DialContext,
		TLSHandshakeTimeout: handshakeTimeout,
		MaxConnsPerHost:     connections,
		MaxIdleConns:        connections,
		MaxIdleConnsPerHost: connections,
		IdleConnTimeout:     idleTimeout,
	}
}

// NewClient makes a client that keeps to the budget above. An empty endpoint is
// that of AWS in the region; transport is Transport or stands around it.
func NewClient(region, endpoint string, who aws.CredentialsProvider, transport http.RoundTripper) *dynamodb.Client {
	o := dynamodb.Options{
		Region:      region,
		Credentials: aws.NewCredentialsCache(who),
		HTTPClient:  &http.Client{Transport: transport},
		Retryer:     newRetryer(),
	}
	if endpoint != "" {
		o.BaseEndpoint = aws.String(endpoint)
	}
	return dynamodb.New(o)
}

func newRetryer() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = attempts
		o.MaxBackoff = maxBackoff
		o.RateLimiter = ratelimit.NewTokenRateLimit(retryTokens)
	})
}
