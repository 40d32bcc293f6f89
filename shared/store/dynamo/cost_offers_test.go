package dynamo_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/journey"
	"wegweiser/shared/rank"
	"wegweiser/shared/store"
	"wegweiser/shared/store/dynamo"
	"wegweiser/shared/store/dynamo/dynamotest"
	"wegweiser/shared/topology"
)

// A capped winner costs one more call, whatever was counted before: two write
// units, one of them for the index.
func TestCountingIsOneWrite(t *testing.T) {
	s, m := metered(t)
	visit(t, s, "v", 3)
	known := history(t, s, "v", 10).Counters
	count := func(known journey.Counters, most int) journey.Counters {
		t.Helper()
		stored, err := s.ChangeCounters(context.Background(), "v", known, func(c *rank.Counters) error {
			return c.Reserve(noon, time.UTC, capped("sofa", most))
		})
		if err != nil && !errors.Is(err, rank.ErrFull) {
			t.Fatal(err)
		}
		return stored
	}
	for _, c := range []struct {
		name  string
		known journey.Counters
		most  int
		calls map[string]int
		units float64
	}{
		{"what History returned", known, 100, map[string]int{"PutItem": 1}, 2},
		{"what is stale", known, 100, map[string]int{"PutItem": 2}, 4},
		{"nothing known", journey.Counters{}, 100, map[string]int{"PutItem": 2}, 4},
		{"full", known, 0, map[string]int{}, 0},
	} {
		m.read()
		count(c.known, c.most)
		calls, units := m.read()
		t.Logf("%s: %v, %.1f write units that DynamoDB tells of", c.name, calls, units)
		if diff := cmp.Diff(c.calls, calls); diff != "" {
			t.Errorf("%s: calls (-want +got):\n%s", c.name, diff)
		}
		if units > c.units {
			t.Errorf("%s: got %.1f write units, want at most %.1f", c.name, units, c.units)
		}
	}
}

func TestClaimingIsOneWrite(t *testing.T) {
	s, m := metered(t)
	ctx := context.Background()
	b := store.Budget{Item: "sofa", Period: "life", Limit: 2}
	claim := func(ctx context.Context, b store.Budget) error { return s.Claim(ctx, noon, b) }
	for _, c := range []struct {
		name string
		call func(context.Context, store.Budget) error
		want error
	}{
		{"the first", claim, nil},
		{"the last", claim, nil},
		{"one too many", claim, store.ErrFull},
		{"one back", s.Unclaim, nil},
	} {
		m.read()
		if err := c.call(ctx, b); !errors.Is(err, c.want) {
			t.Errorf("%s: got error %v, want %v", c.name, err, c.want)
		}
		calls, units := m.read()
		if diff := cmp.Diff(map[string]int{"UpdateItem": 1}, calls); diff != "" || units > 1 {
			t.Errorf("%s: got %.1f write units, want at most 1; calls (-want +got):\n%s", c.name, units, diff)
		}
	}
}

func TestReceiptsAndResultsAreFewCalls(t *testing.T) {
	s, m := metered(t)
	ctx := context.Background()
	receipts := func(n int) (all []store.Receipt) {
		for i := range n {
			all = append(all, store.Receipt{ReceiptKey: store.ReceiptKey{Owner: uuid(1), ID: uuid(i)}, Body: make([]byte, 1900), Expires: noon})
		}
		return all
	}
	message := store.Message{Owner: uuid(1), ID: uuid(2)}
	results := func(decision string, placements ...string) func() error {
		return func() error {
			var all []store.Result
			for _, p := range placements {
				all = append(all, store.Result{Placement: p, Decision: decision, Body: make([]byte, 500), Expires: noon.Add(time.Hour)})
			}
			_, err := s.PutResults(ctx, noon, message, all)
			return err
		}
	}
	for _, c := range []struct {
		name  string
		call  func() error
		want  map[string]int
		units float64
	}{
		{"a receipt", func() error { return s.PutReceipts(ctx, receipts(1)) }, map[string]int{"PutItem": 1}, 2},
		{"receipts of a batch", func() error { return s.PutReceipts(ctx, receipts(100)) }, map[string]int{"PutItem": 100}, 200},
		{"a receipt read", func() error { _, err := s.Receipt(ctx, receipts(1)[0].ReceiptKey, noon-1); return err }, map[string]int{"GetItem": 1}, 1},
		{"a result", results("d_1", "a"), map[string]int{"PutItem": 1}, 1},
		{"its own again", results("d_1", "a"), map[string]int{"PutItem": 1}, 1},
		{"one too late", results("d_2", "a"), map[string]int{"PutItem": 1}, 1},
		{"several", results("d_3", "b", "c"), map[string]int{"TransactWriteItems": 1}, 4},
		{"several too late", results("d_4", "b", "d"), map[string]int{"TransactWriteItems": 1}, 4},
		{"heads", func() error { _, err := s.Heads(ctx); return err }, map[string]int{"BatchGetItem": 1}, 2},
		{"what is there", func() error { _, err := s.Results(ctx, message, noon); return err }, map[string]int{"Query": 1}, 1},
	} {
		m.read()
		if err := c.call(); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		calls, units := m.read()
		t.Logf("%s: %v, %.1f units", c.name, calls, units)
		if diff := cmp.Diff(c.want, calls); diff != "" || units > c.units {
			t.Errorf("%s: got %.1f units, want at most %.1f; calls (-want +got):\n%s", c.name, units, c.units, diff)
		}
	}
}

// A cell is one write, and two where some was added before. Feeds that are over
// are forgotten, so that a cell stays small.
func TestStatisticsAreFewWrites(t *testing.T) {
	s, m := metered(t)
	ctx := context.Background()
	apply := func(now journey.Millis, feed string, cells int, sequences ...int) map[string]int {
		t.Helper()
		var deltas []store.Delta
		for _, sequence := range sequences {
			for i := range cells {
				deltas = append(deltas, store.Delta{
					CellKey: store.CellKey{Name: fmt.Sprint("sofa", i), Period: "life"}, Sequence: fmt.Sprint(sequence),
					Add: map[string]int64{"shown": 1, "clicked": 1},
				})
			}
		}
		m.read()
		if err := s.Apply(ctx, now, feed, deltas); err != nil {
			t.Fatal(err)
		}
		calls, _ := m.read()
		return calls
	}
	for _, c := range []struct {
		name  string
		calls map[string]int
		want  map[string]int
	}{
		{"all new", apply(noon, "f", 3, 1, 2, 3), map[string]int{"UpdateItem": 3}},
		{"nothing new", apply(noon, "f", 3, 1, 2, 3), map[string]int{"UpdateItem": 3}},
		{"some new", apply(noon, "f", 3, 2, 3, 4), map[string]int{"UpdateItem": 6}},
	} {
		if diff := cmp.Diff(c.want, c.calls); diff != "" {
			t.Errorf("%s: calls (-want +got):\n%s", c.name, diff)
		}
	}
	const feeds = 40
	now := noon
	for i := range feeds {
		now = now.Add(store.FeedMemory / 4)
		apply(now, fmt.Sprintf("shardId-%026d", i), 1, 1)
	}
	out, err := dynamotest.Client(t, dynamo.Transport()).Scan(ctx, &dynamodb.ScanInput{
		TableName:                 aws.String(dynamotest.Tables(t)[topology.StatisticsTable]),
		FilterExpression:          aws.String("begins_with(v, :v) AND contains(v, :cell)"),
		ExpressionAttributeValues: attributes{":v": typedText(m.prefix), ":cell": typedText("cell#sofa0")},
	})
	if err != nil || len(out.Items) != 1 {
		t.Fatalf("got %d items, %v, want the cell", len(out.Items), err)
	}
	if got := len(out.Items[0]); got > 12 {
		t.Errorf("after %d feeds: got %d attributes, want at most 12: %v", feeds, got, out.Items[0])
	}
	cells, err := s.Cells(ctx, "sofa0", "life", "life", now)
	if err != nil || cells[0].Counts["shown"] != feeds+4 {
		t.Errorf("got %v, %v, want %d shown", cells, err, feeds+4)
	}
}
