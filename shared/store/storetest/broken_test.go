package storetest

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"wegweiser/shared/store"
	"wegweiser/shared/store/embedded"
)

// Each store here is broken on purpose in one way. The member named beside it
// must catch it; were it to pass, the suite would be worth that much less.
func TestBrokenStoresAreCaught(t *testing.T) {
	for _, broken := range brokenStores() {
		for _, name := range broken.caughtBy {
			t.Run(broken.name+"/"+name, func(t *testing.T) {
				t.Parallel()
				failures := run(t, name, broken.breaks)
				if len(failures) == 0 {
					t.Errorf("a store that %s passed %s, want it caught", broken.name, name)
				}
			})
		}
	}
}

// The way from a store to its failures must not itself fail what is whole.
func TestWholeStorePasses(t *testing.T) {
	for _, m := range members() {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			if failures := run(t, m.name, func(s store.Store) store.Store { return s }); len(failures) > 0 {
				t.Errorf("got failures %q, want none", failures)
			}
		})
	}
}

// A member that no longer exists would catch nothing.
func TestMembersHaveTheirNames(t *testing.T) {
	var names []string
	for _, m := range members() {
		names = append(names, m.name)
	}
	slices.Sort(names)
	if got := slices.Compact(slices.Clone(names)); len(got) != len(names) {
		t.Errorf("got %d names of %d members, want one each", len(got), len(names))
	}
	for _, broken := range brokenStores() {
		for _, name := range broken.caughtBy {
			if !slices.Contains(names, name) {
				t.Errorf("a store that %s is caught by %s, which is no member", broken.name, name)
			}
		}
	}
}

// run runs one member against a broken store and returns what it complained
// about.
func run(t *testing.T, name string, breaks func(store.Store) store.Store) []string {
	t.Helper()
	at := slices.IndexFunc(members(), func(m member) bool { return m.name == name })
	if at < 0 {
		t.Fatalf("there is no member %s", name)
	}
	whole, err := embedded.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	var r recorder
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		members()[at].run(&check{T: &r, Store: breaks(whole)})
	}()
	<-ended
	if err := whole.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	return r.failures
}

// recorder is a T that keeps what it is told.
type recorder struct {
	sync.Mutex
	failures []string
}

func (r *recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) {
	r.Lock()
	defer r.Unlock()
	r.failures = append(r.failures, strings.TrimSpace(fmt.Sprintf(format, args...)))
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}
