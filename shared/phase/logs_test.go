package phase_test

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
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

// others returns m with these names and every other one as a type; "" drops it.
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

func TestShopLogs(t *testing.T) {
	model := presetModel(t, "five-phase")
	for _, log := range []struct {
		name   string
		events func(testing.TB) []event
		to     mapping
	}{
		{"Journey", journeyEvents, full},
		{"JourneyCartPagesAsCarts", journeyEvents, full.with("cart", "cart_add")},
		{"JourneyThreeTypes", journeyEvents, full.only("", "product_view", "cart_add", "purchase")},
		{"JourneyPagesElse", journeyEvents, full.only("page_view", "cart_add", "purchase")},
		{"JourneyViewsElse", journeyEvents, full.only("product_view", "cart_add", "purchase")},
		{"JourneyPagesBesideProducts", journeyEvents, full.only("page_view", "product_view", "cart_add", "purchase")},
		{"JourneyResearchElse", journeyEvents, full.only("compare", "cart_add", "purchase")},
		{"Otto", ottoEvents, otto},
	} {
		for _, size := range []int{journey.DefaultWindow, journey.MaxWindow, 50} {
			s := standOf(model, log.to.visitors(log.events(t)), "retention", size)
			t.Logf("%-27s %3d before %5.3f of %d, repeat %5.3f of %d, any cart %5.3f of %d, after %5.3f of %d, browse %5.3f of %d, idle %5.3f of %d", log.name, size,
				s.before.rate(), s.before.of, s.repeat.rate(), s.repeat.of, s.anyCart.rate(), s.anyCart.of, s.after.rate(), s.after.of, s.browse.rate(), s.browse.of, s.idle.rate(), s.idle.of)
		}
	}
}
