package snapshot

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"wegweiser/shared/rank"
	"wegweiser/shared/tables"
)

// limits are what an item's own columns say of how often it is shown.
type limits struct {
	caps   []rank.Limit
	budget int64 // 0: none
	period tables.Period
}

// group is items of which one is shown in an answer.
type group struct {
	id   string
	caps []rank.Limit
}

// counting is what a decision counts.
type counting struct {
	groups   []uint32     // of each group: the turn in which one of it was shown
	channel  []rank.Limit // of the request's channel
	pressing bool         // there are caps of it, or of all channels
	read     bool         // the counters are those of the visitor
	failed   bool         // they cannot be read
	counters rank.Counters
	zone     *time.Location
	taken    []Reservation
	held     []Held
	capped   bool // what could fill the placement at hand is used up
}

func (d *decision) beginCounting() {
	c := &d.counting
	c.read, c.failed, c.counters, c.capped = false, false, rank.Counters{}, false
	c.taken, c.held = c.taken[:0], nil
	c.channel = d.s.channels[d.in.Context.Channel]
	c.pressing = len(c.channel)+len(d.s.all) > 0
}

// counts reads the counters of the visitor once. It reports false where there is
// nobody to be counted.
func (d *decision) counts() bool {
	c := &d.counting
	if !d.personal || d.in.Uncounted != "" {
		return false
	}
	if !c.read {
		c.read, c.zone = true, d.s.zoneOf(d.in.Context.Zone, d.history.Profile.Zone)
		var err error
		c.counters, err = rank.ReadCounters(d.history.Counters.Packed)
		c.failed = err != nil
		c.counters.Advance(d.in.At, c.zone)
	}
	return !c.failed
}

// capsOf returns the lists of caps that hold for an item: its own, those of its
// group, and how much of everything a visitor is shown, in all and on the
// channel.
func (d *decision) capsOf(it *item) [4][]rank.Limit {
	var lists [4][]rank.Limit
	if it.transactional {
		return lists
	}
	if it.limits != nil {
		lists[0] = it.limits.caps
	}
	if it.group >= 0 {
		lists[1] = d.s.groups[it.group].caps
	}
	if it.kind != tables.Content {
		lists[2], lists[3] = d.s.all, d.counting.channel
	}
	return lists
}

func (it *item) budgeted() bool { return it.limits != nil && it.limits.budget > 0 && !it.transactional }

// alone reports whether no other item of the group was shown in this answer.
func (d *decision) alone(it *item) bool {
	return it.group < 0 || d.counting.groups[it.group] != d.turn
}

// full returns the first cap that leaves no room for an item.
func (d *decision) full(it *item) (limit rank.Limit, full bool) {
	for _, caps := range d.capsOf(it) {
		if len(caps) == 0 {
			continue
		}
		if !d.counts() {
			return caps[0], true
		}
		if limit, full := d.counting.counters.Full(caps); full {
			return limit, true
		}
	}
	return rank.Limit{}, false
}

// exhausted reports whether nothing is left of an item's budget, or nobody asks.
func (d *decision) exhausted(it *item) bool {
	return it.budgeted() && (!d.personal || d.in.Uncounted != "" || slices.Contains(d.in.Spent, it.id))
}

// hasRoom reports whether an item that is eligible otherwise may be shown once
// more.
func (d *decision) hasRoom(it *item) bool {
	if it.group < 0 && it.limits == nil && (it.kind == tables.Content || !d.counting.pressing) {
		return true
	}
	if !d.alone(it) {
		return false
	}
	if limit, full := d.full(it); full {
		d.hold(it, columnOf(limit))
		return false
	}
	if d.exhausted(it) {
		d.hold(it, BudgetLimit)
		return false
	}
	return true
}

// hold notes that a limit keeps an item back.
func (d *decision) hold(it *item, limit string) {
	c := &d.counting
	c.capped = true
	if d.in.Pressure && d.counts() && !slices.ContainsFunc(c.held, func(h Held) bool { return h.Item == it.id }) {
		c.held = append(c.held, Held{it.id, limit})
	}
}

// occupy makes an item that is shown, and others of its group, no longer
// eligible.
func (d *decision) occupy(at int32) {
	d.marks[at] = d.turn*verdicts + shown
	if group := d.s.items[at].group; group >= 0 {
		d.counting.groups[group] = d.turn
	}
}

// take shows an item in the placement at hand, and counts it, so that what is
// chosen after it leaves room for it.
func (d *decision) take(at int32) {
	d.chosen = append(d.chosen, at)
	d.occupy(at)
	it := &d.s.items[at]
	var r Reservation
	for _, caps := range d.capsOf(it) {
		r.Limits = append(r.Limits, caps...)
	}
	if it.budgeted() {
		r.Budget, r.Period = it.limits.budget, it.limits.period
	}
	if r.Limits == nil && r.Budget == 0 {
		return
	}
	r.Item = it.id
	d.counting.taken = append(d.counting.taken, r)
	if r.Limits != nil {
		// What has no room for its counters is refused when it is stored.
		_ = d.counting.counters.Reserve(d.in.At, d.counting.zone, rank.Claim{Limits: r.Limits})
	}
}

// reservations puts into an answer what has to be reserved before it is given.
func (d *decision) reservations(a *Answer) {
	a.Held = d.counting.held
	if len(d.counting.taken) > 0 {
		a.Reservations, a.Zone = slices.Clone(d.counting.taken), d.counting.zone
	}
}

// emptied is the reason of a placement that only caps and budgets kept empty.
func (d *decision) emptied() Reason {
	if !d.counting.capped {
		return ""
	}
	return cmp.Or(d.in.Uncounted, Capped)
}

// limitFailure is what keeps an item from being shown that is eligible
// otherwise.
func (d *decision) limitFailure(it *item) *Failure {
	if !d.alone(it) {
		return &Failure{"group", "no other of " + d.s.groups[it.group].id + " in this answer", "shown"}
	}
	if limit, full := d.full(it); full {
		f := &Failure{Column: columnOf(limit), Wanted: fmt.Sprintf("fewer than %d", limit.Most)}
		if d.counts() {
			f.Actual = strconv.Itoa(d.counting.counters.Count(limit.Scope, limit.Period))
		}
		return f
	}
	if d.exhausted(it) {
		f := &Failure{Column: BudgetLimit, Wanted: fmt.Sprintf("fewer than %d", it.limits.budget)}
		if slices.Contains(d.in.Spent, it.id) {
			f.Actual = "used up"
		}
		return f
	}
	return nil
}

// columnOf names the column of an item, or the setting, that a cap stands in.
func columnOf(l rank.Limit) string {
	if l.Scope.Kind == rank.ScopeItem {
		return "cap_" + string(l.Period)
	}
	named := tables.Cap{Of: capKinds[l.Scope.Kind], Name: l.Scope.Name, Period: l.Period}
	return named.Setting()
}

var capKinds = map[rank.ScopeKind]tables.CapOf{
	rank.ScopeGroup: tables.CapGroup, rank.ScopeChannel: tables.CapChannel, rank.ScopeAll: tables.CapAll,
}

// Budget returns the budget of an item, and whether it has one that holds.
func (s *Snapshot) Budget(item string) (Reservation, bool) {
	at, known := s.find(item)
	if !known || !s.items[at].budgeted() {
		return Reservation{}, false
	}
	l := s.items[at].limits
	return Reservation{Item: item, Budget: l.budget, Period: l.period}, true
}

// Zone returns the zone of the workspace, in which budgets have their periods.
func (s *Snapshot) Zone() *time.Location { return s.zoneOf() }

// zoneOf returns the first of the zones that there is, or else that of the
// settings, or UTC.
func (s *Snapshot) zoneOf(names ...string) *time.Location {
	for _, name := range append(names, s.settings.Zone) {
		if name == "" {
			continue
		}
		if zone, ok := s.zones.Load(name); ok {
			return zone.(*time.Location)
		}
		if zone, err := time.LoadLocation(name); err == nil {
			s.zones.Store(name, zone)
			return zone
		}
	}
	return time.UTC
}

// limit gives an item what its columns say of how often it is shown.
func (a *assembler) limit(it *item, r *tables.ItemRow) {
	it.transactional, it.group = r.Transactional, -1
	if r.Group != "" {
		at, known := a.groupAt[r.Group]
		if !known {
			at = int32(len(a.groups))
			if a.groupAt == nil {
				a.groupAt = map[string]int32{}
			}
			a.groupAt[r.Group], a.groups = at, append(a.groups, group{id: r.Group})
		}
		it.group = at
	}
	var caps []rank.Limit
	for _, c := range itemCaps(r) {
		if c.most > 0 {
			caps = append(caps, rank.Limit{Scope: rank.Scope{Kind: rank.ScopeItem, Name: r.ID}, Period: c.period, Most: c.most})
		}
	}
	if caps != nil || r.Budget > 0 {
		it.limits = &limits{caps, int64(r.Budget), r.BudgetPeriod}
	}
}

// itemCap is a column of items that limits them.
type itemCap struct {
	column string
	period tables.Period
	most   int
}

func itemCaps(r *tables.ItemRow) [4]itemCap {
	return [...]itemCap{
		{"cap_day", tables.Day, r.CapDay},
		{"cap_week", tables.Week, r.CapWeek},
		{"cap_month", tables.Month, r.CapMonth},
		{"cap_life", tables.Life, r.CapLife},
	}
}

// isLimited reports whether an item has caps or a budget.
func isLimited(r *tables.ItemRow) bool {
	return r.CapDay+r.CapWeek+r.CapMonth+r.CapLife+r.Budget > 0
}

var errCap = errors.New("a cap that this version does not know")

// addCaps takes the caps of the settings.
func (a *assembler) addCaps() error {
	for _, c := range a.settings.Caps {
		l := rank.Limit{Period: c.Period, Most: c.Most}
		switch c.Of {
		case tables.CapAll:
			l.Scope.Kind = rank.ScopeAll
			a.all = append(a.all, l)
		case tables.CapChannel:
			l.Scope = rank.Scope{Kind: rank.ScopeChannel, Name: c.Name}
			if a.channels == nil {
				a.channels = map[string][]rank.Limit{}
			}
			a.channels[c.Name] = append(a.channels[c.Name], l)
		case tables.CapGroup:
			if at, known := a.groupAt[c.Name]; known {
				l.Scope = rank.Scope{Kind: rank.ScopeGroup, Name: c.Name}
				a.groups[at].caps = append(a.groups[at].caps, l)
			}
		default:
			return errCap
		}
	}
	return nil
}

func walkCap(c *codec, r *tables.Cap) {
	text(c, &r.Of)
	text(c, &r.Name)
	text(c, &r.Period)
	whole(c, &r.Most)
}

// checkCaps names the caps of groups that no item is of.
func (c *compiler) checkCaps() {
	known := map[string]bool{}
	for i := range c.rows.Items {
		known[c.rows.Items[i].Group] = true
	}
	delete(known, "")
	for i := range c.rows.Settings.Caps {
		limit := &c.rows.Settings.Caps[i]
		if limit.Of == tables.CapGroup && !known[limit.Name] {
			c.warn(tables.SettingsTable, limit.Setting(), "id", "no item is of the group %s, so the cap holds nothing back%s", limit.Name, c.suggestion(limit.Name, slices.Sorted(maps.Keys(known))))
		}
	}
}
