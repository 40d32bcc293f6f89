package embedded

import (
	"bytes"
	"context"
	"fmt"
	"iter"

	"go.etcd.io/bbolt"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
	"wegweiser/shared/store/pack"
)

func receiptKey(k store.ReceiptKey) []byte { return append(visitorKey(nil, k.Owner), k.ID...) }

// PutReceipts implements store.Receipts. All of a call are one transaction.
func (s *Store) PutReceipts(ctx context.Context, receipts []store.Receipt) error {
	const attempt = "put receipts"
	if err := store.CheckReceipts(receipts); err != nil {
		return fmt.Errorf("%s: %w", attempt, err)
	}
	if len(receipts) == 0 {
		return nil
	}
	values := make([][2][]byte, len(receipts))
	for i := range receipts {
		r := &receipts[i]
		values[i] = [2][]byte{receiptKey(r.ReceiptKey), append(appendSecond(nil, pack.Second(r.Expires)), r.Body...)}
	}
	return s.commits.submit(ctx, attempt, func(tx *bbolt.Tx) error {
		bucket := tx.Bucket(receiptsBucket)
		for _, v := range values {
			if err := bucket.Put(v[0], v[1]); err != nil {
				return err
			}
		}
		return nil
	})
}

// receiptOf reads a stored receipt, and reports whether it is still there at
// now.
func receiptOf(key, value []byte, now journey.Millis) (r store.Receipt, there bool, err error) {
	second, body, err := readSecond(value)
	if err != nil || pack.Expired(second, now) {
		return r, false, err
	}
	end := 1 + int(key[0])
	if len(key) < end {
		return r, false, pack.ErrCorrupt
	}
	r.Owner, r.ID = string(key[1:end]), string(key[end:])
	r.Body, r.Expires = bytes.Clone(body), journey.Millis(second*1000)
	return r, true, nil
}

// Receipt implements store.Receipts.
func (s *Store) Receipt(ctx context.Context, key store.ReceiptKey, now journey.Millis) (r store.Receipt, err error) {
	const attempt = "read receipt"
	if err := store.CheckReceiptKey(key); err != nil {
		return r, fmt.Errorf("%s: %w", attempt, err)
	}
	err = s.view(ctx, attempt, func(tx *bbolt.Tx) (err error) {
		stored, there := receiptKey(key), false
		if value := tx.Bucket(receiptsBucket).Get(stored); value != nil {
			r, there, err = receiptOf(stored, value, now)
		}
		if err == nil && !there {
			err = store.ErrNotFound
		}
		return err
	})
	return r, err
}

// ReceiptsOf implements store.Receipts.
func (s *Store) ReceiptsOf(ctx context.Context, owner string, now journey.Millis) iter.Seq2[store.Receipt, error] {
	const attempt = "read receipts"
	if err := store.CheckOwner(owner); err != nil {
		return func(yield func(store.Receipt, error) bool) {
			yield(store.Receipt{}, fmt.Errorf("%s: %w", attempt, err))
		}
	}
	prefix := visitorKey(nil, owner)
	read := func(c *bbolt.Cursor, from []byte) (found []store.Receipt, next []byte, err error) {
		for key, value := before(c, from); bytes.HasPrefix(key, prefix); key, value = c.Prev() {
			if len(found) == chunk {
				return found, append(bytes.Clone(key), 0), nil
			}
			r, there, err := receiptOf(key, value, now)
			if err != nil {
				return nil, nil, err
			}
			if there {
				found = append(found, r)
			}
		}
		return found, nil, nil
	}
	return chunks(ctx, s, attempt, receiptsBucket, behind(bytes.Clone(prefix)), read)
}

// AllReceipts implements store.Receipts.
func (s *Store) AllReceipts(ctx context.Context, after store.ReceiptKey, now journey.Millis) iter.Seq2[store.Receipt, error] {
	const attempt = "read all receipts"
	var from []byte
	if after != (store.ReceiptKey{}) {
		if err := store.CheckReceiptKey(after); err != nil {
			return func(yield func(store.Receipt, error) bool) {
				yield(store.Receipt{}, fmt.Errorf("%s: %w", attempt, err))
			}
		}
		from = append(receiptKey(after), 0)
	}
	read := func(c *bbolt.Cursor, from []byte) (found []store.Receipt, next []byte, err error) {
		for key, value := c.Seek(from); key != nil; key, value = c.Next() {
			if len(found) == chunk {
				return found, bytes.Clone(key), nil
			}
			r, there, err := receiptOf(key, value, now)
			if err != nil {
				return nil, nil, err
			}
			if there {
				found = append(found, r)
			}
		}
		return found, nil, nil
	}
	return chunks(ctx, s, attempt, receiptsBucket, from, read)
}
