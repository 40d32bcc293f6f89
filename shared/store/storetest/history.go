package storetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
)

func historyMembers() []member {
	return []member{
		{"UnknownVisitorIsEmpty", func(c *check) {
			c.add(by("somebody else", touch("a", noon))...)
			c.same("history", c.whole("v"), &journey.History{})
		}},
		{"OrderIsByTimeThenID", func(c *check) {
			at := func(id string, minutes int) store.Recording {
				return touch(id, noon.Add(time.Duration(minutes)*time.Minute))
			}
			c.add(at("z", -1), at("b", -2), at("é", -2), at("B", -2), at("a", 0), at("aa", -2), at("a#", -2), at("q", -3))
			c.sees(c.whole("v"), false, "q", "B", "a#", "aa", "b", "é", "z", "a")
		}},
		{"OneMillisecondTellsTimesApart", func(c *check) {
			c.add(touch("a", noon), touch("b", noon-1), touch("c", noon-2))
			c.sees(c.whole("v"), false, "c", "b", "a")
			c.sees(c.read("v", noon-1, 100), false, "c", "b")
		}},
		{"LateOnesTakeTheirPlace", func(c *check) {
			c.add(touch("new", noon))
			c.add(touch("old", noon.Add(-30*24*time.Hour)))
			c.sees(c.whole("v"), false, "old", "new")
		}},
		{"WindowIsTheNewest", func(c *check) {
			all := series("t", 10, noon)
			c.add(all...)
			c.sees(c.read("v", noon, 3), true, ids(all)[7:]...)
			c.sees(c.read("v", noon, 1), true, ids(all)[9:]...)
			c.sees(c.read("v", noon, 9), true, ids(all)[1:]...)
			c.sees(c.read("v", noon, 10), false, ids(all)...)
			c.sees(c.read("v", noon, 11), false, ids(all)...)
		}},
		{"WindowHasItsLimits", func(c *check) {
			for _, window := range []int{-1, 0, journey.MaxWindow + 1} {
				_, err := c.History(context.Background(), store.Query{Visitor: "v", At: noon, Now: noon, Window: window})
				if !errors.Is(err, store.ErrInvalid) {
					c.Errorf("window %d: got error %v, want ErrInvalid", window, err)
				}
			}
		}},
		{"AtIsInclusive", func(c *check) {
			all := series("t", 5, noon)
			c.add(all...)
			c.sees(c.read("v", all[2].At, 10), false, ids(all)[:3]...)
			c.sees(c.read("v", all[2].At-1, 10), false, ids(all)[:2]...)
			c.sees(c.read("v", all[0].At-1, 10), false)
		}},
		{"LaterOnesTakeNoPlace", func(c *check) {
			past, future := series("p", 12, noon), series("f", 230, noon.Add(24*time.Hour))
			c.add(past...)
			c.add(future...)
			c.sees(c.read("v", noon, 5), true, ids(past)[7:]...)
			c.sees(c.read("v", noon, 12), false, ids(past)...)
			c.sees(c.read("v", noon.Add(24*time.Hour), 2), true, ids(future)[228:]...)
		}},
		{"MachinesTakeNoPlace", func(c *check) {
			people, machines := series("h", 4, noon), series("m", 30, noon)
			for i := range machines {
				machines[i].Trust = journey.Machine
			}
			c.add(people...)
			c.add(machines...)
			c.sees(c.read("v", noon, 3), true, ids(people)[1:]...)
			c.sees(c.read("v", noon, 4), false, ids(people)...)
			if got := len(c.bodies("v", noon)); got != 34 {
				c.Errorf("Touchpoints: got %d, want those of machines too: 34", got)
			}
		}},
		{"TracesKeepEveryField", func(c *check) {
			var all []store.Recording
			for i, kind := range append(journey.Types(), "unheard_of", strings.Repeat("x", journey.MaxNameBytes)) {
				r := touch(fmt.Sprintf("%03d", i), noon)
				r.Type, r.Item = kind, strings.Repeat("ü", i%64)
				r.Trust = journey.Trust(i % int(journey.Machine))
				channels := append(journey.Channels(), "social.instagram", "social.nobody", "carrier_pigeon")
				r.Channel = channels[i%len(channels)]
				all = append(all, r)
			}
			c.add(all...)
			for i, t := range c.whole("v").Traces {
				c.same("trace", t, all[i].Trace())
			}
		}},
		{"TimesKeepTheirMillisecond", func(c *check) {
			early := touch("a", journey.At(time.Date(journey.MinYear, 1, 1, 0, 0, 0, 1e6, time.UTC)))
			late := touch("b", journey.At(time.Date(2100, 12, 31, 23, 59, 59, 999e6, time.UTC)))
			c.add(early, late)
			h := c.read("v", late.At, 10)
			c.sees(h, false, "a", "b")
			c.same("first time", h.Traces[0].At, early.At)
			c.same("last time", h.Traces[1].At, late.At)
		}},
		{"VisitorsDoNotMix", func(c *check) {
			names := []string{"a", "aa", "a#", "a b", "A", "ä", "a\u00a0", strings.Repeat("a", journey.MaxIDBytes), "t#", "profile", "#", "a/b", "%00"}
			for i, name := range names {
				c.add(by(name, touch(fmt.Sprint("of ", i), noon), touch("shared", noon.Add(-time.Hour)))...)
			}
			for i, name := range names {
				c.sees(c.whole(name), false, "shared", fmt.Sprint("of ", i))
			}
			slices.Sort(names)
			c.same("All", c.visitors(), names)
		}},
		{"HistoryIsThatOfTheModel", historyIsThatOfTheModel},
	}
}

// historyIsThatOfTheModel compares a store with the definition of a history,
// over random touchpoints and questions from a fixed seed.
func historyIsThatOfTheModel(c *check) {
	r := rand.New(rand.NewPCG(7, 11))
	var all []store.Recording
	for i := range 260 {
		t := touch(fmt.Sprintf("%x", r.Uint32()), noon.Add(time.Duration(r.IntN(200)-100)*time.Minute))
		t.Visitor = []string{"v", "w"}[r.IntN(2)]
		t.Trust = journey.Trust(r.IntN(5))
		t.Type = journey.Types()[i%8]
		if r.IntN(2) == 0 {
			t.Expires = noon.Add(time.Duration(r.IntN(240)-120) * time.Minute)
		}
		all = append(all, t)
	}
	c.append(noon.Add(-24*time.Hour), all...)
	for range 60 {
		q := store.Query{
			Visitor: []string{"v", "w"}[r.IntN(2)], Window: 1 + r.IntN(60),
			At:  noon.Add(time.Duration(r.IntN(240)-120) * time.Minute),
			Now: noon.Add(time.Duration(r.IntN(240)-120) * time.Minute),
		}
		c.same(fmt.Sprintf("history for %+v", q), c.query(q), model(all, q))
	}
}

func model(all []store.Recording, q store.Query) *journey.History {
	var h journey.History
	for i := range all {
		t := &all[i]
		if t.Visitor == q.Visitor && t.At <= q.At && t.Trust != journey.Machine && (t.Expires == 0 || q.Now < t.Expires) {
			h.Traces = append(h.Traces, t.Trace())
		}
	}
	slices.SortFunc(h.Traces, func(a, b journey.Trace) int {
		if a.At != b.At {
			return int(a.At - b.At)
		}
		return strings.Compare(a.ID, b.ID)
	})
	if cut := len(h.Traces) - q.Window; cut > 0 {
		h.Traces, h.Truncated = h.Traces[cut:], true
	}
	return &h
}
