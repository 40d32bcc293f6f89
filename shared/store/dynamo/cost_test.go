package dynamo_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"
	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/journey"
	"wegweiser/shared/rank"
	"wegweiser/shared/store"
	"wegweiser/shared/store/dynamo"
	"wegweiser/shared/store/dynamo/dynamotest"
	"wegweiser/shared/tables"
)

// noon is far ahead: DynamoDB Local removes by its own clock what is expired.
var noon = journey.At(time.Date(2046, 11, 22, 12, 0, 0, 0, time.UTC))

// meter counts what goes over the wire, and the units that DynamoDB says it
// took.
type meter struct {
	sync.Mutex
	http.RoundTripper
	calls  map[string]int
	units  float64
	prefix string // of the store's partitions
}

func (m *meter) RoundTrip(r *http.Request) (*http.Response, error) {
	m.Lock()
	_, call, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	m.calls[call]++
	m.Unlock()
	return m.RoundTripper.RoundTrip(r)
}

// read empties the meter.
func (m *meter) read() (calls map[string]int, units float64) {
	m.Lock()
	defer m.Unlock()
	calls, units = m.calls, m.units
	m.calls, m.units = map[string]int{}, 0
	return calls, units
}

func (m *meter) add(consumed ...types.ConsumedCapacity) {
	m.Lock()
	defer m.Unlock()
	for _, c := range consumed {
		m.units += aws.ToFloat64(c.CapacityUnits)
	}
}

// measure asks with each call what it costs.
func (m *meter) measure(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("measure", func(
		ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
	) (middleware.InitializeOutput, middleware.Metadata, error) {
		switch call := in.Parameters.(type) {
		case *dynamodb.QueryInput:
			call.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal
		case *dynamodb.GetItemInput:
			call.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal
		case *dynamodb.PutItemInput:
			call.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal
		case *dynamodb.BatchGetItemInput:
			call.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal
		case *dynamodb.UpdateItemInput:
			call.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal
		case *dynamodb.TransactWriteItemsInput:
			call.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal
		}
		out, metadata, err := next.HandleInitialize(ctx, in)
		if err != nil {
			return out, metadata, err
		}
		switch result := out.Result.(type) {
		case *dynamodb.QueryOutput:
			m.add(*result.ConsumedCapacity)
		case *dynamodb.GetItemOutput:
			m.add(*result.ConsumedCapacity)
		case *dynamodb.PutItemOutput:
			m.add(*result.ConsumedCapacity)
		case *dynamodb.UpdateItemOutput:
			m.add(*result.ConsumedCapacity)
		case *dynamodb.BatchGetItemOutput:
			m.add(result.ConsumedCapacity...)
		case *dynamodb.TransactWriteItemsOutput:
			m.add(result.ConsumedCapacity...)
		}
		return out, metadata, err
	}), middleware.Before)
}

func metered(t *testing.T) (*dynamo.Store, *meter) {
	t.Helper()
	m := &meter{RoundTripper: dynamo.Transport(), calls: map[string]int{}, prefix: dynamotest.Prefix()[:3] + "#"}
	client := dynamodb.New(dynamotest.Client(t, m).Options(), func(o *dynamodb.Options) {
		o.APIOptions = append(o.APIOptions, m.measure)
	})
	s, err := dynamo.Open(client, dynamotest.Tables(t), m.prefix)
	if err != nil {
		t.Fatal(err)
	}
	return s, m
}

// uuid is an id of 36 characters.
func uuid(n int) string { return fmt.Sprintf("0192a1b2-c3d4-7e5f-8a9b-%012d", n) }

// visit stores n touchpoints with long ids, a minute apart, the last at noon,
// a profile with ten milestones and ten traits, and counters of twenty items and
// of the channel that they were shown on.
func visit(t *testing.T, s store.Store, visitor string, n int) {
	t.Helper()
	var call []store.Recording
	for i := range n {
		call = append(call, store.Recording{
			Touchpoint: journey.Touchpoint{
				ID: uuid(i), Visitor: visitor, Type: "product_view", Channel: "web", Source: "shop",
				At: noon.Add(-time.Duration(n-1-i) * time.Minute), Item: fmt.Sprintf("sofa-%05d", i), Category: "sofas",
				Value: &journey.Money{Amount: "499.00", Currency: "EUR"}, Campaign: "autumn", Props: map[string]any{"colour": "green"},
			},
			Expires: noon.Add(400 * 24 * time.Hour),
		})
	}
	if _, err := s.Append(context.Background(), noon, call); err != nil {
		t.Fatal(err)
	}
	if err := s.Change(context.Background(), visitor, func(p *journey.Profile) error {
		p.Locale, p.Zone, p.Country = "de-AT", "Europe/Vienna", "AT"
		p.Consent = journey.Consent{Stated: true, Purposes: []journey.Purpose{journey.Measurement, journey.Personalization}, Since: noon}
		p.Traits = map[string]any{}
		for i := range 10 {
			p.Traits[fmt.Sprint("trait_", i)] = "some value"
			p.Record(journey.Milestone{ID: uuid(10_000 + i), Type: journey.Purchase, At: noon, Amount: 4_990_000, Currency: "EUR"})
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.ChangeCounters(context.Background(), visitor, journey.Counters{}, func(c *rank.Counters) error {
		for i := range 20 {
			if err := c.Reserve(noon, time.UTC, capped(fmt.Sprintf("sofa-%05d", i), 100)); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// capped is a final claim of an item.
func capped(item string, most int) rank.Claim {
	return rank.Claim{Limits: []rank.Limit{
		{Scope: rank.Scope{Kind: rank.ScopeItem, Name: item}, Period: tables.Month, Most: most},
		{Scope: rank.Scope{Kind: rank.ScopeChannel, Name: "web"}, Period: tables.Day, Most: most},
	}}
}

// DESIGN's budget of a decision: one Query, two read units with a full window
// and the profile, one with 40 touchpoints; a long past costs nothing more.
func TestDecisionIsOneQuery(t *testing.T) {
	s, m := metered(t)
	for _, c := range []struct {
		touchpoints, window int
		units               float64
	}{
		{0, 100, 1},
		{40, 100, 1},
		{100, 100, 2},
		{600, 100, 2},
		{600, journey.MaxWindow, 4},
	} {
		visitor := uuid(c.touchpoints)
		if m.read(); len(history(t, s, visitor, 1).Traces) == 0 {
			visit(t, s, visitor, c.touchpoints)
		}
		m.read()
		h := history(t, s, visitor, c.window)
		calls, units := m.read()
		t.Logf("%d touchpoints, window %d: %v, %.1f read units", c.touchpoints, c.window, calls, units)
		if diff := cmp.Diff(map[string]int{"Query": 1}, calls); diff != "" {
			t.Errorf("%d touchpoints: calls (-want +got):\n%s", c.touchpoints, diff)
		}
		if units > c.units {
			t.Errorf("%d touchpoints: got %.1f read units, want at most %.1f", c.touchpoints, units, c.units)
		}
		if want := min(c.touchpoints, c.window); len(h.Traces) != want || len(h.Profile.Traits) != 10 || h.Counters.Packed == "" {
			t.Errorf("%d touchpoints: got %d traces, %d traits and %d bytes of counters, want %d, 10 and some",
				c.touchpoints, len(h.Traces), len(h.Profile.Traits), len(h.Counters.Packed), want)
		}
	}
}

func history(t *testing.T, s store.Store, visitor string, window int) *journey.History {
	t.Helper()
	h, err := s.History(context.Background(), store.Query{Visitor: visitor, At: noon, Now: noon, Window: window})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestLaterTouchpointsCostOneMoreQuery(t *testing.T) {
	s, m := metered(t)
	visit(t, s, "v", 300)
	for _, c := range []struct {
		back    time.Duration
		queries int
	}{{0, 1}, {150 * time.Minute, 2}, {290 * time.Minute, 2}} {
		m.read()
		if _, err := s.History(context.Background(), store.Query{Visitor: "v", At: noon.Add(-c.back), Now: noon, Window: 100}); err != nil {
			t.Fatal(err)
		}
		calls, units := m.read()
		t.Logf("%s back: %v, %.1f read units", c.back, calls, units)
		if diff := cmp.Diff(map[string]int{"Query": c.queries}, calls); diff != "" {
			t.Errorf("%s back: calls (-want +got):\n%s", c.back, diff)
		}
	}
}

func TestStartIsOneRead(t *testing.T) {
	s, m := metered(t)
	ctx := context.Background()
	for _, c := range []struct {
		id    string
		size  int
		reads int
	}{{"s_1", 48 << 10, 1}, {"s_2", 600 << 10, 5}} {
		live, _ := s.Live(ctx)
		if err := s.PutSnapshot(ctx, c.id, make([]byte, c.size)); err != nil {
			t.Fatal(err)
		}
		if err := s.Publish(ctx, live.Snapshot, store.Release{Snapshot: c.id}); err != nil {
			t.Fatal(err)
		}
		m.read()
		if _, encoded, err := s.LiveSnapshot(ctx); err != nil || len(encoded) != c.size {
			t.Fatalf("%s: got %d bytes, %v, want %d", c.id, len(encoded), err, c.size)
		}
		calls, units := m.read()
		t.Logf("%d bytes: %v, %.1f read units", c.size, calls, units)
		if diff := cmp.Diff(map[string]int{"GetItem": c.reads}, calls); diff != "" {
			t.Errorf("%d bytes: calls (-want +got):\n%s", c.size, diff)
		}
	}
}

func TestOneRowIsOneRead(t *testing.T) {
	s, m := metered(t)
	var rows []store.Edit
	for i := range store.MaxEdits {
		rows = append(rows, store.Edit{
			Table: "items", ID: uuid(i), Body: fmt.Appendf(nil, `{"id":%q,"content.text":%q}`, uuid(i), strings.Repeat("x", 3000)), Expect: store.Any,
		})
	}
	if err := s.Edit(context.Background(), rows); err != nil {
		t.Fatal(err)
	}
	m.read()
	if _, err := s.Row(context.Background(), "items", uuid(50)); err != nil {
		t.Fatal(err)
	}
	calls, units := m.read()
	if diff := cmp.Diff(map[string]int{"GetItem": 1}, calls); diff != "" || units > 1 {
		t.Errorf("got %.1f read units, want at most 1; calls (-want +got):\n%s", units, diff)
	}
}

func TestWritesAreFew(t *testing.T) {
	s, m := metered(t)
	page := func(id string) store.Recording {
		return store.Recording{Touchpoint: journey.Touchpoint{ID: id, Visitor: "v", Type: "page_view", Channel: "web", At: noon}}
	}
	milestone := func(id string) store.Recording {
		r := page(id)
		r.Type = journey.Purchase
		return r
	}
	for _, c := range []struct {
		name string
		call []store.Recording
		want map[string]int
	}{
		{"a touchpoint", []store.Recording{page("a")}, map[string]int{"PutItem": 1}},
		{"a duplicate", []store.Recording{page("a")}, map[string]int{"PutItem": 1}},
		{"one twice in a call", []store.Recording{page("b"), page("b")}, map[string]int{"PutItem": 1}},
		{"a milestone", []store.Recording{milestone("c")}, map[string]int{"GetItem": 1, "TransactWriteItems": 1}},
		{"milestones together", []store.Recording{milestone("d"), milestone("e"), milestone("f")}, map[string]int{"GetItem": 1, "TransactWriteItems": 1}},
		{"a milestone again", []store.Recording{milestone("c")}, map[string]int{"GetItem": 1, "TransactWriteItems": 1}},
	} {
		m.read()
		if _, err := s.Append(context.Background(), noon, c.call); err != nil {
			t.Fatal(err)
		}
		calls, units := m.read()
		t.Logf("%s: %v, %.1f units", c.name, calls, units)
		if diff := cmp.Diff(c.want, calls); diff != "" {
			t.Errorf("%s: calls (-want +got):\n%s", c.name, diff)
		}
	}
}
