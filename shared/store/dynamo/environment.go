package dynamo

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"

	"wegweiser/shared/topology"
)

// FromEnv opens the store of a deployment from the environment variables that
// AWS defines and Lambda sets: AWS_REGION (or AWS_DEFAULT_REGION),
// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN and, where it is
// not AWS that answers, AWS_ENDPOINT_URL_DYNAMODB or AWS_ENDPOINT_URL; and from
// those that name the tables. lookup is os.LookupEnv or stands in for it. It
// does no I/O.
//
// The SDK's own search for settings, with its profiles and sign-ons, would take
// a third of a function's start and finds nothing else there.
func FromEnv(_ context.Context, lookup func(string) (string, bool)) (*Store, error) {
	tables, err := topology.TableNamesFrom(lookup)
	if err != nil {
		return nil, err
	}
	a, err := AccountFrom(lookup)
	if err != nil {
		return nil, err
	}
	client := NewClient(a.Region, First(lookup, "AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL"), a.Credentials, Transport())
	return Open(client, tables, topology.Workspace)
}

// Account is where tables are, and who asks.
type Account struct {
	Region      string
	Credentials aws.CredentialsProvider
}

// AccountFrom reads an account from the environment, as FromEnv does.
func AccountFrom(lookup func(string) (string, bool)) (Account, error) {
	region := First(lookup, "AWS_REGION", "AWS_DEFAULT_REGION")
	if region == "" {
		return Account{}, fmt.Errorf("AWS_REGION is not set: it must be the region of the tables, such as eu-central-1")
	}
	who := environment{
		AccessKeyID:     First(lookup, "AWS_ACCESS_KEY_ID"),
		SecretAccessKey: First(lookup, "AWS_SECRET_ACCESS_KEY"),
		SessionToken:    First(lookup, "AWS_SESSION_TOKEN"),
	}
	if !aws.Credentials(who).HasKeys() {
		return Account{}, fmt.Errorf("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set: " +
			"outside of Lambda, aws configure export-credentials --format env prints them")
	}
	return Account{region, who}, nil
}

// First returns the first of the variables that is set to anything.
func First(lookup func(string) (string, bool), names ...string) string {
	for _, name := range names {
		if value, ok := lookup(name); ok && value != "" {
			return value
		}
	}
	return ""
}

// environment is who the environment says we are.
type environment aws.Credentials

// Retrieve implements aws.CredentialsProvider.
func (e environment) Retrieve(context.Context) (aws.Credentials, error) {
	return aws.Credentials(e), nil
}
