package rank_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wegweiser/shared/rank"
)

var (
	someItems  = rapid.SliceOfN(rapid.StringN(0, 8, 20), 0, 6)
	somePlaces = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) rank.Place {
		names := rapid.SampledFrom([]string{"", "awareness", "decision", "critics"})
		return rank.Place{Phase: names.Draw(t, "phase"), Segment: names.Draw(t, "segment")}
	}), 0, 8)
)

// believed is quantiles that tell items and places apart.
func believed(item string, at rank.Place) rank.Quantiles {
	var q rank.Quantiles
	first := rank.Hash(fmt.Sprint(item, at)) % 60_000
	for k := range q {
		q[k] = rank.Quantile(first) + rank.Quantile(100*k)
	}
	return q
}

func TestStatisticsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		items, places := someItems.Draw(t, "items"), somePlaces.Draw(t, "places")
		before := rank.NewStatistics(items, places, believed)
		packed, err := before.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		var after rank.Statistics
		if err := after.UnmarshalBinary(packed); err != nil {
			t.Fatal(err)
		}
		for _, item := range append(items, "", "never seen") {
			for _, at := range append(places, rank.Place{}, rank.Place{Phase: "never seen", Segment: "critics"}) {
				want := before.Of(before.Row(item), before.Column(at))
				if diff := cmp.Diff(want, after.Of(after.Row(item), after.Column(at))); diff != "" {
					t.Fatalf("%q in %v (-want +got):\n%s", item, at, diff)
				}
			}
			for _, at := range places {
				if got := *before.Of(before.Row(item), before.Column(at)); item != "never seen" && got != believed(item, at) {
					t.Fatalf("%q in %v: got %v, want what was believed", item, at, got)
				}
			}
		}
		if again, _ := after.MarshalBinary(); !cmp.Equal(packed, again) {
			t.Fatal("got other bytes for the same statistics")
		}
	})
}

func TestDamagedStatisticsAreRefused(t *testing.T) {
	packed, err := rank.NewStatistics([]string{"sofa", "sofb"}, []rank.Place{{Phase: "decision"}}, believed).MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	var s rank.Statistics
	for n := range packed {
		if err := s.UnmarshalBinary(packed[:n]); err == nil {
			t.Fatalf("got no error for the first %d of %d bytes", n, len(packed))
		}
	}
	text := string(packed)
	for name, damaged := range map[string]string{
		"Longer":         text + "\x00",
		"OtherForm":      "\x02" + text[1:],
		"AnItemTwice":    strings.Replace(text, "sofb", "sofa", 1),
		"FallingBeliefs": text[:len(text)-2] + "\x00\x00",
		"Endless":        "\x01\xff\xff\xff\xff\xff\xff\xff\xff\x7f",
	} {
		if err := s.UnmarshalBinary([]byte(damaged)); err == nil || !strings.HasPrefix(err.Error(), "read the statistics: ") {
			t.Errorf("%s: got %v, want an error that says what could not be read", name, err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		damaged := append([]byte(nil), packed...)
		damaged[rapid.IntRange(0, len(damaged)-1).Draw(t, "at")] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
		var s rank.Statistics
		_ = s.UnmarshalBinary(damaged) // must not panic; some damage is another belief
	})
}

func TestNoStatisticsCannotBeWritten(t *testing.T) {
	if _, err := (*rank.Statistics)(nil).MarshalBinary(); err == nil {
		t.Error("got no error")
	}
}
