package main

import (
	"maps"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/jsii-runtime-go"

	"wegweiser/shared/topology"
)

// newFunctions returns the functions by their name in the topology. Those with
// callers have the keys of all, and that of batches has those by which tokens
// are signed.
func newFunctions(stack awscdk.Stack, s settings, tables map[string]awsdynamodb.Table, bucket awss3.Bucket, keys map[string]*string, alarms awssns.Topic) map[string]awslambda.Function {
	names := map[string]*string{}
	for _, t := range topology.Tables() {
		names[t.Env] = tables[t.Name].TableName()
	}
	called := map[string]*string{topology.EnvOrigins: jsii.String(strings.Join(s.origins, ","))}
	maps.Copy(called, names)
	maps.Copy(called, keys)
	batches := map[string]*string{
		topology.EnvBucket:    bucket.BucketName(),
		topology.EnvSecretKey: keys[topology.EnvSecretKey], topology.EnvTokenSecret: keys[topology.EnvTokenSecret],
	}
	maps.Copy(batches, names)
	functions := map[string]awslambda.Function{}
	for _, f := range topology.Functions() {
		logs := newLogs(stack, f)
		switch {
		case f.Stream != nil:
			givenUp := newGivenUp(stack, f)
			role := newRole(stack, f, tables, logs, statement(*givenUp.QueueArn(), "sqs:SendMessage"))
			function := newFunction(stack, s, f, names, role, logs)
			newSource(stack, f, tables, function, givenUp)
			watch(stack, f, function, countErrors(stack, s, f, function), alarms)
			functions[f.Name] = function
		case f.Batches:
			functions[f.Name] = newFunction(stack, s, f, batches, newRole(stack, f, tables, logs, onFiles(bucket)...), logs)
		default:
			functions[f.Name] = newFunction(stack, s, f, called, newRole(stack, f, tables, logs), logs)
		}
	}
	return functions
}

func newLogs(stack awscdk.Stack, f topology.Function) awslogs.LogGroup {
	return awslogs.NewLogGroup(stack, construct(f.Name, "Logs"), &awslogs.LogGroupProps{
		Retention:     awslogs.RetentionDays_TWO_WEEKS,
		RemovalPolicy: awscdk.RemovalPolicy_DESTROY,
	})
}

func newFunction(stack awscdk.Stack, s settings, f topology.Function, environment map[string]*string, role awsiam.Role, logs awslogs.LogGroup) awslambda.Function {
	function := awslambda.NewFunction(stack, construct(f.Name, "Function"), &awslambda.FunctionProps{
		Runtime:      awslambda.Runtime_PROVIDED_AL2023(),
		Architecture: awslambda.Architecture_ARM_64(),
		Handler:      jsii.String("bootstrap"),
		Code:         awslambda.Code_FromAsset(jsii.String(s.archive(f.Name)), nil),
		MemorySize:   jsii.Number(topology.MemoryMB),
		Timeout:      awscdk.Duration_Seconds(jsii.Number(f.TimeoutSeconds)),
		Environment:  &environment,
		Role:         role,
		LogGroup:     logs,
		// A line a request costs more than its Query, and the platform's own
		// three lines more than the whole running time. Both can be had for a
		// while by setting a level on the function.
		LoggingFormat:         awslambda.LoggingFormat_JSON,
		ApplicationLogLevelV2: awslambda.ApplicationLogLevel_WARN,
		SystemLogLevelV2:      awslambda.SystemLogLevel_WARN,
	})
	// The function refers to its role, whose policy is part of it: a second,
	// explicit dependency would only be a warning of every template linter.
	function.Node().DefaultChild().(awslambda.CfnFunction).AddDeletionOverride(jsii.String("DependsOn"))
	return function
}

// construct is the id of a construct for something that the topology names.
func construct(name, kind string) *string {
	return jsii.String(strings.ToUpper(name[:1]) + name[1:] + kind)
}
