package storetest

import (
	"context"

	"wegweiser/shared/store"
)

// memos breaks how a memo is put.
func memos(breaks func(ctx context.Context, s store.Store, name string, value []byte) error) func(store.Store) store.Store {
	return func(s store.Store) store.Store {
		return &hooks{Store: s, memo: func(ctx context.Context, name string, value []byte) error {
			return breaks(ctx, s, name, value)
		}}
	}
}

func brokenMemos() []brokenStore {
	return []brokenStore{
		{"keeps the first memo", []string{"TheLastMemoCounts", "MemosAreRemoved"}, memos(func(ctx context.Context, s store.Store, name string, value []byte) error {
			have, err := s.Memos(ctx)
			if _, ok := have[name]; ok || err != nil {
				return err
			}
			return s.PutMemo(ctx, name, value)
		})},
		{"keeps one memo", []string{"MemosAreKept", "TheLastMemoCounts", "MemosAreNoConfiguration"}, memos(func(ctx context.Context, s store.Store, _ string, value []byte) error {
			return s.PutMemo(ctx, "one", value)
		})},
		{"cuts memos", []string{"MemosAreKept", "MemosHaveTheirLimits"}, memos(func(ctx context.Context, s store.Store, name string, value []byte) error {
			return s.PutMemo(ctx, name, value[:min(len(value), 1000)])
		})},
		{"writes into what it is given", []string{"MemoIsAsItWasPut"}, memos(func(ctx context.Context, s store.Store, name string, value []byte) error {
			value[0] = 'X'
			return s.PutMemo(ctx, name, value)
		})},
		{"takes any memo", []string{"MemosHaveTheirLimits"}, memos(func(ctx context.Context, s store.Store, _ string, value []byte) error {
			return s.PutMemo(ctx, "a", value[:1])
		})},
	}
}
