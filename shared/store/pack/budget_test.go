package pack_test

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
	"wegweiser/shared/store/pack"
)

// What was stored before anything could be held is how many were taken.
func TestBudgetsOfOldAreRead(t *testing.T) {
	for _, n := range []uint64{0, 1, 127, 128, 1 << 40} {
		old := binary.AppendUvarint(nil, n)
		b, err := pack.ReadBudget(string(old))
		if err != nil || b.At(noon) != int64(n) {
			t.Errorf("%d: got %+v, %v, want that many taken", n, b, err)
		}
		if diff := cmp.Diff(old, b.Append(nil)); diff != "" {
			t.Errorf("%d: bytes (-old +now):\n%s", n, diff)
		}
	}
}

func TestBudgetsComeBack(t *testing.T) {
	hold := func(t *rapid.T, i int) store.Hold {
		return store.HoldOf(store.Budget{Item: "a", Period: "life"}, rapid.StringN(1, 20, 40).Draw(t, "name"), noon.Add(time.Duration(i)*time.Minute))
	}
	rapid.Check(t, func(t *rapid.T) {
		var b pack.Budget
		for i := range rapid.IntRange(0, 300).Draw(t, "n") {
			if i%3 == 0 {
				b.Claim(noon, 200)
			} else {
				b.Hold(noon, 200, hold(t, i))
			}
		}
		packed := string(b.Append(nil))
		got, err := pack.ReadBudget(packed)
		if err != nil || string(got.Append(nil)) != packed || got.At(noon) != b.At(noon) || got.At(noon.Add(2*time.Hour)) != b.At(noon.Add(2*time.Hour)) {
			t.Fatalf("got %+v, %v, want %+v", got, err, b)
		}
		if diff := cmp.Diff(b.Claims(noon), got.Claims(noon)); diff != "" {
			t.Fatalf("claims (-want +got):\n%s", diff)
		}
	})
}

func TestHoldsComeBack(t *testing.T) {
	holds := []store.Hold{
		{Item: "sofa", Period: "2026-11", Name: "m", Expires: noon.Add(time.Hour), Until: noon},
		{Item: "chair", Period: "life", Until: journey.Millis(1) << 47},
	}
	packed := string(pack.AppendHolds(nil, holds))
	got, err := pack.ReadHolds(packed)
	if diff := cmp.Diff(holds, got); err != nil || diff != "" {
		t.Errorf("got error %v, holds (-want +got):\n%s", err, diff)
	}
	for i := 1; i < len(packed); i++ {
		if _, err := pack.ReadHolds(packed[:i]); err == nil {
			t.Errorf("the first %d bytes are read as holds, want ErrCorrupt", i)
		}
	}
	if got, want := pack.HeldUntil(holds), holds[1].Until.Add(store.CommitWithin); got != want {
		t.Errorf("got held until %v, want %v", got, want)
	}
}
