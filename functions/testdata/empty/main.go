// Command empty is a Lambda function that does nothing: the floor of what a
// start can cost.
package main

import "github.com/aws/aws-lambda-go/lambda"

func main() {
	lambda.Start(func() (map[string]int, error) { return map[string]int{"statusCode": 204}, nil })
}
