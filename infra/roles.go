package main

import (
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"

	"wegweiser/shared/topology"
)

// What a function may do with a table that it reads, or writes. A transaction
// needs the permission of each of its parts, and no other.
var (
	readActions  = []string{"dynamodb:GetItem", "dynamodb:Query"}
	writeActions = []string{"dynamodb:ConditionCheckItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}
)

// newRole lets one function write its own log, and touch the tables that the
// topology gives it, and nothing else.
func newRole(stack awscdk.Stack, f topology.Function, tables map[string]awsdynamodb.Table, logs awslogs.LogGroup) awsiam.Role {
	statements := []awsiam.PolicyStatement{
		statement(*logs.LogGroupArn(), "logs:CreateLogStream", "logs:PutLogEvents"),
	}
	for _, t := range topology.Tables() {
		var actions []string
		if slices.Contains(f.Reads, t.Name) {
			actions = append(actions, readActions...)
		}
		if slices.Contains(f.Writes, t.Name) {
			actions = append(actions, writeActions...)
		}
		if len(actions) == 0 {
			continue
		}
		arn := *tables[t.Name].TableArn()
		statements = append(statements, statement(arn, actions...))
		if t.Index != nil && slices.Contains(f.Reads, t.Name) {
			statements = append(statements, statement(arn+"/index/"+t.Index.Name, "dynamodb:Query"))
		}
	}
	return awsiam.NewRole(stack, construct(f.Name, "Role"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
		InlinePolicies: &map[string]awsiam.PolicyDocument{
			"own": awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{Statements: &statements}),
		},
	})
}

func statement(resource string, actions ...string) awsiam.PolicyStatement {
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Actions:   jsii.Strings(actions...),
		Resources: jsii.Strings(resource),
	})
}
