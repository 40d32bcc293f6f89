package dynamo_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"wegweiser/shared/store"
	"wegweiser/shared/store/dynamo"
	"wegweiser/shared/store/dynamo/dynamotest"
	"wegweiser/shared/topology"
)

// deployed sets the environment of a deployment whose DynamoDB is the local one.
func deployed(t *testing.T) {
	t.Helper()
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL_DYNAMODB": dynamotest.Endpoint(t), "AWS_REGION": "us-east-1",
		"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local",
	} {
		t.Setenv(name, value)
	}
	for _, table := range topology.Tables() {
		t.Setenv(table.Env, dynamotest.Tables(t)[table.Name])
	}
}

func TestStoreOfTheEnvironment(t *testing.T) {
	deployed(t)
	s, err := dynamo.FromEnv(context.Background(), os.LookupEnv)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Warm(context.Background()); err != nil {
		t.Errorf("Warm: %v", err)
	}
	if _, err := s.Append(context.Background(), noon, []store.Recording{recording("a", "page_view")}); err != nil {
		t.Errorf("Append: %v", err)
	}
}

func TestEnvironmentWithoutATable(t *testing.T) {
	_, err := dynamo.FromEnv(context.Background(), func(string) (string, bool) { return "", false })
	if err == nil || !strings.Contains(err.Error(), "WEGWEISER_TABLE_VISITORS is not set") {
		t.Errorf("got error %v, want one that names WEGWEISER_TABLE_VISITORS", err)
	}
}

func TestPrefixMustBeOne(t *testing.T) {
	tables := topology.TableNames{topology.VisitorsTable: "v", topology.ConfigTable: "c"}
	for _, prefix := range []string{"", "#", "w", "a#b#", "#a", "a#b"} {
		if _, err := dynamo.Open(nil, tables, prefix); err == nil {
			t.Errorf("prefix %q: got no error", prefix)
		}
	}
	if _, err := dynamo.Open(nil, tables, topology.Workspace); err != nil {
		t.Errorf("prefix %q: got error %v", topology.Workspace, err)
	}
	if _, err := dynamo.Open(nil, topology.TableNames{}, topology.Workspace); err == nil {
		t.Error("without tables: got no error")
	}
}
