package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFunctionsWithoutCallersAreWatched(t *testing.T) {
	tpl := load(t)
	if got := len(tpl.of("AWS::CloudWatch::Alarm")); got != 7 { // one is for batches
		t.Errorf("got %d alarms, want 7", got)
	}
	for name, errors := range map[string]string{"publish": "PublishErrors", "rollup": "RollupErrors"} {
		for suffix, want := range map[string]map[string]any{
			"ErrorsAlarm":   {"Namespace": "wegweiser", "MetricName": errors, "Statistic": "Sum", "Threshold": 1.0},
			"FailuresAlarm": {"Namespace": "AWS/Lambda", "MetricName": "Errors", "Statistic": "Sum", "Threshold": 1.0},
			"AgeAlarm":      {"Namespace": "AWS/Lambda", "MetricName": "IteratorAge", "Statistic": "Maximum", "Threshold": 300_000.0},
		} {
			alarm := tpl.named(t, "AWS::CloudWatch::Alarm", name, suffix).Properties
			want["ComparisonOperator"], want["TreatMissingData"] = "GreaterThanOrEqualToThreshold", "notBreaching"
			want["Period"], want["EvaluationPeriods"] = 300.0, 1.0
			for property, want := range want {
				if got := alarm[property]; got != want {
					t.Errorf("%s of %s: %s is %v, want %v", suffix, name, property, got, want)
				}
			}
			if want["Namespace"] == "AWS/Lambda" && !refers(at(alarm, "Dimensions", 0, "Value"), name, "Function") {
				t.Errorf("%s: watches %v, want %s", suffix, at(alarm, "Dimensions"), name)
			}
			if actions, _ := alarm["AlarmActions"].([]any); len(actions) != 1 || !refers(actions[0], "alarms", "") {
				t.Errorf("%s of %s: tells %v, want the topic", suffix, name, alarm["AlarmActions"])
			}
		}
	}
}

func TestAlarmsAreMailedWhereAnAddressIsSet(t *testing.T) {
	if subscriptions := load(t).of("AWS::SNS::Subscription"); len(subscriptions) > 0 {
		t.Errorf("got subscriptions without an address: %v", subscriptions)
	}
	both, err := synth(map[string]any{"alarms": "ops@shop.example"})
	if err != nil {
		t.Fatal(err)
	}
	tpl := parsed(t, both.whole)
	subscription := tpl.named(t, "AWS::SNS::Subscription", "alarms", "").Properties
	topic := subscription["TopicArn"]
	delete(subscription, "TopicArn")
	want := map[string]any{"Protocol": "email", "Endpoint": "ops@shop.example"}
	if diff := cmp.Diff(want, subscription); diff != "" || !refers(topic, "alarms", "") {
		t.Errorf("subscription to %v (-want +got):\n%s", topic, diff)
	}
}

func TestRecordsThatAreGivenUpAreKept(t *testing.T) {
	tpl := load(t)
	want := map[string]any{"MessageRetentionPeriod": 14 * 24 * 3600.0, "SqsManagedSseEnabled": true}
	for id, source := range tpl.of("AWS::Lambda::EventSourceMapping") {
		called, _ := at(source.Properties, "FunctionName", "Ref").(string)
		name := functionNamed(called)
		if diff := cmp.Diff(want, tpl.named(t, "AWS::SQS::Queue", name, "GivenUp").Properties); diff != "" {
			t.Errorf("queue of %s (-want +got):\n%s", name, diff)
		}
		if to := at(source.Properties, "DestinationConfig", "OnFailure", "Destination"); !refers(to, name, "GivenUp") {
			t.Errorf("%s: what it gives up goes to %v, want the queue of %s", id, to, name)
		}
	}
}
