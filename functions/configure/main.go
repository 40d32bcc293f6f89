// Command configure is the Lambda function that keeps configuration, checks it
// and publishes it: the only one that reads conditions as they are written.
package main

import (
	_ "time/tzdata" // the runtime image brings no time zones

	"wegweiser/functions/internal/host"
	"wegweiser/shared/rule/parse"
	"wegweiser/shared/store/dynamo"
	"wegweiser/shared/topology"
)

func main() {
	host.Main(topology.ConfigureFunction, dynamo.FromEnv, &host.Options{Parse: parse.Parse})
}
