package local

import (
	"context"
	"encoding/json"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"wegweiser/shared/measure"
	"wegweiser/shared/personalize"
	"wegweiser/shared/store"
	"wegweiser/shared/store/embedded"
)

var ada = personalize.Caller{Key: personalize.Admin, Name: "ada"}

// silent is a listener that nobody calls.
type silent struct{ closed chan struct{} }

func (s *silent) Accept() (net.Conn, error) { <-s.closed; return nil, net.ErrClosed }
func (s *silent) Close() error              { close(s.closed); return nil }
func (s *silent) Addr() net.Addr            { return &net.TCPAddr{} }

// serving runs a test beside a host whose configuration publishes itself, in
// time that passes only where everybody waits.
func serving(t *testing.T, shared bool, before, test func(t *testing.T, h *Host, s store.Store)) {
	t.Helper()
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		kept, err := embedded.Open(folder)
		if err != nil {
			t.Fatal(err)
		}
		defer kept.Close()
		host, err := Open(t.Context(), kept, &Secrets{}, &Options{Shared: shared})
		if err != nil {
			t.Fatal(err)
		}
		edit(t, host.Service, `{"table":"settings","row":{"id":"publish","value":"auto"}}`)
		live, err := host.Service.ConfigSnapshots(t.Context())
		if err == nil {
			_, err = host.Service.PublishConfig(t.Context(), ada, live.Live, personalize.PublishRequest{})
		}
		if err != nil {
			t.Fatal(err)
		}
		before(t, host, kept)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- host.Serve(ctx, &silent{make(chan struct{})}) }()
		synctest.Wait()
		test(t, host, kept)
		stop()
		if err := <-ended; err != nil {
			t.Errorf("Serve ended with %v, want nil", err)
		}
	})
}

func edit(t *testing.T, service *measure.Service, row string) {
	t.Helper()
	var e personalize.ConfigEdit
	err := json.Unmarshal([]byte(row), &e)
	if err == nil {
		_, err = service.EditConfig(t.Context(), ada, personalize.ConfigEdits{Rows: []personalize.ConfigEdit{e}})
	}
	if err != nil {
		t.Fatal(err)
	}
}

const segment = `{"table":"segments","row":{"id":"fans","when":"count(\"product_view\", \"7d\") >= 3"}}`

func liveBy(t *testing.T, s store.Store) string {
	t.Helper()
	live, err := s.Live(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return live.Author
}

func nothing(*testing.T, *Host, store.Store) {}

func TestAChangeThroughTheHostPublishesItself(t *testing.T) {
	serving(t, false, nothing, func(t *testing.T, h *Host, s store.Store) {
		time.Sleep(time.Hour)
		edit(t, h.Service, segment)
		time.Sleep(2900 * time.Millisecond)
		if got := liveBy(t, s); got != "ada" {
			t.Errorf("published by %s before the rows were at rest", got)
		}
		time.Sleep(time.Second)
		if got := liveBy(t, s); got != "auto" {
			t.Errorf("published by %s, want auto", got)
		}
	})
}

func TestAChangeBeforeTheStartPublishesItself(t *testing.T) {
	serving(t, false, func(t *testing.T, h *Host, _ store.Store) {
		edit(t, h.Service, segment)
		<-h.changed // what was told is lost with the process
	}, func(t *testing.T, _ *Host, s store.Store) {
		time.Sleep(4 * time.Second)
		if got := liveBy(t, s); got != "auto" {
			t.Errorf("published by %s, want auto", got)
		}
	})
}

func TestAChangeByOthersIsSeenWhereThereMayBeSome(t *testing.T) {
	for _, shared := range []bool{true, false} {
		serving(t, shared, nothing, func(t *testing.T, _ *Host, s store.Store) {
			time.Sleep(time.Minute)
			body := []byte(`{"id":"fans","when":"phase == \"decision\""}`)
			if err := s.Edit(t.Context(), []store.Edit{{Table: "segments", ID: "fans", Body: body}}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(6 * time.Second)
			if got, want := liveBy(t, s), map[bool]string{true: "auto", false: "ada"}[shared]; got != want {
				t.Errorf("shared %t: published by %s, want %s", shared, got, want)
			}
		})
	}
}
