package embedded_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
)

func journalled(id string) store.Recording {
	return store.Recording{Touchpoint: journey.Touchpoint{
		ID: id, Visitor: "v", Type: "item_click", Channel: "web", At: noon, Item: "sofa", Source: "shop", Trust: journey.Likely,
	}}
}

func TestJournalTellsWhatIsNewlyStored(t *testing.T) {
	folder := t.TempDir()
	s := open(t, folder)
	ctx := context.Background()
	record := func(recordings ...store.Recording) {
		t.Helper()
		if _, err := s.Append(ctx, noon, recordings); err != nil {
			t.Fatal(err)
		}
	}
	tells := func(limit int, want ...string) []store.Change {
		t.Helper()
		changes, err := s.Changes(ctx, limit)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for i, c := range changes {
			got = append(got, c.Touchpoint.ID)
			if i > 0 && store.Place(c.Sequence) <= store.Place(changes[i-1].Sequence) {
				t.Errorf("got sequence %s after %s", c.Sequence, changes[i-1].Sequence)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("changes (-want +got):\n%s", diff)
		}
		return changes
	}
	record(journalled("before"))
	tells(10)
	bought := journalled("c")
	bought.Type = journey.Purchase
	record(journalled("a"), journalled("before"), journalled("b"), journalled("a"), bought)
	changes := tells(10, "a", "b", "c")
	if diff := cmp.Diff(journalled("b").Touchpoint, changes[1].Touchpoint); diff != "" {
		t.Errorf("touchpoint (-want +got):\n%s", diff)
	}
	tells(2, "a", "b")
	if err := s.Forget(ctx, changes[1].Sequence); err != nil {
		t.Fatal(err)
	}
	gone := journalled("gone")
	gone.Expires = noon.Add(time.Minute)
	record(gone, journalled("d"))
	if _, err := s.Sweep(ctx, noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, folder)
	left := tells(10, "c", "d")
	if err := s.Forget(ctx, left[1].Sequence); err != nil {
		t.Fatal(err)
	}
	tells(10)
	record(journalled("e"))
	if again := tells(10, "e"); store.Place(again[0].Sequence) <= store.Place(left[1].Sequence) {
		t.Errorf("got sequence %s after all was forgotten up to %s", again[0].Sequence, left[1].Sequence)
	}
	if err := s.Forget(ctx, "x"); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("Forget(x): got error %v, want ErrInvalid", err)
	}
}

// Whoever applies the journal and then forgets it may be stopped anywhere in
// between, and others may do the same: each touchpoint counts once.
func TestJournalCountsOnce(t *testing.T) {
	s := open(t, t.TempDir())
	ctx := context.Background()
	if _, err := s.Changes(ctx, 1); err != nil {
		t.Fatal(err)
	}
	const touchpoints = 200
	roll := func(limit int, forget bool) int {
		changes, err := s.Changes(ctx, limit)
		if err != nil {
			t.Error(err)
		}
		var deltas []store.Delta
		for _, c := range changes {
			deltas = append(deltas, store.Delta{
				CellKey: store.CellKey{Name: c.Touchpoint.Item, Period: "life"}, Sequence: c.Sequence, Add: map[string]int64{"clicked": 1},
			})
		}
		if err := s.Apply(ctx, noon, store.JournalFeed, deltas); err != nil {
			t.Error(err)
		}
		if forget && len(changes) > 0 {
			if err := s.Forget(ctx, changes[len(changes)-1].Sequence); err != nil {
				t.Error(err)
			}
		}
		return len(changes)
	}
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			for k := range touchpoints / 4 {
				if _, err := s.Append(ctx, noon, []store.Recording{journalled(fmt.Sprint(i, "-", k))}); err != nil {
					t.Error(err)
				}
				if k%5 == 0 {
					roll(7+i, k%10 == 0)
				}
			}
		})
	}
	all.Wait()
	for roll(1000, true) > 0 {
	}
	cells, err := s.Cells(ctx, "sofa", "life", "life", noon)
	if err != nil || len(cells) != 1 || cells[0].Counts["clicked"] != touchpoints {
		t.Errorf("got %v, %v, want %d clicks", cells, err, touchpoints)
	}
}
