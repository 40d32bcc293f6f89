package embedded

import (
	"context"
	"errors"
	"testing"

	"go.etcd.io/bbolt"

	"wegweiser/shared/store"
)

// held is a store whose writer is in the middle of a transaction until release
// is called.
func held(t *testing.T) (s *Store, release func()) {
	t.Helper()
	s, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	inside, leave, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		done <- s.commits.submit(context.Background(), "wait", func(*bbolt.Tx) error {
			close(inside)
			<-leave
			return nil
		})
	}()
	<-inside
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return s, func() {
		t.Helper()
		close(leave)
		if err := <-done; err != nil {
			t.Errorf("the write that was held: %v", err)
		}
	}
}

func TestReadsWaitForNoWrite(t *testing.T) {
	s, release := held(t)
	defer release()
	if _, err := s.History(context.Background(), store.Query{Visitor: "v", Window: 10}); err != nil {
		t.Errorf("History during a write: %v", err)
	}
	if _, err := s.Live(context.Background()); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("Live during a write: got %v, want ErrNotFound", err)
	}
}

func TestWaitingWriterGoesWithItsContext(t *testing.T) {
	s, release := held(t)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- s.commits.submit(ctx, "never", func(*bbolt.Tx) error {
			t.Error("ran a write whose caller had gone")
			return nil
		})
	}()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) || !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("got error %v, want ErrUnavailable around context.Canceled", err)
	}
	release()
	if err := s.commits.submit(context.Background(), "after", func(*bbolt.Tx) error { return nil }); err != nil {
		t.Errorf("the next write: %v", err)
	}
}

func TestOneCommitForAllThatWait(t *testing.T) {
	s, release := held(t)
	defer release()
	commits := &committer{db: s.db, queue: make(chan *write, 3)}
	for range 3 {
		commits.queue <- &write{}
	}
	if got := len(commits.group(&write{})); got != 4 {
		t.Errorf("got a group of %d, want all 4", got)
	}
}

func TestBrokenWriteTakesNoOtherAlong(t *testing.T) {
	s, release := held(t)
	release()
	boom := errors.New("boom")
	put := func(key string, err error) *write {
		return &write{ctx: context.Background(), done: make(chan error, 1), do: func(tx *bbolt.Tx) error {
			return errors.Join(tx.Bucket(rowsBucket).Put([]byte(key), []byte("{}")), err)
		}}
	}
	group := []*write{put("items#1", nil), put("items#2", boom), put("items#3", nil)}
	s.commits.commit(group)
	for i, want := range []error{nil, boom, nil} {
		if got := <-group[i].done; !errors.Is(got, want) {
			t.Errorf("write %d: got error %v, want %v", i, got, want)
		}
	}
	rows, err := s.Rows(context.Background(), "items")
	if err != nil || len(rows) != 2 {
		t.Errorf("got rows %v, %v, want the first and the last", rows, err)
	}
}
