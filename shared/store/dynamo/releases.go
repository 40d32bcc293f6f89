package dynamo

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
	"wegweiser/shared/topology"
)

const (
	// chunkBytes of a snapshot are one item: DynamoDB takes 400 KB.
	chunkBytes = 256 << 10

	// Partitions beside those of the rows: no config table has such a name.
	snapshotPartition = "snapshot#"
	manifestKey       = "manifest" // sorts behind every chunk
	releasePartition  = topology.ReleasePartition
	liveKey           = topology.LiveRow
	startKey          = "start" // the live release again, with its snapshot where that is one chunk
)

var errIncomplete = errors.New("a part of the snapshot is missing")

func (s *Store) snapshotKey(id, sort string) item {
	return s.configKey(snapshotPartition+id, sort)
}

func (s *Store) chunkKey(id string, n int) item {
	return s.snapshotKey(id, fmt.Sprintf("%04d", n))
}

func (s *Store) releaseKey(sort string) item {
	return s.configKey(releasePartition, sort)
}

// PutSnapshot implements store.Configuration. The manifest comes last, and a
// snapshot without one is not there.
func (s *Store) PutSnapshot(ctx context.Context, id string, encoded []byte) error {
	const attempt = "put snapshot"
	if err := store.CheckSnapshot(id); err != nil {
		return fmt.Errorf("%s: %w", attempt, err)
	}
	manifest := s.snapshotKey(id, manifestKey)
	have, err := s.getConfig(ctx, manifest)
	if err != nil {
		return unavailable(ctx, attempt, err)
	}
	if have != nil {
		return nil
	}
	chunks := 0
	for ; chunks*chunkBytes < len(encoded); chunks++ {
		i := s.chunkKey(id, chunks)
		i[bodyAttribute] = binary(encoded[chunks*chunkBytes : min((chunks+1)*chunkBytes, len(encoded))])
		if _, err := s.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: s.config, Item: i}); err != nil {
			return unavailable(ctx, attempt, err)
		}
	}
	manifest[chunksOf] = number(int64(chunks))
	if _, err := s.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: s.config, Item: manifest}); err != nil {
		return unavailable(ctx, attempt, err)
	}
	return nil
}

// Snapshot implements store.Configuration: the manifest, then all chunks at
// once. It reads consistently.
func (s *Store) Snapshot(ctx context.Context, id string) ([]byte, error) {
	const attempt = "read snapshot"
	manifest, err := s.getConfig(ctx, s.snapshotKey(id, manifestKey))
	switch {
	case err != nil:
		return nil, unavailable(ctx, attempt, err)
	case manifest == nil:
		return nil, store.ErrNotFound
	}
	chunks := make([][]byte, numberIn(manifest, chunksOf))
	if err := each(len(chunks), func(n int) error {
		i, err := s.getConfig(ctx, s.chunkKey(id, n))
		if err == nil && i == nil {
			err = errIncomplete
		}
		chunks[n] = bytesOf(i, bodyAttribute)
		return err
	}); err != nil {
		return nil, unavailable(ctx, attempt, err)
	}
	return slices.Concat(chunks...), nil
}

// LiveSnapshot implements store.Configuration: one read of what Publish left
// for it, and those of the snapshot where it was too large for that.
func (s *Store) LiveSnapshot(ctx context.Context) (store.Release, []byte, error) {
	const attempt = "read live snapshot"
	i, err := s.getConfig(ctx, s.releaseKey(startKey))
	switch {
	case err != nil:
		return store.Release{}, nil, unavailable(ctx, attempt, err)
	case i == nil:
		return store.Release{}, nil, store.ErrNotFound
	}
	live := releaseOf(i)
	if _, whole := i[bodyAttribute]; whole {
		return live, bytesOf(i, bodyAttribute), nil
	}
	encoded, err := s.Snapshot(ctx, live.Snapshot)
	if errors.Is(err, store.ErrNotFound) {
		err = unavailable(ctx, attempt, errIncomplete)
	}
	return live, encoded, err
}

// Live implements store.Configuration: one consistent read of one item.
func (s *Store) Live(ctx context.Context) (store.Release, error) {
	live, err := s.getConfig(ctx, s.releaseKey(liveKey))
	if err != nil {
		return store.Release{}, unavailable(ctx, "read live release", err)
	}
	if live == nil {
		return store.Release{}, store.ErrNotFound
	}
	return releaseOf(live), nil
}

// getConfig returns one item of the config table, nil where there is none. It
// reads consistently.
func (s *Store) getConfig(ctx context.Context, key item) (item, error) {
	out, err := s.client.GetItem(ctx, &dynamodb.GetItemInput{TableName: s.config, Key: key, ConsistentRead: aws.Bool(true)})
	if err != nil {
		return nil, err
	}
	return out.Item, nil
}

// Publish implements store.Configuration: the pointer, its entry in the past,
// what starts read and the check of the snapshot are one transaction.
func (s *Store) Publish(ctx context.Context, expected string, next store.Release) error {
	const attempt = "publish"
	if err := store.CheckSnapshot(next.Snapshot); err != nil {
		return fmt.Errorf("%s: %w", attempt, err)
	}
	live, err := s.getConfig(ctx, s.releaseKey(liveKey))
	if err != nil {
		return unavailable(ctx, attempt, err)
	}
	if textOf(live, snapshotOf) != expected {
		return store.ErrConflict
	}
	encoded, err := s.Snapshot(ctx, next.Snapshot)
	if err != nil {
		return err
	}
	n := numberIn(live, numberOf)
	start := s.releaseItem(startKey, n+1, next)
	if len(encoded) <= chunkBytes {
		start[bodyAttribute] = binary(encoded)
	}
	pointer := &types.Put{
		TableName: s.config, Item: s.releaseItem(liveKey, n+1, next), ConditionExpression: aws.String("attribute_not_exists(id)"),
	}
	if n > 0 {
		pointer.ConditionExpression, pointer.ExpressionAttributeValues = aws.String("n = :n"), item{":n": number(n)}
	}
	err = s.transact(ctx, []types.TransactWriteItem{
		{Put: pointer},
		{Put: &types.Put{TableName: s.config, Item: s.releaseItem(fmt.Sprintf("n%019d", n+1), n+1, next)}},
		{ConditionCheck: &types.ConditionCheck{
			TableName: s.config, Key: s.snapshotKey(next.Snapshot, manifestKey), ConditionExpression: aws.String("attribute_exists(id)"),
		}},
		{Put: &types.Put{TableName: s.config, Item: start}},
	})
	switch why := reasons(err); {
	case err == nil:
		return nil
	case len(why) == 4 && failedWith(why[0], conditionFailed):
		return store.ErrConflict
	case len(why) == 4 && failedWith(why[2], conditionFailed):
		return store.ErrNotFound
	}
	return unavailable(ctx, attempt, err)
}

func (s *Store) releaseItem(sort string, n int64, r store.Release) item {
	i := s.releaseKey(sort)
	i[numberOf] = number(n)
	i[snapshotOf], i[authorOf], i[noteOf] = text(r.Snapshot), text(r.Author), text(r.Note)
	i[timeOf] = number(int64(r.At))
	return i
}

func releaseOf(i item) store.Release {
	return store.Release{
		Snapshot: textOf(i, snapshotOf), Author: textOf(i, authorOf), Note: textOf(i, noteOf), At: journey.Millis(numberIn(i, timeOf)),
	}
}

// Releases implements store.Configuration. It reads consistently.
func (s *Store) Releases(ctx context.Context, limit int) ([]store.Release, error) {
	var releases []store.Release
	if limit < 1 {
		return nil, nil
	}
	in := s.queryConfig(releasePartition)
	in.KeyConditionExpression = aws.String("#t = :t AND begins_with(id, :n)")
	in.ExpressionAttributeValues[":n"] = text("n")
	in.ScanIndexForward, in.Limit = aws.Bool(false), aws.Int32(int32(min(limit, 1000)))
	for i, err := range s.query(ctx, in) {
		if err != nil {
			return nil, unavailable(ctx, "read releases", err)
		}
		if releases = append(releases, releaseOf(i)); len(releases) == limit {
			break
		}
	}
	return releases, nil
}
