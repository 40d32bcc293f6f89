package tables

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"wegweiser/shared/journey"
)

// Decode returns the rows as Go types with every default filled in, and every
// problem of every cell, sorted. The workspace is complete only where no
// problem is an error. Rows are looked at one by one: that a name in one table
// is a row of another is for a snapshot's compiler to check.
func (s Set) Decode() (*Workspace, []Problem) {
	c, w := &checker{}, s.Workspace()
	c.set(s)
	c.workspace(w)
	c.boosts(s[SettingsTable], w.Settings.Boosts)
	SortProblems(c.problems)
	return w, c.problems
}

// Workspace is Decode for a set in which Decode found no error, such as a
// published one: it checks nothing. A cell that cannot be read gives its
// default.
func (s Set) Workspace() *Workspace {
	w := &Workspace{Settings: decodeSettings(s[SettingsTable])}
	zones := &zones{name: w.Settings.Zone, known: map[string]*time.Location{}}
	w.Phases = decode(s, PhasesTable, zones, reader.phase)
	w.Signals = decode(s, SignalsTable, zones, reader.signal)
	w.Segments = decode(s, SegmentsTable, zones, reader.segment)
	w.Placements = decode(s, PlacementsTable, zones, reader.placement)
	w.Items = decode(s, ItemsTable, zones, reader.item)
	w.Rules = decode(s, RulesTable, zones, reader.rule)
	slices.SortStableFunc(w.Phases, func(a, b PhaseRow) int { return cmp.Compare(a.Order, b.Order) })
	slices.SortStableFunc(w.Rules, func(a, b RuleRow) int { return cmp.Compare(a.Order, b.Order) })
	return w
}

func decode[R any](s Set, name string, zones *zones, read func(reader) R) []R {
	table, _ := Find(name)
	rows := sorted(s[name])
	decoded := make([]R, len(rows))
	for i, row := range rows {
		decoded[i] = read(reader{table, row, zones})
	}
	return decoded
}

// zones loads each time zone once.
type zones struct {
	name  string // of the workspace
	known map[string]*time.Location
}

func (z *zones) load(name string) *time.Location {
	if zone, ok := z.known[name]; ok {
		return zone
	}
	zone, err := loadZone(name)
	if err != nil {
		zone = time.UTC
	}
	z.known[name] = zone
	return zone
}

// reader gives the cells of one row as Go values. A cell that is empty, or
// that cannot be read, gives its column's default.
type reader struct {
	table *Table
	row   Row
	zones *zones
}

func value[T any](r reader, name string) T {
	if v, ok := r.row.Cells[name].(T); ok {
		return v
	}
	c, _ := r.table.Column(name)
	v, _ := c.Default.(T)
	return v
}

func (r reader) text(name string) string    { return value[string](r, name) }
func (r reader) number(name string) float64 { return value[float64](r, name) }
func (r reader) int(name string) int        { return int(value[float64](r, name)) }
func (r reader) bool(name string) bool      { return value[bool](r, name) }
func (r reader) texts(name string) []string { return value[[]string](r, name) }
func (r reader) duration(n string) time.Duration {
	d, _ := parseDuration(r.text(n))
	return d
}

func (r reader) phase() PhaseRow {
	p := PhaseRow{
		ID: r.row.ID, Order: r.int("order"), Gate: Gate(r.text("gate")),
		MinEvidence: r.number("min_evidence"), Margin: r.number("margin"),
	}
	for name, v := range r.row.Cells {
		locale, isLabel := strings.CutPrefix(name, "label.")
		if label, isText := v.(string); isLabel && isText {
			if p.Label == nil {
				p.Label = map[string]string{}
			}
			p.Label[locale] = label
		}
	}
	return p
}

func (r reader) segment() SegmentRow { return SegmentRow{ID: r.row.ID, When: r.text("when")} }

func (r reader) signal() SignalRow {
	return SignalRow{
		ID: r.row.ID, Type: r.text("type"), Channel: r.text("channel"), Phase: r.text("phase"),
		Weight: r.number("weight"), HalfLife: r.duration("half_life"), Carry: r.number("carry"),
	}
}

func (r reader) placement() PlacementRow {
	return PlacementRow{
		ID: r.row.ID, Kind: Kind(r.text("kind")), Size: r.text("size"),
		Count: r.int("count"), Fallback: r.text("fallback"),
	}
}

func (r reader) audience() Audience {
	return Audience{Phases: r.texts("phases"), Standings: r.texts("standings"), Segments: r.texts("segments"), When: r.text("when")}
}

func (r reader) schedule() Schedule {
	s := Schedule{Zone: cmp.Or(r.text("zone"), r.zones.name)}
	if r.text("starts") == "" && r.text("ends") == "" {
		return s
	}
	zone := r.zones.load(s.Zone)
	if starts, _, err := parseTime(r.text("starts"), zone); err == nil {
		s.Starts = journey.At(starts)
	}
	if ends, wholeDay, err := parseTime(r.text("ends"), zone); err == nil {
		if wholeDay {
			ends = ends.AddDate(0, 0, 1)
		}
		s.Ends = journey.At(ends)
	}
	return s
}

func (r reader) item() ItemRow {
	return ItemRow{
		ID: r.row.ID, Kind: Kind(r.text("kind")), URL: r.text("url"), Content: r.content(), Tags: r.texts("tags"),
		Audience: r.audience(), Schedule: r.schedule(),
		Value: r.number("value"), Cost: r.number("cost"), Prior: r.number("prior"), PriorWeight: r.number("prior_weight"),
		Group: r.text("group"), Purpose: journey.Purpose(r.text("purpose")),
		CapDay: r.int("cap_day"), CapWeek: r.int("cap_week"), CapMonth: r.int("cap_month"), CapLife: r.int("cap_life"),
		Budget: r.int("budget"), BudgetPeriod: Period(r.text("budget_period")),
		Transactional: r.bool("transactional"), Enabled: r.bool("enabled"),
	}
}

func (r reader) content() map[string]map[string]string {
	var content map[string]map[string]string
	for name, v := range r.row.Cells {
		rest, isContent := strings.CutPrefix(name, "content.")
		text, isText := v.(string)
		if !isContent || !isText {
			continue
		}
		field, locale, _ := strings.Cut(rest, ".")
		if content == nil {
			content = map[string]map[string]string{}
		}
		if content[field] == nil {
			content[field] = map[string]string{}
		}
		content[field][locale] = text
	}
	return content
}

func (r reader) rule() RuleRow {
	return RuleRow{
		ID: r.row.ID, Order: r.int("order"), Placements: r.texts("placements"), Audience: r.audience(),
		Channels: r.texts("channels"), Locales: r.texts("locales"), Countries: r.texts("countries"),
		Items: r.texts("items"), Choose: Choose(r.text("choose")), Weights: value[[]float64](r, "weights"),
		Schedule: r.schedule(), Enabled: r.bool("enabled"), Note: r.text("note"),
	}
}
