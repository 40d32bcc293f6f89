package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatchactions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssnssubscriptions"
	"github.com/aws/jsii-runtime-go"

	"wegweiser/shared/topology"
)

// newAlarms is the topic of everything that somebody should look at. Nobody
// hears of it before there is a subscription: an address in the settings, or
// one that is added by hand.
func newAlarms(stack awscdk.Stack, s settings) awssns.Topic {
	topic := awssns.NewTopic(stack, jsii.String("Alarms"), nil)
	if s.alarms != "" {
		topic.AddSubscription(awssnssubscriptions.NewEmailSubscription(jsii.String(s.alarms), nil))
	}
	return topic
}

// looksEvery is the time over which an alarm adds up; an alarm ends by itself.
const (
	looksEveryMinutes = 5
	tooOldMillis      = 5 * 60 * 1000
)

// watch raises an alarm for what a function without callers cannot tell anybody
// else: that it failed, that it comes too late, and that it wrote errors.
func watch(stack awscdk.Stack, f topology.Function, function awslambda.Function, errors awslogs.MetricFilter, topic awssns.Topic) {
	for _, a := range []struct {
		kind, says string
		metric     awscloudwatch.Metric
		threshold  float64
	}{
		{
			"ErrorsAlarm", "It wrote errors in its log: rows that hold publishing back, or records that were not done.",
			errors.Metric(over("Sum")), 1,
		},
		{
			"FailuresAlarm", "It did not end well: its log says why, and its records come again.",
			function.MetricErrors(over("Sum")), 1,
		},
		{
			"AgeAlarm", "What changed five minutes ago has not been looked at.",
			function.Metric(jsii.String("IteratorAge"), over("Maximum")), tooOldMillis,
		},
	} {
		raise(stack, construct(f.Name, a.kind), f.Name+": "+a.says, a.metric, a.threshold, topic)
	}
}

// raise raises an alarm while a metric is at a threshold or above.
func raise(stack awscdk.Stack, id *string, says string, metric awscloudwatch.IMetric, threshold float64, topic awssns.Topic) {
	awscloudwatch.NewAlarm(stack, id, &awscloudwatch.AlarmProps{
		AlarmDescription:   jsii.String(says),
		Metric:             metric,
		Threshold:          jsii.Number(threshold),
		ComparisonOperator: awscloudwatch.ComparisonOperator_GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
		EvaluationPeriods:  jsii.Number(1),
		TreatMissingData:   awscloudwatch.TreatMissingData_NOT_BREACHING,
	}).AddAlarmAction(awscloudwatchactions.NewSnsAction(topic))
}

func over(statistic string) *awscloudwatch.MetricOptions {
	return &awscloudwatch.MetricOptions{
		Statistic: jsii.String(statistic),
		Period:    awscdk.Duration_Minutes(jsii.Number(looksEveryMinutes)),
	}
}
