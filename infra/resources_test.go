package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/topology"
)

func TestTablesAreThoseOfTheTopology(t *testing.T) {
	tpl := load(t)
	if got, want := len(tpl.of("AWS::DynamoDB::Table")), len(topology.Tables()); got != want {
		t.Errorf("got %d tables, want %d", got, want)
	}
	for _, table := range topology.Tables() {
		t.Run(table.Name, func(t *testing.T) {
			r := tpl.named(t, "AWS::DynamoDB::Table", table.Name, "Table")
			want := map[string]any{
				"BillingMode":               "PAY_PER_REQUEST",
				"DeletionProtectionEnabled": true,
				"PointInTimeRecoverySpecification": map[string]any{
					"PointInTimeRecoveryEnabled": true, "RecoveryPeriodInDays": 7.0,
				},
				"KeySchema": keySchema(table.Partition, table.Sort),
			}
			attributes := []topology.Key{table.Partition, table.Sort}
			if table.Index != nil {
				attributes = append(attributes, table.Index.Sort)
				want["LocalSecondaryIndexes"] = []any{map[string]any{
					"IndexName": table.Index.Name,
					"KeySchema": keySchema(table.Partition, table.Index.Sort),
					"Projection": map[string]any{
						"ProjectionType": "INCLUDE", "NonKeyAttributes": anys(table.Index.Projects),
					},
				}}
			}
			var definitions []any
			for _, a := range attributes {
				definitions = append(definitions, map[string]any{"AttributeName": a.Name, "AttributeType": a.Type})
			}
			want["AttributeDefinitions"] = definitions
			if table.TTL != "" {
				want["TimeToLiveSpecification"] = map[string]any{"AttributeName": table.TTL, "Enabled": true}
			}
			if table.Stream != "" {
				want["StreamSpecification"] = map[string]any{"StreamViewType": table.Stream}
			}
			if diff := cmp.Diff(want, r.Properties); diff != "" {
				t.Errorf("properties (-want +got):\n%s", diff)
			}
			if r.DeletionPolicy != "Retain" || r.UpdateReplacePolicy != "Retain" {
				t.Errorf("the table goes with its stack: got policies %q and %q, want Retain", r.DeletionPolicy, r.UpdateReplacePolicy)
			}
		})
	}
}

func keySchema(partition, sort topology.Key) []any {
	return []any{
		map[string]any{"AttributeName": partition.Name, "KeyType": "HASH"},
		map[string]any{"AttributeName": sort.Name, "KeyType": "RANGE"},
	}
}

func TestFunctionsAreThoseOfTheTopology(t *testing.T) {
	tpl := load(t)
	if got, want := len(tpl.of("AWS::Lambda::Function")), len(topology.Functions()); got != want {
		t.Errorf("got %d functions, want %d", got, want)
	}
	timeouts := map[string]float64{"collect": 10, "decide": 10, "visitors": 10, "configure": 10, "publish": 90, "rollup": 60, "batch": 900}
	for _, f := range topology.Functions() {
		t.Run(f.Name, func(t *testing.T) {
			r := tpl.named(t, "AWS::Lambda::Function", f.Name, "Function")
			for property, want := range map[string]any{
				"Runtime": "provided.al2023", "Handler": "bootstrap", "Architectures": []any{"arm64"},
				"MemorySize": 256.0, "Timeout": timeouts[f.Name],
			} {
				if diff := cmp.Diff(want, r.Properties[property]); diff != "" {
					t.Errorf("%s (-want +got):\n%s", property, diff)
				}
			}
			if role := r.Properties["Role"]; !refers(role, f.Name, "Role") {
				t.Errorf("got role %v, want the function's own", role)
			}
			if group := at(r.Properties, "LoggingConfig", "LogGroup"); !refers(group, f.Name, "Logs") {
				t.Errorf("got log group %v, want the function's own", group)
			}
			logs := tpl.named(t, "AWS::Logs::LogGroup", f.Name, "Logs")
			if got := logs.Properties["RetentionInDays"]; got != 14.0 {
				t.Errorf("logs are kept for %v days, want 14", got)
			}
			for _, table := range topology.Tables() {
				if value := at(r.Properties, "Environment", "Variables", table.Env); !refers(value, table.Name, "Table") {
					t.Errorf("%s is %v, want the %s table", table.Env, value, table.Name)
				}
			}
		})
	}
}

// What each function may do, written out: a wider policy is a decision that
// somebody takes here, not a side effect.
func TestPoliciesAreLeastPrivilege(t *testing.T) {
	const (
		read    = "GetItem"
		record  = "GetItem PutItem"
		report  = "GetItem PutItem Query Scan"
		publish = "ConditionCheckItem DeleteItem GetItem PutItem Query"
	)
	want := map[string]map[string]string{
		"collect":   {"VisitorsTable": record, "VisitorsTable/index/recent": "Query", "ConfigTable": read, "StatisticsTable": "UpdateItem", "ReceiptsTable": "Query UpdateItem"},
		"decide":    {"VisitorsTable": record, "VisitorsTable/index/recent": "Query", "ConfigTable": "BatchGetItem GetItem", "StatisticsTable": "BatchGetItem GetItem UpdateItem", "ReceiptsTable": "PutItem Query"},
		"visitors":  {"VisitorsTable": report, "VisitorsTable/index/recent": "Query", "ConfigTable": read, "StatisticsTable": "Query", "ReceiptsTable": "GetItem Scan"},
		"configure": {"VisitorsTable": "Query Scan", "VisitorsTable/index/recent": "Query", "ConfigTable": publish, "StatisticsTable": read, "ReceiptsTable": "Scan"},
		"publish": {
			"ConfigTable": "BatchGetItem " + publish, "StatisticsTable": "BatchGetItem PutItem Query", "ConfigTable/stream": "DescribeStream GetRecords GetShardIterator ListStreams",
			"PublishGivenUp": "sqs:SendMessage",
		},
		"rollup": {
			"ConfigTable": "BatchGetItem GetItem", "StatisticsTable": "BatchGetItem PutItem Query UpdateItem",
			"VisitorsTable/stream": "DescribeStream GetRecords GetShardIterator ListStreams", "RollupGivenUp": "sqs:SendMessage",
		},
		"batch": {
			"VisitorsTable": "PutItem", "VisitorsTable/index/recent": "Query", "ConfigTable": "BatchGetItem GetItem", "StatisticsTable": "BatchGetItem GetItem UpdateItem", "ReceiptsTable": "PutItem Query",
			"BatchFiles": "s3:ListBucket", "BatchFiles/*": "s3:AbortMultipartUpload s3:GetObject s3:PutObject",
		},
	}
	tpl := load(t)
	if policies := tpl.of("AWS::IAM::Policy"); len(policies) > 0 {
		t.Errorf("got policies beside those of the roles: %v", policies)
	}
	for _, f := range topology.Functions() {
		t.Run(f.Name, func(t *testing.T) {
			role := tpl.named(t, "AWS::IAM::Role", f.Name, "Role")
			if managed := role.Properties["ManagedPolicyArns"]; managed != nil {
				t.Errorf("got managed policies %v, want none", managed)
			}
			got := map[string]string{}
			statements, _ := at(role.Properties, "Policies", 0, "PolicyDocument", "Statement").([]any)
			for _, s := range statements {
				resource := resourceOf(t, s)
				actions := actionsOf(s)
				for _, a := range append([]string{strings.TrimPrefix(resource, "BatchFiles/*")}, actions...) {
					if strings.Contains(a, "*") {
						t.Errorf("a statement holds a wildcard: %v", s)
					}
				}
				if strings.HasPrefix(resource, *construct(f.Name, "Logs")) {
					if diff := cmp.Diff([]string{"logs:CreateLogStream", "logs:PutLogEvents"}, actions); diff != "" {
						t.Errorf("log actions (-want +got):\n%s", diff)
					}
					continue
				}
				for i, a := range actions {
					actions[i] = strings.TrimPrefix(a, "dynamodb:")
				}
				got[resource] = strings.Join(actions, " ")
			}
			if diff := cmp.Diff(want[f.Name], got); diff != "" {
				t.Errorf("actions by resource (-want +got):\n%s", diff)
			}
		})
	}
}

func actionsOf(statement any) (actions []string) {
	switch a := at(statement, "Action").(type) {
	case string:
		actions = []string{a}
	case []any:
		for _, action := range a {
			actions = append(actions, fmt.Sprint(action))
		}
	}
	slices.Sort(actions)
	return actions
}

// resourceOf is the construct id of a statement's only resource, with what
// follows its ARN.
func resourceOf(t *testing.T, statement any) string {
	t.Helper()
	resource := at(statement, "Resource")
	arn, suffix := resource, "" // or /index/…, or /stream
	if parts, ok := at(resource, "Fn::Join", 1).([]any); ok {
		arn, suffix = at(parts, 0), fmt.Sprint(at(parts, 1))
	}
	id, ok := at(arn, "Fn::GetAtt", 0).(string)
	if !ok || len(id) < 8 {
		t.Fatalf("a statement is not for one resource of the stack: %v", statement)
	}
	if at(arn, "Fn::GetAtt", 1) == "StreamArn" {
		suffix = "/stream"
	}
	return id[:len(id)-8] + suffix // without the hash that the CDK appends
}
