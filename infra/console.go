package main

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfront"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfrontorigins"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"wegweiser/shared/topology"
)

// pathsOfAPI returns those that the console's origin hands on to the API: what
// stands alone as it is, and all that shares a first segment by that.
func pathsOfAPI() []string {
	var paths []string
	for _, r := range topology.Routes() {
		first, _, more := strings.Cut(r.Path[1:], "/")
		path := "/" + first
		if more {
			path += "/*"
		}
		paths = append(paths, path)
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

//go:embed console.js
var consolePaths string

// newConsole is a stack that puts a private bucket and the API behind one
// address, so that the console calls its own origin as it does on one machine.
// `make deploy` fills the bucket: see
// docs/decisions/0012-console-without-a-function.md.
func newConsole(scope constructs.Construct, s settings, api awsapigatewayv2.HttpApi) {
	name := s.name + "-console"
	stack := awscdk.NewStack(scope, jsii.String(name), &awscdk.StackProps{
		StackName:   jsii.String(name),
		Description: jsii.String("Wegweiser: the marketers' console"),
	})
	files := awss3.NewBucket(stack, jsii.String("Files"), &awss3.BucketProps{
		BlockPublicAccess: awss3.BlockPublicAccess_BLOCK_ALL(),
		Encryption:        awss3.BucketEncryption_S3_MANAGED,
		EnforceSSL:        jsii.Bool(true),
		ObjectOwnership:   awss3.ObjectOwnership_BUCKET_OWNER_ENFORCED,
		RemovalPolicy:     awscdk.RemovalPolicy_RETAIN,
	})
	behaviors, calls := map[string]*awscloudfront.BehaviorOptions{}, apiBehavior(stack, api)
	for _, path := range pathsOfAPI() {
		behaviors[path] = calls
	}
	distribution := awscloudfront.NewDistribution(stack, jsii.String("Distribution"), &awscloudfront.DistributionProps{
		Comment:             jsii.String(name),
		PriceClass:          awscloudfront.PriceClass_PRICE_CLASS_100,
		HttpVersion:         awscloudfront.HttpVersion_HTTP2_AND_3,
		DefaultBehavior:     filesBehavior(stack, files),
		AdditionalBehaviors: &behaviors,
		ErrorResponses:      neverKept(),
	})
	output(stack, "ConsoleUrl", "Where marketers work; an admin key signs in.",
		jsii.String("https://"+*distribution.DistributionDomainName()+topology.ConsolePath))
	output(stack, "ConsoleBucket", "Where its files belong, under console/.", files.BucketName())
}

func filesBehavior(stack awscdk.Stack, files awss3.Bucket) *awscloudfront.BehaviorOptions {
	return &awscloudfront.BehaviorOptions{
		Origin: awscloudfrontorigins.S3BucketOrigin_WithOriginAccessControl(files, &awscloudfrontorigins.S3BucketOriginWithOACProps{
			OriginAccessControl: awscloudfront.NewS3OriginAccessControl(stack, jsii.String("Access"), &awscloudfront.S3OriginAccessControlProps{
				OriginAccessControlName: inRegion(stack),
			}),
		}),
		ViewerProtocolPolicy:  awscloudfront.ViewerProtocolPolicy_REDIRECT_TO_HTTPS,
		CachePolicy:           awscloudfront.CachePolicy_CACHING_OPTIMIZED(),
		Compress:              jsii.Bool(true),
		ResponseHeadersPolicy: consoleHeaders(stack),
		FunctionAssociations: &[]*awscloudfront.FunctionAssociation{{
			EventType: awscloudfront.FunctionEventType_VIEWER_REQUEST,
			Function: awscloudfront.NewFunction(stack, jsii.String("Paths"), &awscloudfront.FunctionProps{
				Code:    awscloudfront.FunctionCode_FromInline(jsii.String(consolePaths)),
				Runtime: awscloudfront.FunctionRuntime_JS_2_0(),
			}),
		}},
	}
}

// apiBehavior hands a call on as it came, and keeps no answer; compressed here,
// the ETag of a row would no longer be one that can be sent back. A call without
// TLS is refused rather than redirected: its key would be out already.
func apiBehavior(stack awscdk.Stack, api awsapigatewayv2.HttpApi) *awscloudfront.BehaviorOptions {
	domain := jsii.String(*api.ApiId() + ".execute-api." + *stack.Region() + "." + *stack.UrlSuffix())
	return &awscloudfront.BehaviorOptions{
		Origin: awscloudfrontorigins.NewHttpOrigin(domain, &awscloudfrontorigins.HttpOriginProps{
			ProtocolPolicy: awscloudfront.OriginProtocolPolicy_HTTPS_ONLY,
		}),
		ViewerProtocolPolicy: awscloudfront.ViewerProtocolPolicy_HTTPS_ONLY,
		AllowedMethods:       awscloudfront.AllowedMethods_ALLOW_ALL(),
		Compress:             jsii.Bool(false),
		CachePolicy:          awscloudfront.CachePolicy_CACHING_DISABLED(),
		OriginRequestPolicy:  awscloudfront.OriginRequestPolicy_ALL_VIEWER_EXCEPT_HOST_HEADER(),
	}
}

// neverKept stops CloudFront from answering with an earlier refusal of the API:
// it keeps them for ten seconds otherwise, whatever the answer says, for callers
// with another key too.
func neverKept() *[]*awscloudfront.ErrorResponse {
	var all []*awscloudfront.ErrorResponse
	for _, status := range []int{400, 403, 404, 405, 414, 500, 501, 502, 503, 504} {
		all = append(all, &awscloudfront.ErrorResponse{HttpStatus: jsii.Number(status), Ttl: awscdk.Duration_Seconds(jsii.Number(0))})
	}
	return &all
}

// consoleHeaders are those that the one-machine program sends with the same
// files, and that browsers come back with TLS.
func consoleHeaders(stack awscdk.Stack) awscloudfront.ResponseHeadersPolicy {
	return awscloudfront.NewResponseHeadersPolicy(stack, jsii.String("Headers"), &awscloudfront.ResponseHeadersPolicyProps{
		ResponseHeadersPolicyName: inRegion(stack),
		SecurityHeadersBehavior: &awscloudfront.ResponseSecurityHeadersBehavior{
			ContentSecurityPolicy: &awscloudfront.ResponseHeadersContentSecurityPolicy{
				ContentSecurityPolicy: jsii.String(topology.ConsoleSecurityPolicy), Override: jsii.Bool(true),
			},
			ContentTypeOptions: &awscloudfront.ResponseHeadersContentTypeOptions{Override: jsii.Bool(true)},
			ReferrerPolicy: &awscloudfront.ResponseHeadersReferrerPolicy{
				ReferrerPolicy: awscloudfront.HeadersReferrerPolicy_NO_REFERRER, Override: jsii.Bool(true),
			},
			StrictTransportSecurity: &awscloudfront.ResponseHeadersStrictTransportSecurity{
				AccessControlMaxAge: awscdk.Duration_Days(jsii.Number(365)), Override: jsii.Bool(true),
			},
		},
		CustomHeadersBehavior: &awscloudfront.ResponseCustomHeadersBehavior{
			CustomHeaders: &[]*awscloudfront.ResponseCustomHeader{{
				Header: jsii.String("Cache-Control"), Value: jsii.String(topology.ConsoleCacheControl), Override: jsii.Bool(true),
			}},
		},
	})
}

// inRegion names a thing of CloudFront after its stack: an account has one list
// of such names for all regions.
func inRegion(stack awscdk.Stack) *string {
	name := awscdk.Names_UniqueResourceName(stack, &awscdk.UniqueResourceNameOptions{MaxLength: jsii.Number(40)})
	return jsii.String(*name + "-" + *stack.Region())
}
