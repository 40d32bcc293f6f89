// Command collect is the Lambda function that takes touchpoints.
package main

import (
	"wegweiser/functions/internal/host"
	"wegweiser/shared/store/dynamo"
	"wegweiser/shared/topology"
)

func main() {
	host.Main(topology.CollectFunction, dynamo.FromEnv, nil)
}
