// Command publish is the Lambda function that changes of the config table wake.
// Changed rows it makes live, where the live settings say so; of what went live
// it makes the statistics anew that decisions rank by.
package main

import (
	_ "time/tzdata" // the runtime image brings no time zones

	"wegweiser/functions/internal/host"
	"wegweiser/shared/measure/rollup"
	"wegweiser/shared/rule/parse"
	"wegweiser/shared/store/dynamo"
)

func main() {
	host.Publish(dynamo.FromEnv, parse.Parse, rollup.Of)
}
