package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"

	"wegweiser/shared/topology"
)

// newRole lets one function write its own log, and touch the tables that the
// topology gives it, and nothing else.
func newRole(stack awscdk.Stack, f topology.Function, tables map[string]awsdynamodb.Table, logs awslogs.LogGroup) awsiam.Role {
	statements := []awsiam.PolicyStatement{
		statement(*logs.LogGroupArn(), "logs:CreateLogStream", "logs:PutLogEvents"),
	}
	for _, t := range topology.Tables() {
		arn := *tables[t.Name].TableArn()
		if actions := f.Actions(t.Name); len(actions) > 0 {
			statements = append(statements, statement(arn, prefixed("dynamodb:", actions)...))
		}
		if t.Index == nil {
			continue
		}
		if actions := f.IndexActions(t.Name); len(actions) > 0 {
			statements = append(statements, statement(arn+"/index/"+t.Index.Name, prefixed("dynamodb:", actions)...))
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

func prefixed(service string, actions []string) []string {
	names := make([]string, len(actions))
	for i, action := range actions {
		names[i] = service + action
	}
	return names
}
