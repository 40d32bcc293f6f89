// Command decide is the Lambda function that answers decisions, and what a page or an operator asks beside them.
package main

import (
	_ "time/tzdata" // the runtime image brings no time zones

	"wegweiser/functions/internal/host"
	"wegweiser/shared/store/dynamo"
	"wegweiser/shared/topology"
)

func main() {
	host.Main(topology.DecideFunction, dynamo.FromEnv, nil)
}
