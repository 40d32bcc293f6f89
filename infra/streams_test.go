package main

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRowsWakePublishAndNothingElseDoes(t *testing.T) {
	tpl := load(t)
	sources := tpl.of("AWS::Lambda::EventSourceMapping")
	if len(sources) != 1 {
		t.Fatalf("got %d event sources, want 1", len(sources))
	}
	for id, s := range sources {
		if got, _ := at(s.Properties, "FunctionName", "Ref").(string); functionNamed(got) != "publish" {
			t.Errorf("%s: calls %v, want publish", id, s.Properties["FunctionName"])
		}
		if arn := s.Properties["EventSourceArn"]; !refers(arn, "config", "Table") || at(arn, "Fn::GetAtt", 1) != "StreamArn" {
			t.Errorf("%s: reads %v, want the stream of the config table", id, arn)
		}
		pattern, _ := at(s.Properties, "FilterCriteria", "Filters", 0, "Pattern").(string)
		var got any
		if err := json.Unmarshal([]byte(pattern), &got); err != nil {
			t.Errorf("%s: the filter is no JSON: %v: %s", id, err, pattern)
		}
		want := map[string]any{"dynamodb": map[string]any{"Keys": map[string]any{"table": map[string]any{
			"S": []any{"phases", "signals", "segments", "placements", "items", "rules", "settings"},
		}}}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: filter (-want +got):\n%s", id, diff)
		}
		if others, _ := at(s.Properties, "FilterCriteria", "Filters").([]any); len(others) != 1 {
			t.Errorf("%s: got %d filters, of which one is enough to wake it; want 1", id, len(others))
		}
		for property, want := range map[string]any{
			"StartingPosition": "TRIM_HORIZON", "FunctionResponseTypes": []any{"ReportBatchItemFailures"},
			"MaximumRetryAttempts": 20.0, "MaximumRecordAgeInSeconds": 3600.0, "BisectBatchOnFunctionError": true,
			"BatchSize": 1000.0, "MaximumBatchingWindowInSeconds": nil,
		} {
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
