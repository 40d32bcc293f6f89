package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
)

func appendMembers() []member {
	return []member{
		{"NothingToAppend", func(c *check) {
			outcomes, err := c.Append(context.Background(), noon, nil)
			if err != nil || len(outcomes) != 0 {
				c.Errorf("Append of nothing: got %v, %v, want no outcome and no error", outcomes, err)
			}
		}},
		{"FirstBodyWins", func(c *check) {
			first := touch("a", noon)
			first.Source = "first"
			c.add(first)
			second := touch("a", noon.Add(-time.Hour))
			second.Type, second.Channel, second.Item, second.Source, second.Trust = "compare", "app", "chair", "second", journey.Likely
			got := c.append(noon, second)[0]
			c.same("outcome", got, store.Outcome{Status: store.Duplicate, Trace: first.Trace()})
			c.same("history", c.whole("v").Traces, []journey.Trace{first.Trace()})
			c.same("touchpoints", c.bodies("v", noon), []journey.Touchpoint{first.Touchpoint})
		}},
		{"FirstOfOneCallWins", func(c *check) {
			first, second, other := touch("a", noon), touch("a", noon.Add(-time.Hour)), touch("b", noon)
			got := c.append(noon, first, second, other, first)
			c.same("outcomes", got, []store.Outcome{
				{Status: store.Stored, Trace: first.Trace()},
				{Status: store.Duplicate, Trace: first.Trace()},
				{Status: store.Stored, Trace: other.Trace()},
				{Status: store.Duplicate, Trace: first.Trace()},
			})
			c.sees(c.whole("v"), false, "a", "b")
		}},
		{"SourceDoesNotTellIDsApart", func(c *check) {
			first, second := touch("a", noon), touch("a", noon)
			first.Source, second.Source = "shop", "crm"
			c.add(first)
			c.same("status", c.append(noon, second)[0].Status, store.Duplicate)
		}},
		{"MachineFirstStaysMachine", func(c *check) {
			machine := touch("a", noon)
			machine.Trust = journey.Machine
			c.add(machine)
			got := c.append(noon, touch("a", noon))[0]
			c.same("outcome", got, store.Outcome{Status: store.Duplicate, Trace: machine.Trace()})
			c.sees(c.whole("v"), false)
		}},
		{"OneIDOfTwoVisitorsIsTwo", func(c *check) {
			c.add(touch("a", noon))
			c.add(by("w", touch("a", noon))...)
			c.sees(c.whole("v"), false, "a")
			c.sees(c.whole("w"), false, "a")
		}},
		{"OutcomesAreInOrder", func(c *check) {
			c.add(touch("b", noon), purchase("d", noon, "1"))
			var want []store.Status
			for _, o := range c.append(noon, touch("a", noon), touch("b", noon), purchase("c", noon, "1"), purchase("d", noon, "1"), touch("e", noon)) {
				want = append(want, o.Status)
			}
			c.same("statuses", want, []store.Status{store.Stored, store.Duplicate, store.Stored, store.Duplicate, store.Stored})
		}},
		{"OddIDsAreKept", func(c *check) {
			odd := []string{
				"a", "a#", "#a", "a b", " ", "ä", "日本語", "a\u00a0", "'\"\\", "<b>&", "${x}", "a/../b",
				strings.Repeat("i", journey.MaxIDBytes), strings.Repeat("i", journey.MaxIDBytes-1), "profile", "t#a", "0", "\U0001f6cb",
			}
			var all []store.Recording
			for i, id := range odd {
				r := touch(id, noon.Add(time.Duration(i)*time.Second-time.Hour))
				r.Item = id
				all = append(all, r)
			}
			c.add(all...)
			h := c.whole("v")
			c.sees(h, false, odd...)
			c.same("touchpoints", len(c.bodies("v", noon)), len(odd))
		}},
		{"BadIDsAreRefused", func(c *check) {
			for name, r := range map[string]store.Recording{
				"no id":          touch("", noon),
				"long id":        touch(strings.Repeat("i", journey.MaxIDBytes+1), noon),
				"control":        touch("a\x00b", noon),
				"no visitor":     by("", touch("a", noon))[0],
				"long visitor":   by(strings.Repeat("v", 300), touch("a", noon))[0],
				"control within": by("v\n", touch("a", noon))[0],
			} {
				_, err := c.Append(context.Background(), noon, []store.Recording{touch("good", noon), r})
				if !errors.Is(err, store.ErrInvalid) {
					c.Errorf("%s: got error %v, want ErrInvalid", name, err)
				}
			}
			c.sees(c.whole("v"), false)
		}},
		{"FiveHundredAtOnce", func(c *check) {
			var all []store.Recording
			for i := range 500 {
				r := touch(fmt.Sprintf("%03d", i), noon.Add(time.Duration(i)*time.Millisecond-time.Hour))
				if i%50 == 0 {
					r = purchase(r.ID, r.At, "1.00")
				}
				all = append(all, by(fmt.Sprint("v", i%7), r)...)
			}
			c.add(all...)
			traces, milestones := 0, 0
			for v := range 7 {
				h := c.whole(fmt.Sprint("v", v))
				traces, milestones = traces+len(h.Traces), milestones+len(h.Profile.Milestones)
			}
			c.same("traces", traces, 500)
			c.same("milestones", milestones, 10)
			for _, o := range c.append(noon, all...) {
				if o.Status != store.Duplicate {
					c.Fatalf("the same again: got status %d, want Duplicate", o.Status)
				}
			}
		}},
	}
}
