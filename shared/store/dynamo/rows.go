package dynamo

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
	"wegweiser/shared/topology"
)

// rowsPartition holds the rows of all tables. The stream of the config table is
// filtered to it.
const rowsPartition = "rows"

// rowKey sorts rows by table, then id: # is less than whatever a table's name
// may contain.
func (s *Store) rowKey(table, id string) item {
	return item{topology.PartitionAttribute: s.partition(rowsPartition), topology.SortAttribute: text(table + "#" + id)}
}

// Rows implements store.Configuration. It reads consistently.
func (s *Store) Rows(ctx context.Context, table string) ([]store.Row, error) {
	in := &dynamodb.QueryInput{
		TableName:                 s.config,
		KeyConditionExpression:    aws.String("v = :v"),
		ExpressionAttributeValues: item{":v": s.partition(rowsPartition)},
		ConsistentRead:            aws.Bool(true),
	}
	if table != "" {
		in.KeyConditionExpression = aws.String("v = :v AND begins_with(k, :k)")
		in.ExpressionAttributeValues[":k"] = text(table + "#")
	}
	var rows []store.Row
	for i, err := range s.query(ctx, in) {
		if err != nil {
			return nil, unavailable(ctx, "read rows", err)
		}
		of, id, _ := strings.Cut(textOf(i, topology.SortAttribute), "#")
		rows = append(rows, store.Row{
			Table: of, ID: id, Body: bytesOf(i, bodyAttribute), Version: textOf(i, versionOf),
			Author: textOf(i, authorOf), At: journey.Millis(numberIn(i, timeOf)),
		})
	}
	return rows, nil
}

// Edit implements store.Configuration: one transaction.
func (s *Store) Edit(ctx context.Context, edits []store.Edit) error {
	const attempt = "edit rows"
	if err := store.CheckEdits(edits); err != nil {
		return fmt.Errorf("%s: %w", attempt, err)
	}
	if len(edits) == 0 {
		return nil
	}
	items := make([]types.TransactWriteItem, len(edits))
	for i := range edits {
		items[i] = s.edit(&edits[i])
	}
	err := s.transact(ctx, items)
	if err == nil {
		return nil
	}
	for _, reason := range reasons(err) {
		if failedWith(reason, conditionFailed) {
			return store.ErrConflict
		}
	}
	return unavailable(ctx, attempt, err)
}

func (s *Store) edit(e *store.Edit) types.TransactWriteItem {
	condition, values := expect(e.Expect)
	i := s.rowKey(e.Table, e.ID)
	if e.Body == nil {
		return types.TransactWriteItem{Delete: &types.Delete{
			TableName: s.config, Key: i, ConditionExpression: condition, ExpressionAttributeValues: values,
		}}
	}
	i[bodyAttribute] = binary(e.Body)
	i[versionOf] = text(store.Version(e.Body))
	i[authorOf] = text(e.Author)
	i[timeOf] = number(int64(e.At))
	return types.TransactWriteItem{Put: &types.Put{
		TableName: s.config, Item: i, ConditionExpression: condition, ExpressionAttributeValues: values,
	}}
}

func expect(version string) (condition *string, values item) {
	switch version {
	case store.Any:
		return nil, nil
	case store.Absent:
		return aws.String("attribute_not_exists(k)"), nil
	}
	return aws.String("h = :h"), item{":h": text(version)}
}
