package dynamo_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/rank"
	"wegweiser/shared/store"
	"wegweiser/shared/store/dynamo"
	"wegweiser/shared/store/dynamo/dynamotest"
	"wegweiser/shared/store/pack"
	"wegweiser/shared/tables"
)

// wire stands around the connection to DynamoDB.
type wire func(r *http.Request, next http.RoundTripper) (*http.Response, error)

func (w wire) store(t *testing.T, prefix string) *dynamo.Store {
	t.Helper()
	return dynamotest.OpenAt(t, around{w, dynamo.Transport()}, prefix)
}

type around struct {
	wire
	next http.RoundTripper
}

func (a around) RoundTrip(r *http.Request) (*http.Response, error) { return a.wire(r, a.next) }

// refuse answers as DynamoDB does when it refuses a call.
func refuse(r *http.Request, status int, body string) (*http.Response, error) {
	_, _ = io.Copy(io.Discard, r.Body)
	return &http.Response{
		StatusCode: status, Status: http.StatusText(status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}}, Body: io.NopCloser(strings.NewReader(body)),
	}, nil
}

const (
	throttled = `{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"slow down"}`
	conflict  = `{"__type":"com.amazonaws.dynamodb.v20120810#TransactionConflictException","message":"busy"}`
	cancelled = `{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","message":"busy","CancellationReasons":[{"Code":"TransactionConflict"},{"Code":"None"}]}`
	broken    = `{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"broken"}`
)

func recording(id, kind string) store.Recording {
	return store.Recording{Touchpoint: journey.Touchpoint{ID: id, Visitor: "v", Type: kind, Channel: "web", At: noon}}
}

// lossy loses every other answer after the call was carried out.
func lossy() wire {
	var n atomic.Int64
	return wire(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		answer, err := next.RoundTrip(r)
		if err == nil && n.Add(1)%2 == 1 {
			_ = answer.Body.Close()
			return nil, io.ErrUnexpectedEOF
		}
		return answer, err
	})
}

// Every first answer is lost after the call was carried out. What is asked
// again must not be there twice.
func TestLostAnswersDoubleNothing(t *testing.T) {
	prefix := dynamotest.Prefix()
	s := lossy().store(t, prefix)
	ctx := context.Background()
	const each = 8
	for i := range each {
		for _, kind := range []string{"page_view", journey.Purchase} {
			got, err := s.Append(ctx, noon, []store.Recording{recording(fmt.Sprint(kind, i), kind)})
			if err != nil || got[0].Status == store.Failed {
				t.Fatalf("Append: got %+v, %v", got, err)
			}
		}
		if err := s.Change(ctx, "v", func(p *journey.Profile) error {
			count, _ := p.Traits["n"].(float64)
			p.Traits = map[string]any{"n": count + 1}
			return nil
		}); err != nil {
			t.Fatalf("Change: %v", err)
		}
	}
	version := store.Absent
	for i := range each {
		next := edit("rules", "r", fmt.Sprintf(`{"id":"r","order":%d}`, i), version)
		if err := s.Edit(ctx, []store.Edit{next}); err != nil {
			t.Fatalf("Edit: %v", err)
		}
		version = store.Version(next.Body)
	}
	h := history(t, dynamotest.OpenAt(t, dynamo.Transport(), prefix), "v", 100)
	if len(h.Traces) != 2*each || len(h.Profile.Milestones) != each {
		t.Errorf("got %d traces and %d milestones, want %d and %d", len(h.Traces), len(h.Profile.Milestones), 2*each, each)
	}
	if h.Profile.Traits["n"] != float64(each) {
		t.Errorf("got a count of %v, want %d", h.Profile.Traits["n"], each)
	}
}

// The same of what counts.
func TestLostAnswersCountOnce(t *testing.T) {
	prefix := dynamotest.Prefix()
	s := lossy().store(t, prefix)
	ctx := context.Background()
	const each = 4
	var counters journey.Counters
	for range each {
		var err error
		if counters, err = s.ChangeCounters(ctx, "v", counters, reserve); err != nil {
			t.Fatalf("ChangeCounters: %v", err)
		}
	}
	message := store.Message{Owner: "o", ID: "m"}
	for i := range each {
		one := []store.Result{{Placement: fmt.Sprint("one", i), Decision: "d_1"}}
		two := []store.Result{{Placement: fmt.Sprint("a", i), Decision: "d_1"}, {Placement: fmt.Sprint("b", i), Decision: "d_1"}}
		for _, results := range [][]store.Result{one, two} {
			if there, err := s.PutResults(ctx, noon, message, results); err != nil || there != nil {
				t.Fatalf("PutResults: got %v in the way, %v, want none", there, err)
			}
		}
	}
	for i := range each {
		deltas := []store.Delta{{CellKey: store.CellKey{Name: "sofa", Period: "life"}, Sequence: fmt.Sprint(i), Add: map[string]int64{"shown": 1}}}
		if err := s.Apply(ctx, noon, "f", deltas); err != nil {
			t.Fatalf("Apply: %v", err)
		}
	}
	h := history(t, dynamotest.OpenAt(t, dynamo.Transport(), prefix), "v", 100)
	cells, err := dynamotest.OpenAt(t, dynamo.Transport(), prefix).Cells(ctx, "sofa", "life", "life", noon)
	if err != nil || len(cells) != 1 || cells[0].Counts["shown"] != each {
		t.Errorf("got %v, %v, want a cell with %d shown", cells, err, each)
	}
	if h.Counters != counters || counted(t, h) != each {
		t.Errorf("got %d showings, want %d", counted(t, h), each)
	}
}

func reserve(c *rank.Counters) error { return c.Reserve(noon, time.UTC, capped("sofa", 1000)) }

func counted(t *testing.T, h *journey.History) int {
	t.Helper()
	c, err := rank.ReadCounters(h.Counters.Packed)
	if err != nil {
		t.Fatal(err)
	}
	return c.Count(rank.Scope{Kind: rank.ScopeItem, Name: "sofa"}, tables.Month)
}

// Where the answer to a write is lost and somebody else writes before it is
// asked again, nobody knows whether it was carried out. It is not done again.
func TestDoubtIsNotCountedTwice(t *testing.T) {
	prefix := dynamotest.Prefix()
	other := dynamotest.OpenAt(t, dynamo.Transport(), prefix)
	ctx := context.Background()
	var once sync.Once
	s := wire(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		answer, err := next.RoundTrip(r)
		once.Do(func() {
			_ = answer.Body.Close()
			answer, err = nil, io.ErrUnexpectedEOF
			if _, err := other.ChangeCounters(ctx, "v", journey.Counters{}, reserve); err != nil {
				t.Errorf("somebody else: %v", err)
			}
		})
		return answer, err
	}).store(t, prefix)
	if _, err := s.ChangeCounters(ctx, "v", journey.Counters{}, reserve); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("got error %v, want ErrUnavailable", err)
	}
	if got := counted(t, history(t, other, "v", 10)); got != 2 {
		t.Errorf("got %d showings, want 2: one of each", got)
	}
}

// A claim whose answer is lost is taken once, and its caller told so.
func TestLostAnswersClaimOnce(t *testing.T) {
	prefix := dynamotest.Prefix()
	s := wire(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		answer, err := next.RoundTrip(r)
		if err == nil {
			_ = answer.Body.Close()
		}
		return nil, io.ErrUnexpectedEOF
	}).store(t, prefix)
	ctx := context.Background()
	b := store.Budget{Item: "sofa", Period: "life", Limit: 100}
	claimed := func(want int64) {
		t.Helper()
		if got, err := dynamotest.OpenAt(t, dynamo.Transport(), prefix).Claimed(ctx, noon, b); err != nil || got.Taken != want {
			t.Errorf("got %d taken, %v, want %d", got.Taken, err, want)
		}
	}
	for range 3 {
		if err := s.Claim(ctx, noon, b); !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("Claim: got error %v, want ErrUnavailable", err)
		}
	}
	claimed(3)
	if err := s.Unclaim(ctx, b); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("Unclaim: got error %v, want ErrUnavailable", err)
	}
	claimed(2)
}

// One that fails takes no other along, and is named.
func TestFailureIsOfItsTouchpoint(t *testing.T) {
	key := base64.StdEncoding.EncodeToString(pack.TouchpointKey("bad"))
	s := wire(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		if bytes.Contains(body, []byte(key)) {
			return refuse(r, http.StatusInternalServerError, broken)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		return next.RoundTrip(r)
	}).store(t, dynamotest.Prefix())
	got, err := s.Append(context.Background(), noon, []store.Recording{
		recording("a", "page_view"), recording("bad", "page_view"), recording("b", journey.Purchase), recording("bad", "page_view"),
	})
	if !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("got error %v, want ErrUnavailable", err)
	}
	for i, want := range []store.Status{store.Stored, store.Failed, store.Stored, store.Failed} {
		if got[i].Status != want || (got[i].Err != nil) != (want == store.Failed) {
			t.Errorf("touchpoint %d: got %+v, want status %d", i, got[i], want)
		}
	}
	if traces := history(t, s, "v", 100).Traces; len(traces) != 2 {
		t.Errorf("got %d traces, want 2", len(traces))
	}
}

// What DynamoDB refuses for a moment only is asked again.
func TestPassingRefusalsAreNotFelt(t *testing.T) {
	for name, refusal := range map[string]struct {
		call, body string
		status     int
		run        func(s *dynamo.Store) error
	}{
		"throttled read":       {"Query", throttled, 400, read},
		"throttled write":      {"PutItem", throttled, 400, write("page_view")},
		"internal error":       {"PutItem", broken, 500, write("page_view")},
		"throttled counting":   {"PutItem", throttled, 400, count},
		"counting in an error": {"PutItem", broken, 500, count},
		"throttled claim": {"UpdateItem", throttled, 400, func(s *dynamo.Store) error {
			return s.Claim(context.Background(), noon, store.Budget{Item: "a", Period: "life", Limit: 1})
		}},
		"budget in a transaction": {"UpdateItem", conflict, 400, func(s *dynamo.Store) error {
			return s.Claim(context.Background(), noon, store.Budget{Item: "a", Period: "life", Limit: 1})
		}},
		"item in a transaction":    {"PutItem", conflict, 400, write("page_view")},
		"transaction in a another": {"TransactWriteItems", cancelled, 400, write(journey.Purchase)},
		"row in another": {"TransactWriteItems", strings.Replace(cancelled, `,{"Code":"None"}`, "", 1), 400, func(s *dynamo.Store) error {
			return s.Edit(context.Background(), []store.Edit{edit("items", "a", `{"id":"a"}`, store.Absent)})
		}},
		"profile in another": {"TransactWriteItems", strings.Replace(cancelled, `,{"Code":"None"}`, "", 1), 400, func(s *dynamo.Store) error {
			return s.Change(context.Background(), "v", func(p *journey.Profile) error { p.Locale = "de"; return nil })
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var once sync.Once
			s := wire(func(r *http.Request, next http.RoundTripper) (answer *http.Response, err error) {
				if strings.HasSuffix(r.Header.Get("X-Amz-Target"), "."+refusal.call) {
					once.Do(func() { answer, err = refuse(r, refusal.status, refusal.body) })
				}
				if answer != nil || err != nil {
					return answer, err
				}
				return next.RoundTrip(r)
			}).store(t, dynamotest.Prefix())
			if err := refusal.run(s); err != nil {
				t.Errorf("got error %v, want none", err)
			}
		})
	}
}

func read(s *dynamo.Store) error {
	_, err := s.History(context.Background(), store.Query{Visitor: "v", At: noon, Now: noon, Window: 10})
	return err
}

func count(s *dynamo.Store) error {
	_, err := s.ChangeCounters(context.Background(), "v", journey.Counters{}, reserve)
	return err
}

func write(kind string) func(s *dynamo.Store) error {
	return func(s *dynamo.Store) error {
		_, err := s.Append(context.Background(), noon, []store.Recording{recording("a", kind)})
		return err
	}
}

// A DynamoDB that fails every call is not asked much more than a whole one.
func TestFailureIsNotAmplified(t *testing.T) {
	var asked atomic.Int64
	s := wire(func(r *http.Request, _ http.RoundTripper) (*http.Response, error) {
		asked.Add(1)
		return refuse(r, http.StatusInternalServerError, broken)
	}).store(t, dynamotest.Prefix())
	const calls = 300
	for range calls {
		if err := read(s); !errors.Is(err, store.ErrUnavailable) {
			t.Fatalf("got error %v, want ErrUnavailable", err)
		}
	}
	if got := float64(asked.Load()) / calls; got > 1.1 {
		t.Errorf("got %.2f requests a call, want at most 1.1", got)
	}
}

// A DynamoDB that never answers holds nobody beyond the caller's deadline.
func TestSilenceEndsWithTheDeadline(t *testing.T) {
	s := wire(func(r *http.Request, _ http.RoundTripper) (*http.Response, error) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}).store(t, dynamotest.Prefix())
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	_, err := s.History(ctx, store.Query{Visitor: "v", At: noon, Now: noon, Window: 10})
	if !errors.Is(err, store.ErrUnavailable) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("History: got error %v, want ErrUnavailable around DeadlineExceeded", err)
	}
	got, err := s.Append(ctx, noon, []store.Recording{recording("a", "page_view"), recording("b", journey.Purchase)})
	if !errors.Is(err, context.DeadlineExceeded) || got[0].Status != store.Failed || got[1].Status != store.Failed {
		t.Errorf("Append: got %+v, %v, want both failed at the deadline", got, err)
	}
}
