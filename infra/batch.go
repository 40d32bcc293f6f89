package main

import (
	_ "embed"
	"strconv"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	"github.com/aws/jsii-runtime-go"

	"wegweiser/shared/topology"
)

// newBucket is where files of recipients are put, and their answers come. What
// is in it ends by itself; the bucket stays with its files when the stack goes,
// as CloudFormation deletes none that is not empty.
func newBucket(stack awscdk.Stack) awss3.Bucket {
	return awss3.NewBucket(stack, jsii.String("BatchFiles"), &awss3.BucketProps{
		BlockPublicAccess: awss3.BlockPublicAccess_BLOCK_ALL(),
		Encryption:        awss3.BucketEncryption_S3_MANAGED,
		EnforceSSL:        jsii.Bool(true),
		ObjectOwnership:   awss3.ObjectOwnership_BUCKET_OWNER_ENFORCED,
		RemovalPolicy:     awscdk.RemovalPolicy_RETAIN,
		LifecycleRules: &[]*awss3.LifecycleRule{
			{
				Expiration:                          awscdk.Duration_Days(jsii.Number(topology.BatchFilesDays)),
				AbortIncompleteMultipartUploadAfter: awscdk.Duration_Days(jsii.Number(1)),
			},
			{Prefix: jsii.String(topology.BatchWork), Expiration: awscdk.Duration_Days(jsii.Number(topology.BatchWorkDays))},
		},
	})
}

// onFiles are the rights of the function of batches on their bucket.
func onFiles(bucket awss3.Bucket) []awsiam.PolicyStatement {
	whole, files := topology.BucketActions()
	return []awsiam.PolicyStatement{
		statement(*bucket.BucketArn(), inService("s3", whole)...),
		statement(*bucket.BucketArn()+"/*", inService("s3", files)...),
	}
}

//go:embed batch.asl.json
var batchStates string

// partsLabel stands in the names of the executions for parts; the definition
// has it too.
const partsLabel = "Parts"

// newBatches is the state machine that works through files of recipients. It
// has a name, so that its role can say that it starts itself, for each part.
// See docs/decisions/0020-files-are-decided-in-parts.md.
func newBatches(stack awscdk.Stack, s settings, function awslambda.Function, bucket awss3.Bucket, alarms awssns.Topic) {
	name := *awscdk.Names_UniqueResourceName(stack, &awscdk.UniqueResourceNameOptions{MaxLength: jsii.Number(70)}) + "-batch"
	inStates := func(kind, of string) string {
		return *stack.FormatArn(&awscdk.ArnComponents{
			Service: jsii.String("states"), Resource: jsii.String(kind), ResourceName: jsii.String(of), ArnFormat: awscdk.ArnFormat_COLON_RESOURCE_NAME,
		})
	}
	role := awsiam.NewRole(stack, jsii.String("BatchesRole"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("states.amazonaws.com"), nil),
		InlinePolicies: &map[string]awsiam.PolicyDocument{
			"own": awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{Statements: &[]awsiam.PolicyStatement{
				statement(*function.FunctionArn(), "lambda:InvokeFunction"),
				statement(*bucket.BucketArn()+"/"+topology.BatchWork+"*", "s3:GetObject"),
				statement(inStates("stateMachine", name), "states:StartExecution"),
				statement(inStates("execution", name+":*"), "states:DescribeExecution", "states:StopExecution"),
				statement(inStates("execution", name+"/"+partsLabel+":*"), "states:RedriveExecution"),
			}}),
		},
	})
	machine := awsstepfunctions.NewCfnStateMachine(stack, jsii.String("Batches"), &awsstepfunctions.CfnStateMachineProps{
		StateMachineName: jsii.String(name),
		RoleArn:          role.RoleArn(),
		DefinitionString: jsii.String(strings.ReplaceAll(batchStates, `"${Parallel}"`, strconv.Itoa(s.parallel))),
		DefinitionSubstitutions: map[string]*string{
			"Function": function.FunctionArn(), "Bucket": bucket.BucketName(), "Partition": stack.Partition(),
		},
	})
	failed := awscloudwatch.NewMetric(&awscloudwatch.MetricProps{
		Namespace: jsii.String("AWS/States"), MetricName: jsii.String("ExecutionsFailed"),
		DimensionsMap: &map[string]*string{"StateMachineArn": machine.AttrArn()},
		Statistic:     jsii.String("Sum"), Period: awscdk.Duration_Minutes(jsii.Number(looksEveryMinutes)),
	})
	raise(stack, jsii.String("BatchesFailedAlarm"), "batches: One did not end well, and says why; started again, it goes on.", failed, 1, alarms)
	output(stack, "BatchBucket", "Where files of recipients are put, and their answers come.", bucket.BucketName())
	output(stack, "BatchMachine", "What decides for a file: docs/email.md says how it is started.", machine.AttrArn())
}
