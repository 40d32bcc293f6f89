package personalize_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
	"wegweiser/shared/store"
	"wegweiser/shared/tables"
)

// trialShop is a configuration with some of everything that a change can touch.
const trialShop = `[
 {"table":"settings","row":{"id":"window","value":"12"}},
 {"table":"settings","row":{"id":"context.basket","value":"number"}},
 {"table":"settings","row":{"id":"trait.tier","value":"text"}},
 {"table":"signals","row":{"id":"looks","type":"page_view","channel":"*","phase":"awareness","weight":1,"half_life":"14d"}},
 {"table":"signals","row":{"id":"ads","type":"ad_click","channel":"*","phase":"awareness","weight":1,"half_life":"14d"}},
 {"table":"signals","row":{"id":"views","type":"product_view","channel":"*","phase":"consideration","weight":1,"half_life":"20d"}},
 {"table":"signals","row":{"id":"views-in-app","type":"product_view","channel":"app","phase":"decision","weight":1,"half_life":"20d"}},
 {"table":"signals","row":{"id":"compares","type":"compare","channel":"*","phase":"consideration","weight":2,"half_life":"14d"}},
 {"table":"signals","row":{"id":"carts","type":"cart_add","channel":"*","phase":"decision","weight":2,"half_life":"7d"}},
 {"table":"signals","row":{"id":"checkouts","type":"checkout_start","channel":"*","phase":"decision","weight":3,"half_life":"7d"}},
 {"table":"signals","row":{"id":"purchases","type":"purchase","channel":"*","phase":"retention","weight":5,"half_life":"90d","carry":0.1}},
 {"table":"placements","row":{"id":"home-hero","kind":"content","count":2,"fallback":"welcome"}},
 {"table":"placements","row":{"id":"mail-offer","kind":"offer","fallback":"free-delivery"}},
 {"table":"placements","row":{"id":"old-corner","kind":"content","fallback":"welcome"}},
 {"table":"items","row":{"id":"welcome","kind":"content","content.title":"Welcome"}},
 {"table":"items","row":{"id":"guide","kind":"content","content.title":"How to choose","tags":["advice"]}},
 {"table":"items","row":{"id":"measure","kind":"content","content.title":"Measure first","tags":["advice"],"ends":"2026-12-24"}},
 {"table":"items","row":{"id":"checkout-help","kind":"content","content.title":"May we help?"}},
 {"table":"items","row":{"id":"care","kind":"content","content.title":"Care","purpose":"personalization"}},
 {"table":"items","row":{"id":"free-delivery","kind":"offer","content.title":"Free delivery"}},
 {"table":"items","row":{"id":"ten-percent","kind":"offer","content.title":"Ten percent"}},
 {"table":"items","row":{"id":"come-back","kind":"offer","content.title":"We miss you"}},
 {"table":"segments","row":{"id":"keen","when":"count(\"product_view\", \"30d\") >= 2"}},
 {"table":"rules","row":{"id":"app-first","order":1,"placements":["home-hero"],"channels":["app"],"phases":["consideration","decision"],"items":["checkout-help"]}},
 {"table":"rules","row":{"id":"researching","order":2,"placements":["home-hero"],"phases":["consideration"],"items":["tag:advice"],"choose":"weighted","weights":[1]}},
 {"table":"rules","row":{"id":"deciding","order":3,"placements":["home-hero"],"phases":["decision"],"items":["checkout-help","guide"]}},
 {"table":"rules","row":{"id":"customers","order":4,"placements":["home-hero"],"standings":["active","cooling"],"items":["care"]}},
 {"table":"rules","row":{"id":"keen-ones","order":1,"placements":["mail-offer"],"segments":["keen"],"when":"missing(context.basket) or context.basket > 50","items":["ten-percent"]}},
 {"table":"rules","row":{"id":"win-back","order":2,"placements":["mail-offer"],"standings":["lapsed"],"items":["come-back"]}},
 {"table":"items","row":{"id":"voucher","kind":"offer","content.title":"Voucher","purpose":"advertising","value":30,"cost":10,"prior":0.05}},
 {"table":"items","row":{"id":"lamp","kind":"offer","content.title":"A lamp","value":20}},
 {"table":"rules","row":{"id":"earning","order":3,"placements":["mail-offer"],"items":["voucher","lamp"],"choose":"rank"}},
 {"table":"settings","row":{"id":"holdout","value":"0.03"}},
 {"table":"settings","row":{"id":"no_phase","value":"0.1"}}
]`

// apply edits rows, as a marketer does, and returns what is wrong afterwards.
func apply(t testing.TB, s *personalize.Service, rows string) []tables.Problem {
	t.Helper()
	var edits personalize.ConfigEdits
	if err := json.Unmarshal([]byte(`{"rows":`+rows+`}`), &edits); err != nil {
		t.Fatal(err)
	}
	for i := range edits.Rows {
		edits.Rows[i].Version = store.Any
	}
	found, err := s.EditConfig(context.Background(), admin, edits)
	if err != nil {
		t.Fatal(err)
	}
	return found.Problems
}

// people stores visitors with histories of all kinds, the same for the same
// number of them: those with more than a window, with several touchpoints in
// one millisecond, customers, machines, and some who refused.
func people(t testing.TB, kept store.Store, c *clock, count int) {
	t.Helper()
	ctx := context.Background()
	random := rand.New(rand.NewPCG(1, uint64(count)))
	pick := func(of ...string) string { return of[random.IntN(len(of))] }
	now := journey.At(c.now())
	var all []store.Recording
	for v := range count {
		at := now.Add(-time.Duration(random.IntN(120*24)) * time.Hour)
		for i := range 1 + random.IntN(30) {
			if at = at.Add(time.Duration(random.IntN(4)*random.IntN(3000)) * time.Minute); at > now {
				break
			}
			touch := journey.Touchpoint{
				ID: fmt.Sprintf("e_%d", i), Visitor: fmt.Sprintf("v_%03d", v), At: at, Channel: pick("web", "web", "app", "email", "store"),
				Type: pick("page_view", "ad_click", "product_view", "product_view", "compare", "review_read", "cart_add", "checkout_start"),
				Item: pick("sofa-1", "sofa-2"), Trust: journey.Trust(random.IntN(2)),
			}
			switch random.IntN(15) {
			case 0:
				touch.Type, touch.Value = "purchase", &journey.Money{Amount: "99.00", Currency: "EUR"}
			case 1:
				touch.Type = "return"
			case 2:
				touch.Trust = journey.Machine
			}
			all = append(all, store.Recording{Touchpoint: touch})
		}
	}
	for len(all) > 0 {
		n := min(len(all), 500)
		if _, err := kept.Append(ctx, now, all[:n]); err != nil {
			t.Fatal(err)
		}
		all = all[n:]
	}
	for v := range count {
		if v%7 > 1 {
			continue
		}
		if err := kept.Change(ctx, fmt.Sprintf("v_%03d", v), func(p *journey.Profile) error {
			if v%7 == 0 {
				p.Consent = journey.NoConsent()
			}
			p.Locale, p.Traits = "de-AT", map[string]any{"tier": "gold"}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
}

// trial is the shop, live, with people who have walked through it.
func trial(t testing.TB, kept store.Store, c *clock, count int) (*personalize.Service, string) {
	t.Helper()
	people(t, kept, c, count)
	s := start(t, kept, c)
	if problems := apply(t, s, trialShop); tables.HasErrors(problems) {
		t.Fatalf("got problems %v of the shop, want no errors", problems)
	}
	return s, publish(t, s)
}

// dryRun asks for all pages, each as it comes.
func dryRun(t testing.TB, s *personalize.Service, request personalize.DryRunRequest) []*personalize.DryRun {
	t.Helper()
	var pages []*personalize.DryRun
	for {
		page, err := s.DryRun(context.Background(), request)
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, page)
		if page.Next == "" {
			return pages
		}
		request.From, request.To, request.After = page.From, page.To, page.Next
		if page.At != nil {
			request.At = page.At.String()
		} else {
			request.Until = page.Until.String()
		}
	}
}

// wholeDryRun adds the pages up.
func wholeDryRun(t testing.TB, s *personalize.Service, request personalize.DryRunRequest) *personalize.DryRun {
	t.Helper()
	pages := dryRun(t, s, request)
	for _, page := range pages[1:] {
		pages[0].Add(page)
	}
	return pages[0]
}
