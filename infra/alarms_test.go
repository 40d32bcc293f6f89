package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPublishIsWatched(t *testing.T) {
	tpl := load(t)
	if got := len(tpl.of("AWS::CloudWatch::Alarm")); got != 3 {
		t.Errorf("got %d alarms, want 3", got)
	}
	for suffix, want := range map[string]map[string]any{
		"ErrorsAlarm":   {"Namespace": "wegweiser", "MetricName": "PublishErrors", "Statistic": "Sum", "Threshold": 1.0},
		"FailuresAlarm": {"Namespace": "AWS/Lambda", "MetricName": "Errors", "Statistic": "Sum", "Threshold": 1.0},
		"AgeAlarm":      {"Namespace": "AWS/Lambda", "MetricName": "IteratorAge", "Statistic": "Maximum", "Threshold": 300_000.0},
	} {
		alarm := tpl.named(t, "AWS::CloudWatch::Alarm", "publish", suffix).Properties
		want["ComparisonOperator"], want["TreatMissingData"] = "GreaterThanOrEqualToThreshold", "notBreaching"
		want["Period"], want["EvaluationPeriods"] = 300.0, 1.0
		for property, want := range want {
			if got := alarm[property]; got != want {
				t.Errorf("%s: %s is %v, want %v", suffix, property, got, want)
			}
		}
		if want["Namespace"] == "AWS/Lambda" && !refers(at(alarm, "Dimensions", 0, "Value"), "publish", "Function") {
			t.Errorf("%s: watches %v, want publish", suffix, at(alarm, "Dimensions"))
		}
		if actions, _ := alarm["AlarmActions"].([]any); len(actions) != 1 || !refers(actions[0], "alarms", "") {
			t.Errorf("%s: tells %v, want the topic", suffix, alarm["AlarmActions"])
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
	queue := tpl.named(t, "AWS::SQS::Queue", "publish", "GivenUp").Properties
	want := map[string]any{"MessageRetentionPeriod": 14 * 24 * 3600.0, "SqsManagedSseEnabled": true}
	if diff := cmp.Diff(want, queue); diff != "" {
		t.Errorf("queue (-want +got):\n%s", diff)
	}
	for id, source := range tpl.of("AWS::Lambda::EventSourceMapping") {
		if to := at(source.Properties, "DestinationConfig", "OnFailure", "Destination"); !refers(to, "publish", "GivenUp") {
			t.Errorf("%s: what it gives up goes to %v, want the queue", id, to)
		}
	}
}
