// Command infra is the CDK app: it synthesises the stacks of one
// deployment from what shared/topology says. `make synth` and `make deploy` run it.
package main

import (
	"fmt"
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
)

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(&awscdk.AppProps{AnalyticsReporting: jsii.Bool(false)})
	settings, err := readSettings(app)
	if err != nil {
		fmt.Fprintln(os.Stderr, "infra:", err)
		jsii.Close()
		os.Exit(1)
	}
	newStacks(app, settings)
	app.Synth(nil)
}
