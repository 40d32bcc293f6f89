package rank

import (
	"cmp"
	"errors"
	"iter"
	"slices"
	"strings"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/tables"
)

// Limits of what is counted of one visitor.
const (
	MaxCounters = 500 // scopes; further ones are full
	MaxPending  = 64  // reservations; of more, the oldest is final
)

// ErrFull means that a claim would break a limit.
var ErrFull = errors.New("a cap is used up")

// ScopeKind says what the showings that a scope counts have in common.
type ScopeKind uint8

// The kinds of scopes.
const (
	ScopeItem ScopeKind = iota
	ScopeGroup
	ScopeChannel
	ScopeAll // of every item on every channel; it has no name
	scopeKinds
)

// Scope is what is counted together, such as all showings of a group.
type Scope struct {
	Kind ScopeKind
	Name string
}

func compareScopes(a, b Scope) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), strings.Compare(a.Name, b.Name))
}

// Limit is how often a scope may be shown to one visitor in a calendar period.
// With Most 0 it never may.
type Limit struct {
	Scope  Scope
	Period tables.Period
	Most   int
}

// Claim is one showing of an item. It counts once in each scope of its limits;
// one without limits counts nowhere. A scope is counted in the longest period
// that a claim limits, and in all shorter ones.
type Claim struct {
	// ID is the name by which a reservation is committed or released. A final
	// claim needs none.
	ID     string
	Limits []Limit
	// Expires is the first moment at which a reservation is given back that
	// was not committed by then. Zero: the claim is final.
	Expires journey.Millis
}

// Counters is what one visitor was shown of what is limited, and what is
// reserved. The zero value is a visitor who was shown nothing.
//
// Periods are those of the visitor's calendar: a day, a week from Monday, a
// month, a life. The calendar never goes back: where a clock is slow, or the
// visitor travels west, the newest day that was counted lasts. What was counted
// in a period that is over drops out by itself.
//
// A copy by assignment shares what the methods change; Clone makes one that
// does not. Counters are not for concurrent use.
type Counters struct {
	day     calendarDay // that of the counts
	counts  []count     // in order of scope
	pending []reservation
}

// count is how often a scope was shown, in each period up to the longest one.
type count struct {
	scope   Scope
	longest span
	of      [spans]uint32
}

type reservation struct {
	id      string
	expires journey.Millis
	day     calendarDay // on which it was counted
	takes   []take      // never changed
}

// take is a scope in which a claim was counted, up to a period.
type take struct {
	scope   Scope
	longest span
}

// Clone returns a copy that shares nothing that changes.
func (c *Counters) Clone() Counters {
	return Counters{c.day, slices.Clone(c.counts), slices.Clone(c.pending)}
}

// Advance brings the counters to a moment: reservations that have expired are
// given back, and periods that are over begin anew. Full, Count and Scopes
// answer as of the newest Advance or Reserve.
func (c *Counters) Advance(now journey.Millis, zone *time.Location) {
	c.pending = slices.DeleteFunc(c.pending, func(r reservation) bool {
		if r.expires > now {
			return false
		}
		c.giveBack(r.takes, r.day)
		return true
	})
	if today := dayOf(now, zone); today > c.day {
		for p := range spans {
			if samePeriod(p, c.day, today) {
				continue
			}
			for i := range c.counts {
				c.counts[i].of[p] = 0
			}
		}
		c.day = today
	}
	c.tidy()
}

// tidy drops counters that say nothing any more.
func (c *Counters) tidy() {
	c.counts = slices.DeleteFunc(c.counts, func(n count) bool { return n.of == [spans]uint32{} })
}

// Full returns the first of the limits that leaves no room for one more
// showing, and whether there is one.
func (c *Counters) Full(limits []Limit) (Limit, bool) {
	for _, l := range limits {
		if at, known := c.find(l.Scope); !known && len(c.counts) >= MaxCounters ||
			l.Most <= 0 || known && c.counts[at].in(spanOf(l.Period)) >= uint32(min(l.Most, maxCount)) {
			return l, true
		}
	}
	return Limit{}, false
}

// Count returns how often a scope was shown in a period, as far as it was
// counted.
func (c *Counters) Count(scope Scope, period tables.Period) int {
	at, known := c.find(scope)
	if !known {
		return 0
	}
	return int(c.counts[at].in(spanOf(period)))
}

// Scopes yields what is counted, by kind and then name.
func (c *Counters) Scopes() iter.Seq[Scope] {
	return func(yield func(Scope) bool) {
		for i := range c.counts {
			if !yield(c.counts[i].scope) {
				return
			}
		}
	}
}

// Reserve takes all claims at a moment, or none: ErrFull where a limit has no
// room for one of them beside those before it. A claim whose reservation is
// pending already is not taken again.
func (c *Counters) Reserve(now journey.Millis, zone *time.Location, claims ...Claim) error {
	c.Advance(now, zone)
	before := c.Clone()
	for i := range claims {
		claim := &claims[i]
		if claim.Expires != 0 && c.reserved(claim.ID) >= 0 {
			continue
		}
		if _, full := c.Full(claim.Limits); full || !c.add(claim) {
			*c = before
			return ErrFull
		}
	}
	return nil
}

// add counts a claim, and reports whether there was room for its counters.
func (c *Counters) add(claim *Claim) bool {
	takes := claim.takes()
	for i, t := range takes {
		at, known := c.find(t.scope)
		if !known {
			if len(c.counts) >= MaxCounters {
				return false
			}
			c.counts = slices.Insert(c.counts, at, count{scope: t.scope})
		}
		n := &c.counts[at]
		n.lengthen(t.longest)
		takes[i].longest = n.longest
		for p := range n.longest + 1 {
			n.of[p] = min(n.of[p]+1, maxCount)
		}
	}
	if claim.Expires == 0 || len(takes) == 0 {
		return true
	}
	if len(c.pending) == MaxPending {
		c.pending = slices.Delete(c.pending, 0, 1)
	}
	c.pending = append(c.pending, reservation{claim.ID, claim.Expires, c.day, takes})
	return true
}

// takes returns the scopes that a claim counts in, each once.
func (c *Claim) takes() []take {
	var takes []take
	for _, l := range c.Limits {
		p := spanOf(l.Period)
		i := slices.IndexFunc(takes, func(t take) bool { return t.scope == l.Scope })
		if i < 0 {
			takes = append(takes, take{l.Scope, p})
		} else {
			takes[i].longest = max(takes[i].longest, p)
		}
	}
	return takes
}

// Pending returns the ids of the reservations that are neither final nor given
// back and begin with prefix, in the order in which they were made.
func (c *Counters) Pending(prefix string) (ids []string) {
	for i := range c.pending {
		if strings.HasPrefix(c.pending[i].id, prefix) {
			ids = append(ids, c.pending[i].id)
		}
	}
	return ids
}

// Commit makes a reservation final, and reports whether it was pending.
func (c *Counters) Commit(id string) bool {
	at := c.reserved(id)
	if at < 0 {
		return false
	}
	c.pending = slices.Delete(c.pending, at, at+1)
	return true
}

// Release gives a reservation back, and reports whether it was pending.
func (c *Counters) Release(id string) bool {
	at := c.reserved(id)
	if at < 0 {
		return false
	}
	c.giveBack(c.pending[at].takes, c.pending[at].day)
	c.pending = slices.Delete(c.pending, at, at+1)
	c.tidy()
	return true
}

// Return gives final claims back that were taken at a moment. It is for claims
// that came to nothing; each must be returned once.
func (c *Counters) Return(at journey.Millis, zone *time.Location, claims ...Claim) {
	for i := range claims {
		c.giveBack(claims[i].takes(), dayOf(at, zone))
	}
	c.tidy()
}

// giveBack uncounts what was counted on a day, in the periods that still last.
func (c *Counters) giveBack(takes []take, day calendarDay) {
	for _, t := range takes {
		at, known := c.find(t.scope)
		if !known {
			continue
		}
		n := &c.counts[at]
		for p := range min(t.longest, n.longest) + 1 {
			if n.of[p] > 0 && samePeriod(p, day, c.day) {
				n.of[p]--
			}
		}
	}
}

func (c *Counters) reserved(id string) int {
	return slices.IndexFunc(c.pending, func(r reservation) bool { return r.id == id })
}

func (c *Counters) find(scope Scope) (at int, known bool) {
	return slices.BinarySearchFunc(c.counts, scope, func(n count, s Scope) int { return compareScopes(n.scope, s) })
}

// maxCount is where counting stops: a limit that high is never reached.
const maxCount = 1 << 31

// in returns what is known of a period: where it was not counted, what was
// counted in shorter ones that lie within it.
func (n *count) in(p span) uint32 {
	switch {
	case p <= n.longest:
		return n.of[p]
	case p == life:
		return max(n.of[day], n.of[week], n.of[month])
	}
	return n.of[day]
}

// lengthen makes n count in periods up to p.
func (n *count) lengthen(p span) {
	for q := n.longest + 1; q <= p; q++ {
		n.of[q] = n.in(q)
	}
	n.longest = max(n.longest, p)
}
