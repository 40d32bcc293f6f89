package snapshot

import (
	"cmp"
	"slices"
	"strings"

	"wegweiser/shared/rule"
	"wegweiser/shared/tables"
)

// source is what a snapshot is made of: the rows without what decides nothing
// (notes, and the texts that were lowered), the content of the items, and the
// conditions of those rows that have one. Equal configuration has an equal
// source.
type source struct {
	rows     tables.Workspace
	contents []string         // parallel to rows.Items: lists of translated as encodeContent writes them
	segments []rule.Condition // parallel to rows.Segments, and so on
	items    []rule.Condition
	rules    []rule.Condition
	priors   []prior // of the items that have one
}

// translated is a content text of an item.
type translated struct{ field, locale, text string }

func walkTranslated(c *codec, t *translated) {
	text(c, &t.field)
	text(c, &t.locale)
	text(c, &t.text)
}

// skipContent checks the content of an item and leaves it as it is written: most
// items are not shown for a while, if ever.
func skipContent(c *codec) string {
	start := c.at
	for range c.count(0) {
		var t translated
		if walkTranslated(c, &t); c.err != nil {
			return ""
		}
	}
	return c.in[start:c.at]
}

func encodeContent(list []translated) string {
	var c codec
	each(&c, &list, walkTranslated)
	return string(c.out)
}

// decodeContent reads what encodeContent wrote, or skipContent has checked.
func decodeContent(content string) (list []translated) {
	each(&codec{reading: true, in: content}, &list, walkTranslated)
	return list
}

// lower takes out of the rows what is not part of a snapshot, and what stands
// beside them.
func (s *source) lower() {
	s.contents = make([]string, len(s.rows.Items))
	for i := range s.rows.Segments {
		s.rows.Segments[i].When = ""
	}
	for i := range s.rows.Items {
		row := &s.rows.Items[i]
		s.contents[i] = encodeContent(flattened(row.Content))
		row.Content, row.When, row.Zone = nil, "", ""
		if row.Budget == 0 {
			row.BudgetPeriod = ""
		}
	}
	s.lowerPriors()
	for i := range s.rows.Settings.Boosts {
		s.rows.Settings.Boosts[i].Zone = ""
	}
	for i := range s.rows.Rules {
		row := &s.rows.Rules[i]
		row.When, row.Zone, row.Note = "", "", ""
	}
}

// walk goes through the source with c. Conditions stand first, each distinct
// one once, and rows name them by number. What is read goes to a as it comes:
// of the long lists nothing stays in the source.
func (s *source) walk(c *codec, a *assembler) {
	var shared conditions
	shared.walkAll(c, s.segments, s.items, s.rules)
	rows := &s.rows
	each(c, &rows.Phases, walkPhase)
	each(c, &rows.Signals, walkSignal)
	each(c, &rows.Segments, func(c *codec, r *tables.SegmentRow) { text(c, &r.ID) })
	each(c, &rows.Placements, walkPlacement)
	c.then(func() error { return a.begin(rows, &shared, c.in[c.at:]) })
	members(c, rows.Items, walkItem, a.addItem)
	c.then(func() error { return a.addPlacements(rows.Placements) })
	members(c, rows.Rules, walkRule, a.addRule)
	walkSettings(c, &rows.Settings)
	c.then(func() error { return a.addSettings(&rows.Settings) })
	items, rules := len(rows.Items), len(rows.Rules)
	if c.reading {
		items, rules = len(a.items), len(a.rules)
	}
	for i := range items {
		if !c.reading {
			c.out = append(c.out, s.contents[i]...)
			continue
		}
		content := skipContent(c)
		c.then(func() error { return a.addContent(i, content) })
	}
	shared.walk(c, s.segments, len(rows.Segments), func(i int) **rule.Predicate { return &a.segments[i].when })
	shared.walk(c, s.items, items, func(i int) **rule.Predicate { return &a.items[i].when })
	shared.walk(c, s.rules, rules, func(i int) **rule.Predicate { return &a.rules[i].when })
	if c.version >= boostsVersion {
		each(c, &rows.Settings.Boosts, walkBoost)
		c.then(a.addBoosts)
	}
	if c.version >= offersVersion {
		each(c, &rows.Settings.Caps, walkCap)
		c.then(a.addCaps)
		c.float(&rows.Settings.Exploration)
		each(c, &s.priors, walkPrior)
		c.then(func() error { return a.addPriors(s.priors) })
	} else if c.reading {
		rows.Settings.Exploration = tables.DefaultExploration
	}
	c.then(a.end)
}

// columns are those of the rows that only explanations read.
type columns struct {
	items []tables.ItemRow
	rules []tables.RuleRow
}

// readColumns reads the rows from where they stand in a body that was read
// before.
func readColumns(body string) *columns {
	c, read := codec{reading: true, in: body}, &columns{}
	each(&c, &read.items, walkItem)
	each(&c, &read.rules, walkRule)
	return read
}

func walkPhase(c *codec, r *tables.PhaseRow) {
	text(c, &r.ID)
	whole(c, &r.Order)
	dict(c, &r.Label, text[string])
	text(c, &r.Gate)
	c.float(&r.MinEvidence)
	c.float(&r.Margin)
}

func walkSignal(c *codec, r *tables.SignalRow) {
	text(c, &r.ID)
	text(c, &r.Type)
	text(c, &r.Channel)
	text(c, &r.Phase)
	c.float(&r.Weight)
	whole(c, &r.HalfLife)
	c.float(&r.Carry)
}

func walkPlacement(c *codec, r *tables.PlacementRow) {
	text(c, &r.ID)
	text(c, &r.Kind)
	text(c, &r.Size)
	whole(c, &r.Count)
	text(c, &r.Fallback)
}

func walkAudience(c *codec, r *tables.Audience) {
	c.texts(&r.Phases)
	c.texts(&r.Standings)
	c.texts(&r.Segments)
}

func walkSchedule(c *codec, r *tables.Schedule) {
	whole(c, &r.Starts)
	whole(c, &r.Ends)
}

func walkItem(c *codec, r *tables.ItemRow) {
	text(c, &r.ID)
	text(c, &r.Kind)
	text(c, &r.URL)
	c.texts(&r.Tags)
	walkAudience(c, &r.Audience)
	walkSchedule(c, &r.Schedule)
	c.float(&r.Value)
	c.float(&r.Cost)
	text(c, &r.Group)
	text(c, &r.Purpose)
	for _, n := range []*int{&r.CapDay, &r.CapWeek, &r.CapMonth, &r.CapLife, &r.Budget} {
		whole(c, n)
	}
	text(c, &r.BudgetPeriod)
	c.bool(&r.Transactional)
	c.bool(&r.Enabled)
}

func walkRule(c *codec, r *tables.RuleRow) {
	text(c, &r.ID)
	whole(c, &r.Order)
	c.texts(&r.Placements)
	walkAudience(c, &r.Audience)
	c.texts(&r.Channels)
	c.texts(&r.Locales)
	c.texts(&r.Countries)
	c.texts(&r.Items)
	text(c, &r.Choose)
	each(c, &r.Weights, (*codec).float)
	walkSchedule(c, &r.Schedule)
	c.bool(&r.Enabled)
}

func walkSettings(c *codec, r *tables.Settings) {
	whole(c, &r.Window)
	text(c, &r.Consent)
	text(c, &r.Publish)
	whole(c, &r.Approvals)
	text(c, &r.Zone)
	c.texts(&r.Locales)
	text(c, &r.Currency)
	whole(c, &r.RetentionTouchpoints)
	whole(c, &r.RetentionMachine)
	whole(c, &r.RetentionReceipts)
	c.float(&r.ReceiptSample)
	c.float(&r.Holdout)
	c.float(&r.NoPhase)
	dict(c, &r.Traits, walkType)
	dict(c, &r.Context, walkType)
}

func walkBoost(c *codec, b *tables.Boost) {
	text(c, &b.Tag)
	c.float(&b.Percent)
	walkSchedule(c, &b.Schedule)
}

func walkType(c *codec, t *rule.Type) {
	if small(c, t); *t == rule.Missing || *t > rule.Time {
		c.fail()
	}
}

// flattened lists the texts of a content by field, then folded locale.
func flattened(content map[string]map[string]string) []translated {
	var list []translated
	for field, byLocale := range content {
		for locale, text := range byLocale {
			list = append(list, translated{field, folded(locale), text})
		}
	}
	slices.SortFunc(list, func(a, b translated) int {
		return cmp.Or(strings.Compare(a.field, b.field), strings.Compare(a.locale, b.locale))
	})
	return list
}
