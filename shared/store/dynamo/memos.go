package dynamo

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"wegweiser/shared/store"
	"wegweiser/shared/topology"
)

// memoPartition holds the memos: no config table has such a name.
const memoPartition = "memo"

// Memos implements store.Configuration: one consistent Query.
func (s *Store) Memos(ctx context.Context) (map[string][]byte, error) {
	memos := map[string][]byte{}
	for i, err := range s.query(ctx, s.queryConfig(memoPartition)) {
		if err != nil {
			return nil, unavailable(ctx, "read memos", err)
		}
		memos[textOf(i, topology.RowAttribute)] = bytesOf(i, bodyAttribute)
	}
	return memos, nil
}

// PutMemo implements store.Configuration.
func (s *Store) PutMemo(ctx context.Context, name string, value []byte) error {
	const attempt = "put memo"
	if err := store.CheckMemo(name, value); err != nil {
		return fmt.Errorf("%s: %w", attempt, err)
	}
	key := s.configKey(memoPartition, name)
	var err error
	if value == nil {
		_, err = s.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: s.config, Key: key})
	} else {
		key[bodyAttribute] = binary(value)
		_, err = s.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: s.config, Item: key})
	}
	if err != nil {
		return unavailable(ctx, attempt, err)
	}
	return nil
}
