package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/jsii-runtime-go"

	"wegweiser/shared/topology"
)

// newTables returns the tables by their name in the topology. They outlive the
// stack: neither a wrong change nor a deleted stack takes the data along.
func newTables(stack awscdk.Stack) map[string]awsdynamodb.Table {
	tables := map[string]awsdynamodb.Table{}
	for _, t := range topology.Tables() {
		tables[t.Name] = newTable(stack, t)
	}
	return tables
}

func newTable(stack awscdk.Stack, t topology.Table) awsdynamodb.Table {
	props := &awsdynamodb.TableProps{
		PartitionKey: attribute(t.Partition),
		SortKey:      attribute(t.Sort),
		BillingMode:  awsdynamodb.BillingMode_PAY_PER_REQUEST,
		PointInTimeRecoverySpecification: &awsdynamodb.PointInTimeRecoverySpecification{
			PointInTimeRecoveryEnabled: jsii.Bool(true),
			RecoveryPeriodInDays:       jsii.Number(topology.RecoveryDays),
		},
		DeletionProtection: jsii.Bool(true),
		RemovalPolicy:      awscdk.RemovalPolicy_RETAIN,
	}
	if t.TTL != "" {
		props.TimeToLiveAttribute = jsii.String(t.TTL)
	}
	if t.Stream != "" {
		props.Stream = awsdynamodb.StreamViewType(t.Stream)
	}
	table := awsdynamodb.NewTable(stack, construct(t.Name, "Table"), props)
	if t.Index != nil {
		table.AddLocalSecondaryIndex(&awsdynamodb.LocalSecondaryIndexProps{
			IndexName:        jsii.String(t.Index.Name),
			SortKey:          attribute(t.Index.Sort),
			ProjectionType:   awsdynamodb.ProjectionType_INCLUDE,
			NonKeyAttributes: jsii.Strings(t.Index.Projects...),
		})
	}
	return table
}

func attribute(k topology.Key) *awsdynamodb.Attribute {
	types := map[string]awsdynamodb.AttributeType{
		"S": awsdynamodb.AttributeType_STRING,
		"B": awsdynamodb.AttributeType_BINARY,
		"N": awsdynamodb.AttributeType_NUMBER,
	}
	return &awsdynamodb.Attribute{Name: jsii.String(k.Name), Type: types[k.Type]}
}
