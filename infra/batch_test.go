package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/topology"
)

func TestFilesOfBatchesAreOutOfReachAndEnd(t *testing.T) {
	tpl := load(t)
	bucket := tpl.named(t, "AWS::S3::Bucket", "batch", "Files")
	want := map[string]any{
		"PublicAccessBlockConfiguration": map[string]any{"BlockPublicAcls": true, "BlockPublicPolicy": true, "IgnorePublicAcls": true, "RestrictPublicBuckets": true},
		"BucketEncryption": map[string]any{"ServerSideEncryptionConfiguration": []any{
			map[string]any{"ServerSideEncryptionByDefault": map[string]any{"SSEAlgorithm": "AES256"}},
		}},
		"OwnershipControls": map[string]any{"Rules": []any{map[string]any{"ObjectOwnership": "BucketOwnerEnforced"}}},
		"LifecycleConfiguration": map[string]any{"Rules": []any{
			map[string]any{"Status": "Enabled", "ExpirationInDays": 7.0, "AbortIncompleteMultipartUpload": map[string]any{"DaysAfterInitiation": 1.0}},
			map[string]any{"Status": "Enabled", "ExpirationInDays": 1.0, "Prefix": "work/"},
		}},
	}
	if diff := cmp.Diff(want, bucket.Properties); diff != "" {
		t.Errorf("bucket (-want +got):\n%s", diff)
	}
	if bucket.DeletionPolicy != "Retain" {
		t.Errorf("deletion policy is %q, want Retain: a bucket with files cannot be deleted", bucket.DeletionPolicy)
	}
	statements, _ := at(tpl.named(t, "AWS::S3::BucketPolicy", "batch", "FilesPolicy").Properties, "PolicyDocument", "Statement").([]any)
	if len(statements) != 1 || at(statements[0], "Effect") != "Deny" || at(statements[0], "Condition", "Bool", "aws:SecureTransport") != "false" {
		t.Errorf("the bucket's policy is %v, want one that denies what comes without TLS", statements)
	}
}

// placeholder is what stands in a definition for what is known when it is
// deployed.
var placeholder = regexp.MustCompile(`\$\{(\w+)\}`)

// definition is what the template says that batches do.
func definition(t *testing.T, tpl template) (states map[string]any, substitutions map[string]any) {
	t.Helper()
	machine := tpl.named(t, "AWS::StepFunctions::StateMachine", "batches", "").Properties
	text, _ := machine["DefinitionString"].(string)
	if err := json.Unmarshal([]byte(text), &states); err != nil {
		t.Fatalf("the definition is no JSON: %v\n%s", err, text)
	}
	substitutions, _ = machine["DefinitionSubstitutions"].(map[string]any)
	used := map[string]bool{}
	for _, found := range placeholder.FindAllStringSubmatch(text, -1) {
		used[found[1]] = true
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(substitutions)), slices.Sorted(maps.Keys(used))); diff != "" {
		t.Errorf("placeholders (-said +used):\n%s", diff)
	}
	return states, substitutions
}

func TestStatesOfBatchesHoldTogether(t *testing.T) {
	states, substitutions := definition(t, load(t))
	for _, problem := range problemsOf(states) {
		t.Error(problem)
	}
	if !refers(substitutions["Function"], "batch", "Function") || !refers(substitutions["Bucket"], "batch", "Files") {
		t.Errorf("it works with %v, want the function and the bucket of batches", substitutions)
	}
	parts := at(states, "States", "Decide")
	for path, want := range map[string]any{
		"MaxConcurrency": 20.0, "ToleratedFailurePercentage": 100.0, "Label": partsLabel,
		"ItemProcessor/ProcessorConfig/Mode": "DISTRIBUTED", "ItemProcessor/ProcessorConfig/ExecutionType": "STANDARD",
		"ItemReader/ReaderConfig/InputType": "JSONL", "ItemReader/Parameters/Bucket": "${Bucket}",
	} {
		var steps []any
		for step := range strings.SplitSeq(path, "/") {
			steps = append(steps, step)
		}
		if got := at(parts, steps...); got != want {
			t.Errorf("%s of the parts is %v, want %v", path, got, want)
		}
	}
}

// problemsOf looks at states as Step Functions does before it takes them: all
// are reached, and lead to those that are there or to the end.
func problemsOf(machine any) (problems []string) {
	states, _ := at(machine, "States").(map[string]any)
	start, _ := at(machine, "StartAt").(string)
	reached, open := map[string]bool{}, []string{start}
	for len(open) > 0 {
		name := open[0]
		open = open[1:]
		if reached[name] {
			continue
		}
		reached[name] = true
		state, ok := states[name].(map[string]any)
		if !ok {
			problems = append(problems, fmt.Sprintf("there is no state %q", name))
			continue
		}
		next := leadsTo(state)
		if ends := state["End"] == true; ends == (len(next) > 0) {
			problems = append(problems, fmt.Sprintf("%s must either end or lead on", name))
		}
		open = append(open, next...)
		if inner := state["ItemProcessor"]; inner != nil {
			problems = append(problems, problemsOf(inner)...)
		}
		problems = append(problems, retryProblems(name, state)...)
	}
	for name := range states {
		if !reached[name] {
			problems = append(problems, name+" is never reached")
		}
	}
	return problems
}

func leadsTo(state map[string]any) (names []string) {
	choices, _ := state["Choices"].([]any)
	for _, from := range append([]any{state}, choices...) {
		for _, key := range []string{"Next", "Default"} {
			if name, ok := at(from, key).(string); ok {
				names = append(names, name)
			}
		}
	}
	return names
}

// retryProblems holds that a rule for everything is alone and the last.
func retryProblems(name string, state map[string]any) (problems []string) {
	rules, _ := state["Retry"].([]any)
	for i, rule := range rules {
		errors, _ := at(rule, "ErrorEquals").([]any)
		if len(errors) == 0 || slices.Contains(errors, any("States.ALL")) && (len(errors) > 1 || i < len(rules)-1) {
			problems = append(problems, fmt.Sprintf("%s: the rule %d for errors is never asked, or asks for others in vain: %v", name, i, errors))
		}
	}
	return problems
}

func TestStatesThatDoNotHoldTogetherAreFound(t *testing.T) {
	for text, want := range map[string]string{
		`{"StartAt":"A","States":{"A":{"Next":"B"}}}`:                                                                     `there is no state "B"`,
		`{"StartAt":"A","States":{"A":{"End":true},"B":{"End":true}}}`:                                                    "B is never reached",
		`{"StartAt":"A","States":{"A":{}}}`:                                                                               "A must either end or lead on",
		`{"StartAt":"A","States":{"A":{"End":true,"ItemProcessor":{"StartAt":"C","States":{}}}}}`:                         `there is no state "C"`,
		`{"StartAt":"A","States":{"A":{"End":true,"Retry":[{"ErrorEquals":["States.ALL"]},{"ErrorEquals":["X"]}]}}}`:      "never asked",
		`{"StartAt":"A","States":{"A":{"Choices":[{"Next":"B"}],"Default":"C"},"B":{"End":true},"C":{"Next":"nowhere"}}}`: `there is no state "nowhere"`,
	} {
		var machine any
		if err := json.Unmarshal([]byte(text), &machine); err != nil {
			t.Fatal(err)
		}
		if got := problemsOf(machine); len(got) != 1 || !strings.Contains(got[0], want) {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

// What starts itself has a name that its role knows beforehand.
func TestRoleOfBatchesIsLeastPrivilege(t *testing.T) {
	tpl := load(t)
	machine := tpl.named(t, "AWS::StepFunctions::StateMachine", "batches", "").Properties
	if got := machine["StateMachineName"]; got != "wegweiser-batch" {
		t.Errorf("got the name %v, want wegweiser-batch", got)
	}
	if !refers(machine["RoleArn"], "batches", "Role") {
		t.Errorf("got role %v, want its own", machine["RoleArn"])
	}
	role := tpl.named(t, "AWS::IAM::Role", "batches", "Role").Properties
	if got := at(role, "AssumeRolePolicyDocument", "Statement", 0, "Principal", "Service"); got != "states.amazonaws.com" || role["ManagedPolicyArns"] != nil {
		t.Errorf("got a role for %v with %v, want one for Step Functions alone", got, role["ManagedPolicyArns"])
	}
	got := map[string]string{}
	statements, _ := at(role, "Policies", 0, "PolicyDocument", "Statement").([]any)
	for _, s := range statements {
		resource := string(asJSON(t, at(s, "Resource")))
		for _, part := range []string{`{"Fn::GetAtt":["BatchFunction`, `["BatchFiles`, `:stateMachine:wegweiser-batch"`, `:execution:wegweiser-batch:*"`, `:execution:wegweiser-batch/Parts:*"`} {
			if strings.Contains(resource, part) {
				got[part] = strings.Join(actionsOf(s), " ")
			}
		}
		if strings.Contains(resource, "BatchFiles") && !strings.Contains(resource, `"/`+topology.BatchWork+`*"`) {
			t.Errorf("it reads %s, want no more than what is worked on", resource)
		}
	}
	want := map[string]string{
		`{"Fn::GetAtt":["BatchFunction`: "lambda:InvokeFunction", `["BatchFiles`: "s3:GetObject",
		`:stateMachine:wegweiser-batch"`:      "states:StartExecution",
		`:execution:wegweiser-batch:*"`:       "states:DescribeExecution states:StopExecution",
		`:execution:wegweiser-batch/Parts:*"`: "states:RedriveExecution",
	}
	if diff := cmp.Diff(want, got); diff != "" || len(statements) != len(want) {
		t.Errorf("%d statements, actions by resource (-want +got):\n%s", len(statements), diff)
	}
}

func asJSON(t *testing.T, value any) []byte {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestBatchesAreWatched(t *testing.T) {
	alarm := load(t).named(t, "AWS::CloudWatch::Alarm", "batches", "FailedAlarm").Properties
	for property, want := range map[string]any{"Namespace": "AWS/States", "MetricName": "ExecutionsFailed", "Statistic": "Sum", "Threshold": 1.0, "Period": 300.0} {
		if got := alarm[property]; got != want {
			t.Errorf("%s is %v, want %v", property, got, want)
		}
	}
	if at(alarm, "Dimensions", 0, "Name") != "StateMachineArn" || !refers(at(alarm, "Dimensions", 0, "Value"), "batches", "") || !refers(at(alarm, "AlarmActions", 0), "alarms", "") {
		t.Errorf("it watches %v and tells %v, want batches and the topic", alarm["Dimensions"], alarm["AlarmActions"])
	}
}

func TestOutputsSayWhereBatchesAre(t *testing.T) {
	outputs := load(t).Outputs
	if got := outputs["BatchBucket"].Value; !refers(got, "batch", "Files") {
		t.Errorf("BatchBucket is %v, want the bucket", got)
	}
	if got := outputs["BatchMachine"].Value; !refers(got, "batches", "") {
		t.Errorf("BatchMachine is %v, want the state machine", got)
	}
}

func TestPartsAtATimeAreASetting(t *testing.T) {
	needNode(t)
	both, err := synth(map[string]any{"parallel": "3", "name": "a-name-" + strings.Repeat("long", 25)})
	if err != nil {
		t.Fatal(err)
	}
	tpl := parsed(t, both.whole)
	states, _ := definition(t, tpl)
	if got := at(states, "States", "Decide", "MaxConcurrency"); got != 3.0 {
		t.Errorf("got %v parts at a time, want 3", got)
	}
	name, _ := tpl.named(t, "AWS::StepFunctions::StateMachine", "batches", "").Properties["StateMachineName"].(string)
	if len(name) > 80 || !strings.HasSuffix(name, "-batch") {
		t.Errorf("got the name %q, want one of at most 80 characters", name)
	}
}
