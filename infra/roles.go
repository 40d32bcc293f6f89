package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"

	"wegweiser/shared/topology"
)

// newRole lets one function write its own log, touch the tables that the
// topology gives it, be called with its stream, and do what else is stated, and
// nothing else.
func newRole(stack awscdk.Stack, f topology.Function, tables map[string]awsdynamodb.Table, logs awslogs.LogGroup, others ...awsiam.PolicyStatement) awsiam.Role {
	statements := append([]awsiam.PolicyStatement{
		statement(*logs.LogGroupArn(), "logs:CreateLogStream", "logs:PutLogEvents"),
	}, others...)
	for _, g := range f.Grants {
		resource := *tables[g.Table].TableArn()
		if g.Index != "" {
			resource += "/index/" + g.Index
		}
		statements = append(statements, statement(resource, inService("dynamodb", g.Actions)...))
	}
	if f.Stream != nil {
		statements = append(statements, statement(*tables[f.Stream.Table].TableStreamArn(), inService("dynamodb", topology.StreamActions())...))
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

func inService(service string, actions []string) []string {
	named := make([]string, len(actions))
	for i, action := range actions {
		named[i] = service + ":" + action
	}
	return named
}
