package dynamo

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"wegweiser/shared/store"
	"wegweiser/shared/store/pack"
	"wegweiser/shared/topology"
)

// budgetPartition starts the partitions of budgets.
const budgetPartition = "budget#"

// Claim implements store.Budgets: one conditional update.
func (s *Store) Claim(ctx context.Context, b store.Budget) error {
	const attempt = "claim budget"
	if err := store.CheckClaim(b); err != nil {
		return fmt.Errorf("%s: %w", attempt, err)
	}
	update := &dynamodb.UpdateItemInput{
		TableName: s.statistics, Key: s.budgetKey(b),
		UpdateExpression:          aws.String("ADD n :one"),
		ConditionExpression:       aws.String("attribute_not_exists(n) OR n < :limit"),
		ExpressionAttributeValues: item{":one": number(1), ":limit": number(b.Limit)},
	}
	if second := pack.Second(b.Expires); second != 0 {
		update.UpdateExpression = aws.String("ADD n :one SET x = :expiry")
		update.ExpressionAttributeValues[":expiry"] = number(second)
	}
	_, err := s.client.UpdateItem(ctx, update, unrepeated)
	var full *types.ConditionalCheckFailedException
	switch {
	case errors.As(err, &full):
		return fmt.Errorf("%s: %w", attempt, store.ErrFull)
	case err != nil:
		return unavailable(ctx, attempt, err)
	}
	return nil
}

// Unclaim implements store.Budgets: one conditional update.
func (s *Store) Unclaim(ctx context.Context, b store.Budget) error {
	const attempt = "give budget back"
	if err := store.CheckBudget(b); err != nil {
		return fmt.Errorf("%s: %w", attempt, err)
	}
	_, err := s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: s.statistics, Key: s.budgetKey(b),
		UpdateExpression:          aws.String("ADD n :less"),
		ConditionExpression:       aws.String("n > :none"),
		ExpressionAttributeValues: item{":less": number(-1), ":none": number(0)},
	}, unrepeated)
	var none *types.ConditionalCheckFailedException
	if err != nil && !errors.As(err, &none) {
		return unavailable(ctx, attempt, err)
	}
	return nil
}

// Claimed implements store.Budgets.
func (s *Store) Claimed(ctx context.Context, b store.Budget) (int64, error) {
	const attempt = "read budget"
	if err := store.CheckBudget(b); err != nil {
		return 0, fmt.Errorf("%s: %w", attempt, err)
	}
	out, err := s.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: s.statistics, Key: s.budgetKey(b), ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		return 0, unavailable(ctx, attempt, err)
	}
	return numberIn(out.Item, numberOf), nil
}

func (s *Store) budgetKey(b store.Budget) item {
	return item{topology.PartitionAttribute: s.partition(budgetPartition + b.Item), topology.SortAttribute: text(b.Period)}
}
