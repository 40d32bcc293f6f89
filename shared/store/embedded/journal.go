package embedded

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"strconv"

	"go.etcd.io/bbolt"

	"wegweiser/shared/store"
	"wegweiser/shared/store/pack"
)

// journalBucket has the keys of touchpoints in visitors under numbers that
// count up. It is there once somebody reads the journal.
var journalBucket = []byte("journal")

var _ store.Journal = (*Store)(nil)

// note adds a touchpoint to the journal, where there is one.
func note(journal *bbolt.Bucket, touchpoint []byte) error {
	if journal == nil {
		return nil
	}
	n, err := journal.NextSequence()
	if err != nil {
		return err
	}
	return journal.Put(binary.BigEndian.AppendUint64(nil, n), touchpoint)
}

// Changes implements store.Journal.
func (s *Store) Changes(ctx context.Context, limit int) ([]store.Change, error) {
	const attempt = "read journal"
	var changes []store.Change
	begun := false
	err := s.view(ctx, attempt, func(tx *bbolt.Tx) error {
		journal := tx.Bucket(journalBucket)
		if begun = journal != nil; !begun {
			return nil
		}
		c := journal.Cursor()
		for number, key := c.First(); number != nil && len(changes) < limit; number, key = c.Next() {
			change, there, err := changeOf(tx.Bucket(visitorsBucket), number, key)
			if err != nil {
				return err
			}
			if there {
				changes = append(changes, change)
			}
		}
		return nil
	})
	if err != nil || begun {
		return changes, err
	}
	return nil, s.commits.submit(ctx, attempt, func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucketIfNotExists(journalBucket)
		return err
	})
}

func changeOf(visitors *bbolt.Bucket, number, key []byte) (change store.Change, there bool, err error) {
	value := visitors.Get(key)
	if value == nil {
		return change, false, nil
	}
	if len(number) != 8 || len(key) < 1+int(key[0]) {
		return change, false, pack.ErrCorrupt
	}
	have, err := readStored(value)
	if err != nil {
		return change, false, err
	}
	change.Sequence = strconv.FormatUint(binary.BigEndian.Uint64(number), 10)
	change.Touchpoint, err = have.touchpoint(string(key[1 : 1+int(key[0])]))
	return change, true, err
}

// Forget implements store.Journal.
func (s *Store) Forget(ctx context.Context, through string) error {
	const attempt = "forget journal"
	n, err := strconv.ParseUint(through, 10, 64)
	if err != nil {
		return fmt.Errorf("%s: %w: the sequence %q is none of this journal", attempt, store.ErrInvalid, through)
	}
	last := binary.BigEndian.AppendUint64(nil, n)
	return s.commits.submit(ctx, attempt, func(tx *bbolt.Tx) error {
		journal := tx.Bucket(journalBucket)
		if journal == nil {
			return nil
		}
		c := journal.Cursor()
		for number, _ := c.First(); number != nil && bytes.Compare(number, last) <= 0; number, _ = c.First() {
			if err := c.Delete(); err != nil {
				return err
			}
		}
		return nil
	})
}
