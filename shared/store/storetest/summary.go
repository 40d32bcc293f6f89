package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"wegweiser/shared/store"
)

// summary is one that was made so many seconds after noon.
func summary(version string, seconds int, encoded []byte) store.Summary {
	return store.Summary{Version: version, At: noon.Add(time.Duration(seconds) * time.Second), Encoded: encoded}
}

func (c *check) sums(s store.Summary) {
	c.Helper()
	if err := c.PutSummary(context.Background(), s); err != nil {
		c.Fatalf("PutSummary(%s): %v", s.Version, err)
	}
}

func (c *check) newest(want store.Summary) {
	c.Helper()
	got, err := c.Summary(context.Background())
	if err != nil {
		c.Fatalf("Summary: %v", err)
	}
	c.same("bytes of the summary", string(got.Encoded) == string(want.Encoded), true)
	got.Encoded, want.Encoded = nil, nil
	c.same("summary", got, want)
}

func headOf(s store.Summary) store.Summary {
	s.Encoded = nil
	return s
}

func (c *check) heads(want store.Heads) {
	c.Helper()
	got, err := c.Heads(context.Background())
	if err != nil {
		c.Fatalf("Heads: %v", err)
	}
	c.same("heads", got, want)
}

func summaryMembers() []member {
	return []member{
		{"NoSummaryAtFirst", func(c *check) {
			c.heads(store.Heads{})
			if _, err := c.Summary(context.Background()); !errors.Is(err, store.ErrNotFound) {
				c.Errorf("Summary: got error %v, want ErrNotFound", err)
			}
		}},
		{"NewestSummaryCounts", func(c *check) {
			for i, size := range []int{10, store.MaxSummaryBytes, 0, 5000} {
				next := summary(fmt.Sprint("v_", i), i, noise(size))
				c.sums(next)
				c.newest(next)
				c.heads(store.Heads{Summary: headOf(next)})
			}
		}},
		{"OlderSummaryIsAConflict", func(c *check) {
			second := summary("v_2", 2, []byte("two"))
			c.sums(second)
			if err := c.PutSummary(context.Background(), summary("v_1", 1, []byte("one"))); !errors.Is(err, store.ErrConflict) {
				c.Errorf("PutSummary of an older one: got error %v, want ErrConflict", err)
			}
			c.newest(second)
			c.heads(store.Heads{Summary: headOf(second)})
		}},
		{"OfOneMomentTheGreaterVersionCounts", func(c *check) {
			greater := summary("v_3", 2, []byte("three"))
			for _, s := range []store.Summary{summary("v_1", 2, []byte("one")), greater, greater} {
				c.sums(s)
			}
			if err := c.PutSummary(context.Background(), summary("v_2", 2, []byte("two"))); !errors.Is(err, store.ErrConflict) {
				c.Errorf("PutSummary of a lower version: got error %v, want ErrConflict", err)
			}
			c.newest(greater)
			c.heads(store.Heads{Summary: headOf(greater)})
		}},
		{"SummaryIsAsItWasPut", func(c *check) {
			s := summary("v_1", 1, []byte("one"))
			c.sums(s)
			s.Encoded[0] = 'X'
			c.newest(summary("v_1", 1, []byte("one")))
		}},
		{"SummariesHaveTheirLimits", func(c *check) {
			for _, s := range []store.Summary{summary("", 1, nil), summary("v\n", 1, nil), summary("v", 1, noise(store.MaxSummaryBytes+1))} {
				if err := c.PutSummary(context.Background(), s); !errors.Is(err, store.ErrInvalid) {
					c.Errorf("PutSummary(%q) of %d bytes: got error %v, want ErrInvalid", s.Version, len(s.Encoded), err)
				}
			}
			c.heads(store.Heads{})
		}},
		{"HeadsAreOfBoth", func(c *check) {
			c.snapshot("s_1", []byte("one"))
			c.publish("", release("s_1", 1))
			c.heads(store.Heads{Live: release("s_1", 1)})
			c.sums(summary("v_1", 1, []byte("one")))
			c.heads(store.Heads{Live: release("s_1", 1), Summary: summary("v_1", 1, nil)})
			c.snapshot("s_2", []byte("two"))
			c.publish("s_1", release("s_2", 2))
			c.heads(store.Heads{Live: release("s_2", 2), Summary: summary("v_1", 1, nil)})
		}},
		{"ConcurrentSummariesAreWhole", func(c *check) {
			var refused atomic.Int32
			together(12, func(i int) {
				version := fmt.Sprintf("v_%02d", i)
				err := c.PutSummary(context.Background(), summary(version, i, []byte(version)))
				if errors.Is(err, store.ErrConflict) {
					refused.Add(1)
				} else if err != nil {
					c.Errorf("PutSummary: %v", err)
				}
				if s, err := c.Summary(context.Background()); err != nil || string(s.Encoded) != s.Version {
					c.Errorf("Summary: got %q in %s, %v, want what belongs together", s.Encoded, s.Version, err)
				}
			})
			c.newest(summary("v_11", 11, []byte("v_11")))
			c.heads(store.Heads{Summary: summary("v_11", 11, nil)})
		}},
	}
}
