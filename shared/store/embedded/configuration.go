package embedded

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"

	"go.etcd.io/bbolt"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
)

// rowKey sorts rows by table, then id: # is less than whatever a table's name
// may contain.
func rowKey(table, id string) []byte { return []byte(table + "#" + id) }

// row is a stored row. Its version is worked out anew from the body.
type row struct {
	Body   []byte
	Author string
	At     int64
}

// Rows implements store.Configuration.
func (s *Store) Rows(ctx context.Context, table string) ([]store.Row, error) {
	const attempt = "read rows"
	if table != "" {
		if err := store.CheckTable(table); err != nil {
			return nil, fmt.Errorf("%s: %w", attempt, err)
		}
	}
	var rows []store.Row
	err := s.view(ctx, attempt, func(tx *bbolt.Tx) error {
		var prefix []byte
		if table != "" {
			prefix = rowKey(table, "")
		}
		c := tx.Bucket(rowsBucket).Cursor()
		for key, value := c.Seek(prefix); key != nil && bytes.HasPrefix(key, prefix); key, value = c.Next() {
			r, err := rowOf(key, value)
			if err != nil {
				return err
			}
			rows = append(rows, r)
		}
		return nil
	})
	return rows, err
}

// Row implements store.Configuration.
func (s *Store) Row(ctx context.Context, table, id string) (r store.Row, err error) {
	const attempt = "read row"
	if err := store.CheckRow(table, id); err != nil {
		return r, fmt.Errorf("%s: %w", attempt, err)
	}
	err = s.view(ctx, attempt, func(tx *bbolt.Tx) (err error) {
		key := rowKey(table, id)
		value := tx.Bucket(rowsBucket).Get(key)
		if value == nil {
			return store.ErrNotFound
		}
		r, err = rowOf(key, value)
		return err
	})
	return r, err
}

func rowOf(key, value []byte) (store.Row, error) {
	var r row
	if err := json.Unmarshal(value, &r); err != nil {
		return store.Row{}, fmt.Errorf("row %s: %w", key, err)
	}
	table, id, _ := strings.Cut(string(key), "#")
	return store.Row{
		Table: table, ID: id, Body: r.Body, Version: store.Version(r.Body),
		Author: r.Author, At: journey.Millis(r.At),
	}, nil
}

// Edit implements store.Configuration.
func (s *Store) Edit(ctx context.Context, edits []store.Edit) error {
	if err := store.CheckEdits(edits); err != nil {
		return fmt.Errorf("edit rows: %w", err)
	}
	type change struct{ key, value []byte }
	changes, expected := make([]change, len(edits)), make([]string, len(edits))
	for i, e := range edits {
		changes[i].key, expected[i] = rowKey(e.Table, e.ID), e.Expect
		if e.Body == nil {
			continue
		}
		value, err := json.Marshal(row{Body: e.Body, Author: e.Author, At: int64(e.At)})
		if err != nil {
			return fmt.Errorf("edit rows: %w: %w", store.ErrInvalid, err)
		}
		changes[i].value = value
	}
	return s.commits.submit(ctx, "edit rows", func(tx *bbolt.Tx) error {
		rows := tx.Bucket(rowsBucket)
		for i, c := range changes {
			if err := expect(rows.Get(c.key), expected[i]); err != nil {
				return err
			}
		}
		for _, c := range changes {
			var err error
			if c.value == nil {
				err = rows.Delete(c.key)
			} else {
				err = rows.Put(c.key, c.value)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func expect(value []byte, version string) error {
	if version == store.Any {
		return nil
	}
	have := store.Absent
	if value != nil {
		var r row
		if err := json.Unmarshal(value, &r); err != nil {
			return err
		}
		have = store.Version(r.Body)
	}
	if have != version {
		return store.ErrConflict
	}
	return nil
}

// PutSnapshot implements store.Configuration.
func (s *Store) PutSnapshot(ctx context.Context, id string, encoded []byte) error {
	if err := store.CheckSnapshot(id); err != nil {
		return fmt.Errorf("put snapshot: %w", err)
	}
	encoded = bytes.Clone(encoded)
	return s.commits.submit(ctx, "put snapshot", func(tx *bbolt.Tx) error {
		snapshots := tx.Bucket(snapshotsBucket)
		if snapshots.Get([]byte(id)) != nil {
			return nil
		}
		return snapshots.Put([]byte(id), encoded)
	})
}

// Snapshot implements store.Configuration.
func (s *Store) Snapshot(ctx context.Context, id string) (encoded []byte, err error) {
	err = s.view(ctx, "read snapshot", func(tx *bbolt.Tx) error {
		have := tx.Bucket(snapshotsBucket).Get([]byte(id))
		if have == nil {
			return store.ErrNotFound
		}
		encoded = bytes.Clone(have)
		return nil
	})
	return encoded, err
}

// Live implements store.Configuration.
func (s *Store) Live(ctx context.Context) (live store.Release, err error) {
	err = s.view(ctx, "read live release", func(tx *bbolt.Tx) (err error) {
		live, err = newest(tx)
		return err
	})
	return live, err
}

// LiveSnapshot implements store.Configuration.
func (s *Store) LiveSnapshot(ctx context.Context) (live store.Release, encoded []byte, err error) {
	err = s.view(ctx, "read live snapshot", func(tx *bbolt.Tx) (err error) {
		if live, err = newest(tx); err == nil {
			encoded = bytes.Clone(tx.Bucket(snapshotsBucket).Get([]byte(live.Snapshot)))
		}
		return err
	})
	return live, encoded, err
}

func newest(tx *bbolt.Tx) (r store.Release, err error) {
	_, value := tx.Bucket(releasesBucket).Cursor().Last()
	if value == nil {
		return r, store.ErrNotFound
	}
	return r, json.Unmarshal(value, &r)
}

// Publish implements store.Configuration.
func (s *Store) Publish(ctx context.Context, expected string, next store.Release) error {
	value, err := json.Marshal(next)
	if err != nil {
		return fmt.Errorf("publish: %w: %w", store.ErrInvalid, err)
	}
	return s.commits.submit(ctx, "publish", func(tx *bbolt.Tx) error {
		live, err := newest(tx)
		if err != nil && !refusal(err) {
			return err
		}
		if live.Snapshot != expected {
			return store.ErrConflict
		}
		if tx.Bucket(snapshotsBucket).Get([]byte(next.Snapshot)) == nil {
			return store.ErrNotFound
		}
		releases := tx.Bucket(releasesBucket)
		number, err := releases.NextSequence()
		if err != nil {
			return err
		}
		return releases.Put(binary.BigEndian.AppendUint64(nil, number), value)
	})
}

// Releases implements store.Configuration.
func (s *Store) Releases(ctx context.Context, limit int) ([]store.Release, error) {
	var releases []store.Release
	err := s.view(ctx, "read releases", func(tx *bbolt.Tx) error {
		c := tx.Bucket(releasesBucket).Cursor()
		for key, value := c.Last(); key != nil && len(releases) < limit; key, value = c.Prev() {
			var r store.Release
			if err := json.Unmarshal(value, &r); err != nil {
				return err
			}
			releases = append(releases, r)
		}
		return nil
	})
	return releases, err
}
