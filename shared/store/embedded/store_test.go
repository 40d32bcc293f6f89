package embedded_test

import (
	"testing"

	"wegweiser/shared/store"
	"wegweiser/shared/store/embedded"
	"wegweiser/shared/store/storetest"
)

// open opens a store that the test may close before it ends.
func open(t testing.TB, folder string) *embedded.Store {
	t.Helper()
	s, err := embedded.Open(folder)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return s
}

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store { return open(t, t.TempDir()) })
}

func TestFoldersShareNothing(t *testing.T) {
	storetest.Isolated(t, open(t, t.TempDir()), open(t, t.TempDir()))
}

func TestBudgetsAreAsTheModelSays(t *testing.T) { storetest.Budgets(t, open(t, t.TempDir())) }
