package ingest_test

import (
	"encoding/json"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/ingest"
	"wegweiser/shared/journey"
)

// dataFile returns the path of a file of data that the project does not ship.
func dataFile(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join("../../../shared/data", name)
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("the data is needed under CI: %v", err)
		}
		t.Skipf("skipped, as ../shared/data/%s is not here", name)
	}
	return path
}

func shipped(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../docs/maps", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func read(t *testing.T, mapping, path string) []ingest.Row {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	m, problems := ingest.Load([]byte(mapping))
	if len(problems) > 0 {
		t.Fatalf("the mapping has problems: %v", problems)
	}
	reader, err := m.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	var all []ingest.Row
	for row, err := range reader.Rows(now) {
		if err != nil {
			t.Fatal(err)
		}
		if row.Err != nil {
			t.Fatalf("line %d was rejected: %v", row.Line, row.Err)
		}
		all = append(all, row)
	}
	return all
}

func expected(t *testing.T, name string, into any) {
	t.Helper()
	text, err := os.ReadFile(dataFile(t, name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

// distinct counts the values that key has among the touchpoints.
func distinct(all []journey.Touchpoint, key func(*journey.Touchpoint) string) int {
	seen := map[string]bool{}
	for i := range all {
		if k := key(&all[i]); k != "" {
			seen[k] = true
		}
	}
	return len(seen)
}

func visitorOf(t *journey.Touchpoint) string { return t.Visitor }

func identity(t *journey.Touchpoint) string { return t.Visitor + "\x00" + t.ID }

func TestEveryShippedMapIsFreeOfProblems(t *testing.T) {
	maps, err := fs.Glob(os.DirFS("../../docs/maps"), "*.yaml")
	if err != nil || len(maps) == 0 {
		t.Fatalf("no maps: %v", err)
	}
	for _, name := range maps {
		if _, problems := ingest.Load([]byte(shipped(t, name))); len(problems) > 0 {
			t.Errorf("%s: %v", name, problems)
		}
	}
	_, after, _ := strings.Cut(shipped(t, "README.md"), "```yaml\n")
	example, _, found := strings.Cut(after, "```")
	if _, problems := ingest.Load([]byte(example)); !found || len(problems) > 0 {
		t.Errorf("the example in the README: %v", problems)
	}
}

func TestJourneyEventsCountAsPublished(t *testing.T) {
	type sessions struct {
		Sessions     int `json:"sessions"`
		WithCart     int `json:"with_cart"`
		WithPurchase int `json:"with_purchase"`
	}
	type counts struct {
		Events      int                 `json:"events"`
		Users       int                 `json:"users"`
		Purchases   int                 `json:"purchase_events"`
		ByLifecycle map[string]sessions `json:"by_lifecycle"`
		ByChannel   map[string]sessions `json:"by_channel"`
	}
	var want struct {
		ComputedHere struct {
			SharedPart counts `json:"shared_part"`
		} `json:"computed_here"`
	}
	expected(t, "journey-events-synthetic/expected.json", &want)
	all := touchpoints(read(t, shipped(t, "journey-events.yaml"), dataFile(t, "journey-events-synthetic/ecom_events.csv.gz")))

	by := func(prop string) map[string]sessions {
		out := map[string]sessions{}
		for _, touchpoint := range all {
			out[touchpoint.Props[prop].(string)] = sessions{}
		}
		for value := range out {
			count := func(kind string) int {
				return distinct(all, func(t *journey.Touchpoint) string {
					if t.Props[prop] != value || kind != "" && t.Type != kind {
						return ""
					}
					return t.Props["session"].(string)
				})
			}
			out[value] = sessions{count(""), count("cart_add"), count("purchase")}
		}
		return out
	}
	got := counts{
		Events: distinct(all, identity), Users: distinct(all, visitorOf),
		Purchases: distinct(all, func(t *journey.Touchpoint) string {
			if t.Type != "purchase" {
				return ""
			}
			return identity(t)
		}),
		ByLifecycle: by("lifecycle"), ByChannel: by("acquisition"),
	}
	if diff := cmp.Diff(want.ComputedHere.SharedPart, got); diff != "" {
		t.Errorf("counts (-published +got):\n%s", diff)
	}
}

func TestOttoSessionsCountAsPublished(t *testing.T) {
	all := read(t, shipped(t, "otto-sessions.yaml"), dataFile(t, "otto-sessions/sessions.jsonl"))
	type counts struct{ Events, Sessions, Clicks, Carts, Orders, SessionsWithOrder int }
	var got counts
	withOrder := map[string]bool{}
	for _, row := range all {
		got.Events += row.Rows
		switch row.Touchpoint.Type {
		case "product_view":
			got.Clicks += row.Rows
		case "cart_add":
			got.Carts += row.Rows
		case "purchase":
			got.Orders += row.Rows
			withOrder[row.Touchpoint.Visitor] = true
		}
	}
	got.Sessions, got.SessionsWithOrder = distinct(touchpoints(all), visitorOf), len(withOrder)
	want := counts{Events: 862, Sessions: 20, Clicks: 800, Carts: 52, Orders: 10, SessionsWithOrder: 3} // as its README says
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("counts (-published +got):\n%s", diff)
	}
	if made, ids := len(touchpoints(all)), distinct(touchpoints(all), identity); made != ids {
		t.Errorf("%d touchpoints have %d ids", made, ids)
	}
}

func TestOnlineRetailCountsAsPublished(t *testing.T) {
	type counts struct {
		Rows       int     `json:"rows"`
		Customers  int     `json:"customers"`
		Invoices   int     `json:"invoices"`
		CancelRows int     `json:"cancel_rows"`
		NetRevenue float64 `json:"net_revenue_gbp"`
	}
	var want struct {
		Counts struct {
			WithCustomer    counts `json:"here_with_customer"`
			WithoutCustomer counts `json:"here_without_customer"`
		} `json:"counts"`
	}
	expected(t, "online-retail/expected.json", &want)
	count := func(rows []ingest.Row) (got counts) {
		revenue := journey.Units(0)
		for _, row := range rows {
			got.Rows += row.Rows
			if row.Touchpoint == nil {
				continue
			}
			got.Invoices++
			amount, _ := row.Touchpoint.Value.Units()
			revenue += amount
			if row.Touchpoint.Type == journey.Return {
				got.CancelRows += row.Rows
			}
		}
		got.Customers = distinct(touchpoints(rows), visitorOf)
		got.NetRevenue = math.Round(revenue.Float()*100) / 100
		return got
	}
	file := dataFile(t, "online-retail/transactions.csv.gz")
	mapping := shipped(t, "online-retail.yaml")

	t.Run("EverythingWithoutFilters", func(t *testing.T) {
		before, rest, _ := strings.Cut(mapping, "drop:\n")
		_, after, found := strings.Cut(rest, "visitor:")
		if !found {
			t.Fatal("the map is not written as this test expects: drop, then visitor")
		}
		got := count(read(t, before+"visitor:"+after, file))
		if diff := cmp.Diff(want.Counts.WithCustomer, got); diff != "" {
			t.Errorf("counts (-published +got):\n%s", diff)
		}
	})
	t.Run("PurchasesWithoutFees", func(t *testing.T) {
		got := count(read(t, mapping, file))
		whole := want.Counts.WithCustomer
		if got.Rows != whole.Rows || got.Invoices >= whole.Invoices || got.Customers > whole.Customers || got.Customers < whole.Customers*99/100 {
			t.Errorf("got %+v, want all of %d rows and a little less of the rest of %+v", got, whole.Rows, whole)
		}
	})
	t.Run("NobodyWithoutCustomer", func(t *testing.T) {
		got := count(read(t, mapping, dataFile(t, "online-retail/transactions_no_customer.csv.gz")))
		if wantLeftOut := (counts{Rows: want.Counts.WithoutCustomer.Rows}); got != wantLeftOut {
			t.Errorf("got %+v, want %+v", got, wantLeftOut)
		}
	})
}
