package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2integrations"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"

	"wegweiser/shared/topology"
)

// newAPI puts the routes in front of their functions, and returns the API with
// its address. A call without a route, a preflight and a throttled call end
// here, and are free. There is no access log: paths name visitors, and a line a
// request costs more than its Query.
func newAPI(stack awscdk.Stack, s settings, functions map[string]awslambda.Function) (api awsapigatewayv2.HttpApi, url *string) {
	api = awsapigatewayv2.NewHttpApi(stack, jsii.String("Api"), &awsapigatewayv2.HttpApiProps{
		ApiName:            jsii.String(s.name),
		CreateDefaultStage: jsii.Bool(false),
		CorsPreflight: &awsapigatewayv2.CorsPreflightOptions{
			AllowOrigins:  jsii.Strings(s.origins...),
			AllowMethods:  corsMethods(),
			AllowHeaders:  jsii.Strings(topology.CORSRequestHeaders()...),
			ExposeHeaders: jsii.Strings(topology.CORSResponseHeaders()...),
			MaxAge:        awscdk.Duration_Seconds(jsii.Number(topology.CORSMaxAgeSeconds)),
		},
	})
	stage := awsapigatewayv2.NewHttpStage(stack, jsii.String("Stage"), &awsapigatewayv2.HttpStageProps{
		HttpApi:    api,
		StageName:  jsii.String("$default"),
		AutoDeploy: jsii.Bool(true),
		Throttle: &awsapigatewayv2.ThrottleSettings{
			RateLimit:  jsii.Number(s.rate),
			BurstLimit: jsii.Number(2 * s.rate),
		},
	})
	integrations := map[string]awsapigatewayv2.HttpRouteIntegration{}
	for _, f := range topology.Functions() {
		if f.Stream != nil || f.Batches {
			continue
		}
		integrations[f.Name] = awsapigatewayv2integrations.NewHttpLambdaIntegration(
			construct(f.Name, "Integration"), functions[f.Name],
			&awsapigatewayv2integrations.HttpLambdaIntegrationProps{
				PayloadFormatVersion:   awsapigatewayv2.PayloadFormatVersion_VERSION_2_0(),
				ScopePermissionToRoute: jsii.Bool(false),
			})
	}
	for _, r := range topology.Routes() {
		var methods []awsapigatewayv2.HttpMethod
		for _, method := range r.Methods() {
			methods = append(methods, awsapigatewayv2.HttpMethod(method))
		}
		api.AddRoutes(&awsapigatewayv2.AddRoutesOptions{
			Path:        jsii.String(r.Path),
			Methods:     &methods,
			Integration: integrations[r.Function],
		})
	}
	return api, stage.Url()
}

// corsMethods is every method that some route answers, each once.
func corsMethods() *[]awsapigatewayv2.CorsHttpMethod {
	var methods []awsapigatewayv2.CorsHttpMethod
	for _, m := range topology.CORSMethods() {
		methods = append(methods, awsapigatewayv2.CorsHttpMethod(m))
	}
	return &methods
}
