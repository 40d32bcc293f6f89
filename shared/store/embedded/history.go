package embedded

import (
	"bytes"
	"context"
	"fmt"

	"go.etcd.io/bbolt"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
	"wegweiser/shared/store/pack"
)

// maxKey is as long as a key can be: a visitor and a moment.
const maxKey = 1 + journey.MaxIDBytes + 8 + journey.MaxIDBytes

// History implements store.Visitors.
func (s *Store) History(ctx context.Context, q store.Query) (*journey.History, error) {
	const attempt = "read history"
	if err := store.CheckQuery(q); err != nil {
		return nil, fmt.Errorf("%s: %w", attempt, err)
	}
	var h journey.History
	err := s.view(ctx, attempt, func(tx *bbolt.Tx) error {
		var buffer [maxKey]byte
		visitor := visitorKey(buffer[:0], q.Visitor)
		if err := readBeside(tx.Bucket(visitorsBucket).Cursor(), visitor, &h); err != nil {
			return err
		}
		return readWindow(tx.Bucket(recentBucket).Cursor(), visitor, q, &h)
	})
	if err != nil {
		return nil, err
	}
	return &h, nil
}

// readBeside reads what a visitor has beside touchpoints, whose keys all sort
// before those of touchpoints.
func readBeside(c *bbolt.Cursor, visitor []byte, h *journey.History) (err error) {
	for key, value := c.Seek(visitor); bytes.HasPrefix(key, visitor) && err == nil; key, value = c.Next() {
		switch string(key[len(visitor):]) {
		case pack.CountersKey:
			h.Counters, err = pack.ReadCounters(string(value))
		case pack.ProfileKey:
			err = pack.ReadProfile(string(value), &h.Profile)
		default:
			return nil
		}
	}
	return err
}

// readWindow walks back from q.At to the start of the visitor's keys.
func readWindow(c *bbolt.Cursor, visitor []byte, q store.Query, h *journey.History) error {
	window := pack.Window{At: q.At, Now: q.Now, Size: q.Window}
	for key, value := before(c, pack.AppendMoment(visitor, q.At+1, "")); bytes.HasPrefix(key, visitor); key, value = c.Prev() {
		second, packed, err := readSecond(value)
		if err != nil {
			return err
		}
		if !window.Add(key[len(visitor):], packed, second) {
			break
		}
	}
	return window.Fill(h)
}

// before moves c to the last key that is less than bound.
func before(c *bbolt.Cursor, bound []byte) (key, value []byte) {
	if key, _ := c.Seek(bound); key == nil {
		return c.Last()
	}
	return c.Prev()
}

// view runs read on the last commit.
func (s *Store) view(ctx context.Context, attempt string, read func(*bbolt.Tx) error) error {
	if ctx.Err() != nil {
		return unavailable(attempt, ctx.Err())
	}
	tx, err := s.db.Begin(false)
	if err != nil {
		return unavailable(attempt, err)
	}
	err = read(tx)
	if rollback := tx.Rollback(); err == nil && rollback != nil {
		err = fmt.Errorf("end reading: %w", rollback)
	}
	if err != nil && !refusal(err) {
		return unavailable(attempt, err)
	}
	return err
}
