package rollup_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"wegweiser/shared/measure/rollup"
	"wegweiser/shared/store"
)

func (c *counted) head(t *testing.T) string {
	t.Helper()
	if err := c.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	heads, err := c.store.Heads(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return heads.Summary.Version
}

// What another snapshot says of items is in the next summary, though nobody
// reacted to anything.
func TestAnotherSnapshotMakesAnotherSummary(t *testing.T) {
	c := begin(t, rows)
	c.apply(t, "shard", several(1, 400, "plain", "item_impression", "decision")...)
	c.apply(t, "shard", several(401, 200, "plain", "item_click", "decision")...)
	before := c.published(t)
	if got := mean(before, "lamp", "", ""); got < 0.45 || got > 0.55 {
		t.Errorf("got %v of the prior 0.5, want about that", got)
	}
	for name, change := range map[string]struct {
		old, new, item string
		low, high      float64
	}{
		"prior":  {`"prior":0.5,`, `"prior":0.02,`, "lamp", 0.015, 0.025},
		"weight": {`"prior_weight":100`, `"prior_weight":3`, "lamp", 0.4, 0.6},
		"ranked": {`"items":["sofa",`, `"items":["plain","sofa",`, "plain", 0.4, 0.6},
	} {
		t.Run(name, func(t *testing.T) {
			c.live, c.now = compiled(t, rows), c.now+1
			was := c.head(t)
			c.live, c.now = compiled(t, strings.Replace(rows, change.old, change.new, 1)), c.now+1
			s := c.published(t)
			if got := mean(s, change.item, "decision", ""); s.Row(change.item) == 0 || got < change.low || got > change.high {
				t.Errorf("got %v in the row %d, want %v to %v", got, s.Row(change.item), change.low, change.high)
			}
			if c.head(t) == was {
				t.Error("the summary is the one that was there before")
			}
		})
	}
}

// putting notes the summaries that are put.
type putting struct {
	store.Store
	put int
}

func (p *putting) PutSummary(ctx context.Context, s store.Summary) error {
	p.put++
	return p.Store.PutSummary(ctx, s)
}

// Who made the newest summary does not matter: it is made again only where it
// would say something else, and what was said before somebody else said
// something is said anew.
func TestSeveralPublish(t *testing.T) {
	c := begin(t, rows)
	noted := &putting{Store: c.store}
	one := rollup.Of(noted, c.newest, c.clock)
	other := rollup.Of(noted, c.newest, c.clock)
	former, next := compiled(t, rows), compiled(t, strings.Replace(rows, `"prior":0.5,`, `"prior":0.02,`, 1))
	for i, step := range []struct {
		*rollup.Rollup
		live int
		puts int
	}{{one, 0, 1}, {other, 0, 1}, {other, 1, 2}, {one, 1, 2}, {one, 0, 3}, {one, 0, 3}, {other, 0, 3}, {other, 1, 4}, {one, 0, 5}} {
		c.now++
		if c.live = former; step.live == 1 {
			c.live = next
		}
		if err := step.Publish(t.Context()); err != nil {
			t.Fatal(err)
		}
		if noted.put != step.puts {
			t.Errorf("step %d: got %d summaries put, want %d", i, noted.put, step.puts)
		}
	}
}

// overtaken is a store in which something happens before a summary is put.
type overtaken struct {
	store.Store
	first func()
}

func (o *overtaken) PutSummary(ctx context.Context, s store.Summary) error {
	o.first()
	o.first = func() {}
	return o.Store.PutSummary(ctx, s)
}

// Of what was live for a moment nothing stays, also where whoever made the last
// summary was slower than the one who had nothing to do.
func TestASnapshotThatIsRolledBackLeavesNoSummary(t *testing.T) {
	c := begin(t, rows)
	former, next := compiled(t, rows), compiled(t, strings.Replace(rows, `"prior":0.5,`, `"prior":0.02,`, 1))
	c.live = former
	want := c.head(t)
	c.live, c.now = next, c.now+1
	slow := rollup.Of(&overtaken{c.store, func() {
		c.live, c.now = former, c.now+1
		if err := c.Publish(t.Context()); err != nil {
			t.Fatal(err)
		}
		c.now++
	}}, c.newest, c.clock)
	if err := slow.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	heads, err := c.store.Heads(t.Context())
	if err != nil || heads.Summary.Version != want {
		t.Errorf("got the summary %s, %v; want that of what is live, %s", heads.Summary.Version, err, want)
	}
}

// A summary that cannot fit is no fault of the store: it would not fit the next
// time either. What was counted stays, and so does the last summary.
func TestASummaryThatCannotFit(t *testing.T) {
	c := begin(t, rows)
	c.apply(t, "shard", several(1, 3, "sofa", "item_impression", "")...)
	was := c.head(t)
	var items strings.Builder
	for i := range store.MaxSummaryBytes/32 + 1 {
		fmt.Fprintf(&items, "\n"+`{"id":"item-%d","kind":"content","prior":0.1,"tags":["many"]}`, i)
	}
	c.live, c.now = compiled(t, strings.Replace(strings.Replace(rows, "\n", items.String()+"\n", 1), `["sofa"`, `["tag:many","sofa"`, 1)), c.now+1
	if err := c.Publish(t.Context()); err == nil || errors.Is(err, store.ErrUnavailable) || !strings.Contains(err.Error(), "rank fewer") {
		t.Errorf("got the error %v, want one that says what to do", err)
	}
	c.live = compiled(t, rows)
	if got := c.head(t); got != was {
		t.Errorf("got the summary %s, want %s still", got, was)
	}
	if got := c.counts(t)["sofa"]; got != "3 0 0 0" {
		t.Errorf("got %s, want 3 impressions", got)
	}
}
