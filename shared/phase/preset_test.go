package phase_test

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/phase"
)

// preset returns the phases and signals of a shipped model, read from its rows.
func preset(t testing.TB, name string) ([]phase.Phase, []phase.Signal) {
	t.Helper()
	var phases []phase.Phase
	for _, row := range rows(t, name, "phases") {
		p := phase.Phase{ID: row["id"], MinEvidence: number(t, row["min_evidence"]), Margin: number(t, row["margin"])}
		if row["gate"] == journey.Purchase {
			p.Gate = phase.AfterPurchase
		}
		phases = append(phases, p)
	}
	var signals []phase.Signal
	for _, row := range rows(t, name, "signals") {
		days, isDays := strings.CutSuffix(row["half_life"], "d")
		if !isDays {
			t.Fatalf("preset %s, signal %s: got half_life %q, want days such as 14d", name, row["id"], row["half_life"])
		}
		signals = append(signals, phase.Signal{
			Type: row["type"], Channel: row["channel"], Phase: row["phase"],
			Weight: number(t, row["weight"]), Carry: number(t, row["carry"]),
			HalfLife: time.Duration(number(t, days) * float64(day)),
		})
	}
	return phases, signals
}

func presetModel(t testing.TB, name string) *phase.Model {
	t.Helper()
	model, err := phase.New(preset(t, name))
	if err != nil {
		t.Fatalf("preset %s: %v", name, err)
	}
	return model
}

func rows(t testing.TB, preset, table string) []map[string]string {
	t.Helper()
	file, err := os.Open(filepath.Join("..", "tables", "presets", preset, table+".csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatalf("preset %s: %v", preset, err)
	}
	var found []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, column := range lines[0] {
			row[column] = line[i]
		}
		found = append(found, row)
	}
	return found
}

func number(t testing.TB, text string) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatalf("got %q, want a number", text)
	}
	return n
}

var presets = []string{"five-phase", "four-phase", "attention-to-sharing"}

func TestPresetsCoverTheVocabulary(t *testing.T) {
	for _, name := range presets {
		t.Run(name, func(t *testing.T) {
			phases, signals := preset(t, name)
			if _, err := phase.New(phases, signals); err != nil {
				t.Fatal(err)
			}
			halfLives := map[time.Duration]bool{}
			speaks := map[string]bool{}
			for _, s := range signals {
				halfLives[s.HalfLife] = true
				speaks[s.Type] = true
				if !slices.Contains(journey.Types(), s.Type) {
					t.Errorf("got a signal for %s, want a type of the vocabulary", s.Type)
				}
			}
			for _, kind := range journey.Types() {
				if !speaks[kind] {
					t.Errorf("got no signal for %s, want one", kind)
				}
			}
			if n := len(halfLives); n > 5 {
				t.Errorf("got %d half-lives, want at most 5: each costs time at every step", n)
			}
			ids := map[string]bool{}
			for _, row := range rows(t, name, "signals") {
				if want := row["type"] + "-" + row["phase"]; row["id"] != want || ids[want] {
					t.Errorf("got id %s, want %s, once", row["id"], want)
				}
				ids[row["id"]] = true
			}
		})
	}
}

// stories are visitors that a marketer would place without a model.
var stories = []struct {
	name  string
	types string // in order, a minute apart; "3*search" is three of them, "30d" a pause
	want  [3]string
}{
	{"Nobody", "", [3]string{"awareness", "awareness", "attention"}},
	{"FirstPages", "4*page_view", [3]string{"awareness", "awareness", "attention"}},
	{"FirstPagesAndAProduct", "ad_click 3*page_view product_view", [3]string{"awareness", "awareness", "attention"}},
	{"HundredPages", "150*page_view", [3]string{"awareness", "awareness", "attention"}},
	{"SeveralProducts", "2*page_view 4*product_view", [3]string{"consideration", "consideration", "interest"}},
	{"ComparesAndReviews", "3*page_view product_view compare review_read", [3]string{"consideration", "consideration", "research"}},
	{"Wishlist", "3*page_view product_view wishlist_add", [3]string{"consideration", "consideration", "interest"}},
	{"EndlessBrowsing", "60*product_view 20*search 20*compare 20*review_read 30*page_view 5*wishlist_add", [3]string{"consideration", "consideration", "research"}},
	{"OneCart", "5*product_view cart_add", [3]string{"decision", "decision", "decision"}},
	{"CartAfterLongResearch", "40*product_view 10*compare 10*review_read 5*wishlist_add cart_add", [3]string{"decision", "decision", "decision"}},
	{"CartThenViews", "cart_add 30*product_view", [3]string{"decision", "decision", "decision"}},
	{"CartThenAWindowOfViews", "cart_add 99*product_view", [3]string{"decision", "decision", "decision"}},
	{"CartThenAWindowOfPages", "5*product_view cart_add 99*page_view", [3]string{"decision", "decision", "decision"}},
	{"CartDaysBefore", "3*product_view cart_add 6d 15*product_view 5*page_view", [3]string{"decision", "decision", "decision"}},
	{"ForgottenCart", "cart_add 21d 40*product_view 3*compare", [3]string{"consideration", "consideration", "interest"}},
	{"CartTakenOut", "3*product_view cart_add cart_remove", [3]string{"consideration", "consideration", "research"}},
	{"OneOfTwoTakenOut", "3*product_view 2*cart_add cart_remove", [3]string{"decision", "decision", "decision"}},
	{"AllThreeTakenOut", "3*cart_add 3*cart_remove", [3]string{"consideration", "consideration", "research"}},
	{"HalfOfTenTakenOut", "10*cart_add 5*cart_remove", [3]string{"decision", "decision", "decision"}},
	{"PurchaseOfTheOtherHalf", "10*cart_add 5*cart_remove purchase", [3]string{"retention", "loyalty", "sharing"}},
	{"PutBackIn", "cart_add cart_remove cart_add", [3]string{"decision", "decision", "decision"}},
	{"PaymentFailed", "cart_add checkout_start 2*payment_failed", [3]string{"decision", "decision", "decision"}},
	{"Purchase", "5*product_view cart_add checkout_start purchase", [3]string{"retention", "loyalty", "sharing"}},
	{"PurchaseAfterSixCarts", "20*product_view 6*cart_add 6*checkout_start 2*payment_failed coupon_used purchase", [3]string{"retention", "loyalty", "sharing"}},
	{"PurchaseAfterThirtyCarts", "30*cart_add purchase", [3]string{"retention", "loyalty", "sharing"}},
	{"PurchaseAlone", "purchase", [3]string{"retention", "loyalty", "sharing"}},
	{"CustomerLooksAround", "cart_add purchase 2d 20*page_view 10*product_view", [3]string{"retention", "loyalty", "sharing"}},
	{"CustomerWithACart", "cart_add purchase 10d 5*product_view cart_add", [3]string{"decision", "decision", "decision"}},
	{"FiveLinesThenACart", "cart_add 5*purchase 1d cart_add", [3]string{"decision", "decision", "decision"}},
	{"SecondPurchase", "cart_add purchase 10d 3*cart_add checkout_start purchase", [3]string{"retention", "loyalty", "sharing"}},
	{"CustomerLeftACart", "cart_add purchase 10d cart_add 45d page_view", [3]string{"retention", "loyalty", "sharing"}},
	{"CustomerOfLastYear", "cart_add purchase 365d 8*product_view 2*compare", [3]string{"consideration", "consideration", "interest"}},
	{"CustomerOfLastYearBuys", "cart_add purchase 365d 8*product_view cart_add", [3]string{"decision", "decision", "decision"}},
	{"Returned", "cart_add purchase 10d return", [3]string{"consideration", "consideration", "research"}},
	{"OneOfTwoReturned", "purchase 10d purchase 10d return", [3]string{"retention", "loyalty", "sharing"}},
	{"Review", "cart_add purchase 14d review_written", [3]string{"advocacy", "loyalty", "sharing"}},
	{"Referral", "cart_add purchase 1d referral_sent", [3]string{"advocacy", "loyalty", "sharing"}},
	{"AdvocateBuysAgain", "purchase 20d review_written referral_sent 5d cart_add checkout_start purchase", [3]string{"retention", "loyalty", "sharing"}},
	{"AdvocateComplains", "purchase 60d review_written 5d complaint service_request", [3]string{"retention", "loyalty", "sharing"}},
	{"ReviewByNoCustomer", "3*product_view compare review_written", [3]string{"consideration", "consideration", "research"}},
	{"Unsubscribed", "3*page_view unsubscribe item_dismiss 5*item_impression", [3]string{"awareness", "awareness", "attention"}},
	{"UnknownTypes", "5*something_else", [3]string{"awareness", "awareness", "attention"}},
	{"LongForgotten", "10*product_view compare 200d", [3]string{"awareness", "awareness", "attention"}},
}

func TestStories(t *testing.T) {
	for i, name := range presets {
		model := presetModel(t, name)
		for _, story := range stories {
			t.Run(name+"/"+story.name, func(t *testing.T) {
				h, at := told(t, story.types)
				state := model.Fold(window(h, at, journey.DefaultWindow), at)
				if got := model.Name(state.Phase); got != story.want[i] {
					t.Errorf("got %s, want %s after %s; scores %.3f", got, story.want[i], story.types, state.Scores[:model.Len()])
				}
			})
		}
	}
}

// told is the uncut history of a story, and its end.
func told(t *testing.T, story string) (*journey.History, journey.Millis) {
	t.Helper()
	at := epoch
	var traces []journey.Trace
	for word := range strings.FieldsSeq(story) {
		if days, pause := strings.CutSuffix(word, "d"); pause && !strings.Contains(word, "_") {
			at = at.Add(time.Duration(number(t, days)) * day)
			continue
		}
		times, kind, many := strings.Cut(word, "*")
		if !many {
			times, kind = "1", word
		}
		for range int(number(t, times)) {
			at = at.Add(time.Minute)
			traces = append(traces, journey.Trace{ID: strconv.Itoa(1000 + len(traces)), Type: kind, Channel: "web", At: at})
		}
	}
	return historyOf(traces, math.MaxInt), at
}

// recorded is the history of touchpoints on the web, a minute apart.
func recorded(types ...string) *journey.History {
	var traces []journey.Trace
	for i, kind := range types {
		traces = append(traces, journey.Trace{ID: strconv.Itoa(1000 + i), Type: kind, Channel: "web", At: epoch.Add(time.Duration(i) * time.Minute)})
	}
	return historyOf(traces, journey.DefaultWindow)
}

// lastOf is the time of the last touchpoint.
func lastOf(h *journey.History) journey.Millis {
	if len(h.Traces) == 0 {
		return epoch
	}
	return h.Traces[len(h.Traces)-1].At
}
