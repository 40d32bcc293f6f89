// Package dynamotest runs tests against DynamoDB Local: the one whose address
// is in WEGWEISER_DYNAMODB_ENDPOINT, as make sets it, or else one of its own,
// started once for a test binary from .tools and gone with it.
//
// DynamoDB Local listens on every address of the machine and knows no passwords.
// It holds nothing but what the tests write, in memory.
package dynamotest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"wegweiser/shared/store/dynamo"
	"wegweiser/shared/topology"
)

// EnvEndpoint is the address of a DynamoDB Local that runs already.
const EnvEndpoint = "WEGWEISER_DYNAMODB_ENDPOINT"

// server is the DynamoDB Local of a test binary with its tables.
type server struct {
	endpoint string
	tables   topology.TableNames
	input    io.Closer // of the process; nil where it is not ours
}

var start = sync.OnceValues(func() (server, error) {
	s := server{endpoint: os.Getenv(EnvEndpoint)}
	var err error
	if s.endpoint == "" {
		if s.endpoint, s.input, err = launch(); err != nil {
			return server{}, err
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	s.tables, err = CreateTables(ctx, client(s.endpoint, dynamo.Transport()), rand.Text()[:8]+"-")
	return s, err
})

// need starts what a test needs. Without it the test fails under CI and is
// skipped elsewhere.
func need(t testing.TB) server {
	t.Helper()
	s, err := start()
	if errors.Is(err, errMissing) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Endpoint returns the address of DynamoDB Local.
func Endpoint(t testing.TB) string {
	t.Helper()
	return need(t).endpoint
}

// Tables returns the names of the tables that the tests share. What keeps them
// apart is the key prefix.
func Tables(t testing.TB) topology.TableNames {
	t.Helper()
	return need(t).tables
}

// Client returns a client that talks through transport.
func Client(t testing.TB, transport http.RoundTripper) *dynamodb.Client {
	t.Helper()
	return client(need(t).endpoint, transport)
}

func client(endpoint string, transport http.RoundTripper) *dynamodb.Client {
	return dynamo.NewClient("us-east-1", endpoint, Credentials{}, transport)
}

// Credentials are what DynamoDB Local takes from anybody.
type Credentials struct{}

// Retrieve implements aws.CredentialsProvider.
func (Credentials) Retrieve(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}, nil
}

// Prefix returns a key prefix that no other test has.
func Prefix() string { return rand.Text() + "#" }

// Open returns an empty store. It waits for connections as long as a busy machine
// takes to make them.
func Open(t testing.TB) *dynamo.Store {
	t.Helper()
	patient := dynamo.Transport()
	patient.DialContext = (&net.Dialer{Timeout: time.Minute}).DialContext
	return OpenAt(t, patient, Prefix())
}

// OpenAt returns the store with a prefix, reached through transport.
func OpenAt(t testing.TB, transport http.RoundTripper, prefix string) *dynamo.Store {
	t.Helper()
	s, err := dynamo.Open(Client(t, transport), Tables(t), prefix)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// CreateTables creates the tables of package topology, with prefix in front of
// their names.
func CreateTables(ctx context.Context, client *dynamodb.Client, prefix string) (topology.TableNames, error) {
	names := topology.TableNames{}
	for _, t := range topology.Tables() {
		name := prefix + t.Name
		if _, err := client.CreateTable(ctx, createTable(t, name)); err != nil {
			return nil, fmt.Errorf("create table %s: %w", name, err)
		}
		if t.TTL != "" {
			if _, err := client.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{
				TableName:               aws.String(name),
				TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: aws.String(t.TTL), Enabled: aws.Bool(true)},
			}); err != nil {
				return nil, fmt.Errorf("set the expiry of table %s: %w", name, err)
			}
		}
		names[t.Name] = name
	}
	return names, nil
}

func createTable(t topology.Table, name string) *dynamodb.CreateTableInput {
	in := &dynamodb.CreateTableInput{
		TableName:            aws.String(name),
		BillingMode:          types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{attribute(t.Partition), attribute(t.Sort)},
		KeySchema:            keySchema(t.Partition, t.Sort),
	}
	if t.Stream != "" {
		in.StreamSpecification = &types.StreamSpecification{StreamEnabled: aws.Bool(true), StreamViewType: types.StreamViewType(t.Stream)}
	}
	if t.Index != nil {
		in.AttributeDefinitions = append(in.AttributeDefinitions, attribute(t.Index.Sort))
		in.LocalSecondaryIndexes = []types.LocalSecondaryIndex{{
			IndexName:  aws.String(t.Index.Name),
			KeySchema:  keySchema(t.Partition, t.Index.Sort),
			Projection: &types.Projection{ProjectionType: types.ProjectionTypeInclude, NonKeyAttributes: t.Index.Projects},
		}}
	}
	return in
}

func attribute(k topology.Key) types.AttributeDefinition {
	return types.AttributeDefinition{AttributeName: aws.String(k.Name), AttributeType: types.ScalarAttributeType(k.Type)}
}

func keySchema(partition, sort topology.Key) []types.KeySchemaElement {
	return []types.KeySchemaElement{
		{AttributeName: aws.String(partition.Name), KeyType: types.KeyTypeHash},
		{AttributeName: aws.String(sort.Name), KeyType: types.KeyTypeRange},
	}
}

// Image returns an item as the records of a stream write it in JSON.
func Image(item map[string]types.AttributeValue) map[string]any {
	image := map[string]any{}
	for name, value := range item {
		switch v := value.(type) {
		case *types.AttributeValueMemberS:
			image[name] = map[string]string{"S": v.Value}
		case *types.AttributeValueMemberN:
			image[name] = map[string]string{"N": v.Value}
		case *types.AttributeValueMemberB:
			image[name] = map[string][]byte{"B": v.Value}
		}
	}
	return image
}
