package embedded

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"

	"go.etcd.io/bbolt"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
	"wegweiser/shared/store/pack"
)

// cell is what is stored of a cell behind the second of its expiry.
type cell struct {
	Counts map[string]int64
	Feeds  map[string]mark
}

// mark is how far a feed was added, and when that was: in seconds since 1970.
type mark struct {
	Place string
	At    int64
}

func cellKey(k store.CellKey) []byte { return append(visitorKey(nil, k.Name), k.Period...) }

// Apply implements store.Statistics. All deltas of a call are one transaction.
func (s *Store) Apply(ctx context.Context, now journey.Millis, feed string, deltas []store.Delta) error {
	const attempt = "apply statistics"
	if err := store.CheckDeltas(feed, deltas); err != nil {
		return fmt.Errorf("%s: %w", attempt, err)
	}
	additions := store.Additions(deltas)
	if len(additions) == 0 {
		return nil
	}
	return s.commits.submit(ctx, attempt, func(tx *bbolt.Tx) error {
		for _, a := range additions {
			if err := add(tx.Bucket(cellsBucket), now, feed, a); err != nil {
				return err
			}
		}
		return nil
	})
}

func add(cells *bbolt.Bucket, now journey.Millis, feed string, a store.Addition) error {
	key := cellKey(a.CellKey)
	_, c, err := readCell(cells.Get(key))
	if err != nil {
		return err
	}
	a, more := a.After(c.Feeds[feed].Place)
	if !more {
		return nil
	}
	for name, n := range a.Sum() {
		c.Counts[name] += n
	}
	forgotten := int64(now.Add(-store.FeedMemory)) / 1000
	maps.DeleteFunc(c.Feeds, func(_ string, m mark) bool { return m.At < forgotten })
	c.Feeds[feed] = mark{a.Last(), int64(now) / 1000}
	value, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return cells.Put(key, append(appendSecond(nil, pack.Second(a.Expires)), value...))
}

func readCell(value []byte) (second int64, c cell, err error) {
	if value != nil {
		var rest []byte
		if second, rest, err = readSecond(value); err == nil {
			err = json.Unmarshal(rest, &c)
		}
	}
	if c.Counts == nil {
		c.Counts = map[string]int64{}
	}
	if c.Feeds == nil {
		c.Feeds = map[string]mark{}
	}
	return second, c, err
}

// cellOf reads a stored cell, and reports whether it is there at now.
func cellOf(key, value []byte, now journey.Millis) (store.Cell, bool, error) {
	second, c, err := readCell(value)
	if err != nil || pack.Expired(second, now) {
		return store.Cell{}, false, err
	}
	end := 1 + int(key[0])
	if len(key) < end {
		return store.Cell{}, false, pack.ErrCorrupt
	}
	return store.Cell{
		CellKey: store.CellKey{Name: string(key[1:end]), Period: string(key[end:])},
		Counts:  c.Counts, Expires: journey.Millis(second * 1000),
	}, true, nil
}

// Cells implements store.Statistics.
func (s *Store) Cells(ctx context.Context, name, from, to string, now journey.Millis) (cells []store.Cell, err error) {
	const attempt = "read cells"
	if err := store.CheckCells(name, from, to); err != nil {
		return nil, fmt.Errorf("%s: %w", attempt, err)
	}
	first, last := cellKey(store.CellKey{Name: name, Period: from}), cellKey(store.CellKey{Name: name, Period: to})
	err = s.view(ctx, attempt, func(tx *bbolt.Tx) error {
		c := tx.Bucket(cellsBucket).Cursor()
		for key, value := c.Seek(first); key != nil && bytes.Compare(key, last) <= 0; key, value = c.Next() {
			one, there, err := cellOf(key, value, now)
			if err != nil {
				return err
			}
			if there {
				cells = append(cells, one)
			}
		}
		return nil
	})
	return cells, err
}
