package local

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"wegweiser/shared/gateway"
	"wegweiser/shared/store"
	"wegweiser/shared/store/embedded"
)

// failing is a stream whose errors have an id each, as those of AWS do.
type failing struct{ calls int }

func (f *failing) Read(context.Context, func(context.Context, string, []store.Change) error) error {
	f.calls++
	return fmt.Errorf("read the stream: api error AccessDeniedException, RequestID: %08d", f.calls)
}

// A fault of the stream that lasts is told of once a minute, though each of its
// errors has another text.
func TestAFaultThatLastsIsToldOnceAMinute(t *testing.T) {
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		kept, err := embedded.Open(folder)
		if err != nil {
			t.Fatal(err)
		}
		defer kept.Close()
		var logs bytes.Buffer
		stream := &failing{}
		host, err := Open(t.Context(), struct{ store.Store }{kept}, &Secrets{Keys: gateway.Keys{Secret: "sk", TokenSecrets: [][]byte{[]byte("secret")}}, HashKey: []byte("hash")},
			&Options{Stream: stream, Log: slog.New(slog.NewTextHandler(&logs, nil))})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithTimeout(t.Context(), 10*time.Minute-time.Second)
		defer stop()
		host.count(ctx)
		if got := strings.Count(logs.String(), "RequestID"); got != 10 || stream.calls < 100 {
			t.Errorf("got %d lines of %d errors in ten minutes, want 10", got, stream.calls)
		}
	})
}

func TestAnErrorThatStaysIsToldOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r recurring
		full, down := errors.New("the disk is full"), errors.New("the store is down")
		for i, step := range []struct {
			after time.Duration
			err   error
			told  bool
		}{
			{0, full, true},
			{time.Hour, full, false},
			{time.Hour, down, true},
			{time.Second, nil, false},
			{time.Second, down, false},
			{time.Minute, down, true},
			{time.Second, full, false},
			{time.Minute, full, true},
		} {
			time.Sleep(step.after)
			if got := r.tells(step.err); got != step.told {
				t.Errorf("step %d, %v: got told %t, want %t", i, step.err, got, step.told)
			}
		}
	})
}
