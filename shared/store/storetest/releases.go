package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
)

func (c *check) snapshot(id string, encoded []byte) {
	c.Helper()
	if err := c.PutSnapshot(context.Background(), id, encoded); err != nil {
		c.Fatalf("PutSnapshot(%s): %v", id, err)
	}
}

func (c *check) holds(id string, want []byte) {
	c.Helper()
	got, err := c.Snapshot(context.Background(), id)
	if err != nil {
		c.Fatalf("Snapshot(%s): %v", id, err)
	}
	if !bytes.Equal(got, want) {
		c.Errorf("Snapshot(%s): got %d other bytes, want the %d that were put", id, len(got), len(want))
	}
}

func (c *check) publish(expected string, next store.Release) {
	c.Helper()
	if err := c.Publish(context.Background(), expected, next); err != nil {
		c.Fatalf("Publish(%s) over %q: %v", next.Snapshot, expected, err)
	}
}

func (c *check) live(want store.Release) {
	c.Helper()
	got, err := c.Live(context.Background())
	if err != nil {
		c.Fatalf("Live: %v", err)
	}
	c.same("live release", got, want)
}

// starts checks what a start reads: a release with its snapshot.
func (c *check) starts(want store.Release, snapshot []byte) {
	c.Helper()
	got, encoded, err := c.LiveSnapshot(context.Background())
	if err != nil {
		c.Fatalf("LiveSnapshot: %v", err)
	}
	c.same("live release at a start", got, want)
	if !bytes.Equal(encoded, snapshot) {
		c.Errorf("LiveSnapshot: got %d other bytes, want the %d of %s", len(encoded), len(snapshot), want.Snapshot)
	}
}

func (c *check) releases(limit int, want ...store.Release) {
	c.Helper()
	got, err := c.Releases(context.Background(), limit)
	if err != nil {
		c.Fatalf("Releases: %v", err)
	}
	c.same("releases", got, want)
}

func release(snapshot string, minutes int) store.Release {
	return store.Release{Snapshot: snapshot, Author: "ada", Note: "über " + snapshot, At: noon.Add(time.Duration(minutes) * time.Minute)}
}

// noise is what does not get smaller by packing.
func noise(n int) []byte {
	seed := [32]byte{1}
	b := make([]byte, n)
	_, _ = rand.NewChaCha8(seed).Read(b)
	return b
}

func releaseMembers() []member {
	return []member{
		{"SnapshotsAreKept", func(c *check) {
			c.snapshot("s_1", []byte("one"))
			c.snapshot("s_2", []byte{0})
			c.holds("s_1", []byte("one"))
			c.holds("s_2", []byte{0})
			_, err := c.Snapshot(context.Background(), "s_")
			if !errors.Is(err, store.ErrNotFound) {
				c.Errorf("Snapshot of an unknown id: got error %v, want ErrNotFound", err)
			}
		}},
		{"SnapshotsOfMegabytes", func(c *check) {
			for i, size := range []int{256<<10 - 1, 256 << 10, 256<<10 + 1, 3 << 20} {
				id := fmt.Sprint("s_", i)
				encoded := noise(size)
				c.snapshot(id, encoded)
				c.holds(id, encoded)
			}
		}},
		{"SnapshotsAreForGood", func(c *check) {
			first := noise(600 << 10)
			c.snapshot("s_1", first)
			c.snapshot("s_1", first)
			c.holds("s_1", first)
		}},
		{"SnapshotIsAsItWasPut", func(c *check) {
			encoded := []byte("one")
			c.snapshot("s_1", encoded)
			encoded[0] = 'X'
			c.holds("s_1", []byte("one"))
		}},
		{"NothingIsLiveAtFirst", func(c *check) {
			if _, err := c.Live(context.Background()); !errors.Is(err, store.ErrNotFound) {
				c.Errorf("Live: got error %v, want ErrNotFound", err)
			}
			if _, _, err := c.LiveSnapshot(context.Background()); !errors.Is(err, store.ErrNotFound) {
				c.Errorf("LiveSnapshot: got error %v, want ErrNotFound", err)
			}
			c.releases(10)
		}},
		{"StartsReadWhatIsLive", func(c *check) {
			sizes, expected := []int{600 << 10, 1, 256 << 10, 256<<10 + 1, 100}, ""
			for i, size := range sizes {
				next := release(fmt.Sprint("s_", i), i)
				c.snapshot(next.Snapshot, noise(size))
				if i > 0 {
					c.starts(release(expected, i-1), noise(sizes[i-1]))
				}
				c.publish(expected, next)
				c.starts(next, noise(size))
				expected = next.Snapshot
			}
			back := release("s_0", 9)
			c.publish(expected, back)
			c.starts(back, noise(sizes[0]))
			if err := c.Publish(context.Background(), "s_1", release("s_1", 10)); !errors.Is(err, store.ErrConflict) {
				c.Errorf("Publish over what is not live: got error %v, want ErrConflict", err)
			}
			c.starts(back, noise(sizes[0]))
		}},
		{"PublishAndRollback", func(c *check) {
			c.snapshot("s_1", []byte("one"))
			c.snapshot("s_2", []byte("two"))
			c.publish("", release("s_1", 1))
			c.live(release("s_1", 1))
			c.publish("s_1", release("s_2", 2))
			c.live(release("s_2", 2))
			c.publish("s_2", release("s_1", 3))
			c.live(release("s_1", 3))
			c.releases(10, release("s_1", 3), release("s_2", 2), release("s_1", 1))
			c.releases(2, release("s_1", 3), release("s_2", 2))
		}},
		{"ReleasesAreInOrderOfPublishing", func(c *check) {
			c.snapshot("s_1", []byte("one"))
			expected := ""
			var want []store.Release
			for i := range 12 {
				next := release("s_1", -i)
				c.publish(expected, next)
				expected, want = "s_1", append([]store.Release{next}, want...)
			}
			c.releases(100, want...)
		}},
		{"StalePublishIsAConflict", func(c *check) {
			c.snapshot("s_1", []byte("one"))
			c.snapshot("s_2", []byte("two"))
			c.publish("", release("s_1", 1))
			for _, expected := range []string{"", "s_2", "s_"} {
				if err := c.Publish(context.Background(), expected, release("s_2", 2)); !errors.Is(err, store.ErrConflict) {
					c.Errorf("Publish over %q: got error %v, want ErrConflict", expected, err)
				}
			}
			c.live(release("s_1", 1))
			c.releases(10, release("s_1", 1))
		}},
		{"OnlyWhatIsStoredIsPublished", func(c *check) {
			if err := c.Publish(context.Background(), "", release("s_1", 1)); !errors.Is(err, store.ErrNotFound) {
				c.Errorf("Publish: got error %v, want ErrNotFound", err)
			}
			if _, err := c.Live(context.Background()); !errors.Is(err, store.ErrNotFound) {
				c.Errorf("Live: got error %v, want ErrNotFound", err)
			}
		}},
		{"OneOfConcurrentPublishersWins", func(c *check) {
			c.snapshot("s_0", []byte("zero"))
			c.publish("", release("s_0", 0))
			for i := range 8 {
				c.snapshot(fmt.Sprint("s_", i+1), []byte("next"))
			}
			var won, lost atomic.Int32
			together(8, func(i int) {
				switch err := c.Publish(context.Background(), "s_0", release(fmt.Sprint("s_", i+1), 1)); {
				case err == nil:
					won.Add(1)
				case errors.Is(err, store.ErrConflict):
					lost.Add(1)
				default:
					c.Errorf("Publish: %v", err)
				}
			})
			c.same("winners", won.Load(), int32(1))
			c.same("losers", lost.Load(), int32(7))
			releases, err := c.Releases(context.Background(), 10)
			if err != nil || len(releases) != 2 {
				c.Fatalf("Releases: got %v, %v, want two", releases, err)
			}
			c.live(releases[0])
		}},
	}
}

// isolated checks that what is written to a is not to be seen in b.
func isolated(a, b *check) {
	a.add(touch("a", noon), purchase("p", noon, "1.00"))
	a.edit(put("items", "a", "1"))
	a.snapshot("s_1", []byte("one"))
	a.publish("", release("s_1", 1))
	a.takes("v", journey.Counters{}, reserving(claim("", 9)))
	a.claims(budget("a", 1), 1)
	a.applies("f", stretch(1, 3)...)
	a.keeps(receipt("01", "x"))
	a.sums(summary("v_1", 1, []byte("one")))
	a.puts(store.Message{Owner: "o", ID: "m"}, result("hero", "d_1"))

	b.same("history", b.whole("v"), &journey.History{})
	b.same("visitors", b.visitors(), []string(nil))
	b.same("touchpoints", b.bodies("v", noon), []journey.Touchpoint(nil))
	b.has("")
	b.releases(10)
	if _, err := b.Snapshot(context.Background(), "s_1"); !errors.Is(err, store.ErrNotFound) {
		b.Errorf("Snapshot: got error %v, want ErrNotFound", err)
	}

	b.claims(budget("a", 1), 1)
	b.heads(store.Heads{})
	b.shown(0)
	b.same("all cells", b.allCells(noon), []store.CellKey(nil))
	b.same("receipts", b.owned("o", noon), []string(nil))
	b.same("all receipts", b.walk(store.ReceiptKey{}, noon), []store.ReceiptKey(nil))
	b.results(store.Message{Owner: "o", ID: "m"}, noon)
	b.add(touch("a", noon), touch("b", noon))
	b.edit(put("items", "a", "2"))
	a.sees(a.whole("v"), false, "a", "p")
	a.same("visitors", a.visitors(), []string{"v"})
	a.has("items", "a=1")
	a.live(release("s_1", 1))
}
