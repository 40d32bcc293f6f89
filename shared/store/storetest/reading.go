package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
)

func readingMembers() []member {
	return []member{
		{"TouchpointsAreWholeBodies", func(c *check) {
			full := store.Recording{Touchpoint: journey.Touchpoint{
				ID: "full", Visitor: "v", Type: "purchase", Channel: "social.instagram", Source: "shop", At: noon,
				Item: "sofa-3", Category: "sofas", Value: &journey.Money{Amount: "-499.0000", Currency: "EUR"},
				Campaign: "autumn", Trust: journey.Reported,
				Props: map[string]any{"n": 1.5, "text": "größer <&>", "yes": true, "no": nil, "list": []any{"a", 2.0}, "deep": map[string]any{"x": "y"}},
			}}
			bare := touch("bare", noon)
			bare.Item = ""
			machine := touch("machine", noon)
			machine.Trust, machine.Campaign = journey.Machine, "bots"
			c.add(full, bare, machine)
			c.same("touchpoints", c.bodies("v", noon), []journey.Touchpoint{bare.Touchpoint, full.Touchpoint, machine.Touchpoint})
		}},
		{"TouchpointsAreOfOneVisitor", func(c *check) {
			c.add(by("v2", touch("a", noon))...)
			c.change("v", func(p *journey.Profile) { p.Locale = "de" })
			c.same("touchpoints", c.bodies("v", noon), []journey.Touchpoint(nil))
		}},
		{"TouchpointsAreAll", func(c *check) {
			all := series("t", 620, noon.Add(24*time.Hour))
			c.add(all[:310]...)
			c.add(all[310:]...)
			var got []string
			for _, t := range c.bodies("v", noon) {
				got = append(got, t.ID)
			}
			c.same("ids", got, ids(all))
		}},
		{"AllYieldsEachVisitorOnce", func(c *check) {
			var all []store.Recording
			var want []string
			for i := range 520 {
				visitor := fmt.Sprintf("v%03d", i)
				want = append(want, visitor)
				all = append(all, by(visitor, touch("a", noon))...)
				if i%40 == 0 {
					all = append(all, by(visitor, touch("b", noon), purchase("c", noon, "1.00"))...)
				}
			}
			c.add(all...)
			c.change("w", func(p *journey.Profile) { p.Locale = "de" })
			c.same("visitors", c.visitors(), append(want, "w"))
		}},
		{"AllGoesOnAtEveryCut", func(c *check) {
			visitors := manyVisitors(c)
			for i := range len(visitors) + 1 {
				after := ""
				if i > 0 {
					after = visitors[i-1]
				}
				c.same(fmt.Sprintf("visitors after %q", after), c.behind(after), append([]string(nil), visitors[i:]...))
			}
		}},
		{"AllGoesOnBehindOneWhoIsGone", func(c *check) {
			visitors := manyVisitors(c)
			for i := range 40 {
				gone := fmt.Sprintf("gone %d", i)
				rest := c.behind(gone)
				if len(rest) > len(visitors) || !slices.Equal(rest, visitors[len(visitors)-len(rest):]) {
					c.Errorf("visitors after %q: got %q, want an end of %q", gone, rest, visitors)
				}
				c.change(gone, func(p *journey.Profile) { p.Locale = "de" })
				c.same(fmt.Sprintf("visitors after %q, who is there", gone), c.behind(gone), rest)
				visitors = c.behind("")
			}
		}},
		{"AllRefusesWhatIsNoID", func(c *check) {
			for visitor, err := range c.All(context.Background(), "line\nbreak") {
				if !errors.Is(err, store.ErrInvalid) {
					c.Errorf("All after what is no id: got %q, %v, want ErrInvalid", visitor, err)
				}
				return
			}
			c.Errorf("All after what is no id: got nothing, want ErrInvalid")
		}},
		{"ReadingMayStopEarly", func(c *check) {
			c.add(by("a", series("t", 3, noon)...)...)
			c.add(by("b", series("t", 3, noon)...)...)
			n := 0
			for range c.All(context.Background(), "") {
				n++
				break
			}
			for range c.Touchpoints(context.Background(), "a", noon) {
				n++
				break
			}
			c.same("things read", n, 2)
		}},
		{"ReadersMayWrite", func(c *check) {
			c.add(by("a", series("t", 3, noon)...)...)
			c.add(by("b", series("t", 3, noon)...)...)
			var seen []string
			for visitor, err := range c.All(context.Background(), "") {
				if err != nil {
					c.Fatalf("All: %v", err)
				}
				seen = append(seen, visitor)
				c.change(visitor, func(p *journey.Profile) { p.Locale = "de" })
				for t, err := range c.Touchpoints(context.Background(), visitor, noon) {
					if err != nil {
						c.Fatalf("Touchpoints: %v", err)
					}
					c.add(by(visitor, touch("copy of "+t.ID, noon))...)
				}
			}
			slices.Sort(seen)
			c.same("visitors", seen, []string{"a", "b"})
		}},
	}
}

// manyVisitors stores visitors with ids of many lengths, some with a profile
// alone and some with only touchpoints of machines, and returns them in the
// order of the store.
func manyVisitors(c *check) []string {
	c.Helper()
	for i := range 40 {
		visitor := strings.Repeat("v", 1+i%7) + strconv.Itoa(i)
		switch i % 3 {
		case 0:
			c.add(by(visitor, series("t", 1+i%5, noon)...)...)
		case 1:
			c.change(visitor, func(p *journey.Profile) { p.Locale = "de" })
		default:
			machine := touch("m", noon)
			machine.Trust = journey.Machine
			c.add(by(visitor, machine)...)
		}
	}
	return c.behind("")
}

func contextMembers() []member {
	return []member{
		{"EndedContextEndsEveryCall", func(c *check) {
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			c.ends(ctx)
		}},
		{"DeadlineIsHonoured", func(c *check) {
			ctx, cancel := context.WithDeadline(context.Background(), time.Unix(0, 0))
			defer cancel()
			c.ends(ctx)
		}},
	}
}

// ends checks that each method reports that ctx has ended.
func (c *check) ends(ctx context.Context) {
	c.Helper()
	c.add(touch("a", noon))
	last := func(read func(yield func(error))) (err error) {
		read(func(e error) { err = e })
		return err
	}
	calls := map[string]func() error{
		"History": func() error {
			_, err := c.History(ctx, store.Query{Visitor: "v", At: noon, Now: noon, Window: 10})
			return err
		},
		"Append": func() error {
			outcomes, err := c.Append(ctx, noon, []store.Recording{touch("b", noon), purchase("c", noon, "1.00")})
			for _, o := range outcomes {
				if o.Status != store.Failed || o.Err == nil {
					c.Errorf("Append with an ended context: got outcome %+v, want Failed with its error", o)
				}
			}
			return err
		},
		"Change": func() error {
			return c.Change(ctx, "v", func(p *journey.Profile) error { p.Locale = "de"; return nil })
		},
		"ChangeCounters": func() error {
			_, err := c.ChangeCounters(ctx, "v", journey.Counters{}, reserving(claim("a", 1)))
			return err
		},
		"Touchpoints": func() error {
			return last(func(yield func(error)) {
				for _, err := range c.Touchpoints(ctx, "v", noon) {
					yield(err)
				}
			})
		},
		"All": func() error {
			return last(func(yield func(error)) {
				for _, err := range c.All(ctx, "") {
					yield(err)
				}
			})
		},
		"Rows":         func() error { _, err := c.Rows(ctx, "items"); return err },
		"Row":          func() error { _, err := c.Row(ctx, "items", "a"); return err },
		"Edit":         func() error { return c.Edit(ctx, []store.Edit{{Table: "items", ID: "a", Expect: store.Any}}) },
		"PutSnapshot":  func() error { return c.PutSnapshot(ctx, "s", []byte("x")) },
		"Snapshot":     func() error { _, err := c.Snapshot(ctx, "s"); return err },
		"Live":         func() error { _, err := c.Live(ctx); return err },
		"LiveSnapshot": func() error { _, _, err := c.LiveSnapshot(ctx); return err },
		"Publish":      func() error { return c.Publish(ctx, "", store.Release{Snapshot: "s"}) },
		"Releases":     func() error { _, err := c.Releases(ctx, 1); return err },
		"Memos":        func() error { _, err := c.Memos(ctx); return err },
		"PutMemo":      func() error { return c.PutMemo(ctx, "a", []byte("x")) },
		"Apply":        func() error { return c.Apply(ctx, noon, "f", stretch(1, 1)) },
		"Cells":        func() error { _, err := c.Cells(ctx, "sofa", "a", "b", noon); return err },
		"PutSummary":   func() error { return c.PutSummary(ctx, summary("v", 1, nil)) },
		"Summary":      func() error { _, err := c.Summary(ctx); return err },
		"Heads":        func() error { _, err := c.Heads(ctx); return err },
		"PutReceipts":  func() error { return c.PutReceipts(ctx, []store.Receipt{receipt("01", "x")}) },
		"Receipt":      func() error { _, err := c.Receipt(ctx, receipt("01", "").ReceiptKey, noon); return err },
		"ReceiptsOf": func() error {
			return last(func(yield func(error)) {
				for _, err := range c.ReceiptsOf(ctx, "o", noon) {
					yield(err)
				}
			})
		},
		"AllReceipts": func() error {
			return last(func(yield func(error)) {
				for _, err := range c.AllReceipts(ctx, store.ReceiptKey{}, noon) {
					yield(err)
				}
			})
		},
		"PutResults": func() error {
			_, err := c.PutResults(ctx, noon, store.Message{Owner: "o", ID: "m"}, []store.Result{result("a", "d")})
			return err
		},
		"Results": func() error { _, err := c.Results(ctx, store.Message{Owner: "o", ID: "m"}, noon); return err },
		"Claim":   func() error { return c.Claim(ctx, noon, budget("a", 1)) },
		"Unclaim": func() error { return c.Unclaim(ctx, budget("a", 1)) },
		"Claimed": func() error { _, err := c.Claimed(ctx, noon, budget("a", 1)); return err },
		"Hold":    func() error { _, err := c.Hold(ctx, noon, budget("a", 1), "n", noon.Add(time.Hour)); return err },
		"Release": func() error { return c.Release(ctx, store.HoldOf(budget("a", 1), "n", noon.Add(time.Hour))) },
		"Commit":  func() error { return c.Commit(ctx, noon, store.Message{Owner: "o", ID: "m"}) },
	}
	for name, call := range calls {
		if err := call(); !errors.Is(err, store.ErrUnavailable) || !errors.Is(err, ctx.Err()) {
			c.Errorf("%s: got error %v, want ErrUnavailable around %v", name, err, ctx.Err())
		}
	}
}
