// Command rollup is the Lambda function that the stream of the visitors table
// wakes: it counts what became of items that were shown, and makes of it what
// decisions rank by.
package main

import (
	_ "time/tzdata" // the runtime image brings no time zones

	"wegweiser/functions/internal/host"
	"wegweiser/shared/measure/rollup"
	"wegweiser/shared/store/dynamo"
)

func main() {
	host.Rollup(dynamo.FromEnv, rollup.Of)
}
