// Command reads is a Lambda function that asks its environment's request of
// DynamoDB before its first event, with nothing but net/http: the floor of what
// a start that reads can cost. Who answers is DynamoDB Local, which takes any
// signature.
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	if err := ask("GetItem", os.Getenv("READS_GetItem")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	lambda.Start(func() (map[string]int, error) { return map[string]int{"statusCode": 204}, nil })
}

func ask(operation, body string) error {
	request, err := http.NewRequest(http.MethodPost, os.Getenv("AWS_ENDPOINT_URL_DYNAMODB"), strings.NewReader(body))
	if err != nil {
		return fmt.Errorf("make the request: %w", err)
	}
	request.Header.Set("Content-Type", "application/x-amz-json-1.0")
	request.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20200101/eu-central-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("ask for %s: %w", operation, err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return fmt.Errorf("read the answer to %s: %w", operation, err)
	}
	if !strings.Contains(string(answer), `"Item`) {
		return fmt.Errorf("%s answers %d without an item: %.200s", operation, response.StatusCode, answer)
	}
	return nil
}
