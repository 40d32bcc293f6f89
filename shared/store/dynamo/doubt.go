package dynamo

import (
	"context"
	"errors"
	"net"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go"
)

// An attempt whose answer got lost may have been carried out. For most writes
// that does not matter, as the same again changes nothing. For those that count
// it does: noticing and unrepeated are their ways to ask.

// noticing sets lost where an attempt before the last one may have been carried
// out.
func noticing(lost *bool) func(*dynamodb.Options) {
	return deciding(func(again bool) bool {
		*lost = true
		return again
	})
}

// unrepeated makes no further attempt after one that may have been carried out.
func unrepeated(o *dynamodb.Options) {
	deciding(func(bool) bool { return false })(o)
}

// deciding asks decide whether to attempt again what may have been carried out;
// again is what the client would do.
func deciding(decide func(again bool) bool) func(*dynamodb.Options) {
	return func(o *dynamodb.Options) {
		o.Retryer = decidingRetryer{o.Retryer, decide}
	}
}

type decidingRetryer struct {
	aws.Retryer
	decide func(again bool) bool
}

// GetAttemptToken implements aws.RetryerV2.
func (r decidingRetryer) GetAttemptToken(ctx context.Context) (func(error) error, error) {
	if v2, ok := r.Retryer.(aws.RetryerV2); ok {
		return v2.GetAttemptToken(ctx)
	}
	return r.GetInitialToken(), nil
}

// IsErrorRetryable implements aws.Retryer.
func (r decidingRetryer) IsErrorRetryable(err error) bool {
	again := r.Retryer.IsErrorRetryable(err)
	var refusal smithy.APIError
	if errors.As(err, &refusal) && refusal.ErrorFault() == smithy.FaultClient || unsent(err) {
		return again // nothing was done
	}
	return r.decide(again)
}

// unsent reports whether there was not even a connection.
func unsent(err error) bool {
	var network *net.OpError
	return errors.As(err, &network) && network.Op == "dial"
}
