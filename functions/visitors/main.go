// Command visitors is the Lambda function that changes what is known of visitors, and counts where they stand.
package main

import (
	_ "time/tzdata" // the runtime image brings no time zones

	"wegweiser/functions/internal/host"
	"wegweiser/shared/measure/rollup"
	"wegweiser/shared/store/dynamo"
	"wegweiser/shared/topology"
)

func main() {
	host.Main(topology.VisitorsFunction, dynamo.FromEnv, &host.Options{Items: rollup.Believer})
}
