package storetest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
)

func profileMembers() []member {
	return []member{
		{"MilestonesAreKeptOnTheProfile", func(c *check) {
			back := touch("r", noon)
			back.Type, back.Props = journey.Return, map[string]any{"purchase": "p"}
			c.add(touch("a", noon), purchase("p", noon.Add(-time.Hour), "499.00"), back)
			c.same("milestones", c.whole("v").Profile.Milestones, []journey.Milestone{
				{ID: "p", Type: journey.Purchase, At: noon.Add(-time.Hour), Amount: 4_990_000, Currency: "EUR"},
				{ID: "r", Type: journey.Return, At: noon, Purchase: "p"},
			})
		}},
		{"EveryMilestoneTypeIsKept", func(c *check) {
			var want []string
			for i, name := range journey.Milestones() {
				r := touch(fmt.Sprint(i), noon.Add(time.Duration(i)*time.Millisecond-time.Hour))
				r.Type = name
				c.add(r)
				want = append(want, name)
			}
			var got []string
			for _, m := range c.whole("v").Profile.Milestones {
				got = append(got, m.Type)
			}
			c.same("milestone types", got, want)
		}},
		{"MilestonesOfMachinesAreNotKept", func(c *check) {
			r := purchase("p", noon, "1.00")
			r.Trust = journey.Machine
			c.add(r)
			c.same("profile", c.whole("v").Profile, journey.Profile{})
		}},
		{"DuplicateMilestoneChangesNothing", func(c *check) {
			c.add(purchase("p", noon, "10.00"))
			c.same("status", c.append(noon, purchase("p", noon.Add(-time.Hour), "99.00"))[0].Status, store.Duplicate)
			c.same("milestones", c.whole("v").Profile.Milestones, []journey.Milestone{
				{ID: "p", Type: journey.Purchase, At: noon, Amount: 100_000, Currency: "EUR"},
			})
		}},
		{"MilestonesFoldIntoTotals", func(c *check) {
			var want journey.Profile
			var all []store.Recording
			for i := range journey.MaxMilestones + 10 {
				r := purchase(fmt.Sprintf("%03d", i), noon.Add(time.Duration(i-100)*time.Hour), "1.50")
				m, _ := r.Milestone()
				want.Record(m)
				all = append(all, r)
			}
			for len(all) > 0 {
				n := min(9, len(all))
				c.add(all[:n]...)
				all = all[n:]
			}
			got := c.whole("v").Profile
			c.same("profile", got, want)
			c.same("folded purchases", got.Totals.Purchases, 10)
		}},
		{"ManyMilestonesInOneCall", func(c *check) {
			var want journey.Profile
			var all []store.Recording
			for i := range 2*journey.MaxMilestones - 8 {
				r := purchase(fmt.Sprintf("%03d", i), noon.Add(time.Duration(i-200)*time.Hour), "1.50")
				m, _ := r.Milestone()
				want.Record(m)
				all = append(all, r)
			}
			c.add(all...)
			c.same("profile", c.whole("v").Profile, want)
			c.same("traces", len(c.whole("v").Traces), len(all))
		}},
		{"ChangeKeepsEveryField", func(c *check) {
			want := journey.Profile{
				Milestones: []journey.Milestone{{ID: "m", Type: "purchase", At: noon, Amount: -5, Currency: "JPY", Purchase: "x"}, {ID: "n", Type: "unheard_of", At: noon}},
				Totals: journey.Totals{
					Purchases: 70, First: 1, Last: noon,
					Spent:  map[string]journey.Units{"EUR": 1 << 50, "USD": -1},
					Latest: map[string]journey.Millis{"purchase": noon, "unheard_of": 1},
				},
				Traits:  map[string]any{"name": "Ada", "empty": "", "age": 36.5, "member": true, "blocked": false, "größe": "é"},
				Consent: journey.Consent{Stated: true, Purposes: []journey.Purpose{journey.Measurement, journey.Personalization}, Since: noon},
				Locale:  "de-AT", Zone: "Europe/Vienna", Country: "AT",
			}
			c.change("v", func(p *journey.Profile) { *p = want.Clone() })
			c.same("history", c.whole("v"), &journey.History{Profile: want})
			c.change("v", func(p *journey.Profile) { p.Consent = journey.NoConsent() })
			c.same("consent", c.whole("v").Profile.Consent, journey.NoConsent())
			c.change("v", func(p *journey.Profile) { *p = journey.Profile{} })
			c.same("emptied", c.whole("v").Profile, journey.Profile{})
		}},
		{"ChangeStartsFromWhatIsThere", func(c *check) {
			c.change("v", func(p *journey.Profile) {
				c.same("profile of an unknown visitor", *p, journey.Profile{})
				p.Locale = "de"
			})
			c.change("v", func(p *journey.Profile) {
				c.same("locale", p.Locale, "de")
				p.Country = "AT"
			})
			c.same("profile", c.whole("v").Profile, journey.Profile{Locale: "de", Country: "AT"})
			c.same("another visitor", c.whole("w"), &journey.History{})
		}},
		{"ChangeStartsAgainWhenOvertaken", func(c *check) {
			calls := 0
			c.change("v", func(p *journey.Profile) {
				if calls++; calls == 1 {
					c.change("v", increment)
				}
				increment(p)
			})
			c.same("calls", calls, 2)
			c.same("trait", c.whole("v").Profile.Traits["n"], any(2.0))
		}},
		{"ChangeSeesMilestonesThatOvertakeIt", func(c *check) {
			calls := 0
			c.change("v", func(p *journey.Profile) {
				if calls++; calls == 1 {
					c.add(purchase("p", noon, "1.00"))
				}
				p.Locale = "de"
			})
			p := c.whole("v").Profile
			c.same("calls", calls, 2)
			c.same("locale", p.Locale, "de")
			c.same("milestones", len(p.Milestones), 1)
		}},
		{"ErrorOfChangeStoresNothing", func(c *check) {
			no := errors.New("no")
			err := c.Change(context.Background(), "v", func(p *journey.Profile) error {
				p.Locale = "de"
				return no
			})
			if err != no {
				c.Errorf("Change: got error %v, want that of the function as it is", err)
			}
			c.same("history", c.whole("v"), &journey.History{})
		}},
		{"ChangeOfNothingStoresNothing", func(c *check) {
			c.change("v", func(*journey.Profile) {})
			c.same("All", c.visitors(), []string(nil))
		}},
		{"ProfileDoesNotTakeAPlace", func(c *check) {
			all := series("t", 3, noon)
			c.add(all...)
			c.change("v", func(p *journey.Profile) { p.Locale = "de" })
			h := c.read("v", noon, 3)
			c.sees(h, false, ids(all)...)
			c.same("locale", h.Profile.Locale, "de")
			h = c.read("v", noon.Add(-24*time.Hour), 3)
			c.sees(h, false)
			c.same("locale with an earlier at", h.Profile.Locale, "de")
		}},
	}
}
