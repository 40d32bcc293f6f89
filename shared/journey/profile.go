package journey

import (
	"maps"
	"slices"
	"strings"
)

// Limits of a profile.
const (
	MaxMilestones  = 64      // kept one by one; older ones are folded into Totals
	MaxTraits      = 50      // names
	MaxTraitsBytes = 4 << 10 // of traits as JSON
)

// Profile is what is kept about a visitor beside the touchpoints.
// Milestones are in order of time, then id.
type Profile struct {
	Milestones []Milestone
	Totals     Totals
	Traits     map[string]any // text, number (float64) or bool; times are RFC 3339 text
	Consent    Consent
	Locale     string
	Zone       string // IANA time zone, such as Europe/Vienna
	Country    string // ISO 3166-1 alpha-2
}

// Milestone is a touchpoint that is kept for good.
type Milestone struct {
	ID       string
	Type     string
	At       Millis
	Amount   Units
	Currency string
	Purchase string // of a return: the id of the purchase that it takes back
}

// Milestone returns what is kept for good of t, and whether its type is one
// that is. Nothing is kept of what a machine did.
func (t *Touchpoint) Milestone() (Milestone, bool) {
	if !IsMilestone(t.Type) || t.Trust == Machine {
		return Milestone{}, false
	}
	m := Milestone{ID: t.ID, Type: t.Type, At: t.At}
	if t.Value != nil {
		m.Amount, _ = t.Value.Units()
		m.Currency = t.Value.Currency
	}
	if t.Type == Return {
		m.Purchase, _ = t.Props["purchase"].(string)
	}
	return m, true
}

// Totals is what remains of the milestones that no longer fit one by one.
type Totals struct {
	Purchases int // that were not returned when they were folded
	Spent     map[string]Units
	First     Millis // of those purchases; zero when there are none
	Last      Millis
	Latest    map[string]Millis // the newest time of each type
}

// Record keeps m. Recording an id that is kept again changes nothing, and while
// nothing was folded the order of recording does not matter. When more than
// MaxMilestones are kept, the oldest is folded into the totals: a purchase
// counts there for good, unless its return is known by then.
func (p *Profile) Record(m Milestone) {
	if slices.ContainsFunc(p.Milestones, func(have Milestone) bool { return have.ID == m.ID }) {
		return
	}
	at, _ := slices.BinarySearchFunc(p.Milestones, m, compareMilestones)
	p.Milestones = slices.Insert(p.Milestones, at, m)
	for len(p.Milestones) > MaxMilestones {
		p.fold()
	}
}

func compareMilestones(a, b Milestone) int {
	if a.At != b.At {
		return int(min(max(a.At-b.At, -1), 1))
	}
	return strings.Compare(a.ID, b.ID)
}

// fold moves the oldest milestone into the totals. A purchase takes the return
// that cancels it along, so that neither is counted again.
func (p *Profile) fold() {
	oldest := p.Milestones[0]
	returned := p.returnOf(oldest)
	p.Milestones = p.Milestones[1:]
	p.Totals.note(oldest)
	if oldest.Type != Purchase {
		return
	}
	if returned.ID != "" {
		p.Totals.note(returned)
		p.Milestones = slices.DeleteFunc(p.Milestones, func(m Milestone) bool { return m.ID == returned.ID })
		return
	}
	t := &p.Totals
	if t.Purchases == 0 {
		t.First = oldest.At
	}
	t.First, t.Last = min(t.First, oldest.At), max(t.Last, oldest.At)
	t.Purchases++
	if oldest.Currency != "" {
		if t.Spent == nil {
			t.Spent = map[string]Units{}
		}
		t.Spent[oldest.Currency] += oldest.Amount
	}
}

func (t *Totals) note(m Milestone) {
	if t.Latest == nil {
		t.Latest = map[string]Millis{}
	}
	t.Latest[m.Type] = max(t.Latest[m.Type], m.At)
}

func (p *Profile) returnOf(purchase Milestone) Milestone {
	for _, bought := range p.Purchases() {
		if bought.ID == purchase.ID && bought.Returned != 0 {
			return bought.by
		}
	}
	return Milestone{}
}

// Bought is a purchase with the moment from which it no longer stands.
type Bought struct {
	Milestone
	Returned Millis // zero: it stands
	by       Milestone
}

// StandsAt reports whether the purchase was made and not yet returned at t.
func (b *Bought) StandsAt(t Millis) bool {
	return b.At <= t && (b.Returned == 0 || t < b.Returned)
}

// Purchases returns the purchases that are kept one by one, in order of time,
// each with its return. A return cancels the purchase that it names or, where
// it names none, the newest one before it that is not yet returned, from the
// return's own time on.
func (p *Profile) Purchases() []Bought { return p.AppendPurchases(nil) }

// AppendPurchases appends to bought, which must be empty, what Purchases
// returns, so that a caller with room for MaxMilestones allocates nothing.
func (p *Profile) AppendPurchases(bought []Bought) []Bought {
	for _, m := range p.Milestones {
		if m.Type == Purchase {
			bought = append(bought, Bought{Milestone: m})
		}
	}
	if len(bought) == 0 {
		return nil
	}
	for _, m := range p.Milestones {
		if m.Type != Return {
			continue
		}
		for i := len(bought) - 1; i >= 0; i-- {
			b := &bought[i]
			if b.Returned == 0 && (m.Purchase == b.ID || m.Purchase == "" && b.At < m.At) {
				b.Returned, b.by = max(m.At, b.At), m
				break
			}
		}
	}
	return bought
}

// Clone returns a copy that shares nothing with p.
func (p *Profile) Clone() Profile {
	c := *p
	c.Milestones = slices.Clone(p.Milestones)
	c.Totals.Spent = maps.Clone(p.Totals.Spent)
	c.Totals.Latest = maps.Clone(p.Totals.Latest)
	c.Traits = maps.Clone(p.Traits)
	c.Consent.Purposes = slices.Clone(p.Consent.Purposes)
	return c
}
