package storetest

import (
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
)

// expiring gives touchpoints a moment at which they are gone.
func expiring(at journey.Millis, recordings ...store.Recording) []store.Recording {
	for i := range recordings {
		recordings[i].Expires = at
	}
	return recordings
}

func expiryMembers() []member {
	const minute = 60_000
	return []member{
		{"ExpiredIsGoneToTheSecond", func(c *check) {
			gone := noon + minute
			c.add(expiring(gone, touch("a", noon))...)
			c.add(touch("b", noon))
			c.sees(c.read("v", gone-1, 10), false, "a", "b")
			c.sees(c.read("v", gone, 10), false, "b")
			c.same("touchpoints before", len(c.bodies("v", gone-1)), 2)
			c.same("touchpoints after", len(c.bodies("v", gone)), 1)
		}},
		{"ExpiryIsAsOfNowNotAt", func(c *check) {
			c.add(expiring(noon+minute, touch("a", noon))...)
			c.sees(c.query(store.Query{Visitor: "v", At: noon + 2*minute, Now: noon, Window: 10}), false, "a")
			c.sees(c.query(store.Query{Visitor: "v", At: noon, Now: noon + minute, Window: 10}), false)
		}},
		{"ExpiredOnesTakeNoPlace", func(c *check) {
			kept, gone := series("k", 8, noon.Add(-24*time.Hour)), expiring(noon+minute, series("x", 230, noon)...)
			c.add(kept...)
			c.add(gone...)
			c.sees(c.read("v", noon+minute, 5), true, ids(kept)[3:]...)
			c.sees(c.read("v", noon+minute, 8), false, ids(kept)...)
		}},
		{"OlderExpiredOnesDoNotTruncate", func(c *check) {
			c.add(expiring(noon+minute, series("x", 5, noon.Add(-24*time.Hour))...)...)
			kept := series("k", 3, noon)
			c.add(kept...)
			c.sees(c.read("v", noon+minute, 3), false, ids(kept)...)
		}},
		{"ExpiredMayBeRecordedAnew", func(c *check) {
			gone := noon + minute
			c.add(expiring(gone, touch("a", noon))...)
			again := touch("a", noon-minute)
			again.Type, again.Source = "compare", "second"
			if got := c.append(gone-1, again)[0]; got.Status != store.Duplicate {
				c.Errorf("before it expired: got status %d, want Duplicate", got.Status)
			}
			if got := c.append(gone, again)[0]; got.Status != store.Stored {
				c.Errorf("after it expired: got status %d, want Stored", got.Status)
			}
			h := c.read("v", gone, 10)
			c.sees(h, false, "a")
			c.same("trace", h.Traces, []journey.Trace{again.Trace()})
			c.same("touchpoints", c.bodies("v", gone), []journey.Touchpoint{again.Touchpoint})
		}},
		{"ExpiredMachineMayComeBackAsHuman", func(c *check) {
			machine := expiring(noon+minute, touch("a", noon))
			machine[0].Trust = journey.Machine
			c.add(machine...)
			c.append(noon+minute, touch("a", noon))
			c.sees(c.read("v", noon+minute, 10), false, "a")
		}},
		{"MilestonesOutliveTheirTouchpoints", func(c *check) {
			c.add(expiring(noon+minute, purchase("p", noon, "10.00"))...)
			h := c.read("v", noon+minute, 10)
			c.sees(h, false)
			if len(h.Profile.Milestones) != 1 || h.Profile.Milestones[0].ID != "p" {
				c.Errorf("milestones: got %v, want p alone", h.Profile.Milestones)
			}
			c.append(noon+minute, purchase("p", noon, "99.00"))
			h = c.read("v", noon+minute, 10)
			c.sees(h, false, "p")
			if len(h.Profile.Milestones) != 1 || h.Profile.Milestones[0].Amount != 100_000 {
				c.Errorf("milestones after it came again: got %v, want the first alone", h.Profile.Milestones)
			}
		}},
	}
}
