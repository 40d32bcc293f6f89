package dynamo

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
	"wegweiser/shared/store/pack"
	"wegweiser/shared/topology"
)

// Receipts and results of one owner stand in one partition, apart by what their
// sort keys start with.
const (
	receiptPrefix = "d#"
	resultPrefix  = "m#"
)

// PutReceipts implements store.Receipts: a put each.
func (s *Store) PutReceipts(ctx context.Context, receipts []store.Receipt) error {
	const attempt = "put receipts"
	if err := store.CheckReceipts(receipts); err != nil {
		return fmt.Errorf("%s: %w", attempt, err)
	}
	err := each(len(receipts), func(n int) error {
		r := &receipts[n]
		i := s.receiptKey(r.Owner, receiptPrefix+r.ID)
		if len(r.Body) > 0 {
			i[bodyAttribute] = binary(r.Body)
		}
		if second := pack.Second(r.Expires); second != 0 {
			i[topology.ExpiryAttribute] = number(second)
		}
		_, err := s.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: s.receipts, Item: i})
		return err
	})
	if err != nil {
		return unavailable(ctx, attempt, err)
	}
	return nil
}

func (s *Store) receiptKey(owner, sort string) item {
	return item{topology.PartitionAttribute: s.partition(owner), topology.SortAttribute: text(sort)}
}

// receiptOf reads a stored receipt, and reports whether it is one, and there at
// now.
func (s *Store) receiptOf(i item, now journey.Millis) (r store.Receipt, there bool) {
	second := numberIn(i, topology.ExpiryAttribute)
	id, is := strings.CutPrefix(textOf(i, topology.SortAttribute), receiptPrefix)
	if !is || pack.Expired(second, now) {
		return r, false
	}
	r.Owner, r.ID = strings.TrimPrefix(textOf(i, topology.PartitionAttribute), s.prefix), id
	r.Body, r.Expires = bytesOf(i, bodyAttribute), journey.Millis(second*1000)
	return r, true
}

// Receipt implements store.Receipts.
func (s *Store) Receipt(ctx context.Context, key store.ReceiptKey, now journey.Millis) (store.Receipt, error) {
	const attempt = "read receipt"
	if err := store.CheckReceiptKey(key); err != nil {
		return store.Receipt{}, fmt.Errorf("%s: %w", attempt, err)
	}
	out, err := s.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: s.receipts, Key: s.receiptKey(key.Owner, receiptPrefix+key.ID), ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		return store.Receipt{}, unavailable(ctx, attempt, err)
	}
	r, there := s.receiptOf(out.Item, now)
	if !there {
		return store.Receipt{}, store.ErrNotFound
	}
	return r, nil
}

// queryReceipts asks for what one owner has under a prefix, consistently.
func (s *Store) queryReceipts(owner, prefix string) *dynamodb.QueryInput {
	return &dynamodb.QueryInput{
		TableName:                 s.receipts,
		KeyConditionExpression:    aws.String("v = :v AND begins_with(k, :k)"),
		ExpressionAttributeValues: item{":v": s.partition(owner), ":k": text(prefix)},
		ConsistentRead:            aws.Bool(true),
	}
}

// ReceiptsOf implements store.Receipts.
func (s *Store) ReceiptsOf(ctx context.Context, owner string, now journey.Millis) iter.Seq2[store.Receipt, error] {
	const attempt = "read receipts"
	return func(yield func(store.Receipt, error) bool) {
		if err := store.CheckOwner(owner); err != nil {
			yield(store.Receipt{}, fmt.Errorf("%s: %w", attempt, err))
			return
		}
		in := s.queryReceipts(owner, receiptPrefix)
		in.ScanIndexForward = aws.Bool(false)
		for i, err := range s.query(ctx, in) {
			if err != nil {
				yield(store.Receipt{}, unavailable(ctx, attempt, err))
				return
			}
			if r, there := s.receiptOf(i, now); there && !yield(r, nil) {
				return
			}
		}
	}
}

// AllReceipts implements store.Receipts: a scan, which goes on behind a key that
// need not be there.
func (s *Store) AllReceipts(ctx context.Context, after store.ReceiptKey, now journey.Millis) iter.Seq2[store.Receipt, error] {
	const attempt = "read all receipts"
	return func(yield func(store.Receipt, error) bool) {
		in := &dynamodb.ScanInput{
			TableName:                 s.receipts,
			FilterExpression:          aws.String("begins_with(v, :v) AND begins_with(k, :k)"),
			ExpressionAttributeValues: item{":v": s.partition(""), ":k": text(receiptPrefix)},
		}
		if s.prefix == "" {
			in.FilterExpression = aws.String("begins_with(k, :k)")
			delete(in.ExpressionAttributeValues, ":v")
		}
		if after != (store.ReceiptKey{}) {
			if err := store.CheckReceiptKey(after); err != nil {
				yield(store.Receipt{}, fmt.Errorf("%s: %w", attempt, err))
				return
			}
			in.ExclusiveStartKey = s.receiptKey(after.Owner, receiptPrefix+after.ID)
		}
		for pages := dynamodb.NewScanPaginator(s.client, in); pages.HasMorePages(); {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield(store.Receipt{}, unavailable(ctx, attempt, err))
				return
			}
			for _, i := range page.Items {
				if r, there := s.receiptOf(i, now); there && !yield(r, nil) {
					return
				}
			}
		}
	}
}
