package dynamo_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
	"wegweiser/shared/store/dynamo"
	"wegweiser/shared/store/dynamo/dynamotest"
	"wegweiser/shared/topology"
)

// ends is when what the tests hold is free again.
var ends = noon.Add(72 * time.Hour)

func holds(t *testing.T, s *dynamo.Store, now journey.Millis, b store.Budget, name string, until journey.Millis) store.Hold {
	t.Helper()
	h, err := s.Hold(context.Background(), now, b, name, until)
	if err != nil {
		t.Fatalf("Hold(%s): %v", name, err)
	}
	return h
}

func takes(t *testing.T, s *dynamo.Store, now journey.Millis, b store.Budget, want int64) {
	t.Helper()
	if got, err := s.Claimed(context.Background(), now, b); err != nil || got.Taken != want {
		t.Errorf("Claimed(%s) at %v: got %d, %v, want %d", b.Item, now, got.Taken, err, want)
	}
}

func sends(t *testing.T, s *dynamo.Store, name string, held ...store.Hold) store.Message {
	t.Helper()
	m := store.Message{Owner: uuid(1), ID: name}
	r := store.Result{Placement: "a", Decision: uuid(2), Expires: noon.Add(24 * time.Hour), Holds: held}
	if there, err := s.PutResults(context.Background(), noon, m, []store.Result{r}); err != nil || there != nil {
		t.Fatalf("PutResults(%s): got %v in the way, %v", name, there, err)
	}
	return m
}

// A budget that was stored before anything could be held goes on.
func TestBudgetsOfOldGoOn(t *testing.T) {
	prefix := dynamotest.Prefix()
	s := dynamotest.OpenAt(t, dynamo.Transport(), prefix)
	if _, err := dynamotest.Client(t, dynamo.Transport()).PutItem(t.Context(), &dynamodb.PutItemInput{
		TableName: aws.String(dynamotest.Tables(t)[topology.StatisticsTable]),
		Item: attributes{
			"v": typedText(prefix + "budget#sofa"), "k": typedText("life"), "n": &types.AttributeValueMemberN{Value: "3"},
		},
	}); err != nil {
		t.Fatal(err)
	}
	b := store.Budget{Item: "sofa", Period: "life", Limit: 5}
	takes(t, s, noon, b, 3)
	if err := s.Claim(t.Context(), noon, b); err != nil {
		t.Errorf("Claim: %v", err)
	}
	holds(t, s, noon, b, "m", ends)
	if err := s.Claim(t.Context(), noon, b); !errors.Is(err, store.ErrFull) {
		t.Errorf("Claim: got error %v, want ErrFull", err)
	}
	if err := s.Unclaim(t.Context(), b); err != nil {
		t.Errorf("Unclaim: %v", err)
	}
	takes(t, s, noon, b, 4)
	takes(t, s, ends, b, 3)
}

// What is held costs a write, and one more where that makes room or among the
// last names; what is sent a read and a transaction.
func TestHoldingIsOneWrite(t *testing.T) {
	s, m := metered(t)
	ctx := context.Background()
	small := store.Budget{Item: "small", Period: "life", Limit: 2}
	large := store.Budget{Item: "large", Period: "life", Limit: 1_000_000}
	last := store.Budget{Item: "last", Period: "life", Limit: store.Remembered + 1}
	hold := func(now journey.Millis, b store.Budget, name string) func() error {
		return func() error {
			_, err := s.Hold(ctx, now, b, name, now.Add(72*time.Hour))
			return err
		}
	}
	var held store.Hold
	var message store.Message
	update := map[string]int{"UpdateItem": 1}
	for _, c := range []struct {
		name  string
		call  func() error
		want  error
		calls map[string]int
		units float64
	}{
		{"the first", hold(noon, small, "a"), nil, update, 1},
		{"the same again", hold(noon, small, "a"), nil, update, 1},
		{"the last", hold(noon, small, "b"), nil, update, 1},
		{"one too many", hold(noon, small, "c"), store.ErrFull, update, 1},
		{"one for good too many", func() error { return s.Claim(ctx, noon, small) }, store.ErrFull, update, 1},
		{"what ended", hold(ends, small, "c"), nil, map[string]int{"UpdateItem": 2}, 2},
		{"of many", hold(noon, large, "a"), nil, update, 1},
		{"before the last of many", hold(noon, last, "a"), nil, update, 1},
		{"the last of many", hold(noon, last, "b"), nil, map[string]int{"UpdateItem": 2}, 2},
		{"one back", func() error { return s.Release(ctx, store.HoldOf(last, "b", ends)) }, nil, update, 1},
		{"to be sent", func() (err error) { held, err = s.Hold(ctx, noon, last, "c", ends); return err }, nil, map[string]int{"UpdateItem": 2}, 2},
		{"its result", func() error { message = sends(t, s, "m", held); return nil }, nil, map[string]int{"PutItem": 1}, 1},
		// A transaction of two writes is four units; DynamoDB Local tells of twice that.
		{"sent", func() error { return s.Commit(ctx, noon, message) }, nil, map[string]int{"Query": 1, "TransactWriteItems": 1}, 9},
		{"sent again", func() error { return s.Commit(ctx, noon, message) }, nil, map[string]int{"Query": 1}, 1},
	} {
		m.read()
		if err := c.call(); !errors.Is(err, c.want) {
			t.Fatalf("%s: got error %v, want %v", c.name, err, c.want)
		}
		calls, units := m.read()
		t.Logf("%s: %v, %.1f units", c.name, calls, units)
		if diff := cmp.Diff(c.calls, calls); diff != "" || units > c.units {
			t.Errorf("%s: got %.1f units, want at most %.1f; calls (-want +got):\n%s", c.name, units, c.units, diff)
		}
	}
}

// A budget that is never used up does not grow with what has run out of it.
func TestBudgetsStaySmall(t *testing.T) {
	s, m := metered(t)
	b := store.Budget{Item: "sofa", Period: "life", Limit: 1 << 40}
	const days = 20
	for hour := range days * 24 {
		now := noon.Add(time.Duration(hour) * time.Hour)
		holds(t, s, now, b, fmt.Sprint(hour), now.Add(72*time.Hour))
	}
	out, err := dynamotest.Client(t, dynamo.Transport()).GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: aws.String(dynamotest.Tables(t)[topology.StatisticsTable]), ConsistentRead: aws.Bool(true),
		Key: attributes{"v": typedText(m.prefix + "budget#sofa"), "k": typedText("life")},
	})
	if got := len(out.Item); err != nil || got > 72+24+5 {
		t.Errorf("after %d days: got %d attributes, %v, want at most those of 4", days, got, err)
	}
	calls, _ := m.read()
	if got := calls["UpdateItem"]; got > days*25+1 {
		t.Errorf("got %d writes for %d holds, want one more a day at most", got, days*24)
	}
	takes(t, s, noon.Add((days*24-1)*time.Hour), b, 72)
}

// More hours may come in silence than one update frees.
func TestManyHoursAreFreed(t *testing.T) {
	s := dynamotest.Open(t)
	b := store.Budget{Item: "sofa", Period: "life", Limit: 1000}
	const hours, each = 90, 3
	for i := range hours * each {
		holds(t, s, noon, b, fmt.Sprint(i), noon.Add(time.Duration(1+i/each)*time.Hour))
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	b.Limit = 5
	for i := range 6 {
		err, want := s.Claim(ctx, noon.Add(hours*time.Hour), b), error(nil)
		if i == 5 {
			want = store.ErrFull
		}
		if !errors.Is(err, want) {
			t.Fatalf("claim %d of %d: got error %v, want %v", i+1, b.Limit, err, want)
		}
	}
}

// A commit whose answer is lost is done once, and so is one that is refused
// because somebody else is at the budget.
func TestLostAnswersCommitOnce(t *testing.T) {
	prefix := dynamotest.Prefix()
	whole, b := dynamotest.OpenAt(t, dynamo.Transport(), prefix), store.Budget{Item: "sofa", Period: "life", Limit: 100}
	var messages []store.Message
	for i := range 6 {
		messages = append(messages, sends(t, whole, fmt.Sprint(i), holds(t, whole, noon, b, fmt.Sprint(i), ends)))
	}
	var refused atomic.Int64
	for name, s := range map[string]*dynamo.Store{
		"lost": lossy().store(t, prefix),
		"busy": wire(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
			if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".TransactWriteItems") && refused.Add(1)%2 == 1 {
				return refuse(r, http.StatusBadRequest, cancelled)
			}
			return next.RoundTrip(r)
		}).store(t, prefix),
	} {
		of := messages[:3]
		if name == "busy" {
			of = messages[3:]
		}
		for range 2 {
			for _, m := range of {
				if err := s.Commit(t.Context(), noon, m); err != nil {
					t.Errorf("%s: Commit(%s): %v", name, m.ID, err)
				}
			}
		}
	}
	takes(t, whole, noon, b, 6)
	takes(t, whole, ends, b, 6)
}

// A hold whose answer is lost is taken once, and found again under its name.
func TestLostAnswersHoldOnce(t *testing.T) {
	prefix := dynamotest.Prefix()
	s := wire(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		answer, err := next.RoundTrip(r)
		if err == nil {
			_ = answer.Body.Close()
		}
		return nil, io.ErrUnexpectedEOF
	}).store(t, prefix)
	whole, b := dynamotest.OpenAt(t, dynamo.Transport(), prefix), store.Budget{Item: "sofa", Period: "life", Limit: 100}
	if _, err := s.Hold(t.Context(), noon, b, "m", ends); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("Hold: got error %v, want ErrUnavailable", err)
	}
	h := holds(t, whole, noon, b, "m", ends)
	takes(t, whole, noon, b, 1)
	if err := s.Release(t.Context(), h); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("Release: got error %v, want ErrUnavailable", err)
	}
	takes(t, whole, noon, b, 0)
}
