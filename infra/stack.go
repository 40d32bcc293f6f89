package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"wegweiser/shared/topology"
)

// newStacks is one whole deployment: what answers, and the console, which calls
// it. They are two so that the first needs nothing of the second.
func newStacks(scope constructs.Construct, s settings) {
	newConsole(scope, s, newStack(scope, s))
}

// newStack is tables, the functions that read and write them, what works through
// files of recipients, and the API in front, which it returns.
func newStack(scope constructs.Construct, s settings) awsapigatewayv2.HttpApi {
	stack := awscdk.NewStack(scope, jsii.String(s.name), &awscdk.StackProps{
		StackName:   jsii.String(s.name),
		Description: jsii.String("Wegweiser: personalization along the customer journey"),
	})
	tables, bucket, alarms := newTables(stack), newBucket(stack), newAlarms(stack, s)
	functions := newFunctions(stack, s, tables, bucket, newKeys(stack), alarms)
	api, url := newAPI(stack, s, functions)
	newBatches(stack, s, functions[topology.BatchFunction], bucket, alarms)
	output(stack, "Url", "Where the API answers.", url)
	return api
}

func output(stack awscdk.Stack, id, says string, value *string) {
	awscdk.NewCfnOutput(stack, jsii.String(id), &awscdk.CfnOutputProps{Description: jsii.String(says), Value: value})
}
