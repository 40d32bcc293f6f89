package snapshot

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"wegweiser/shared/journey"
	"wegweiser/shared/rank"
	"wegweiser/shared/rule/parse"
	"wegweiser/shared/tables"
)

// drawLimited draws items with caps, groups and budgets, and rules that choose
// among them in every way; and the same without any limit.
func drawLimited(t *rapid.T) (limited, free tables.Set) {
	one := func(label string, from ...string) string { return rapid.SampledFrom(from).Draw(t, label) }
	limited, free = tables.Set{}, tables.Set{}
	both := func(table string, rows ...tables.Row) {
		limited.Add(table, rows...)
		free.Add(table, rows...)
	}
	for _, setting := range []string{"cap.all.day", "cap.channel.web.week", "cap.channel.email.day", "cap.group.g.life"} {
		if most := one(setting, "", "1", "2", "5"); most != "" {
			limited.Add(tables.SettingsTable, row(tables.SettingsTable, setting, "value", most))
		}
	}
	for i, name := range []string{"a", "b", "c"} {
		both(tables.PlacementsTable, row(tables.PlacementsTable, name, "count", fmt.Sprint(1+i), "fallback", "fallback"))
	}
	both(tables.ItemsTable, row(tables.ItemsTable, "fallback", "kind", "offer", "group", one("group", "", "g")))
	var items []string
	for i := range rapid.IntRange(1, 6).Draw(t, "items") {
		id := fmt.Sprintf("i%d", i)
		items = append(items, id)
		cells := []string{"kind", one("kind", "offer", "offer", "content"), "value", "1", "transactional", one("transactional", "", "", "", "true")}
		free.Add(tables.ItemsTable, row(tables.ItemsTable, id, cells...))
		limited.Add(tables.ItemsTable, row(tables.ItemsTable, id, append(cells,
			"group", one("group", "", "", "g", "h"),
			"cap_day", one("cap_day", "", "", "1"), "cap_month", one("cap_month", "", "", "3"), "budget", one("budget", "", "5"))...))
	}
	for i := range rapid.IntRange(2, 6).Draw(t, "rules") {
		chosen := rapid.SliceOfNDistinct(rapid.SampledFrom(items), 1, 4, rapid.ID[string]).Draw(t, "chosen")
		both(tables.RulesTable, row(tables.RulesTable, fmt.Sprintf("r%d", i), "items", join(chosen),
			"choose", one("choose", "fixed", "weighted", "rank"), "placements", one("placements", "", "a", "b|c")))
	}
	return limited, free
}

// Whatever a visitor was shown before, no answer shows one too many, alone or
// together with what else is in it, and only what is full is kept back.
func TestNoAnswerShowsOneTooMany(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set, without := drawLimited(t)
		s, problems := Compile(set, parse.Parse)
		free, _ := Compile(without, parse.Parse)
		if s == nil || free == nil {
			t.Fatalf("got problems %v, want snapshots", problems)
		}
		var counters rank.Counters
		at := noon
		for range rapid.IntRange(1, 12).Draw(t, "decisions") {
			at += journey.Millis(rapid.IntRange(0, 40_000_000).Draw(t, "later"))
			in := &Input{
				At: at, Person: "anna", History: &journey.History{Counters: journey.Counters{Packed: string(counters.Append(nil))}},
				Context:    Context{Channel: rapid.SampledFrom([]string{"web", "email", ""}).Draw(t, "channel")},
				Placements: rapid.Permutation([]string{"a", "b", "c"}).Draw(t, "placements")[:rapid.IntRange(1, 3).Draw(t, "asked")],
				Explain:    true, Pressure: true,
			}
			if rapid.Bool().Draw(t, "spent") {
				in.Spent = []string{"i0", "i1"}
			}
			a := s.Decide(in)
			var claims []rank.Claim
			for _, r := range a.Reservations {
				if slices.Contains(in.Spent, r.Item) && r.Budget > 0 {
					t.Fatalf("%s is shown though its budget is used up", r.Item)
				}
				claims = append(claims, rank.Claim{Limits: r.Limits})
			}
			if err := counters.Reserve(at, s.Zone(), claims...); err != nil {
				t.Fatalf("what the answer shows cannot be counted: %v", err)
			}
			holdTheAnswer(t, s, in, &a)
			if len(in.Placements) == 1 {
				holdTheReason(t, free, in, &a)
			}
		}
	})
}

// holdTheAnswer looks at the groups, the reservations and the explanation.
func holdTheAnswer(t *rapid.T, s *Snapshot, in *Input, a *Answer) {
	groups := map[string]string{}
	for i, p := range a.Placements {
		for _, shown := range p.Items {
			at, _ := s.find(shown.ID)
			it := &s.items[at]
			row := &s.rows().items[at]
			if other := groups[row.Group]; row.Group != "" && other != "" && !p.Fallback {
				t.Fatalf("%s and %s are of one group, and both are shown", shown.ID, other)
			}
			groups[row.Group] = shown.ID
			limited := row.CapDay+row.CapMonth+row.Budget > 0 || it.group >= 0 && len(s.groups[it.group].caps) > 0 ||
				it.kind != tables.Content && len(s.all)+len(s.channels[in.Context.Channel]) > 0
			reserved := slices.ContainsFunc(a.Reservations, func(r Reservation) bool { return r.Item == shown.ID })
			if want := limited && !row.Transactional && !p.Fallback; reserved != want {
				t.Fatalf("%s is counted: %t, want %t", shown.ID, reserved, want)
			}
		}
		for _, r := range a.Explanation.Placements[i].Rules {
			for _, it := range r.Items {
				if it.Shown && it.Failed != nil {
					t.Fatalf("%s is shown, and explained to have failed %s", it.Item, it.Failed.Column)
				}
			}
		}
	}
}

// holdTheReason compares with what is answered without limits: where that is no
// fallback either, nothing but limits was in the way.
func holdTheReason(t *rapid.T, free *Snapshot, in *Input, a *Answer) {
	got := a.Placements[0]
	if open := free.Decide(in).Placements[0]; got.Fallback && open.Fallback != (got.Reason == NoRule) {
		t.Fatalf("got the fallback for %s, and without limits fallback %t", got.Reason, open.Fallback)
	}
	if got.Reason == Capped && len(a.Held) == 0 {
		t.Fatal("got the fallback for capped, and nothing that is held back")
	}
}
