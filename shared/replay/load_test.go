package replay_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"wegweiser/shared/replay"
)

func TestLoadCountsWhatIsAnswered(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var got atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || string(body) != "hello" || r.Header.Get("Authorization") != "Bearer key" {
			t.Errorf("got body %q, authorization %q, %v", body, r.Header.Get("Authorization"), err)
		}
		if got.Add(1)%2 == 0 {
			w.WriteHeader(http.StatusTeapot)
		}
		_, _ = io.WriteString(w, "answer")
	}))
	defer server.Close()
	request := replay.Post("/", http.Header{"Authorization": {"Bearer key"}}, []byte("hello"))
	const connections = 2
	var warm atomic.Int64
	load := replay.Load{
		Addr: strings.TrimPrefix(server.URL, "http://"), Connections: connections, Duration: time.Minute,
		Request: func(_, n int) []byte {
			if n == 10 && warm.Add(1) == connections {
				stop()
			}
			return request
		},
	}
	f, err := load.Run(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if int64(f.Answers+f.Refused) != got.Load() || f.Refused == 0 || f.Answers == 0 {
		t.Errorf("got %d answers and %d refused of %d, half each", f.Answers, f.Refused, got.Load())
	}
	if f.P50 > f.P99 || f.P99 > f.Max || f.PerSecond <= 0 {
		t.Errorf("got %v, want figures in order", f)
	}
}

func TestLoadSaysThatNobodyListens(t *testing.T) {
	load := replay.Load{Addr: "127.0.0.1:1", Connections: 1, Duration: time.Second, Request: func(int, int) []byte { return nil }}
	if _, err := load.Run(context.Background()); err == nil {
		t.Error("got no error, want one")
	}
}
