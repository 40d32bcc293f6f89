package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// newStack is one whole deployment: tables, the functions that read and write
// them, and the API in front.
func newStack(scope constructs.Construct, s settings) awscdk.Stack {
	stack := awscdk.NewStack(scope, jsii.String(s.name), &awscdk.StackProps{
		StackName:   jsii.String(s.name),
		Description: jsii.String("Wegweiser: personalization along the customer journey"),
	})
	tables := newTables(stack)
	functions := newFunctions(stack, s, tables, newKeys(stack))
	awscdk.NewCfnOutput(stack, jsii.String("Url"), &awscdk.CfnOutputProps{
		Description: jsii.String("Where the API answers."),
		Value:       newAPI(stack, s, functions),
	})
	return stack
}
