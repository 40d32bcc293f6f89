package snapshot

import (
	"fmt"
	"testing"

	"wegweiser/shared/rank"
	"wegweiser/shared/rule/parse"
	"wegweiser/shared/tables"
)

// The floor of Decide is what nobody can do without: the phase fold, and an
// answer of the same shape.
func BenchmarkDecide(b *testing.B) {
	for _, size := range []struct{ window, rules, placements int }{
		{200, 100, 4}, {200, 1000, 4}, {200, 100, 1}, {200, 100, 10}, {0, 100, 4},
	} {
		s := compiled(b, world(b, size.rules, 500, 10))
		in := asking(b, s, past(size.window), size.placements)
		b.Run(fmt.Sprintf("window=%d/rules=%d/placements=%d", size.window, size.rules, size.placements), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.Decide(in)
			}
		})
	}
}

func BenchmarkDecideFloor(b *testing.B) {
	s := compiled(b, world(b, 100, 500, 10))
	in := asking(b, s, past(200), 4)
	want := s.Decide(in)
	b.ReportAllocs()
	var got Answer
	for b.Loop() {
		state := s.model.Fold(in.History, in.At)
		because := s.model.Because(in.History, in.At, state.Phase)
		got = Answer{Phase: &Phase{Name: want.Phase.Name, Scores: append([]Score(nil), want.Phase.Scores...)}}
		for _, r := range because.Reasons {
			got.Phase.Because = append(got.Phase.Because, Share(r))
		}
		got.Placements = append([]Placement(nil), want.Placements...)
		for i := range got.Placements {
			got.Placements[i].Items = append([]Item(nil), want.Placements[i].Items...)
		}
	}
	_ = got
}

// A rule that draws among 500 items, of which every other one has three boosts.
func BenchmarkDraw(b *testing.B) {
	set := tables.Set{tables.PlacementsTable: {row(tables.PlacementsTable, "hero", "fallback", "item-0")}}
	for i := range 500 {
		tags := "all"
		if i%2 == 0 {
			tags = "all|sale|new|winter"
		}
		set.Add(tables.ItemsTable, row(tables.ItemsTable, fmt.Sprint("item-", i), "kind", "offer", "tags", tags))
	}
	set.Add(tables.RulesTable, row(tables.RulesTable, "draw", "items", "tag:all", "choose", "weighted"))
	draw := func(name string) {
		s := compiled(b, set)
		in := &Input{At: noon, Person: "v_1", Placements: []string{"hero"}}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.Decide(in)
			}
		})
	}
	draw("boosts=0")
	for _, tag := range []string{"sale", "new", "winter"} {
		set.Add(tables.SettingsTable, row(tables.SettingsTable, "boost."+tag, "value", "50 until 2027-01-01"))
	}
	draw("boosts=3")
}

// The floor of Load is inflating the same bytes. In the shop the conditions
// resemble each other; in the world each of them is another one of three parts.
func BenchmarkLoad(b *testing.B) {
	for _, of := range []struct {
		name string
		set  tables.Set
	}{{"shop", shop(b, 5000)}, {"world", world(b, 2400, 2400, 20)}} {
		encoded := compiled(b, of.set).Encode()
		b.Run(fmt.Sprintf("%s/rows=%d", of.name, of.set.Len()), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Load(encoded); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(of.name+"/floor=inflate", func(b *testing.B) {
			for b.Loop() {
				if _, _, _, err := inflate(encoded); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	set := shop(b, 5000)
	b.Run("shop/rows=5000", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if s, _ := Compile(set, parse.Parse); s == nil {
				b.Fatal("no snapshot")
			}
		}
	})
}

// A rule that ranks 32 items that are hard to tell apart, beside one that takes
// the first of the same items: the difference is the ranking.
func BenchmarkRank(b *testing.B) {
	decide := func(name, choose string) {
		set := tables.Set{tables.PlacementsTable: {row(tables.PlacementsTable, "hero", "fallback", "none")}}
		set.Add(tables.ItemsTable, row(tables.ItemsTable, "none", "kind", "offer"))
		for i := range rank.MaxCandidates {
			set.Add(tables.ItemsTable, row(tables.ItemsTable, fmt.Sprint("item-", i), "kind", "offer", "tags", "all",
				"value", "50", "cost", fmt.Sprint(i%7), "prior", fmt.Sprint(0.02+0.0005*float64(i))))
		}
		set.Add(tables.RulesTable, row(tables.RulesTable, "best", "items", "tag:all", "choose", choose))
		s := compiled(b, set)
		in := &Input{At: noon, Person: "v_1", Placements: []string{"hero"}}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.Decide(in)
			}
		})
	}
	decide("ranked=32", "rank")
	decide("floor=fixed", "fixed")
}
