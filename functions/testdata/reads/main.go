// Command reads is a Lambda function that asks its environment's request of
// DynamoDB before its first event, with nothing but net/http: the floor of what
// a start that reads can cost. Who answers is DynamoDB Local, which takes any
// signature.
package main

import (
	"io"
	"log"
	"net/http"
	"os"
	"strings"

	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	request, err := http.NewRequest(http.MethodPost, os.Getenv("AWS_ENDPOINT_URL_DYNAMODB"), strings.NewReader(os.Getenv("READS_GetItem")))
	if err != nil {
		log.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-amz-json-1.0")
	request.Header.Set("X-Amz-Target", "DynamoDB_20120810.GetItem")
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20200101/eu-central-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	answer, err := io.ReadAll(response.Body)
	if err != nil || !strings.Contains(string(answer), `"Item`) {
		log.Fatalf("GetItem answers %d without an item: %.200s (%v)", response.StatusCode, answer, err)
	}
	lambda.Start(func() (map[string]int, error) { return map[string]int{"statusCode": 204}, nil })
}
