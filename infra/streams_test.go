package main

import (
	"encoding/json"
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestStreamsWakeWhoIsForThem(t *testing.T) {
	tpl := load(t)
	var reactions []any
	for _, beginning := range []string{
		"AQAs", "AQAA", "AQAt", "AQAr", "AQEs", "AQEA", "AQEt", "AQEr",
		"AQIs", "AQIA", "AQIt", "AQIr", "AQMs", "AQMA", "AQMt", "AQMr",
	} {
		reactions = append(reactions, map[string]any{"prefix": beginning})
	}
	wants := map[string]struct {
		table      string
		records    []map[string]any // of any of which a record wakes it
		properties map[string]any
	}{
		"publish": {"config", []map[string]any{
			{"Keys": map[string]any{"table": map[string]any{
				"S": []any{"phases", "signals", "segments", "placements", "items", "rules", "settings"},
			}}},
			{"Keys": map[string]any{"table": map[string]any{"S": []any{"release"}}, "id": map[string]any{"S": []any{"live"}}}},
		}, map[string]any{"MaximumRetryAttempts": 20.0, "MaximumRecordAgeInSeconds": 3600.0, "TumblingWindowInSeconds": nil}},
		"rollup": {"visitors", []map[string]any{{"NewImage": map[string]any{"p": map[string]any{
			"B": reactions,
		}}}}, map[string]any{"MaximumRetryAttempts": 10_000.0, "MaximumRecordAgeInSeconds": 86_400.0, "TumblingWindowInSeconds": 15.0}},
	}
	sources := tpl.of("AWS::Lambda::EventSourceMapping")
	if len(sources) != len(wants) {
		t.Fatalf("got %d event sources, want %d", len(sources), len(wants))
	}
	for id, s := range sources {
		called, _ := at(s.Properties, "FunctionName", "Ref").(string)
		want, ok := wants[functionNamed(called)]
		if !ok {
			t.Errorf("%s: calls %v, want publish or rollup", id, s.Properties["FunctionName"])
			continue
		}
		if arn := s.Properties["EventSourceArn"]; !refers(arn, want.table, "Table") || at(arn, "Fn::GetAtt", 1) != "StreamArn" {
			t.Errorf("%s: reads %v, want the stream of the %s table", id, arn, want.table)
		}
		for i, records := range want.records {
			pattern, _ := at(s.Properties, "FilterCriteria", "Filters", i, "Pattern").(string)
			var got any
			if err := json.Unmarshal([]byte(pattern), &got); err != nil {
				t.Errorf("%s: the filter is no JSON: %v: %s", id, err, pattern)
			}
			if diff := cmp.Diff(any(map[string]any{"dynamodb": records}), got); diff != "" {
				t.Errorf("%s: filter (-want +got):\n%s", id, diff)
			}
		}
		if all, _ := at(s.Properties, "FilterCriteria", "Filters").([]any); len(all) != len(want.records) {
			t.Errorf("%s: got %d filters, of which one is enough to wake it; want %d", id, len(all), len(want.records))
		}
		maps.Copy(want.properties, map[string]any{
			"StartingPosition": "TRIM_HORIZON", "FunctionResponseTypes": []any{"ReportBatchItemFailures"},
			"BisectBatchOnFunctionError": true, "BatchSize": 1000.0, "MaximumBatchingWindowInSeconds": nil,
		})
		for property, want := range want.properties {
			if diff := cmp.Diff(want, s.Properties[property]); diff != "" {
				t.Errorf("%s: %s (-want +got):\n%s", id, property, diff)
			}
		}
	}
}

func TestErrorsOfPublishAreCounted(t *testing.T) {
	filter := load(t).named(t, "AWS::Logs::MetricFilter", "publish", "Errors")
	if group := filter.Properties["LogGroupName"]; !refers(group, "publish", "Logs") {
		t.Errorf("counts in %v, want the function's own log", group)
	}
	if got, want := filter.Properties["FilterPattern"], `{ $.level = "ERROR" }`; got != want {
		t.Errorf("counts %v, want %s", got, want)
	}
	want := []any{map[string]any{"MetricName": "PublishErrors", "MetricNamespace": "wegweiser", "MetricValue": "1"}}
	if diff := cmp.Diff(want, filter.Properties["MetricTransformations"]); diff != "" {
		t.Errorf("metric (-want +got):\n%s", diff)
	}
}
