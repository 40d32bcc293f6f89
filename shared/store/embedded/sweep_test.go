package embedded_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"wegweiser/shared/journey"
	"wegweiser/shared/rank"
	"wegweiser/shared/store"
	"wegweiser/shared/store/embedded"
	"wegweiser/shared/tables"
)

func TestSweepRemovesWhatIsExpired(t *testing.T) {
	folder := t.TempDir()
	s := open(t, folder)
	ctx := context.Background()
	const n = 5000 // several chunks
	for i := range n / 500 {
		var call []store.Recording
		for k := range 500 {
			id := i*500 + k
			r := store.Recording{Touchpoint: journey.Touchpoint{
				ID: fmt.Sprint(id), Visitor: fmt.Sprint("v", id%50), Type: "page_view", Channel: "web", At: noon, Trust: journey.Trust(id % 5),
			}}
			if id%2 == 0 {
				r.Expires = noon.Add(time.Minute)
			}
			if id == 0 {
				r.Type = journey.Purchase
			}
			call = append(call, r)
		}
		if _, err := s.Append(ctx, noon, call); err != nil {
			t.Fatal(err)
		}
	}
	others(t, s, noon.Add(time.Minute))
	others(t, s, 0)
	for _, want := range []struct {
		now     journey.Millis
		removed int
	}{{noon.Add(time.Minute) - 1, 0}, {noon.Add(time.Minute), n/2 + 4}, {noon.Add(time.Hour), 0}} {
		if got, err := s.Sweep(ctx, want.now); err != nil || got != want.removed {
			t.Errorf("Sweep at %s: got %d, %v, want %d", want.now, got, err, want.removed)
		}
	}
	h, err := s.History(ctx, store.Query{Visitor: "v0", At: noon, Now: noon.Add(time.Hour), Window: 200})
	if err != nil || len(h.Profile.Milestones) != 1 {
		t.Errorf("got %v, %v, want the milestone to outlive its touchpoint", h, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	edit(t, folder, func(tx *bbolt.Tx) error {
		for bucket, want := range map[string]int{"visitors": n/2 + 2, "recent": n / 2 * 4 / 5, "budgets": 1, "receipts": 1, "results": 1, "cells": 1} {
			if got := tx.Bucket([]byte(bucket)).Stats().KeyN; got != want {
				t.Errorf("%s has %d keys, want %d", bucket, got, want)
			}
		}
		return nil
	})
}

// others stores what else expires, one of each, and counters, which do not.
func others(t *testing.T, s *embedded.Store, expires journey.Millis) {
	t.Helper()
	ctx, id := context.Background(), fmt.Sprint(int64(expires))
	_, result := s.PutResults(ctx, noon, store.Message{Owner: "o", ID: id}, []store.Result{{Placement: "a", Decision: "d", Expires: expires}})
	_, counters := s.ChangeCounters(ctx, "v0", journey.Counters{}, func(c *rank.Counters) error {
		return c.Reserve(noon, time.UTC, rank.Claim{Limits: []rank.Limit{{Period: tables.Day, Most: 9}}})
	})
	if err := errors.Join(
		result, counters,
		s.Claim(ctx, noon, store.Budget{Item: "sofa", Period: id, Limit: 1, Expires: expires}),
		s.Apply(ctx, noon, "f", []store.Delta{{CellKey: store.CellKey{Name: "sofa", Period: id}, Sequence: "1", Expires: expires}}),
		s.PutReceipts(ctx, []store.Receipt{{ReceiptKey: store.ReceiptKey{Owner: "o", ID: id}, Expires: expires}}),
	); err != nil {
		t.Fatal(err)
	}
}

func TestSweepEndsWithItsContext(t *testing.T) {
	s := open(t, t.TempDir())
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.Sweep(ctx, noon); err == nil {
		t.Error("got no error, want that of the context")
	}
}
