package personalize_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
	"wegweiser/shared/store"
)

// fill gives a visitor n touchpoints, one a minute up to now.
func fill(b *testing.B, s store.Store, c *clock, visitor string, n int) {
	b.Helper()
	types := []string{"page_view", "product_view", "search", "compare", "cart_add", "email_click"}
	now := journey.At(c.now())
	recordings := make([]store.Recording, n)
	for i := range recordings {
		recordings[i] = store.Recording{
			Touchpoint: journey.Touchpoint{
				ID: fmt.Sprintf("e_%026d", i), Visitor: visitor, Type: types[i%len(types)], Channel: "web",
				Item: fmt.Sprintf("sofa-%d", i%9), At: now.Add(-time.Duration(n-i) * time.Minute),
			},
			Expires: now.Add(400 * 24 * time.Hour),
		}
	}
	if _, err := s.Append(context.Background(), now, recordings); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkDecide is a decision without touchpoints beside its floor, the read
// of the history alone.
func BenchmarkDecide(b *testing.B) {
	c := newClock()
	s := openStore(b)
	service := start(b, s, c)
	apply(b, service, `[{"table":"settings","row":{"id":"receipt_sample","value":0}}]`)
	publishShop(b, service)
	ctx := context.Background()
	for _, n := range []int{0, 40, 100} {
		visitor := fmt.Sprintf("v_%026d", n)
		fill(b, s, c, visitor, n)
		b.Run(fmt.Sprintf("touchpoints=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			request := personalize.DecideRequest{Visitor: visitor, Placements: []string{"home-hero"}}
			for b.Loop() {
				if _, err := service.Decide(ctx, server, request); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("touchpoints=%d/floor", n), func(b *testing.B) {
			b.ReportAllocs()
			q := store.Query{Visitor: visitor, At: journey.At(c.now()), Now: journey.At(c.now()), Window: journey.DefaultWindow}
			for b.Loop() {
				if _, err := s.History(ctx, q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkDryRun asks two snapshots for every visitor, once each or at each of
// their touchpoints, beside its floor, the walk over the histories alone.
func BenchmarkDryRun(b *testing.B) {
	const visitors, touchpoints = 2000, 40
	c := newClock()
	s := openStore(b)
	service := start(b, s, c)
	apply(b, service, trialShop)
	apply(b, service, `[{"table":"settings","delete":"window"}]`)
	publish(b, service)
	apply(b, service, changes[0].rows)
	for v := range visitors {
		fill(b, s, c, fmt.Sprintf("v_%026d", v), touchpoints)
	}
	ctx := context.Background()
	perSecond := func(b *testing.B, of string, count int) {
		b.ReportMetric(float64(count)*float64(b.N)/b.Elapsed().Seconds(), of+"/s")
	}
	b.Run("floor", func(b *testing.B) {
		request := personalize.WalkRequest{At: journey.At(c.now()), Window: journey.DefaultWindow}
		for b.Loop() {
			if _, err := service.Walk(ctx, request, func(string, *journey.History) bool { return true }); err != nil {
				b.Fatal(err)
			}
		}
		perSecond(b, "visitors", visitors)
	})
	for name, request := range map[string]personalize.DryRunRequest{
		"moment": {}, "touchpoints": {Since: c.ago(24 * time.Hour)},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			decisions := 0
			for b.Loop() {
				page, err := service.DryRun(ctx, request)
				if err != nil {
					b.Fatal(err)
				}
				if page.Next != "" || page.Visitors != visitors {
					b.Fatalf("got a page of %d visitors, want all", page.Visitors)
				}
				decisions = page.Decisions
			}
			perSecond(b, "visitors", visitors)
			perSecond(b, "decisions", decisions)
		})
	}
}

// BenchmarkDryRunDecisions makes recorded decisions again on two snapshots,
// beside its floor: to read their receipts, and the history of each visitor once.
func BenchmarkDryRunDecisions(b *testing.B) {
	const visitors, touchpoints, each = 1000, 40, 3
	c := newClock()
	s := openStore(b)
	service := start(b, s, c)
	apply(b, service, trialShop)
	apply(b, service, `[{"table":"settings","delete":"window"}]`)
	publish(b, service)
	ctx := context.Background()
	for v := range visitors {
		visitor := fmt.Sprintf("v_%026d", v)
		fill(b, s, c, visitor, touchpoints)
		for range each {
			if _, err := service.Decide(ctx, server, personalize.DecideRequest{Visitor: visitor, Placements: []string{"home-hero", "mail-offer", "old-corner"}}); err != nil {
				b.Fatal(err)
			}
		}
	}
	settle(b, service)
	apply(b, service, changes[0].rows)
	perSecond := func(b *testing.B) {
		b.ReportMetric(float64(visitors*each)*float64(b.N)/b.Elapsed().Seconds(), "decisions/s")
	}
	b.Run("floor", func(b *testing.B) {
		histories := personalize.WalkRequest{At: journey.At(c.now()), Window: journey.DefaultWindow}
		for b.Loop() {
			for _, err := range s.AllReceipts(ctx, store.ReceiptKey{}, journey.At(c.now())) {
				if err != nil {
					b.Fatal(err)
				}
			}
			if _, err := service.Walk(ctx, histories, func(string, *journey.History) bool { return true }); err != nil {
				b.Fatal(err)
			}
		}
		perSecond(b)
	})
	b.Run("restored", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := service.WalkDecisions(ctx, personalize.WalkDecisionsRequest{}, func(*personalize.Recorded) bool { return true }); err != nil {
				b.Fatal(err)
			}
		}
		perSecond(b)
	})
	b.Run("compared", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			page, err := service.DryRun(ctx, personalize.DryRunRequest{Sample: personalize.DecisionSample})
			if err != nil {
				b.Fatal(err)
			}
			if page.Next != "" || page.Decisions != visitors*each {
				b.Fatalf("got a page of %d decisions, want all", page.Decisions)
			}
		}
		perSecond(b)
	})
}

// BenchmarkReceipt is what a receipt costs beside the decision that it is of,
// until it is stored; the decision without one is the floor.
func BenchmarkReceipt(b *testing.B) {
	c := newClock()
	s := openStore(b)
	ctx := context.Background()
	for _, kept := range []struct{ name, share string }{{"floor", "0"}, {"kept", "1"}} {
		service := start(b, s, c)
		apply(b, service, `[{"table":"settings","row":{"id":"receipt_sample","value":`+kept.share+`}}]`)
		publish(b, service)
		for _, n := range []int{0, 40, 100} {
			visitor := fmt.Sprintf("v_%026d", n)
			fill(b, s, c, visitor, n)
			b.Run(fmt.Sprintf("touchpoints=%d/%s", n, kept.name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := service.Decide(ctx, server, personalize.DecideRequest{Visitor: visitor}); err != nil {
						b.Fatal(err)
					}
				}
				if err := service.Settle(ctx); err != nil {
					b.Fatal(err)
				}
			})
		}
	}
}
