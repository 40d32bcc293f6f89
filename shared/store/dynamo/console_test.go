package dynamo_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"wegweiser/shared/store/dynamo"
	"wegweiser/shared/store/dynamo/dynamotest"
	"wegweiser/shared/topology"
)

type attributes = map[string]types.AttributeValue

func typedText(s string) types.AttributeValue   { return &types.AttributeValueMemberS{Value: s} }
func typedNumber(n string) types.AttributeValue { return &types.AttributeValueMemberN{Value: n} }
func typedBool(b bool) types.AttributeValue     { return &types.AttributeValueMemberBOOL{Value: b} }
func typedList(members ...types.AttributeValue) types.AttributeValue {
	return &types.AttributeValueMemberL{Value: members}
}

// person is somebody in front of the AWS console, beside a store.
type person struct {
	*testing.T
	client *dynamodb.Client
	prefix string
	table  string
}

func newPerson(t *testing.T, prefix string) person {
	return person{t, dynamotest.Client(t, dynamo.Transport()), prefix, dynamotest.Tables(t)[topology.ConfigTable]}
}

func (p person) key(table, id string) attributes {
	return attributes{"table": typedText(p.prefix + table), "id": typedText(id)}
}

// puts types a whole row, under the names that the documentation says.
func (p person) puts(table, id string, row attributes) {
	p.Helper()
	i := p.key(table, id)
	for name, value := range row {
		i[name] = value
	}
	if _, err := p.client.PutItem(context.Background(), &dynamodb.PutItemInput{TableName: &p.table, Item: i}); err != nil {
		p.Fatal(err)
	}
}

// changes types one attribute of a row, and leaves the others.
func (p person) changes(table, id, name string, value types.AttributeValue) {
	p.Helper()
	if _, err := p.client.UpdateItem(context.Background(), &dynamodb.UpdateItemInput{
		TableName: &p.table, Key: p.key(table, id), UpdateExpression: aws.String("SET #n = :v"),
		ExpressionAttributeNames: map[string]string{"#n": name}, ExpressionAttributeValues: attributes{":v": value},
	}); err != nil {
		p.Fatal(err)
	}
}

func (p person) removes(table, id, name string) {
	p.Helper()
	if _, err := p.client.UpdateItem(context.Background(), &dynamodb.UpdateItemInput{
		TableName: &p.table, Key: p.key(table, id), UpdateExpression: aws.String("REMOVE #n"),
		ExpressionAttributeNames: map[string]string{"#n": name},
	}); err != nil {
		p.Fatal(err)
	}
}

func (p person) deletes(table, id string) {
	p.Helper()
	if _, err := p.client.DeleteItem(context.Background(), &dynamodb.DeleteItemInput{TableName: &p.table, Key: p.key(table, id)}); err != nil {
		p.Fatal(err)
	}
}

// sees reads a row as DynamoDB has it.
func (p person) sees(table, id string) attributes {
	p.Helper()
	out, err := p.client.GetItem(context.Background(), &dynamodb.GetItemInput{
		TableName: &p.table, Key: p.key(table, id), ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		p.Fatal(err)
	}
	return out.Item
}
