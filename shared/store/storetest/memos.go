package storetest

import (
	"bytes"
	"context"
	"errors"
	"strings"

	"wegweiser/shared/store"
)

func (c *check) memo(name string, value []byte) {
	c.Helper()
	if err := c.PutMemo(context.Background(), name, value); err != nil {
		c.Fatalf("PutMemo(%s): %v", name, err)
	}
}

func (c *check) memos(want map[string]string) {
	c.Helper()
	memos, err := c.Memos(context.Background())
	if err != nil {
		c.Fatalf("Memos: %v", err)
	}
	got := map[string]string{}
	for name, value := range memos {
		got[name] = string(value)
	}
	c.same("memos", got, want)
}

func memoMembers() []member {
	return []member{
		{"MemosAreKept", func(c *check) {
			c.memos(map[string]string{})
			odd := "über# 🛋 " + strings.Repeat("z", 100)
			large := string(noise(store.MaxMemoBytes))
			c.memo("a", []byte("one"))
			c.memo(odd, []byte(large))
			c.memos(map[string]string{"a": "one", odd: large})
		}},
		{"TheLastMemoCounts", func(c *check) {
			c.memo("a", []byte("one"))
			c.memo("b", []byte("two"))
			c.memo("a", []byte("three"))
			c.memos(map[string]string{"a": "three", "b": "two"})
		}},
		{"MemosAreRemoved", func(c *check) {
			c.memo("a", []byte("one"))
			c.memo("b", []byte("two"))
			c.memo("a", nil)
			c.memo("never there", nil)
			c.memos(map[string]string{"b": "two"})
		}},
		{"MemoIsAsItWasPut", func(c *check) {
			value := []byte("one")
			c.memo("a", value)
			value[0] = 'X'
			c.memos(map[string]string{"a": "one"})
		}},
		{"MemosHaveTheirLimits", func(c *check) {
			for name, value := range map[string][]byte{"": []byte("x"), "a\nb": []byte("x"), "large": bytes.Repeat([]byte("x"), store.MaxMemoBytes+1)} {
				if err := c.PutMemo(context.Background(), name, value); !errors.Is(err, store.ErrInvalid) {
					c.Errorf("PutMemo(%q) of %d bytes: got error %v, want ErrInvalid", name, len(value), err)
				}
			}
			c.memos(map[string]string{})
		}},
		{"MemosAreNoConfiguration", func(c *check) {
			c.edit(put("items", "a", "1"))
			c.snapshot("s_1", []byte("one"))
			c.publish("", release("s_1", 1))
			c.memo("a", []byte("one"))
			c.memo("live", []byte("two"))
			c.has("", "a=1")
			c.live(release("s_1", 1))
			c.releases(10, release("s_1", 1))
			c.memos(map[string]string{"a": "one", "live": "two"})
		}},
	}
}
