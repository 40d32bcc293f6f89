package files_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/journey"
	"wegweiser/shared/rule/parse"
	"wegweiser/shared/snapshot"
	"wegweiser/shared/tables"
	"wegweiser/shared/tables/files"
)

const demo = "../../../cmd/wegweiser/demo/rows"

func demoRows(t *testing.T) *files.Folder {
	t.Helper()
	f, err := files.Read(os.DirFS(demo))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range f.Problems {
		t.Fatal(f.Describe(p))
	}
	return f
}

func TestDemoHasThePreset(t *testing.T) {
	for _, table := range []string{tables.PhasesTable, tables.SignalsTable} {
		have, err := os.ReadFile(demo + "/" + table + ".csv")
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile("../presets/" + tables.DefaultPreset + "/" + table + ".csv")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(have)); diff != "" {
			t.Errorf("the demo's %s differ from the preset; copy its file (-preset +demo):\n%s", table, diff)
		}
	}
}

func TestDemoSpeaksBothLanguages(t *testing.T) {
	for _, row := range demoRows(t).Set[tables.ItemsTable] {
		for column := range row.Cells {
			field, german := strings.CutSuffix(column, ".de")
			if !german {
				continue
			}
			if _, ok := row.Cells[field+".en"]; !ok {
				t.Errorf("%s has %s and no %s.en", row.ID, column, field)
			}
		}
	}
}

func TestDemoCompiles(t *testing.T) {
	f := demoRows(t)
	_, problems := snapshot.Compile(f.Set, parse.Parse)
	for _, p := range problems {
		t.Error(f.Describe(p))
	}
}

// Every rule of the demo is there for somebody: each case is a visitor at a
// moment, and what they see.
func TestDemoStories(t *testing.T) {
	s, problems := snapshot.Compile(demoRows(t).Set, parse.Parse)
	if s == nil {
		t.Fatal(problems)
	}
	won := map[string]bool{}
	noon := time.Date(2026, 11, 18, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name    string
		at      time.Time
		did     []string // "type days ago"
		traits  map[string]any
		context map[string]any
		locale  string
		country string
		want    map[string]string // rule and items by placement; weighted ones as far as the rule
	}{
		{
			name: "Nobody", at: noon,
			want: map[string]string{"home-hero": "fallback: welcome", "home-offers": "discover-offers: first-order newsletter-picks"},
		},
		{
			name: "Discovering", at: noon, did: []string{"ad_click 1", "page_view 1"},
			want: map[string]string{"home-hero": "discover-hero: ", "home-offers": "discover-offers: first-order newsletter-picks", "chat": "fallback: chat-hello"},
		},
		{
			name: "Researching", at: noon, did: []string{"product_view 3", "product_view 3", "compare 2", "review_read 2", "compare 1"},
			context: map[string]any{"category": "sofas"}, locale: "en",
			want: map[string]string{
				"home-hero": "research-sofas: sofa-guide", "product-aside": "research-sofas: sofa-guide",
				"home-offers": "research-offers: bed-and-mattress sofa-weeks", "service-message": "research-message: service-advice",
			},
		},
		{
			name: "ResearchingAnything", at: noon, did: []string{"product_view 3", "product_view 2", "compare 1"},
			context: map[string]any{"channel": "web"},
			want:    map[string]string{"home-hero": "research-guides: ", "product-aside": "research-aside: fabric-samples", "chat": "research-chat: chat-advice"},
		},
		{
			name: "ResearchingForAFamily", at: noon, did: []string{"product_view 3", "product_view 2", "compare 1"},
			traits: map[string]any{"household": 5.0},
			want:   map[string]string{"home-hero": "research-families: family-rooms"},
		},
		{
			name: "AboutToDecideInGermany", at: noon, did: []string{"product_view 3", "compare 2", "cart_add 0.2"},
			context: map[string]any{}, country: "DE", locale: "de-DE",
			want: map[string]string{"home-hero": "decision-germany: showroom-munich", "home-offers": "decision-offers: first-order sofa-weeks"},
		},
		{
			name: "AboutToDecide", at: noon, did: []string{"product_view 3", "compare 2", "cart_add 0.2", "checkout_start 0.1"},
			context: map[string]any{"cart_value": 400.0}, country: "AT", locale: "de",
			want: map[string]string{
				"home-hero": "decision-austria: showroom-vienna", "cart-help": "full-cart: cart-delivery",
				"mail-offer": "first-order-mail: first-order", "chat": "decision-chat: chat-checkout",
			},
		},
		{
			name: "AboutToDecideWithASmallCart", at: noon, did: []string{"product_view 3", "compare 2", "cart_add 0.2", "checkout_start 0.1"},
			context: map[string]any{"cart_value": 40.0}, country: "CH", traits: map[string]any{"first_name": "Ida"},
			want: map[string]string{"home-hero": "decision-hero: promise", "cart-help": "full-cart: cart-reminder"},
		},
		{
			name: "PaymentFailed", at: noon, did: []string{"cart_add 0.2", "checkout_start 0.1", "payment_failed 0.05"},
			want: map[string]string{"cart-help": "failed-payment: payment-help", "service-message": "failed-payment: payment-help"},
		},
		{
			name: "FreshCustomer", at: noon, did: []string{"cart_add 5", "purchase 4"},
			want: map[string]string{
				"home-hero": "new-customers-hero: assembly-help", "home-offers": "new-customers-offers: assembly-service care-set",
				"service-message": "new-customers-message: delivery-news", "chat": "new-customers-chat: chat-assembly",
			},
		},
		{
			name: "CustomerForAMonth", at: noon, did: []string{"purchase 40", "page_view 1"},
			want: map[string]string{"service-message": "ask-for-a-review: review-please", "home-hero": "customers-hero: wood-care"},
		},
		{
			name: "CustomerForLong", at: noon, did: []string{"purchase 100", "page_view 1"},
			want: map[string]string{"home-offers": "customers-offers: cushions lamps"},
		},
		{
			name: "BestCustomer", at: noon, did: []string{"purchase 350", "purchase 280", "purchase 210", "purchase 140", "purchase 70", "page_view 1"},
			want: map[string]string{"mail-offer": "best-customers: personal-planner"},
		},
		{
			name: "CustomerWhoShares", at: noon, did: []string{"purchase 20", "social_share 60", "social_share 59", "social_mention 58"},
			want: map[string]string{"home-offers": "stars-offers: refer-a-friend early-access"},
		},
		{
			name: "Unhappy", at: noon, did: []string{"purchase 10", "complaint 1"},
			want: map[string]string{"service-message": "unhappy-customers: sorry", "chat": "unhappy-customers: sorry"},
		},
		{
			name: "Cooling", at: noon, did: []string{"purchase 200", "page_view 1"},
			want: map[string]string{"mail-offer": "win-back-offers: come-back", "home-offers": "win-back-offers: come-back lamps"},
		},
		{
			name: "Lapsed", at: noon, did: []string{"purchase 380", "page_view 1"},
			want: map[string]string{"home-hero": "win-back-hero: whats-new", "service-message": "win-back-message: we-miss-you"},
		},
		{
			name: "Advocate", at: noon, did: []string{"purchase 40", "review_written 10", "referral_sent 5", "referral_converted 2"},
			want: map[string]string{
				"home-hero": "advocates-hero: show-your-home", "home-offers": "advocates-offers: refer-a-friend early-access",
				"service-message": "advocates-message: thanks-for-recommending",
			},
		},
		{
			name: "BlackWeekBegins", at: time.Date(2026, 11, 22, 23, 0, 0, 0, time.UTC), did: []string{"product_view 1", "compare 1"},
			want: map[string]string{"home-hero": "black-week-hero: black-week", "home-offers": "black-week-offers: black-week-lamps black-week-sofas"},
		},
		{
			name: "BlackWeekIsOver", at: time.Date(2026, 11, 29, 23, 0, 0, 0, time.UTC), did: []string{"product_view 1", "compare 1"},
			want: map[string]string{"home-offers": "research-offers: bed-and-mattress sofa-weeks"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			context, fault := s.Context(contextOf(c.context, c.locale, c.country))
			if fault != nil {
				t.Fatal(fault)
			}
			history := historyOf(t, c.at, c.did)
			history.Profile.Traits = c.traits
			for name, want := range c.want {
				answer := s.Decide(&snapshot.Input{
					At: journey.At(c.at), Person: "v_1", History: history, Context: context, Placements: []string{name},
				})
				if got := shown(answer.Placements[0]); !strings.HasPrefix(got, want) {
					t.Errorf("%s in %s, %s: got %s, want %s", name, answer.Phase.Name, answer.Phase.Standing, got, want)
				}
				won[answer.Placements[0].Rule] = true
			}
		})
	}
	for _, row := range demoRows(t).Set[tables.RulesTable] {
		if !won[row.ID] {
			t.Errorf("nobody sees anything by %s; add a story for it", row.ID)
		}
	}
}

func shown(p snapshot.Placement) string {
	rule := p.Rule
	if p.Fallback {
		rule = "fallback"
	}
	ids := make([]string, len(p.Items))
	for i := range p.Items {
		ids[i] = p.Items[i].ID
	}
	return rule + ": " + strings.Join(ids, " ")
}

func contextOf(keys map[string]any, locale, country string) map[string]any {
	context := map[string]any{}
	for key, value := range keys {
		context[key] = value
	}
	if locale != "" {
		context["locale"] = locale
	}
	if country != "" {
		context["country"] = country
	}
	return context
}

func historyOf(t *testing.T, at time.Time, did []string) *journey.History {
	t.Helper()
	h := &journey.History{}
	for i, text := range did {
		kind, ago, _ := strings.Cut(text, " ")
		days, err := time.ParseDuration(ago + "h")
		if err != nil {
			t.Fatal(err)
		}
		point := journey.Touchpoint{
			ID: "e_" + string(rune('a'+i)), Visitor: "v_1", Type: kind, Channel: "web", At: journey.At(at.Add(-24 * days)),
			Value: &journey.Money{Amount: "300.00", Currency: "EUR"},
		}
		h.Traces = append(h.Traces, point.Trace())
		if m, ok := point.Milestone(); ok {
			h.Profile.Record(m)
		}
	}
	slices.SortStableFunc(h.Traces, func(a, b journey.Trace) int { return int(a.At - b.At) })
	return h
}
