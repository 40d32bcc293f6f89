package snapshot

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"

	"wegweiser/shared/rule"
	"wegweiser/shared/tables"
)

// source is what a snapshot is made of: the rows without what decides nothing
// (notes, and the texts that were lowered), and the conditions of those that
// have one. Equal configuration has an equal source.
type source struct {
	rows     tables.Workspace
	segments []rule.Condition // parallel to rows.Segments, and so on
	items    []rule.Condition
	rules    []rule.Condition
}

// lower takes out of the rows what is not part of a snapshot.
func (s *source) lower() {
	for i := range s.rows.Segments {
		s.rows.Segments[i].When = ""
	}
	for i := range s.rows.Items {
		row := &s.rows.Items[i]
		row.When, row.Zone = "", ""
		if row.Budget == 0 {
			row.BudgetPeriod = ""
		}
	}
	for i := range s.rows.Rules {
		row := &s.rows.Rules[i]
		row.When, row.Zone, row.Note = "", "", ""
	}
}

// walk goes through the source with c. Conditions stand first, each distinct
// one once, and rows name them by number.
func (s *source) walk(c *codec) {
	var shared conditions
	if !c.reading {
		shared.gather(s.segments, s.items, s.rules)
	}
	each(c, &shared.texts, text[string])
	if c.reading {
		c.err = cmp.Or(c.err, shared.parse())
	}
	rows := &s.rows
	each(c, &rows.Phases, walkPhase)
	each(c, &rows.Signals, walkSignal)
	each(c, &rows.Segments, func(c *codec, r *tables.SegmentRow) { text(c, &r.ID) })
	each(c, &rows.Placements, walkPlacement)
	each(c, &rows.Items, walkItem)
	each(c, &rows.Rules, walkRule)
	walkSettings(c, &rows.Settings)
	shared.walk(c, &s.segments, len(rows.Segments))
	shared.walk(c, &s.items, len(rows.Items))
	shared.walk(c, &s.rules, len(rows.Rules))
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
	textList(c, &r.Phases)
	textList(c, &r.Standings)
	textList(c, &r.Segments)
}

func walkSchedule(c *codec, r *tables.Schedule) {
	whole(c, &r.Starts)
	whole(c, &r.Ends)
}

func walkItem(c *codec, r *tables.ItemRow) {
	text(c, &r.ID)
	text(c, &r.Kind)
	text(c, &r.URL)
	dict(c, &r.Content, func(c *codec, byLocale *map[string]string) { dict(c, byLocale, text[string]) })
	textList(c, &r.Tags)
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
	textList(c, &r.Placements)
	walkAudience(c, &r.Audience)
	textList(c, &r.Channels)
	textList(c, &r.Locales)
	textList(c, &r.Countries)
	textList(c, &r.Items)
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
	textList(c, &r.Locales)
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

func walkType(c *codec, t *rule.Type) {
	name := t.String()
	text(c, &name)
	kind, ok := rule.ParseType(name)
	if *t = kind; !ok {
		c.fail()
	}
}

// conditions is the list of distinct conditions of a source, in order of their
// text. The one that holds always has no place in it.
type conditions struct {
	texts  []string
	parsed []rule.Condition
	number map[string]uint64
}

func (s *conditions) gather(lists ...[]rule.Condition) {
	s.number = map[string]uint64{}
	for _, list := range lists {
		for _, c := range list {
			if !c.IsZero() {
				s.number[spelled(c)] = 0
			}
		}
	}
	s.texts = slices.Sorted(maps.Keys(s.number))
	for i, text := range s.texts {
		s.number[text] = uint64(i) + 1
	}
}

func spelled(c rule.Condition) string {
	body, _ := c.MarshalJSON() // never fails
	return string(body)
}

func (s *conditions) parse() error {
	s.parsed = make([]rule.Condition, len(s.texts))
	for i, text := range s.texts {
		if err := json.Unmarshal([]byte(text), &s.parsed[i]); err != nil {
			return err
		}
	}
	return nil
}

// walk goes through a list of conditions that is parallel to n rows.
func (s *conditions) walk(c *codec, list *[]rule.Condition, n int) {
	if c.reading {
		*list = make([]rule.Condition, n)
	}
	for i := range *list {
		var number uint64
		if !c.reading && !(*list)[i].IsZero() {
			number = s.number[spelled((*list)[i])]
		}
		c.uint(&number)
		switch {
		case !c.reading || number == 0:
		case number > uint64(len(s.parsed)):
			c.fail()
		default:
			(*list)[i] = s.parsed[number-1]
		}
	}
}
