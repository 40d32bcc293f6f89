// Command batch is the Lambda function that decides for files of recipients, a
// part at a time: Step Functions calls it, with what infra/batch.asl.json says.
package main

import (
	_ "time/tzdata" // the runtime image brings no time zones

	"wegweiser/functions/internal/bucket"
	"wegweiser/functions/internal/host"
	"wegweiser/shared/store/dynamo"
)

func main() {
	host.Batch(dynamo.FromEnv, bucket.FromEnv)
}
