package main

import (
	"encoding/base64"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
	"wegweiser/shared/store/pack"
	configtables "wegweiser/shared/tables"
	"wegweiser/shared/topology"
)

// newSource calls a function with the records of its table's stream that it is
// for, and with nothing else that is in that table. It does not wait for more of
// them: the function does, and knows better for how long. What is given up goes
// to the queue, as where it stood in the stream.
func newSource(stack awscdk.Stack, f topology.Function, tables map[string]awsdynamodb.Table, function awslambda.Function, givenUp awssqs.Queue) {
	source := awslambda.NewEventSourceMapping(stack, construct(f.Name, "Source"), &awslambda.EventSourceMappingProps{
		Target:                  function,
		EventSourceArn:          tables[f.Stream.Table].TableStreamArn(),
		StartingPosition:        awslambda.StartingPosition_TRIM_HORIZON,
		BatchSize:               jsii.Number(f.Stream.BatchSize),
		RetryAttempts:           jsii.Number(f.Stream.RetryAttempts),
		MaxRecordAge:            awscdk.Duration_Seconds(jsii.Number(f.Stream.MaxAgeSeconds)),
		BisectBatchOnError:      jsii.Bool(true),
		ReportBatchItemFailures: jsii.Bool(true),
		Filters:                 filtersFor(f),
		TumblingWindow:          window(f.Stream),
	})
	// The construct's own way would write a second policy beside the role's.
	source.Node().DefaultChild().(awslambda.CfnEventSourceMapping).SetDestinationConfig(
		&awslambda.CfnEventSourceMapping_DestinationConfigProperty{
			OnFailure: &awslambda.CfnEventSourceMapping_OnFailureProperty{Destination: givenUp.QueueArn()},
		})
}

// newGivenUp is the queue of the records that a function could not do, however
// often they came.
func newGivenUp(stack awscdk.Stack, f topology.Function) awssqs.Queue {
	return awssqs.NewQueue(stack, construct(f.Name, "GivenUp"), &awssqs.QueueProps{
		Encryption:      awssqs.QueueEncryption_SQS_MANAGED,
		RetentionPeriod: awscdk.Duration_Days(jsii.Number(14)),
	})
}

// countErrors makes a metric of the errors that a function without callers
// writes in its log, as nobody else hears of them: rows that hold publishing
// back, and records that were not done.
func countErrors(stack awscdk.Stack, s settings, f topology.Function, function awslambda.Function) awslogs.MetricFilter {
	return awslogs.NewMetricFilter(stack, construct(f.Name, "Errors"), &awslogs.MetricFilterProps{
		LogGroup:        function.LogGroup(),
		FilterPattern:   awslogs.FilterPattern_StringValue(jsii.String("$.level"), jsii.String("="), jsii.String("ERROR")),
		MetricNamespace: jsii.String(s.name),
		MetricName:      construct(f.Name, "Errors"),
	})
}

// window is the time after which a function is called once more; nil for none.
func window(s *topology.Stream) awscdk.Duration {
	if s.WindowSeconds == 0 {
		return nil
	}
	return awscdk.Duration_Seconds(jsii.Number(s.WindowSeconds))
}

// filtersFor are the patterns of the records that a function is for: each that
// has one of them.
func filtersFor(f topology.Function) *[]*map[string]any {
	patterns := []*map[string]any{rowsOnly(), liveOnly()}
	if f.Stream.Table == topology.VisitorsTable {
		patterns = []*map[string]any{reactionsOnly()}
	}
	var filters []*map[string]any
	for _, pattern := range patterns {
		filters = append(filters, awslambda.FilterCriteria_Filter(pattern))
	}
	return &filters
}

// reactionsOnly is the pattern of records of what became of items. Binary values
// stand in a record in base64, where three bytes are four letters: those at the
// beginning of a packed trace are its format, its trust, and its type.
func reactionsOnly() *map[string]any {
	var beginnings []any
	for trust := journey.Human; trust < journey.Machine; trust++ {
		for _, name := range personalize.ReactionTypes() {
			trace := pack.AppendTrace(nil, &journey.Trace{Trust: trust, Type: name})
			beginnings = append(beginnings, map[string]any{"prefix": base64.StdEncoding.EncodeToString(trace[:3])})
		}
	}
	return &map[string]any{
		"dynamodb": map[string]any{
			"NewImage": map[string]any{topology.PackedAttribute: map[string]any{"B": beginnings}},
		},
	}
}

// rowsOnly is the pattern of records of rows: their partitions have the names
// of config tables.
func rowsOnly() *map[string]any {
	var partitions []string
	for _, name := range configtables.Tables() {
		partitions = append(partitions, topology.Workspace+name)
	}
	return keyed(map[string]any{topology.TableAttribute: map[string]any{"S": partitions}})
}

// liveOnly is the pattern of records of which snapshot is live.
func liveOnly() *map[string]any {
	return keyed(map[string]any{
		topology.TableAttribute: map[string]any{"S": []string{topology.Workspace + topology.ReleasePartition}},
		topology.RowAttribute:   map[string]any{"S": []string{topology.LiveRow}},
	})
}

func keyed(keys map[string]any) *map[string]any {
	return &map[string]any{"dynamodb": map[string]any{"Keys": keys}}
}
