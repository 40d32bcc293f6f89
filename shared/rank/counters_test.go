package rank_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"wegweiser/shared/journey"
	"wegweiser/shared/rank"
	"wegweiser/shared/tables"
)

var (
	periods = []tables.Period{tables.Day, tables.Week, tables.Month, tables.Life}
	places  = []string{"UTC", "Europe/Vienna", "America/Los_Angeles", "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe"}
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// at is a moment by the clocks of a place.
func at(t testing.TB, place, text string) journey.Millis {
	t.Helper()
	moment, err := time.ParseInLocation("2006-01-02 15:04:05", text, zone(t, place))
	if err != nil {
		t.Fatal(err)
	}
	return journey.At(moment)
}

func item(name string) rank.Scope { return rank.Scope{Kind: rank.ScopeItem, Name: name} }

func once(period tables.Period) rank.Claim {
	return rank.Claim{Limits: []rank.Limit{{Scope: item("sofa"), Period: period, Most: 1}}}
}

// Two showings under a cap of one: whether the second is refused tells whether
// both are in one calendar period.
func TestPeriodsAreThoseOfTheCalendar(t *testing.T) {
	for _, c := range []struct {
		place         string
		period        tables.Period
		first, second string
		same          bool
	}{
		{"UTC", tables.Day, "2026-11-22 00:00:00", "2026-11-22 23:59:59", true},
		{"UTC", tables.Day, "2026-11-22 23:59:59", "2026-11-23 00:00:00", false},
		{"Asia/Kathmandu", tables.Day, "2026-11-22 23:59:59", "2026-11-23 00:00:00", false},
		{"Europe/Vienna", tables.Day, "2026-03-29 00:00:00", "2026-03-29 23:59:59", true},  // 23 hours
		{"Europe/Vienna", tables.Day, "2026-10-25 00:00:00", "2026-10-25 23:59:59", true},  // 25 hours
		{"Europe/Vienna", tables.Day, "2026-10-25 23:59:59", "2026-10-26 00:00:00", false}, // less than 24 h after 00:00
		{"Pacific/Apia", tables.Day, "2011-12-29 23:59:59", "2011-12-31 00:00:00", false},  // no 30th there
		{"UTC", tables.Week, "2026-11-16 00:00:00", "2026-11-22 23:59:59", true},           // Monday to Sunday
		{"UTC", tables.Week, "2026-11-22 23:59:59", "2026-11-23 00:00:00", false},
		{"UTC", tables.Week, "2026-12-28 00:00:00", "2027-01-03 23:59:59", true}, // over the new year
		{"UTC", tables.Week, "2026-11-16 00:00:00", "2026-11-23 00:00:00", false},
		{"UTC", tables.Month, "2026-02-01 00:00:00", "2026-02-28 23:59:59", true},
		{"UTC", tables.Month, "2026-02-28 23:59:59", "2026-03-01 00:00:00", false},
		{"UTC", tables.Month, "2026-11-01 00:00:00", "2027-11-01 00:00:00", false},
		{"UTC", tables.Life, "2026-11-22 00:00:00", "2050-01-01 00:00:00", true},
	} {
		t.Run(fmt.Sprintf("%s/%s/%s", c.place, c.period, c.second), func(t *testing.T) {
			z, first, second := zone(t, c.place), at(t, c.place, c.first), at(t, c.place, c.second)
			var counters rank.Counters
			if err := counters.Reserve(first, z, once(c.period)); err != nil {
				t.Fatalf("the first: got error %v, want none", err)
			}
			if err := counters.Reserve(second, z, once(c.period)); errors.Is(err, rank.ErrFull) != c.same {
				t.Errorf("the second: got error %v, want one period: %t", err, c.same)
			}
			if got := rank.PeriodName(c.period, first, z) == rank.PeriodName(c.period, second, z); got != c.same {
				t.Errorf("names %s and %s: got the same %t, want %t",
					rank.PeriodName(c.period, first, z), rank.PeriodName(c.period, second, z), got, c.same)
			}
			over := rank.PeriodOver(c.period, first, z)
			if c.same && over != 0 && over <= second || c.period == tables.Life && over != 0 {
				t.Errorf("got the period over at %s, want after %s", over, second)
			}
		})
	}
}

func TestOneDayBelongsToItsZone(t *testing.T) {
	now := journey.At(time.Date(2026, 11, 22, 23, 30, 0, 0, time.UTC))
	var counters rank.Counters
	for _, c := range []struct {
		place string
		full  bool
	}{
		{"America/Los_Angeles", false}, // the 22nd
		{"UTC", true},                  // the 22nd
		{"Europe/Vienna", false},       // the 23rd
		{"UTC", true},                  // the calendar does not go back
	} {
		if err := counters.Reserve(now, zone(t, c.place), once(tables.Day)); errors.Is(err, rank.ErrFull) != c.full {
			t.Errorf("%s: got error %v, want full: %t", c.place, err, c.full)
		}
	}
}

func TestReserveIsAllOrNothing(t *testing.T) {
	now := at(t, "UTC", "2026-11-22 12:00:00")
	pressure := rank.Limit{Scope: rank.Scope{Kind: rank.ScopeAll}, Period: tables.Day, Most: 2}
	claim := func(name string, most int) rank.Claim {
		return rank.Claim{ID: name, Expires: now + 1, Limits: []rank.Limit{{Scope: item(name), Period: tables.Week, Most: most}, pressure}}
	}
	for _, c := range []struct {
		name   string
		claims []rank.Claim
		full   bool
	}{
		{"none", nil, false},
		{"one that never may", []rank.Claim{claim("a", 0)}, true},
		{"the second is full", []rank.Claim{claim("a", 1), claim("b", 0)}, true},
		{"together over the pressure", []rank.Claim{claim("a", 1), claim("b", 1), claim("c", 1)}, true},
		{"one without limits", []rank.Claim{{ID: "free", Expires: now + 1}}, false},
		{"just enough", []rank.Claim{claim("a", 1), claim("b", 1)}, false},
	} {
		var counters rank.Counters
		before := string(counters.Append(nil))
		if err := counters.Reserve(now, time.UTC, c.claims...); errors.Is(err, rank.ErrFull) != c.full {
			t.Errorf("%s: got error %v, want full: %t", c.name, err, c.full)
		}
		counters.Release("a")
		counters.Release("b")
		counters.Release("free")
		if got := len(slices.Collect(counters.Scopes())); got != 0 {
			t.Errorf("%s: got %d scopes after everything was released, want none (before: %x)", c.name, got, before)
		}
	}
}

func TestReservationsEnd(t *testing.T) {
	start := at(t, "UTC", "2026-11-22 12:00:00")
	claim := once(tables.Life)
	claim.ID, claim.Expires = "m", start.Add(72*time.Hour)
	reserved := func() rank.Counters {
		var c rank.Counters
		if err := c.Reserve(start, time.UTC, claim); err != nil {
			t.Fatal(err)
		}
		return c
	}
	full := func(c *rank.Counters, now journey.Millis) bool {
		c.Advance(now, time.UTC)
		_, full := c.Full(claim.Limits)
		return full
	}
	c := reserved()
	if err := c.Reserve(start+1, time.UTC, claim); err != nil {
		t.Errorf("reserved again: got error %v, want none", err)
	}
	if got := c.Count(item("sofa"), tables.Life); got != 1 {
		t.Errorf("reserved again: got a count of %d, want 1", got)
	}
	if !full(&c, claim.Expires-1) || full(&c, claim.Expires) {
		t.Errorf("expiry: got %t and %t, want full up to %s and free then", full(&c, claim.Expires-1), full(&c, claim.Expires), claim.Expires)
	}
	if c.Commit("m") || c.Release("m") {
		t.Error("what has expired was committed or released, want neither")
	}
	c = reserved()
	if !c.Commit("m") || c.Commit("m") || c.Release("m") || !full(&c, claim.Expires) {
		t.Error("want it committed once, and for good")
	}
	c = reserved()
	if !c.Release("m") || c.Release("m") || c.Commit("m") || full(&c, start) {
		t.Error("want it released once, and free")
	}
}

func TestCountersHaveTheirLimits(t *testing.T) {
	now := at(t, "UTC", "2026-11-22 12:00:00")
	var c rank.Counters
	for i := range rank.MaxCounters {
		claim := rank.Claim{Limits: []rank.Limit{{Scope: item(fmt.Sprint(i)), Period: tables.Day, Most: 2}}}
		if err := c.Reserve(now, time.UTC, claim); err != nil {
			t.Fatalf("scope %d: %v", i, err)
		}
	}
	one := []rank.Limit{{Scope: item("one more"), Period: tables.Day, Most: 1}}
	if err := c.Reserve(now, time.UTC, rank.Claim{Limits: one}); !errors.Is(err, rank.ErrFull) {
		t.Errorf("one scope more: got error %v, want ErrFull", err)
	}
	two := rank.Claim{Limits: []rank.Limit{{Scope: item("1"), Period: tables.Day, Most: 2}}}
	if err := c.Reserve(now, time.UTC, two); err != nil {
		t.Errorf("a scope that is there: got error %v, want none", err)
	}
	c.Advance(now.Add(24*time.Hour), time.UTC)
	if _, full := c.Full(one); full {
		t.Error("a day later: got no room, want some")
	}

	c = rank.Counters{}
	many := rank.Limit{Scope: item("sofa"), Period: tables.Life, Most: 1000}
	for i := range rank.MaxPending + 1 {
		claim := rank.Claim{ID: fmt.Sprint(i), Expires: now.Add(time.Hour), Limits: []rank.Limit{many}}
		if err := c.Reserve(now, time.UTC, claim); err != nil {
			t.Fatal(err)
		}
	}
	c.Advance(now.Add(time.Hour), time.UTC)
	if got := c.Count(item("sofa"), tables.Life); got != 1 {
		t.Errorf("after %d reservations have expired: got %d that are final, want the oldest", rank.MaxPending+1, got)
	}
}

// shown is one showing, as the slow model keeps it: for good.
type shown struct {
	scopes  map[rank.Scope]tables.Period
	id      string
	expires journey.Millis // zero: final
	day     time.Time
	gone    bool
}

// model counts by looking at everything that ever happened.
type model struct {
	today time.Time
	all   []*shown
}

func (m *model) advance(now journey.Millis, z *time.Location) {
	for _, s := range m.all {
		if s.expires != 0 && s.expires <= now {
			s.gone, s.expires = true, 0
		}
	}
	y, mo, d := now.Time().In(z).Date()
	if today := time.Date(y, mo, d, 0, 0, 0, 0, time.UTC); today.After(m.today) {
		m.today = today
	}
}

// count is how often a scope was shown in the period of today. all counts what
// was given back, too.
func (m *model) count(scope rank.Scope, p tables.Period, all bool) (n int) {
	for _, s := range m.all {
		longest, has := s.scopes[scope]
		counted := all || !s.gone && slices.Index(periods, p) <= slices.Index(periods, longest)
		if has && counted && rank.PeriodName(p, journey.At(s.day), time.UTC) == rank.PeriodName(p, journey.At(m.today), time.UTC) {
			n++
		}
	}
	return n
}

func (m *model) pending(id string) *shown {
	for _, s := range m.all {
		if s.id == id && s.expires != 0 {
			return s
		}
	}
	return nil
}

// run lets the counters and the model live through the same life, and compares
// after each step. periodOf says up to which period a scope is limited.
func run(t *rapid.T, periodOf func(t *rapid.T, scope int) tables.Period, compare func(t *rapid.T, c *rank.Counters, m *model, scope rank.Scope, p tables.Period)) {
	scopes := []rank.Scope{item("a"), item("b"), {Kind: rank.ScopeGroup, Name: "a"}, {Kind: rank.ScopeChannel, Name: "email"}, {Kind: rank.ScopeAll}}
	z, err := time.LoadLocation(rapid.SampledFrom(places).Draw(t, "zone"))
	if err != nil {
		t.Fatal(err)
	}
	var c rank.Counters
	var m model
	now := journey.At(time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)) + journey.Millis(rapid.IntRange(0, 1<<33).Draw(t, "start"))
	limitOf := func(scope int) rank.Limit {
		return rank.Limit{Scope: scopes[scope], Period: periodOf(t, scope), Most: rapid.IntRange(0, 4).Draw(t, "most")}
	}
	ids := 0
	for range rapid.IntRange(1, 40).Draw(t, "steps") {
		now = now.Add(time.Duration(rapid.IntRange(-600, 100_000).Draw(t, "seconds")) * time.Second)
		switch rapid.IntRange(0, 5).Draw(t, "act") {
		case 0:
			c.Advance(now, z)
			m.advance(now, z)
		case 1:
			id := fmt.Sprint(rapid.IntRange(0, ids).Draw(t, "commit"))
			kept := m.pending(id)
			if got := c.Commit(id); got != (kept != nil) {
				t.Fatalf("Commit(%s): got %t, want %t", id, got, kept != nil)
			}
			if kept != nil {
				kept.expires = 0
			}
		case 2:
			id := fmt.Sprint(rapid.IntRange(0, ids).Draw(t, "release"))
			kept := m.pending(id)
			if got := c.Release(id); got != (kept != nil) {
				t.Fatalf("Release(%s): got %t, want %t", id, got, kept != nil)
			}
			if kept != nil {
				kept.expires, kept.gone = 0, true
			}
		default:
			claim := rank.Claim{}
			s := &shown{scopes: map[rank.Scope]tables.Period{}}
			for _, scope := range rapid.SliceOfNDistinct(rapid.IntRange(0, len(scopes)-1), 1, 3, rapid.ID[int]).Draw(t, "scopes") {
				l := limitOf(scope)
				claim.Limits, s.scopes[l.Scope] = append(claim.Limits, l), l.Period
			}
			if rapid.Bool().Draw(t, "mail") {
				claim.ID, claim.Expires = fmt.Sprint(ids), now.Add(time.Duration(rapid.IntRange(1, 300_000).Draw(t, "expires"))*time.Second)
				s.id, s.expires = claim.ID, claim.Expires
				ids++
			}
			m.advance(now, z)
			c.Advance(now, z)
			_, full := c.Full(claim.Limits)
			wantFull := slices.ContainsFunc(claim.Limits, func(l rank.Limit) bool { return c.Count(l.Scope, l.Period) >= l.Most })
			if err := c.Reserve(now, z, claim); errors.Is(err, rank.ErrFull) != wantFull || full != wantFull {
				t.Fatalf("Reserve: got error %v, Full %t, want full: %t", err, full, wantFull)
			}
			if wantFull {
				break
			}
			s.day = m.today
			m.all = append(m.all, s)
			if y, mo, d := now.Time().In(z).Date(); s.expires == 0 && s.day.Equal(time.Date(y, mo, d, 0, 0, 0, 0, time.UTC)) &&
				rapid.IntRange(0, 4).Draw(t, "returned") == 0 {
				c.Return(now, z, claim)
				s.gone = true
			}
		}
		for _, scope := range scopes {
			for _, p := range periods {
				compare(t, &c, &m, scope, p)
			}
		}
		packed := c.Append(nil)
		again, err := rank.ReadCounters(string(packed))
		if err != nil {
			t.Fatalf("ReadCounters: %v", err)
		}
		if got := again.Append(nil); string(got) != string(packed) {
			t.Fatalf("packed again: got %x, want %x", got, packed)
		}
		c = again
	}
}

func TestCountersAreThoseOfTheModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var fixed []tables.Period
		for range 5 {
			fixed = append(fixed, rapid.SampledFrom(periods).Draw(t, "period"))
		}
		longest := map[rank.Scope]tables.Period{}
		run(t, func(_ *rapid.T, scope int) tables.Period { return fixed[scope] },
			func(t *rapid.T, c *rank.Counters, m *model, scope rank.Scope, p tables.Period) {
				for _, s := range m.all {
					if l, ok := s.scopes[scope]; ok {
						longest[scope] = l
					}
				}
				if slices.Index(periods, p) > slices.Index(periods, longest[scope]) {
					return
				}
				if got, want := c.Count(scope, p), m.count(scope, p, false); got != want {
					t.Fatalf("count of %v in a %s: got %d, want %d", scope, p, got, want)
				}
			})
	})
}

// Caps that change from one decision to the next never let one too many
// through, and never count what was not shown.
func TestChangingCapsErrOnTheSafeSide(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		run(t, func(t *rapid.T, _ int) tables.Period { return rapid.SampledFrom(periods).Draw(t, "period") },
			func(t *rapid.T, c *rank.Counters, m *model, scope rank.Scope, p tables.Period) {
				if got, least, most := c.Count(scope, p), m.count(scope, p, false), m.count(scope, p, true); got < least || got > most {
					t.Fatalf("count of %v in a %s: got %d, want %d to %d", scope, p, got, least, most)
				}
			})
	})
}

func TestCloneSharesNothing(t *testing.T) {
	now := at(t, "UTC", "2026-11-22 12:00:00")
	claim := once(tables.Life)
	claim.Limits[0].Most, claim.ID, claim.Expires = 5, "a", now.Add(time.Hour)
	var c rank.Counters
	if err := c.Reserve(now, time.UTC, claim); err != nil {
		t.Fatal(err)
	}
	before := string(c.Append(nil))
	clone := c.Clone()
	claim.ID = "b"
	if err := clone.Reserve(now, time.UTC, claim); err != nil {
		t.Fatal(err)
	}
	clone.Release("a")
	if got := string(c.Append(nil)); got != before {
		t.Errorf("got %x after its clone changed, want %x", got, before)
	}
}

func TestCountersAreSmall(t *testing.T) {
	now := at(t, "UTC", "2026-11-22 12:00:00")
	var c rank.Counters
	const n = 50
	for i := range n {
		claim := rank.Claim{Limits: []rank.Limit{{Scope: item(fmt.Sprintf("sofa-%05d", i)), Period: tables.Month, Most: 9}}}
		if err := c.Reserve(now, time.UTC, claim); err != nil {
			t.Fatal(err)
		}
	}
	got := float64(len(c.Append(nil))) / n
	t.Logf("%.1f bytes a counter", got)
	if got > 20 {
		t.Errorf("got %.1f bytes a counter, want at most 20", got)
	}
	c.Advance(now.Add(9*24*time.Hour), time.UTC)
	if got := len(c.Append(nil)); got > 8 {
		t.Errorf("a month later: got %d bytes, want hardly any", got)
	}
}

func FuzzReadCounters(f *testing.F) {
	var c rank.Counters
	now := journey.At(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
	for i, p := range periods {
		claim := rank.Claim{ID: fmt.Sprint(i), Expires: now.Add(time.Hour), Limits: []rank.Limit{
			{Scope: item("sofa"), Period: p, Most: 9}, {Scope: rank.Scope{Kind: rank.ScopeAll}, Period: tables.Day, Most: 9},
		}}
		if err := c.Reserve(now, time.UTC, claim); err != nil {
			f.Fatal(err)
		}
		f.Add(string(c.Append(nil)))
	}
	f.Add("")
	f.Fuzz(func(t *testing.T, packed string) {
		c, err := rank.ReadCounters(packed)
		if err != nil {
			if !errors.Is(err, rank.ErrCorrupt) {
				t.Fatalf("got error %v, want ErrCorrupt", err)
			}
			return
		}
		first := c.Append(nil)
		again, err := rank.ReadCounters(string(first))
		if err != nil {
			t.Fatalf("read again: %v", err)
		}
		if second := again.Append(nil); string(first) != string(second) {
			t.Fatalf("got %x, want %x", second, first)
		}
		_ = c.Reserve(now, time.UTC, once(tables.Week))
		c.Advance(now.Add(1000*time.Hour), time.UTC)
		for scope := range c.Scopes() {
			c.Count(scope, tables.Month)
		}
		if _, err := rank.ReadCounters(string(c.Append(nil))); err != nil {
			t.Fatalf("read what was changed: %v", err)
		}
	})
}

func TestCutCountersAreRefused(t *testing.T) {
	var c rank.Counters
	now := at(t, "UTC", "2026-11-22 12:00:00")
	claim := once(tables.Week)
	claim.ID, claim.Expires = "m", now.Add(time.Hour)
	if err := c.Reserve(now, time.UTC, claim); err != nil {
		t.Fatal(err)
	}
	packed := string(c.Append(nil))
	for n := 1; n < len(packed); n++ {
		if _, err := rank.ReadCounters(packed[:n]); !errors.Is(err, rank.ErrCorrupt) {
			t.Errorf("%d of %d bytes: got error %v, want ErrCorrupt", n, len(packed), err)
		}
	}
	for _, wrong := range []string{packed + "x", "\x02" + packed[1:]} {
		if _, err := rank.ReadCounters(wrong); !errors.Is(err, rank.ErrCorrupt) {
			t.Errorf("%x: got error %v, want ErrCorrupt", wrong, err)
		}
	}
}
