package storetest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
)

// noon is the moment of every member. It is far ahead: a backend may remove by
// its own clock what is expired, and must not do so in the middle of a member.
var noon = journey.At(time.Date(2046, 11, 22, 12, 0, 0, 0, time.UTC))

// touch is a touchpoint of visitor v that never expires.
func touch(id string, at journey.Millis) store.Recording {
	return store.Recording{Touchpoint: journey.Touchpoint{
		ID: id, Visitor: "v", Type: "product_view", Channel: "web", At: at, Item: "sofa",
	}}
}

// purchase is a milestone of visitor v.
func purchase(id string, at journey.Millis, amount string) store.Recording {
	r := touch(id, at)
	r.Type, r.Value = journey.Purchase, &journey.Money{Amount: amount, Currency: "EUR"}
	return r
}

// by gives touchpoints to another visitor.
func by(visitor string, recordings ...store.Recording) []store.Recording {
	recordings = slices.Clone(recordings)
	for i := range recordings {
		recordings[i].Visitor = visitor
	}
	return recordings
}

// series is n touchpoints of visitor v a minute apart, the last one at end.
// Their ids are in order of time.
func series(prefix string, n int, end journey.Millis) []store.Recording {
	recordings := make([]store.Recording, n)
	for i := range recordings {
		recordings[i] = touch(fmt.Sprintf("%s%04d", prefix, i), end.Add(-time.Duration(n-1-i)*time.Minute))
	}
	return recordings
}

// add appends and expects every touchpoint to be new.
func (c *check) add(recordings ...store.Recording) {
	c.Helper()
	for i, o := range c.append(noon, recordings...) {
		if o.Status != store.Stored {
			c.Fatalf("Append(%s): got status %d, want Stored", recordings[i].ID, o.Status)
		}
		if diff := cmp.Diff(recordings[i].Trace(), o.Trace); diff != "" {
			c.Fatalf("Append(%s): trace (-want +got):\n%s", recordings[i].ID, diff)
		}
	}
}

func (c *check) append(now journey.Millis, recordings ...store.Recording) []store.Outcome {
	c.Helper()
	outcomes, err := c.Append(context.Background(), now, recordings)
	if err != nil {
		c.Fatalf("Append: %v", err)
	}
	if len(outcomes) != len(recordings) {
		c.Fatalf("Append: got %d outcomes for %d touchpoints", len(outcomes), len(recordings))
	}
	return outcomes
}

// read returns the history of a visitor as of at, seen at that moment.
func (c *check) read(visitor string, at journey.Millis, window int) *journey.History {
	c.Helper()
	return c.query(store.Query{Visitor: visitor, At: at, Now: at, Window: window})
}

func (c *check) query(q store.Query) *journey.History {
	c.Helper()
	h, err := c.History(context.Background(), q)
	if err != nil {
		c.Fatalf("History(%s): %v", q.Visitor, err)
	}
	return h
}

// whole returns the history with the widest window.
func (c *check) whole(visitor string) *journey.History {
	c.Helper()
	return c.read(visitor, noon, journey.MaxWindow)
}

// sees checks the ids of a history, in order, and whether it was cut.
func (c *check) sees(h *journey.History, truncated bool, want ...string) {
	c.Helper()
	var got []string
	for _, t := range h.Traces {
		got = append(got, t.ID)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		c.Errorf("ids of the history (-want +got):\n%s", diff)
	}
	if h.Truncated != truncated {
		c.Errorf("Truncated: got %t, want %t", h.Truncated, truncated)
	}
}

func ids(recordings []store.Recording) []string {
	var all []string
	for i := range recordings {
		all = append(all, recordings[i].ID)
	}
	return all
}

// bodies returns everything stored for a visitor, in order of id.
func (c *check) bodies(visitor string, now journey.Millis) []journey.Touchpoint {
	c.Helper()
	var all []journey.Touchpoint
	for t, err := range c.Touchpoints(context.Background(), visitor, now) {
		if err != nil {
			c.Fatalf("Touchpoints(%s): %v", visitor, err)
		}
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b journey.Touchpoint) int {
		if a.ID < b.ID {
			return -1
		}
		return 1
	})
	return all
}

func (c *check) visitors() []string {
	c.Helper()
	all := c.behind("")
	slices.Sort(all)
	return all
}

// behind returns the visitors after an id, in the order of the store.
func (c *check) behind(after string) []string {
	c.Helper()
	var all []string
	for visitor, err := range c.All(context.Background(), after) {
		if err != nil {
			c.Fatalf("All(%q): %v", after, err)
		}
		all = append(all, visitor)
	}
	return all
}

func (c *check) change(visitor string, change func(*journey.Profile)) {
	c.Helper()
	if err := c.Change(context.Background(), visitor, func(p *journey.Profile) error {
		change(p)
		return nil
	}); err != nil {
		c.Fatalf("Change(%s): %v", visitor, err)
	}
}

// same checks that two values are equal.
func (c *check) same(what string, got, want any) {
	c.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		c.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
