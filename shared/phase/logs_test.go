package phase_test

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
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

// event is a line of a shop's log.
type event struct {
	visitor, name string
	at            journey.Millis
}

// shared opens a data set that lies beside the project. Without it a test is
// skipped, and fails in CI.
func shared(t testing.TB, name string) io.Reader {
	t.Helper()
	file, err := os.Open(filepath.Join("..", "..", "..", "shared", "data", filepath.FromSlash(name)))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("../shared/data is needed: %v", err)
		}
		t.Skipf("needs ../shared/data: %v", err)
	}
	t.Cleanup(func() { file.Close() })
	if !strings.HasSuffix(name, ".gz") {
		return file
	}
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	return unzipped
}

func table(t testing.TB, name string) []map[string]string {
	t.Helper()
	lines, err := csv.NewReader(shared(t, name)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	rows := make([]map[string]string, len(lines)-1)
	for i, line := range lines[1:] {
		rows[i] = map[string]string{}
		for k, column := range lines[0] {
			rows[i][column] = line[k]
		}
	}
	return rows
}

// journeyEvents reads the synthetic shop's log.
func journeyEvents(t testing.TB) []event {
	var events []event
	for _, row := range table(t, "journey-events-synthetic/ecom_events.csv.gz") {
		at, err := time.Parse(time.DateTime, row["timestamp"])
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, event{row["user_id"], row["event"], journey.At(at)})
	}
	return events
}

// ottoEvents reads the real shop's log.
func ottoEvents(t testing.TB) []event {
	var events []event
	for lines := bufio.NewReader(shared(t, "otto-sessions/sessions.jsonl")); ; {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			var session struct {
				Session int
				Events  []struct {
					TS   int64
					Type string
				}
			}
			if err := json.Unmarshal(line, &session); err != nil {
				t.Fatal(err)
			}
			for _, e := range session.Events {
				events = append(events, event{strconv.Itoa(session.Session), e.Type, journey.Millis(e.TS)})
			}
		}
		if err == io.EOF {
			return events
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// mapping gives the touchpoint type of an event's name; "" drops it.
type mapping map[string]string

// full maps the synthetic shop's events to the nearest types.
var full = mapping{
	"home": "page_view", "catalog": "page_view", "promo_page": "page_view", "account_page": "page_view", "error_page": "page_view",
	"search": "search", "filter_results": "search", "product_view": "product_view", "compare": "compare", "review_page": "review_read",
	"wishlist_add": "wishlist_add", "support_chat": "chat_message",
	"add_to_cart": "cart_add", "cart": "page_view", "checkout_bug": "payment_failed",
	"shipping_details": "checkout_start", "payment_details": "checkout_start", "payment_error": "payment_failed", "purchase": "purchase",
}

// only returns m with these types as they are and every other one as rest.
func (m mapping) only(rest string, names ...string) mapping {
	changed := mapping{}
	for from, to := range m {
		if changed[from] = rest; slices.Contains(names, to) {
			changed[from] = to
		}
	}
	return changed
}

func (m mapping) with(from, to string) mapping {
	changed := mapping{}
	for k, v := range m {
		changed[k] = v
	}
	changed[from] = to
	return changed
}

var otto = mapping{"clicks": "product_view", "carts": "cart_add", "orders": "purchase"}

// visitors turns events into the histories of their visitors, uncut.
func (m mapping) visitors(events []event) map[string]*journey.History {
	found := map[string]*journey.History{}
	for i, e := range events {
		kind := m[e.name]
		if kind == "" {
			continue
		}
		h := found[e.visitor]
		if h == nil {
			h = &journey.History{}
			found[e.visitor] = h
		}
		id := strconv.Itoa(i)
		h.Traces = append(h.Traces, journey.Trace{ID: id, Type: kind, Channel: "web", At: e.at})
		if journey.IsMilestone(kind) {
			h.Profile.Record(journey.Milestone{ID: id, Type: kind, At: e.at})
		}
	}
	for _, h := range found {
		slices.SortFunc(h.Traces, func(a, b journey.Trace) int {
			return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID))
		})
	}
	return found
}

// window returns h as a store would give it at a time.
func window(h *journey.History, at journey.Millis, size int) *journey.History {
	traces := h.Traces
	for len(traces) > 0 && traces[len(traces)-1].At > at {
		traces = traces[:len(traces)-1]
	}
	cut := &journey.History{Profile: h.Profile, Traces: traces}
	if len(traces) > size {
		cut.Traces, cut.Truncated = traces[len(traces)-size:], true
	}
	return cut
}

// share counts how often something held.
type share struct{ held, of int }

func (s *share) count(held bool) {
	s.of++
	if held {
		s.held++
	}
}

func (s share) rate() float64 {
	if s.of == 0 {
		return 0
	}
	return float64(s.held) / float64(s.of)
}

// stand is what a model says about the visitors of a log.
type stand struct {
	before  share // just before a purchase with a cart since the last one: in decision
	repeat  share // of these, those of customers
	anyCart share // just before a purchase with any cart before it: in decision
	after   share // at a purchase: in the phase of customers
	browse  share // touchpoints of visitors who never had a cart or bought: in decision
	idle    share // touchpoints of visitors before their first cart or purchase: in decision
}

func standOf(model *phase.Model, visitors map[string]*journey.History, customers string, size int) stand {
	var s stand
	named := func(h *journey.History, at journey.Millis) string {
		state := model.Fold(window(h, at, size), at)
		return model.Name(state.Phase)
	}
	for _, h := range visitors {
		cart, any, bought := false, false, false
		browser := !slices.ContainsFunc(h.Traces, func(t journey.Trace) bool {
			return t.Type == "cart_add" || t.Type == "checkout_start" || t.Type == "purchase"
		})
		for i, trace := range h.Traces {
			switch trace.Type {
			case "cart_add":
				cart, any = true, true
			case "purchase":
				if i > 0 && h.Traces[i-1].Type == "purchase" && h.Traces[i-1].At == trace.At {
					continue
				}
				before := named(h, trace.At-1) == "decision"
				if cart {
					s.before.count(before)
					if bought {
						s.repeat.count(before)
					}
				}
				if any {
					s.anyCart.count(before)
				}
				s.after.count(named(h, trace.At) == customers)
				cart, bought = false, true
			default:
				if !any && !bought && trace.Type != "checkout_start" && trace.Type != "payment_failed" {
					s.idle.count(named(h, trace.At) == "decision")
				}
				if browser {
					s.browse.count(named(h, trace.At) == "decision")
				}
			}
		}
	}
	return s
}

// The least that a model must reach on a log, with every window.
type least struct {
	before, repeat, anyCart, after float64
	browse, idle                   float64 // the most
}

func TestShopLogs(t *testing.T) {
	usual := least{before: 0.95, repeat: 0.93, anyCart: 0.92, after: 1, browse: 0, idle: 0.01}
	for _, log := range []struct {
		name   string
		events func(testing.TB) []event
		to     mapping
		want   least
	}{
		{"Journey", journeyEvents, full, least{before: 0.98, repeat: 0.98, anyCart: 0.97, after: 1, browse: 0, idle: 0.03}},
		{"JourneyWithCartPages", journeyEvents, full.with("cart", "cart_add"), least{before: 0.98, repeat: 0.98, anyCart: 0.97, after: 1, browse: 0, idle: 0.03}},
		{"JourneyInThreeTypes", journeyEvents, full.only("", "product_view", "cart_add", "purchase"), usual},
		{"JourneyElsePages", journeyEvents, full.only("page_view", "cart_add", "purchase"), usual},
		{"JourneyElseViews", journeyEvents, full.only("product_view", "cart_add", "purchase"), usual},
		{"JourneyElsePagesAndViews", journeyEvents, full.only("page_view", "product_view", "cart_add", "purchase"), usual},
		{"JourneyElseCompares", journeyEvents, full.only("compare", "cart_add", "purchase"), least{before: 0.93, repeat: 0.92, anyCart: 0.90, after: 1, browse: 0, idle: 0.01}},
		{"Otto", ottoEvents, otto, least{before: 1, repeat: 1, anyCart: 1, after: 1, browse: 0, idle: 0.01}},
	} {
		t.Run(log.name, func(t *testing.T) {
			visitors := log.to.visitors(log.events(t))
			for i, name := range presets {
				model := presetModel(t, name)
				for _, size := range []int{journey.DefaultWindow, journey.MaxWindow} {
					s := standOf(model, visitors, []string{"retention", "loyalty", "sharing"}[i], size)
					t.Logf("%s, window of %d: %v", name, size, s)
					s.check(t, log.want)
				}
			}
		})
	}
}

func (s stand) String() string {
	return fmt.Sprintf("before %v, repeat %v, any cart %v, after %v, browse %v, idle %v", s.before, s.repeat, s.anyCart, s.after, s.browse, s.idle)
}

func (s share) String() string { return fmt.Sprintf("%.3f of %d", s.rate(), s.of) }

func (s stand) check(t *testing.T, want least) {
	t.Helper()
	for _, c := range []struct {
		name  string
		got   share
		least float64
	}{
		{"in decision just before a purchase with a cart", s.before, want.before},
		{"the same for customers", s.repeat, want.repeat},
		{"in decision just before a purchase with any cart before", s.anyCart, want.anyCart},
		{"a customer from the purchase on", s.after, want.after},
	} {
		if c.got.of == 0 || c.got.rate() < c.least {
			t.Errorf("%s: got %v, want at least %v", c.name, c.got, c.least)
		}
	}
	if s.browse.of == 0 || s.browse.rate() > want.browse {
		t.Errorf("in decision while only browsing: got %v, want at most %v", s.browse, want.browse)
	}
	if s.idle.of == 0 || s.idle.rate() > want.idle {
		t.Errorf("in decision before any cart: got %v, want at most %v", s.idle, want.idle)
	}
}

// TestInvoices follows a real year of orders without any other touchpoint: the
// order lines of an invoice are a purchase each, all of one minute.
func TestInvoices(t *testing.T) {
	var events []event
	for _, row := range table(t, "online-retail/transactions.csv.gz") {
		at, err := time.Parse("2006-01-02 15:04", row["InvoiceDate"])
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(row["InvoiceNo"], "C") {
			continue // a cancellation
		}
		events = append(events, event{row["CustomerID"], "order", journey.At(at)})
	}
	visitors := mapping{"order": journey.Purchase}.visitors(events)
	model := presetModel(t, "five-phase")
	var bought, later share
	for _, h := range visitors {
		last := h.Traces[len(h.Traces)-1].At
		for _, at := range []journey.Millis{h.Traces[0].At, last} {
			state := model.Fold(window(h, at, journey.DefaultWindow), at)
			bought.count(model.Name(state.Phase) == "retention")
		}
		end := last.Add(180 * day)
		state := model.Fold(window(h, end, journey.DefaultWindow), end)
		later.count(model.Name(state.Phase) == "retention" && phase.StandingAt(&h.Profile, end) != phase.Active)
	}
	t.Logf("in retention at a purchase %v, half a year later, no more active %v", bought, later)
	if bought.rate() < 1 || later.rate() < 0.95 {
		t.Errorf("got %v in retention at a purchase and %v half a year later, want all and 0.95", bought, later)
	}
}
