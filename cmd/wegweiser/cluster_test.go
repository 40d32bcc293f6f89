package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"wegweiser/shared/client"
	"wegweiser/shared/store/dynamo"
	"wegweiser/shared/store/dynamo/dynamotest"
	"wegweiser/shared/topology"
)

// cluster is one shop in DynamoDB Local with servers, each a process of its
// own, and a person in front of its tables.
type cluster struct {
	*testing.T
	urls    []string
	clients []*client.Client
	dynamo  *dynamodb.Client
	config  string // the table of rows

	environment []string // of its servers
}

const (
	clusterSecret = "sk_cluster"
	clusterAdmin  = "ak_cluster"
)

func newCluster(t *testing.T) *cluster {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c := &cluster{T: t, dynamo: dynamotest.Client(t, dynamo.Transport())}
	names, err := dynamotest.CreateTables(ctx, c.dynamo, rand.Text()+"-")
	if err != nil {
		t.Fatal(err)
	}
	c.config = names[topology.ConfigTable]
	c.environment = append(withoutKeys(os.Environ()),
		topology.EnvSecretKey+"="+clusterSecret, topology.EnvAdminKey+"=ada:"+clusterAdmin,
		"AWS_ENDPOINT_URL_DYNAMODB="+dynamotest.Endpoint(t), "AWS_REGION=us-east-1",
		"AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local")
	for _, table := range topology.Tables() {
		c.environment = append(c.environment, table.Env+"="+names[table.Name])
	}
	return c
}

// serve starts one more server.
func (c *cluster) serve() {
	c.Helper()
	serve := exec.Command("wegweiser", "serve", "--store", dynamoStore, "--data", c.TempDir(), "--listen", "127.0.0.1:0", "--quiet")
	serve.Env = c.environment
	url := startServer(c.T, serve)
	c.urls = append(c.urls, url)
	c.clients = append(c.clients, client.New(url, client.Keys{Secret: clusterSecret, Admin: clusterAdmin}, nil))
}

func typedText(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

// typed is a cell as a person types it.
func typed(cell any) types.AttributeValue {
	switch v := cell.(type) {
	case string:
		return typedText(v)
	case bool:
		return &types.AttributeValueMemberBOOL{Value: v}
	case []string:
		list := make([]types.AttributeValue, len(v))
		for i, member := range v {
			list[i] = typedText(member)
		}
		return &types.AttributeValueMemberL{Value: list}
	}
	number, _ := json.Marshal(cell)
	return &types.AttributeValueMemberN{Value: string(number)}
}

func rowAttributes(key rowKey, cells map[string]any) map[string]types.AttributeValue {
	item := map[string]types.AttributeValue{topology.TableAttribute: typedText(key.table), topology.RowAttribute: typedText(key.id)}
	for column, cell := range cells {
		item[column] = typed(cell)
	}
	return item
}

// types writes what a person does to one or more rows in front of the table.
func (c *cluster) types(writes ...types.TransactWriteItem) {
	c.Helper()
	var err error
	switch one := writes[0]; {
	case len(writes) > 1:
		_, err = c.dynamo.TransactWriteItems(c.Context(), &dynamodb.TransactWriteItemsInput{TransactItems: writes})
	case one.Put != nil:
		_, err = c.dynamo.PutItem(c.Context(), &dynamodb.PutItemInput{TableName: one.Put.TableName, Item: one.Put.Item})
	case one.Delete != nil:
		_, err = c.dynamo.DeleteItem(c.Context(), &dynamodb.DeleteItemInput{TableName: one.Delete.TableName, Key: one.Delete.Key})
	default:
		_, err = c.dynamo.UpdateItem(c.Context(), &dynamodb.UpdateItemInput{
			TableName: one.Update.TableName, Key: one.Update.Key, UpdateExpression: one.Update.UpdateExpression,
			ExpressionAttributeNames: one.Update.ExpressionAttributeNames, ExpressionAttributeValues: one.Update.ExpressionAttributeValues,
		})
	}
	if err != nil {
		c.Fatal(err)
	}
}

func (c *cluster) put(key rowKey, cells map[string]any) types.TransactWriteItem {
	return types.TransactWriteItem{Put: &types.Put{TableName: &c.config, Item: rowAttributes(key, cells)}}
}

func (c *cluster) remove(key rowKey) types.TransactWriteItem {
	return types.TransactWriteItem{Delete: &types.Delete{TableName: &c.config, Key: rowAttributes(key, nil)}}
}

func (c *cluster) set(key rowKey, column string, value types.AttributeValue) types.TransactWriteItem {
	return types.TransactWriteItem{Update: &types.Update{
		TableName: &c.config, Key: rowAttributes(key, nil), UpdateExpression: aws.String("SET #c = :v"),
		ExpressionAttributeNames: map[string]string{"#c": column}, ExpressionAttributeValues: map[string]types.AttributeValue{":v": value},
	}}
}
