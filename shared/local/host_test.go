package local_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/local"
	"wegweiser/shared/store"
	"wegweiser/shared/store/embedded"
)

// watched is a store that tells of its sweeps and can hold an append back.
type watched struct {
	store.Store
	sweeps  chan journey.Millis
	arrived chan struct{}
	release chan struct{}
}

func (w *watched) Sweep(ctx context.Context, now journey.Millis) (int, error) {
	select {
	case w.sweeps <- now:
	case <-ctx.Done():
	}
	return 1, ctx.Err()
}

func (w *watched) Append(ctx context.Context, now journey.Millis, r []store.Recording) ([]store.Outcome, error) {
	if w.arrived != nil {
		w.arrived <- struct{}{}
		<-w.release
	}
	return w.Store.Append(ctx, now, r)
}

type served struct {
	url  string
	sk   string
	stop context.CancelFunc
	done chan error
	logs *lines
}

// lines is a log that may be written and read at once.
type lines struct {
	sync.Mutex
	bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.Lock()
	defer l.Unlock()
	return l.Buffer.Write(p)
}

func serve(t *testing.T, s store.Store) *served {
	t.Helper()
	secrets, err := local.MakeSecrets(t.TempDir(), env(nil))
	if err != nil {
		t.Fatal(err)
	}
	out := &served{sk: secrets.Secret, done: make(chan error, 1), logs: &lines{}}
	host, err := local.Open(t.Context(), s, secrets, &local.Options{Deadline: time.Minute, Requests: slog.New(slog.NewJSONHandler(out.logs, nil))})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	out.url = "http://" + listener.Addr().String()
	ctx, stop := context.WithCancel(context.Background())
	out.stop = stop
	go func() { out.done <- host.Serve(ctx, listener) }()
	t.Cleanup(stop)
	return out
}

func (s *served) post(path, body string) (int, string, error) {
	request, err := http.NewRequest(http.MethodPost, s.url+path, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	request.Header.Set("Authorization", "Bearer "+s.sk)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	return response.StatusCode, string(answer), err
}

func one(id string) string {
	return fmt.Sprintf(`{"touchpoints":[{"id":%q,"visitor":"v","type":"page_view","channel":"web","at":%q}]}`, id, journey.At(time.Now()))
}

func open(t *testing.T) *embedded.Store {
	t.Helper()
	s, err := embedded.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestHostServesTheAPI(t *testing.T) {
	s := serve(t, open(t))
	status, answer, err := s.post("/v1/touchpoints", one("e1"))
	if err != nil || status != http.StatusAccepted {
		t.Fatalf("got %d %s %v, want 202", status, answer, err)
	}
	status, answer, err = s.post("/v1/decisions", `{"visitor":"v"}`)
	var decision struct {
		Phase struct{ Name string }
	}
	if err != nil || status != http.StatusOK || json.Unmarshal([]byte(answer), &decision) != nil || decision.Phase.Name != "awareness" {
		t.Fatalf("got %d %s %v, want a decision", status, answer, err)
	}
	s.stop()
	if err := <-s.done; err != nil {
		t.Errorf("Serve ended with %v, want nil", err)
	}
	s.logs.Lock()
	defer s.logs.Unlock()
	if got := strings.Count(s.logs.String(), "\n"); got != 2 {
		t.Errorf("%d log lines for 2 requests:\n%s", got, s.logs.String())
	}
}

func TestRequestsUnderWayFinishAtTheEnd(t *testing.T) {
	store := &watched{Store: open(t), sweeps: make(chan journey.Millis, 1), arrived: make(chan struct{}), release: make(chan struct{})}
	s := serve(t, store)
	type outcome struct {
		status int
		err    error
	}
	answered := make(chan outcome, 1)
	go func() {
		status, _, err := s.post("/v1/touchpoints", one("e1"))
		answered <- outcome{status, err}
	}()
	<-store.arrived
	s.stop()
	select {
	case err := <-s.done:
		t.Fatalf("Serve ended with %v while a request was under way", err)
	default:
	}
	close(store.release)
	if got := <-answered; got.err != nil || got.status != http.StatusAccepted {
		t.Errorf("the request under way got %d, %v, want 202", got.status, got.err)
	}
	if err := <-s.done; err != nil {
		t.Errorf("Serve ended with %v, want nil", err)
	}
	if _, _, err := s.post("/v1/touchpoints", one("e2")); err == nil {
		t.Error("a request after the end was answered")
	}
}

func TestWhatHasExpiredIsSwept(t *testing.T) {
	store := &watched{Store: open(t), sweeps: make(chan journey.Millis)}
	before := journey.At(time.Now())
	s := serve(t, store)
	if now := <-store.sweeps; now < before {
		t.Errorf("swept at %v, want now", now)
	}
	s.stop()
	if err := <-s.done; err != nil {
		t.Error(err)
	}
}
