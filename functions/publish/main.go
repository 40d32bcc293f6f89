// Command publish is the Lambda function that the changed rows of the config
// table wake: where the live settings say so, it makes them live.
package main

import (
	_ "time/tzdata" // the runtime image brings no time zones

	"wegweiser/functions/internal/host"
	"wegweiser/shared/rule/parse"
	"wegweiser/shared/store/dynamo"
)

func main() {
	host.Publish(dynamo.FromEnv, parse.Parse)
}
