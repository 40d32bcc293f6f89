package main

import (
	"encoding/json"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/topology"
)

func TestConsoleFilesAreOutOfReach(t *testing.T) {
	tpl := loadConsole(t)
	bucket := tpl.named(t, "AWS::S3::Bucket", "files", "")
	want := map[string]any{"BlockPublicAcls": true, "BlockPublicPolicy": true, "IgnorePublicAcls": true, "RestrictPublicBuckets": true}
	if diff := cmp.Diff(want, bucket.Properties["PublicAccessBlockConfiguration"]); diff != "" {
		t.Errorf("public access (-want +got):\n%s", diff)
	}
	if got := at(bucket.Properties, "BucketEncryption", "ServerSideEncryptionConfiguration", 0, "ServerSideEncryptionByDefault", "SSEAlgorithm"); got != "AES256" {
		t.Errorf("encryption is %v, want AES256", got)
	}
	if bucket.DeletionPolicy != "Retain" {
		t.Errorf("deletion policy is %q, want Retain: a bucket with files cannot be deleted", bucket.DeletionPolicy)
	}
	policy := tpl.named(t, "AWS::S3::BucketPolicy", "files", "Policy")
	statements, _ := at(policy.Properties, "PolicyDocument", "Statement").([]any)
	if len(statements) != 2 {
		t.Fatalf("got %d statements, want 2: %v", len(statements), statements)
	}
	if at(statements[0], "Effect") != "Deny" || at(statements[0], "Condition", "Bool", "aws:SecureTransport") != "false" {
		t.Errorf("the first statement is %v, want one that denies what comes without TLS", statements[0])
	}
	read := statements[1]
	if at(read, "Effect") != "Allow" || at(read, "Action") != "s3:GetObject" || at(read, "Principal", "Service") != "cloudfront.amazonaws.com" {
		t.Errorf("the second statement is %v, want one that lets CloudFront read", read)
	}
	source, _ := json.Marshal(at(read, "Condition", "StringEquals", "AWS:SourceArn"))
	if !strings.Contains(string(source), ":distribution/") || !strings.Contains(string(source), `{"Ref":"Distribution`) {
		t.Errorf("it lets %s read, want the stack's own distribution alone", source)
	}
}

func TestConsoleAndAPIHaveOneOrigin(t *testing.T) {
	tpl := loadConsole(t)
	config, _ := at(tpl.named(t, "AWS::CloudFront::Distribution", "distribution", "").Properties, "DistributionConfig").(map[string]any)
	origins := map[any]any{}
	for i := range 2 {
		origins[at(config, "Origins", i, "Id")] = at(config, "Origins", i)
	}
	if extra := at(config, "Origins", 2); extra != nil {
		t.Errorf("got a third origin %v, want the bucket and the API", extra)
	}

	files := at(config, "DefaultCacheBehavior")
	if got := at(files, "ViewerProtocolPolicy"); got != "redirect-to-https" {
		t.Errorf("files: viewer protocol policy %v, want redirect-to-https", got)
	}
	origin := origins[at(files, "TargetOriginId")]
	if !refers(at(origin, "DomainName"), "files", "") || at(origin, "OriginAccessControlId") == nil {
		t.Errorf("files come from %v, want the bucket by an access control", origin)
	}

	idle := map[string]bool{} // patterns that no route was seen to match
	for i := 0; at(config, "CacheBehaviors", i) != nil; i++ {
		calls := at(config, "CacheBehaviors", i)
		pattern, _ := at(calls, "PathPattern").(string)
		idle[pattern] = true
		for property, want := range map[string]any{
			"ViewerProtocolPolicy":  "https-only",
			"CachePolicyId":         "4135ea2d-6df8-44a3-9df3-4b5a84be39ad", // AWS's CachingDisabled
			"OriginRequestPolicyId": "b689b0a8-53d0-40ab-baf2-68738e2966ac", // AWS's AllViewerExceptHostHeader
			"Compress":              false,
			"AllowedMethods":        []any{"GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"},
		} {
			if diff := cmp.Diff(want, at(calls, property)); diff != "" {
				t.Errorf("%v: %s (-want +got):\n%s", at(calls, "PathPattern"), property, diff)
			}
		}
		origin := origins[at(calls, "TargetOriginId")]
		api, _ := at(origin, "DomainName", "Fn::Join", 1, 0, "Fn::ImportValue").(string)
		if !strings.HasPrefix(api, "wegweiser:ExportsOutputRefApi") || at(origin, "CustomOriginConfig", "OriginProtocolPolicy") != "https-only" {
			t.Errorf("%v goes to %v, want the API over TLS", at(calls, "PathPattern"), origin)
		}
	}
	patterns := slices.Collect(maps.Keys(idle))
	for _, route := range topology.Routes() {
		handed := false
		for _, pattern := range patterns {
			prefix, open := strings.CutSuffix(pattern, "*")
			if route.Path == pattern || open && strings.HasPrefix(route.Path, prefix) {
				handed = true
				delete(idle, pattern)
			}
		}
		if !handed {
			t.Errorf("no path of %v hands %s on to the API", patterns, route.Path)
		}
	}
	if len(idle) > 0 {
		t.Errorf("the paths %v are handed on to the API, which has none of them", idle)
	}
}

// make deploy reads the bucket's name there.
func TestOutputsSayWhereTheConsoleIs(t *testing.T) {
	outputs := loadConsole(t).Outputs
	if got := outputs["ConsoleBucket"].Value; !refers(got, "files", "") {
		t.Errorf("ConsoleBucket is %v, want the bucket of the console's files", got)
	}
	parts, _ := at(outputs["ConsoleUrl"].Value, "Fn::Join", 1).([]any)
	if len(parts) != 3 || parts[0] != "https://" || !refers(parts[1], "distribution", "") || parts[2] != topology.ConsolePath {
		t.Errorf("ConsoleUrl is made of %v, want https://, the distribution's domain and %s", parts, topology.ConsolePath)
	}
}

// CloudFront keeps a refusal for ten seconds unless it is told not to: a row
// that was just made would still be missing, and a good key still be refused.
func TestRefusalsAreNotKept(t *testing.T) {
	config := at(loadConsole(t).named(t, "AWS::CloudFront::Distribution", "distribution", "").Properties, "DistributionConfig")
	kept := map[float64]any{}
	responses, _ := at(config, "CustomErrorResponses").([]any)
	for _, r := range responses {
		status, _ := at(r, "ErrorCode").(float64)
		kept[status] = at(r, "ErrorCachingMinTTL")
		if at(r, "ResponsePagePath") != nil {
			t.Errorf("%v: the API's problem is replaced by a page", status)
		}
	}
	for _, status := range []float64{400, 403, 404, 405, 414, 500, 501, 502, 503, 504} {
		if kept[status] != 0.0 {
			t.Errorf("%v is kept for %v seconds, want 0", status, kept[status])
		}
	}
}

func TestConsoleHasTheHeadersOfTheOneMachineProgram(t *testing.T) {
	config := at(loadConsole(t).named(t, "AWS::CloudFront::ResponseHeadersPolicy", "headers", "").Properties, "ResponseHeadersPolicyConfig")
	want := map[string]any{
		"ContentSecurityPolicy":   map[string]any{"ContentSecurityPolicy": topology.ConsoleSecurityPolicy, "Override": true},
		"ContentTypeOptions":      map[string]any{"Override": true},
		"ReferrerPolicy":          map[string]any{"ReferrerPolicy": topology.ConsoleReferrerPolicy, "Override": true},
		"StrictTransportSecurity": map[string]any{"AccessControlMaxAgeSec": 31536000.0, "Override": true},
	}
	if diff := cmp.Diff(want, at(config, "SecurityHeadersConfig")); diff != "" {
		t.Errorf("security headers (-want +got):\n%s", diff)
	}
	others := []any{map[string]any{"Header": "Cache-Control", "Value": topology.ConsoleCacheControl, "Override": true}}
	if diff := cmp.Diff(others, at(config, "CustomHeadersConfig", "Items")); diff != "" {
		t.Errorf("other headers (-want +got):\n%s", diff)
	}
}

// The paths at CloudFront lead where those of the one-machine program lead.
func TestPathsOfTheConsole(t *testing.T) {
	code, _ := loadConsole(t).named(t, "AWS::CloudFront::Function", "paths", "").Properties["FunctionCode"].(string)
	call := code + `; console.log(JSON.stringify(process.argv.slice(1).map(uri => {
		const to = handler({ request: { uri } })
		return to.statusCode ? to.statusCode + ' ' + to.headers.location.value : to.uri
	})))`
	want := map[string]string{
		"/": "302 /console/", "/console": "302 /console/", "/console/": "/console/index.html",
		"/console/console.js": "/console/console.js", "/other/": "/other/",
	}
	var paths []string
	for path := range want {
		paths = append(paths, path)
	}
	out, err := exec.Command("node", append([]string{"-e", call}, paths...)...).Output()
	if err != nil {
		t.Fatalf("run the function: %v", err)
	}
	var got []string
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	for i, path := range paths {
		if got[i] != want[path] {
			t.Errorf("%s leads to %s, want %s", path, got[i], want[path])
		}
	}
}
