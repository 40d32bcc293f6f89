package embedded_test

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
	"wegweiser/shared/store/embedded"
)

// fill gives each visitor as many touchpoints as sizes says, with ids of 26
// characters.
func fill(b *testing.B, s *embedded.Store, sizes map[string]int) {
	b.Helper()
	for visitor, n := range sizes {
		for start := 0; start < n; start += 500 {
			var call []store.Recording
			for i := start; i < min(start+500, n); i++ {
				call = append(call, store.Recording{
					Touchpoint: journey.Touchpoint{
						ID: fmt.Sprintf("%026d", i), Visitor: visitor, Type: "product_view", Channel: "web", Source: "shop",
						At: noon.Add(-time.Duration(i) * time.Minute), Item: fmt.Sprint("sofa-", i%300), Category: "sofas",
					},
					Expires: noon.Add(400 * 24 * time.Hour),
				})
			}
			if _, err := s.Append(context.Background(), noon, call); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkHistory is the read of one decision. The floor is the same walk over
// the same keys by bbolt itself. A visitor with 100,000 touchpoints may cost
// 1.3 times one with a full window.
func BenchmarkHistory(b *testing.B) {
	folder := b.TempDir()
	few, many := "0123456789abcdef0123456789", "9876543210abcdef0123456789"
	s := open(b, folder)
	sizes := map[string]int{few: 100, many: 100_000}
	for i := range 50 {
		sizes[fmt.Sprintf("%026d", i)] = 60
	}
	fill(b, s, sizes)
	for _, visitor := range []string{few, many} {
		for _, window := range []int{50, 100} {
			b.Run(fmt.Sprintf("of%d/window%d", sizes[visitor], window), func(b *testing.B) {
				b.ReportAllocs()
				q := store.Query{Visitor: visitor, At: noon, Now: noon, Window: window}
				for b.Loop() {
					if h, err := s.History(context.Background(), q); err != nil || len(h.Traces) != window {
						b.Fatal(err)
					}
				}
			})
		}
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	db, err := bbolt.Open(filepath.Join(folder, embedded.FileName), 0o600, nil)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	b.Run("floor/window100", func(b *testing.B) {
		prefix := append([]byte{byte(len(many))}, many...)
		for b.Loop() {
			if got := walk(b, db, prefix, 100); got != 100 {
				b.Fatalf("walked over %d keys, want 100", got)
			}
		}
	})
}

func walk(b *testing.B, db *bbolt.DB, prefix []byte, window int) (n int) {
	if err := db.View(func(tx *bbolt.Tx) error {
		c := tx.Bucket([]byte("recent")).Cursor()
		key, _ := c.Seek(append(bytes.Clone(prefix), 0xff))
		if key == nil {
			key, _ = c.Last()
		} else {
			key, _ = c.Prev()
		}
		for ; n < window && bytes.HasPrefix(key, prefix); key, _ = c.Prev() {
			n++
		}
		return nil
	}); err != nil {
		b.Fatal(err)
	}
	return n
}

// BenchmarkAppend is one acknowledged touchpoint, alone and from many callers
// that share commits, and 500 in a call. The floor is one commit of bbolt with
// one key.
func BenchmarkAppend(b *testing.B) {
	var id atomic.Int64
	one := func() []store.Recording {
		i := id.Add(1)
		return []store.Recording{{Touchpoint: journey.Touchpoint{
			ID: fmt.Sprintf("%026d", i), Visitor: fmt.Sprintf("%026d", i%1000), Type: "product_view", Channel: "web", At: noon, Item: "sofa",
		}}}
	}
	b.Run("alone", func(b *testing.B) {
		s := open(b, b.TempDir())
		for b.Loop() {
			if _, err := s.Append(context.Background(), noon, one()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("callers64", func(b *testing.B) {
		s := open(b, b.TempDir())
		b.SetParallelism(32)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if _, err := s.Append(context.Background(), noon, one()); err != nil {
					b.Error(err)
				}
			}
		})
	})
	b.Run("by500", func(b *testing.B) {
		s := open(b, b.TempDir())
		for b.Loop() {
			b.StopTimer()
			var call []store.Recording
			for range 500 {
				call = append(call, one()...)
			}
			b.StartTimer()
			if _, err := s.Append(context.Background(), noon, call); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N)*500/b.Elapsed().Seconds(), "touchpoints/s")
	})
	b.Run("floor", func(b *testing.B) {
		db, err := bbolt.Open(filepath.Join(b.TempDir(), "floor.db"), 0o600, &bbolt.Options{FreelistType: bbolt.FreelistMapType})
		if err != nil {
			b.Fatal(err)
		}
		defer db.Close()
		for b.Loop() {
			if err := db.Update(func(tx *bbolt.Tx) error {
				bucket, err := tx.CreateBucketIfNotExists([]byte("b"))
				if err != nil {
					return err
				}
				return bucket.Put(fmt.Appendf(nil, "%026d", id.Add(1)%1000), []byte("value"))
			}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
