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
	problems := s.check()
	w := &Workspace{Settings: decodeSettings(s[SettingsTable])}
	zone := w.Settings.Zone
	each(s, PhasesTable, func(r reader) { w.Phases = append(w.Phases, r.phase()) })
	each(s, SignalsTable, func(r reader) { w.Signals = append(w.Signals, r.signal()) })
	each(s, SegmentsTable, func(r reader) {
		w.Segments = append(w.Segments, SegmentRow{ID: r.row.ID, When: r.text("when")})
	})
	each(s, PlacementsTable, func(r reader) { w.Placements = append(w.Placements, r.placement()) })
	each(s, ItemsTable, func(r reader) { w.Items = append(w.Items, r.item(zone)) })
	each(s, RulesTable, func(r reader) { w.Rules = append(w.Rules, r.rule(zone)) })
	slices.SortStableFunc(w.Phases, func(a, b PhaseRow) int { return cmp.Compare(a.Order, b.Order) })
	slices.SortStableFunc(w.Rules, func(a, b RuleRow) int { return cmp.Compare(a.Order, b.Order) })
	SortProblems(problems)
	return w, problems
}

func each(s Set, name string, read func(reader)) {
	table, _ := Find(name)
	for _, row := range sorted(s[name]) {
		read(reader{table, row})
	}
}

// reader gives the cells of one row as Go values. A cell that is empty, or
// that the check refused, gives its default.
type reader struct {
	table *Table
	row   Row
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

func (r reader) schedule(workspaceZone string) Schedule {
	s := Schedule{Zone: cmp.Or(r.text("zone"), workspaceZone)}
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		zone = time.UTC
	}
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

func (r reader) item(zone string) ItemRow {
	return ItemRow{
		ID: r.row.ID, Kind: Kind(r.text("kind")), URL: r.text("url"), Content: r.content(), Tags: r.texts("tags"),
		Audience: r.audience(), Schedule: r.schedule(zone),
		Value: r.number("value"), Cost: r.number("cost"), Group: r.text("group"), Purpose: journey.Purpose(r.text("purpose")),
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

func (r reader) rule(zone string) RuleRow {
	return RuleRow{
		ID: r.row.ID, Order: r.int("order"), Placements: r.texts("placements"), Audience: r.audience(),
		Channels: r.texts("channels"), Locales: r.texts("locales"), Countries: r.texts("countries"),
		Items: r.texts("items"), Choose: Choose(r.text("choose")), Weights: value[[]float64](r, "weights"),
		Schedule: r.schedule(zone), Enabled: r.bool("enabled"), Note: r.text("note"),
	}
}
