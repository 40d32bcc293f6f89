package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"wegweiser/shared/topology"
)

// newKeys declares the keys as parameters that CloudFormation never shows, and
// returns their values by environment variable: neither the template nor the
// repository holds a key. See docs/decisions/0004-keys-as-parameters.md.
func newKeys(stack awscdk.Stack) map[string]*string {
	values := map[string]*string{}
	for _, k := range []struct{ id, env, description string }{
		{"PublishableKey", topology.EnvPublishableKey, "The key that stands in web pages. Empty, none lets anybody in."},
		{"SecretKey", topology.EnvSecretKey, "The key of your servers. Empty, none lets anybody in."},
		{"AdminKey", topology.EnvAdminKey, "The keys that change configuration, as name:key,name:key. Empty, none lets anybody in."},
		{"TokenSecret", topology.EnvTokenSecret, "What visitor tokens are signed with; while rotating, new,old. Empty, it is made of the secret key."},
	} {
		values[k.env] = awscdk.NewCfnParameter(stack, jsii.String(k.id), &awscdk.CfnParameterProps{
			Type:        jsii.String("String"),
			NoEcho:      jsii.Bool(true),
			Default:     "",
			Description: jsii.String(k.description),
		}).ValueAsString()
	}
	return values
}
