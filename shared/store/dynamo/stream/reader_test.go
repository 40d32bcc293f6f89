package stream_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
	"wegweiser/shared/store/dynamo"
	"wegweiser/shared/store/dynamo/dynamotest"
	"wegweiser/shared/store/dynamo/stream"
	"wegweiser/shared/topology"
)

// shop is a workspace of the tables that the tests share, and its environment.
type shop struct {
	*testing.T
	store  *dynamo.Store
	prefix string
}

func newShop(t *testing.T) *shop {
	t.Helper()
	prefix := dynamotest.Prefix()
	return &shop{t, dynamotest.OpenAt(t, dynamo.Transport(), prefix), prefix}
}

func (s *shop) reader() *stream.Reader {
	s.Helper()
	return stream.Open(stream.NewClient("us-east-1", dynamotest.Endpoint(s), dynamotest.Credentials{}),
		dynamotest.Tables(s)[topology.VisitorsTable], s.prefix)
}

var now = journey.At(time.Now())

// append stores touchpoints from one number up to another.
func (s *shop) append(from, to int) {
	s.Helper()
	for i := from; i < to; i++ {
		if _, err := s.store.Append(s.Context(), now, []store.Recording{{Touchpoint: journey.Touchpoint{
			ID: fmt.Sprint("t_", i), Visitor: fmt.Sprint("v_", i%7), Type: "item_click", Channel: "web", At: now, Item: "sofa",
		}}}); err != nil {
			s.Fatal(err)
		}
	}
}

// ids are what a reader tells of, in order, by one Read.
func (s *shop) ids(r *stream.Reader) (ids []string) {
	s.Helper()
	if err := r.Read(s.Context(), func(_ context.Context, _ string, changes []store.Change) error {
		for i := range changes {
			ids = append(ids, changes[i].Touchpoint.ID)
		}
		return nil
	}); err != nil {
		s.Fatal(err)
	}
	slices.Sort(ids)
	return ids
}

func numbered(from, to int) (ids []string) {
	for i := from; i < to; i++ {
		ids = append(ids, fmt.Sprint("t_", i))
	}
	slices.Sort(ids)
	return ids
}

// A reader tells of everything once, whenever it begins; of what its caller
// refused it tells again; and of others' workspaces and of profiles not at all.
func TestReadersTellOfEverything(t *testing.T) {
	s, other := newShop(t), newShop(t)
	early := s.reader()
	if got := s.ids(early); len(got) != 0 {
		t.Errorf("got %v before anything was stored, want nothing", got)
	}
	s.append(0, 20)
	other.append(100, 110)
	if diff := cmp.Diff(numbered(0, 20), s.ids(early)); diff != "" {
		t.Errorf("the first reader (-want +got):\n%s", diff)
	}
	s.append(20, 25)
	refused := errors.New("refused")
	if err := early.Read(t.Context(), func(context.Context, string, []store.Change) error { return refused }); !errors.Is(err, refused) {
		t.Errorf("got the error %v, want that of the caller", err)
	}
	if diff := cmp.Diff(numbered(20, 25), s.ids(early)); diff != "" {
		t.Errorf("what was refused (-want +got):\n%s", diff)
	}
	if got := s.ids(early); len(got) != 0 {
		t.Errorf("got %v again, want nothing new", got)
	}
	if diff := cmp.Diff(numbered(0, 25), s.ids(s.reader())); diff != "" {
		t.Errorf("a reader that begins later (-want +got):\n%s", diff)
	}
}

// Several processes that count one stream, one of which begins late and one of
// which counts by calls with records, count each touchpoint once.
func TestSeveralCountOnce(t *testing.T) {
	s := newShop(t)
	count := func(ctx context.Context, feed string, changes []store.Change) error {
		var deltas []store.Delta
		for i := range changes {
			deltas = append(deltas, store.Delta{
				CellKey: store.CellKey{Name: "sofa", Period: "all"}, Sequence: changes[i].Sequence, Add: map[string]int64{"clicks": 1},
			})
		}
		// As a function is called: again from before, in pieces.
		for i := range deltas {
			if i%5 == 4 {
				if err := s.store.Apply(ctx, now, feed, deltas[max(0, i-7):i]); err != nil {
					return err
				}
			}
		}
		return s.store.Apply(ctx, now, feed, deltas)
	}
	const touchpoints = 120
	stored := make(chan struct{})
	go func() { defer close(stored); s.append(0, touchpoints) }()
	var all sync.WaitGroup
	for n := range 3 {
		all.Go(func() {
			reader := s.reader()
			if n == 2 {
				<-stored
			}
			for last := false; !last; {
				select {
				case <-stored:
					last = true
				default:
				}
				if err := reader.Read(t.Context(), count); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	cells, err := s.store.Cells(t.Context(), "sofa", "all", "all", now)
	if err != nil || len(cells) != 1 || cells[0].Counts["clicks"] != touchpoints {
		t.Errorf("got %+v, %v; want %d clicks", cells, err, touchpoints)
	}
}

// Where something is stored all the time, a Read ends with what there was when it
// began: otherwise nothing of it would be published, and no other shard be read.
func TestAReadEndsThoughMoreIsStored(t *testing.T) {
	asked := 0
	busy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := map[string]string{
			"ListStreams":      `{"Streams":[{"StreamArn":"arn"}]}`,
			"DescribeStream":   `{"StreamDescription":{"Shards":[{"ShardId":"shard"}]}}`,
			"GetShardIterator": `{"ShardIterator":"first"}`,
			"GetRecords": fmt.Sprintf(`{"Records":[{"dynamodb":{"SequenceNumber":"1","ApproximateCreationDateTime":%d}}],"NextShardIterator":"next"}`,
				time.Now().Add(time.Minute).Unix()),
		}
		_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		if operation == "GetRecords" {
			if asked++; asked > 20 {
				w.WriteHeader(http.StatusBadRequest)
				return
			}
		}
		fmt.Fprint(w, answer[operation])
	}))
	defer busy.Close()
	reader := stream.Open(stream.NewClient("us-east-1", busy.URL, dynamotest.Credentials{}), "visitors", "")
	if err := reader.Read(t.Context(), func(context.Context, string, []store.Change) error { return nil }); err != nil || asked != 1 {
		t.Errorf("got %v after %d pages, want an end after the first, which is of later", err, asked)
	}
}

func TestFaultsOfTheStreamAreTold(t *testing.T) {
	reader := stream.Open(stream.NewClient("us-east-1", "http://127.0.0.1:1", dynamotest.Credentials{}), "visitors", "")
	err := reader.Read(t.Context(), func(context.Context, string, []store.Change) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "table visitors") {
		t.Errorf("got %v, want an error that names the table", err)
	}
}

func TestFunctionsDoNotLinkIt(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "wegweiser/functions/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	if all := string(out); !strings.Contains(all, "wegweiser/shared/store/dynamo\n") || strings.Contains(all, "dynamodbstreams") {
		t.Error("functions link the client of streams, want them to link that of tables alone")
	}
}
