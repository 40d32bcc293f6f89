package dynamo_test

import (
	"context"
	"strings"
	"testing"

	"wegweiser/shared/store"
	"wegweiser/shared/store/dynamo"
	"wegweiser/shared/store/dynamo/dynamotest"
	"wegweiser/shared/topology"
)

// deployed is the environment of a function whose DynamoDB is the local one.
func deployed(t *testing.T) map[string]string {
	t.Helper()
	variables := map[string]string{
		"AWS_ENDPOINT_URL_DYNAMODB": dynamotest.Endpoint(t), "AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_REGION": "us-east-1",
		"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_SESSION_TOKEN": "local",
	}
	for _, table := range topology.Tables() {
		variables[table.Env] = dynamotest.Tables(t)[table.Name]
	}
	return variables
}

func open(variables map[string]string) (*dynamo.Store, error) {
	return dynamo.FromEnv(context.Background(), func(name string) (string, bool) {
		value, ok := variables[name]
		return value, ok
	})
}

func TestStoreOfTheEnvironment(t *testing.T) {
	s, err := open(deployed(t))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Append(context.Background(), noon, []store.Recording{recording(dynamotest.Prefix(), "page_view")}); err != nil {
		t.Errorf("Append: %v", err)
	}
}

func TestIncompleteEnvironment(t *testing.T) {
	for _, missing := range []string{"WEGWEISER_TABLE_VISITORS", "WEGWEISER_TABLE_CONFIG", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} {
		variables := deployed(t)
		delete(variables, missing)
		if _, err := open(variables); err == nil || !strings.Contains(err.Error(), missing) {
			t.Errorf("without %s: got error %v, want one that names it", missing, err)
		}
	}
}

func TestPrefixMustBeOne(t *testing.T) {
	tables := topology.TableNames{topology.VisitorsTable: "v", topology.ConfigTable: "c", topology.ReceiptsTable: "r", topology.StatisticsTable: "s"}
	for _, prefix := range []string{"#", "w", "a#b#", "#a", "a#b"} {
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
