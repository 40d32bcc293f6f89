package replay_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
	"wegweiser/shared/replay"
	"wegweiser/shared/rule/parse"
	"wegweiser/shared/store/embedded"
)

const (
	beforeRows = `{"rows":[
 {"table":"items","row":{"id":"welcome","kind":"content"}},
 {"table":"items","row":{"id":"guide","kind":"content"}},
 {"table":"items","row":{"id":"help","kind":"content"}},
 {"table":"placements","row":{"id":"hero","kind":"content","fallback":"welcome"}},
 {"table":"rules","row":{"id":"research","order":1,"placements":["hero"],"phases":["consideration"],"items":["guide"]}},
 {"table":"rules","row":{"id":"decide","order":2,"placements":["hero"],"phases":["decision"],"items":["help"]}}]}`
	afterRows = `{"rows":[
 {"table":"rules","delete":"decide","version":"*"},
 {"table":"rules","version":"*","row":{"id":"research","order":1,"placements":["hero"],"phases":["consideration","decision"],"channels":["web"],"items":["guide"]}}]}`
)

// tried is a service whose draft differs from what is live, with some visitors
// whose clock moves on with every look at it.
func tried(t *testing.T, visitors int) *personalize.Service {
	t.Helper()
	kept, err := embedded.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kept.Close() })
	var looks atomic.Int64
	clock := func() time.Time {
		return time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC).Add(time.Duration(looks.Add(1)) * time.Millisecond)
	}
	service := personalize.New(kept, &personalize.Options{
		Clock: clock, HashKey: []byte("test"), Parse: parse.Parse,
	})
	if err := service.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	admin, server := personalize.Caller{Key: personalize.Admin, Name: "ada"}, personalize.Caller{Key: personalize.Secret}
	edit := func(rows string) {
		var edits personalize.ConfigEdits
		if err := json.Unmarshal([]byte(rows), &edits); err != nil {
			t.Fatal(err)
		}
		if _, err := service.EditConfig(t.Context(), admin, edits); err != nil {
			t.Fatal(err)
		}
	}
	edit(beforeRows)
	list, err := service.ConfigSnapshots(t.Context())
	if err == nil {
		_, err = service.PublishConfig(t.Context(), admin, list.Live, personalize.PublishRequest{})
	}
	if err != nil {
		t.Fatal(err)
	}
	edit(afterRows)
	types := []string{"page_view", "compare", "cart_add", "checkout_start"}
	var request personalize.CollectRequest
	for n := range visitors {
		for k := range 1 + n%4 {
			request.Touchpoints = append(request.Touchpoints, json.RawMessage(fmt.Sprintf(
				`{"id":"e_%d","visitor":"v_%d","type":%q,"channel":%q,"at":"2026-11-%02dT09:00:00Z"}`,
				k, n, types[(n*n+k)%4], []string{"web", "app"}[(n+k)%2], 1+(n*7+k)%20)))
		}
	}
	got, err := service.Collect(t.Context(), server, request)
	if err != nil || got.Accepted != len(request.Touchpoints) {
		t.Fatalf("got %+v, %v, want all stored", got, err)
	}
	return service
}

func none(*personalize.DryRun) error { return nil }

// However many visitors a page has, the sum is that of one large page.
func TestPagesAddUpToOneLargePage(t *testing.T) {
	const visitors = 60
	service := tried(t, visitors)
	for name, request := range map[string]personalize.DryRunRequest{
		"AtAMoment":     {At: "2026-11-21T12:00:00Z", Rows: personalize.AllRows, Context: map[string]any{"channel": "web"}},
		"AtTouchpoints": {Since: "2026-11-02T00:00:00Z", Until: "2026-11-18T00:00:00Z", Rows: personalize.ChangedRows},
	} {
		t.Run(name, func(t *testing.T) {
			want, err := service.DryRun(t.Context(), request)
			if err != nil {
				t.Fatal(err)
			}
			if want.Visitors != visitors || want.Changed == 0 || want.Changed == want.Decisions || want.Next != "" {
				t.Fatalf("got %+v, want one page of all visitors with some changes", want)
			}
			for _, size := range []int{1, 7, visitors, 1000} {
				pages, rows := 0, []personalize.PredictionRow{}
				sum, err := replay.DryRun(t.Context(), inPages{service, size}, request, func(page *personalize.DryRun) error {
					pages++
					rows = append(rows, page.Rows...)
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want.Rows, rows); diff != "" {
					t.Errorf("rows in pages of %d (-want +got):\n%s", size, diff)
				}
				if sum.Rows != nil {
					t.Errorf("the sum has %d rows, want none", len(sum.Rows))
				}
				sum.Rows = want.Rows
				if diff := cmp.Diff(want, sum); diff != "" {
					t.Errorf("in pages of %d (-want +got):\n%s", size, diff)
				}
				if least := (visitors + size - 1) / size; pages != least {
					t.Errorf("got %d pages of %d, want %d", pages, size, least)
				}
			}
		})
	}
}

// inPages bounds the visitors of a page.
type inPages struct {
	of   replay.DryRunner
	size int
}

func (p inPages) DryRun(ctx context.Context, request personalize.DryRunRequest) (*personalize.DryRun, error) {
	if request.Visitors == 0 || request.Visitors > p.size {
		request.Visitors = p.size
	}
	return p.of.DryRun(ctx, request)
}

func TestVisitorsBoundTheWholeWalk(t *testing.T) {
	sum, err := replay.DryRun(t.Context(), inPages{tried(t, 20), 3}, personalize.DryRunRequest{Visitors: 8}, none)
	if err != nil || sum.Visitors != 8 || sum.Next == "" {
		t.Errorf("got %+v, %v, want 8 visitors and where others follow", sum, err)
	}
	sum, err = replay.DryRun(t.Context(), inPages{tried(t, 5), 3}, personalize.DryRunRequest{Visitors: 8}, none)
	if err != nil || sum.Visitors != 5 || sum.Next != "" {
		t.Errorf("got %+v, %v, want the 5 that there are", sum, err)
	}
}

// Recorded decisions are bounded likewise, and their pages add up.
func TestReceiptsBoundTheWholeWalk(t *testing.T) {
	service := tried(t, 3)
	for n := range 9 {
		request := personalize.DecideRequest{Visitor: fmt.Sprint("v_", n%3), Placements: []string{"hero"}, Context: map[string]any{"channel": "web"}}
		if _, err := service.Decide(t.Context(), personalize.Caller{Key: personalize.Secret}, request); err != nil {
			t.Fatal(err)
		}
	}
	if err := service.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	want, err := service.DryRun(t.Context(), personalize.DryRunRequest{Until: "2026-11-22T11:00:00Z"})
	if err != nil || want.Decisions != 9 || want.Changed == 0 {
		t.Fatalf("got %+v, %v, want nine decisions, some of them changed", want, err)
	}
	for _, most := range []int{4, 9, 0} {
		sum, err := replay.DryRun(t.Context(), inParts{service, 2}, personalize.DryRunRequest{Receipts: most, Sample: personalize.DecisionSample, Until: want.Until.String()}, none)
		switch {
		case err != nil:
			t.Fatal(err)
		case most == 4 && (sum.Decisions != 4 || sum.Next == ""):
			t.Errorf("got %+v, want 4 decisions and where others follow", sum)
		case most != 4 && !cmp.Equal(want, sum):
			t.Errorf("in pages of two of %d (-want +got):\n%s", most, cmp.Diff(want, sum))
		}
	}
}

// inParts bounds the receipts of a page.
type inParts struct {
	of   replay.DryRunner
	size int
}

func (p inParts) DryRun(ctx context.Context, request personalize.DryRunRequest) (*personalize.DryRun, error) {
	if request.Receipts == 0 || request.Receipts > p.size {
		request.Receipts = p.size
	}
	return p.of.DryRun(ctx, request)
}

// asked records requests and answers each with a page.
type asked struct {
	requests []personalize.DryRunRequest
	pages    []personalize.DryRun
}

func (a *asked) DryRun(_ context.Context, request personalize.DryRunRequest) (*personalize.DryRun, error) {
	a.requests = append(a.requests, request)
	if len(a.requests) > len(a.pages) {
		return nil, errors.New("no more pages")
	}
	return &a.pages[len(a.requests)-1], nil
}

// What the first page compares, and when, is what all compare.
func TestLaterPagesCompareTheSame(t *testing.T) {
	at, since := journey.At(time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)), journey.At(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))
	for name, c := range map[string]struct {
		page personalize.DryRun
		want personalize.DryRunRequest
	}{
		"AtAMoment": {
			personalize.DryRun{From: "s_a", To: "s_b", At: &at, Next: "v_1"},
			personalize.DryRunRequest{From: "s_a", To: "s_b", At: at.String(), After: "v_1", Placements: []string{"hero"}},
		},
		"AtTouchpoints": {
			personalize.DryRun{From: "s_a", To: "s_b", Since: &since, Until: &at, Next: "v_1"},
			personalize.DryRunRequest{From: "s_a", To: "s_b", Since: since.String(), Until: at.String(), After: "v_1", Placements: []string{"hero"}},
		},
		"Recorded": {
			personalize.DryRun{
				From: "s_a", To: "s_b", Sample: personalize.DecisionSample, Until: &at, Statistics: []string{"one", "two"}, Next: "d_1",
				Recorded: &personalize.RecordedSample{Receipts: 3},
			},
			personalize.DryRunRequest{
				From: "s_a", To: "s_b", Sample: personalize.DecisionSample, Until: at.String(), Statistics: "two", After: "d_1", Placements: []string{"hero"},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := &asked{pages: []personalize.DryRun{c.page, {}}}
			if _, err := replay.DryRun(t.Context(), a, personalize.DryRunRequest{Placements: []string{"hero"}}, none); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, a.requests[1]); diff != "" {
				t.Errorf("the second request (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAWalkThatFailsReturnsTheSumSoFar(t *testing.T) {
	a := &asked{pages: []personalize.DryRun{{Visitors: 3, Next: "v_1"}}}
	if sum, err := replay.DryRun(t.Context(), a, personalize.DryRunRequest{}, none); err == nil || sum.Visitors != 3 {
		t.Errorf("got %+v, %v, want the first page and an error", sum, err)
	}
	full := errors.New("the disk is full")
	a = &asked{pages: []personalize.DryRun{{Visitors: 3, Next: "v_1"}, {Visitors: 4}}}
	sum, err := replay.DryRun(t.Context(), a, personalize.DryRunRequest{}, func(*personalize.DryRun) error { return full })
	if !errors.Is(err, full) || sum.Visitors != 3 || len(a.requests) != 1 {
		t.Errorf("got %+v, %v, after %d pages, want the first and %v", sum, err, len(a.requests), full)
	}
}
