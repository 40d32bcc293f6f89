package snapshot

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"wegweiser/shared/rule"
	"wegweiser/shared/tables"
)

// references checks that every name in a cell is a row of the table that its
// column refers to.
func (c *compiler) references() {
	for _, name := range tables.Tables() {
		table, _ := tables.Find(name)
		for i := range table.Columns {
			column := &table.Columns[i]
			if column.Refers == "" {
				continue
			}
			for _, row := range c.set[name] {
				switch cell := row.Cells[column.Name].(type) {
				case string:
					c.reference(name, row.ID, column, cell)
				case []string:
					for _, member := range cell {
						c.reference(name, row.ID, column, member)
					}
				}
			}
		}
	}
}

func (c *compiler) reference(table, row string, column *tables.Column, name string) {
	what := strings.TrimSuffix(column.Refers, "s")
	if tag, ok := strings.CutPrefix(name, tables.TagPrefix); ok && column.Refers == tables.ItemsTable {
		if len(c.tags[tag]) == 0 {
			c.report(table, row, column.Name, "no item has the tag %s%s", tag, c.suggestion(tag, slices.Sorted(maps.Keys(c.tags))))
		}
		return
	}
	if _, known := slices.BinarySearch(c.known[column.Refers], name); !known {
		c.report(table, row, column.Name, "there is no %s called %s%s", what, name, c.suggestion(name, c.known[column.Refers]))
	}
}

// maxCompared bounds the time that suggestions take where nearly every name of
// a large set is wrong.
const maxCompared = 200_000

// suggestion says what a name was probably meant to be, or what there is.
func (c *compiler) suggestion(name string, known []string) string {
	if c.compared += len(known); c.compared <= maxCompared {
		if near, ok := rule.Nearest(name, known); ok {
			return fmt.Sprintf("; did you mean %s?", near)
		}
	}
	const some = 8
	switch {
	case len(known) == 0:
		return ""
	case len(known) > some:
		return "; there are " + strings.Join(known[:some], ", ") + " and others"
	}
	return "; there are " + strings.Join(known, ", ")
}

// checkPlacements checks that a fallback can always be served.
func (c *compiler) checkPlacements() {
	for i := range c.rows.Placements {
		p := &c.rows.Placements[i]
		item, ok := c.items[p.Fallback]
		if !ok {
			continue
		}
		if p.Kind != tables.AnyKind && p.Kind != item.Kind {
			c.report(tables.PlacementsTable, p.ID, "fallback", "%s is of kind %s and the placement takes %s", item.ID, item.Kind, p.Kind)
		}
		if column := hindrance(item); column != "" {
			c.report(tables.PlacementsTable, p.ID, "fallback", "%s cannot always be shown, because of its column %s; a fallback is for everybody, at any time", item.ID, column)
		}
	}
}

// hindrance names the column that keeps an item from being served at any time
// to anybody.
func hindrance(item *tables.ItemRow) string {
	for _, h := range []struct {
		column string
		is     bool
	}{
		{"enabled", !item.Enabled},
		{"phases", len(item.Phases) > 0},
		{"standings", len(item.Standings) > 0},
		{"segments", len(item.Segments) > 0},
		{"when", item.When != ""},
		{"starts", item.Starts != 0},
		{"ends", item.Ends != 0},
		{"purpose", item.Purpose != ""},
		{"budget", item.Budget > 0 && !item.Transactional},
	} {
		if h.is {
			return h.column
		}
	}
	for _, c := range itemCaps(item) {
		if c.most > 0 && !item.Transactional {
			return c.column
		}
	}
	return ""
}

// checkItems checks contents.
func (c *compiler) checkItems() {
	for i := range c.rows.Items {
		item := &c.rows.Items[i]
		for _, field := range slices.Sorted(maps.Keys(item.Content)) {
			c.checkField(item.ID, field, item.Content[field])
		}
	}
}

// checkField checks the texts of one content field.
func (c *compiler) checkField(id, field string, byLocale map[string]string) {
	for _, locale := range slices.Sorted(maps.Keys(byLocale)) {
		column := "content." + field
		if locale != "" {
			column += "." + locale
		}
		_, wrong := variables(byLocale[locale], &c.rows.Settings)
		for _, f := range wrong {
			c.report(tables.ItemsTable, id, column, "%s", f.message)
			c.problems[len(c.problems)-1].Offset = f.at
		}
	}
	if _, ok := byLocale[""]; ok {
		return
	}
	flat := flattened(map[string]map[string]string{field: byLocale})
	for _, locale := range c.rows.Settings.Locales {
		if _, ok := lookup(flat, folded(locale)); ok {
			return
		}
	}
	first := slices.Min(slices.Collect(maps.Keys(byLocale)))
	c.warn(tables.ItemsTable, id, "content."+field, "visitors of other languages read the one for %s; write content.%s for them, or name their language in the setting locales", first, field)
}

// checkRules checks that what a rule chooses from fits where it is shown.
func (c *compiler) checkRules() {
	placements := map[string]*tables.PlacementRow{}
	for i := range c.rows.Placements {
		placements[c.rows.Placements[i].ID] = &c.rows.Placements[i]
	}
	for i := range c.rows.Rules {
		r := &c.rows.Rules[i]
		var takers []*tables.PlacementRow
		for _, name := range r.Placements {
			if p := placements[name]; p != nil {
				takers = append(takers, p)
			}
		}
		c.checkKinds(r, takers)
	}
}

// checkKinds looks for items of a rule that none of its placements takes, and
// for placements that take none of its items.
func (c *compiler) checkKinds(r *tables.RuleRow, takers []*tables.PlacementRow) {
	if len(takers) == 0 {
		return
	}
	served, wrong := make([]bool, len(takers)), false
	for _, name := range r.Items {
		members, taken := c.members(name), false
		for i, p := range takers {
			if takesOne(p, members) {
				served[i], taken = true, true
			}
		}
		if taken {
			continue
		}
		wrong = true
		switch {
		case len(members) == 0: // references says so
		case strings.HasPrefix(name, tables.TagPrefix):
			c.report(tables.RulesTable, r.ID, "items", "no item with the tag %s fits: %s", strings.TrimPrefix(name, tables.TagPrefix), taking(takers))
		default:
			c.report(tables.RulesTable, r.ID, "items", "%s is of kind %s: %s", name, members[0].Kind, taking(takers))
		}
	}
	for i, p := range takers {
		if !served[i] && !wrong {
			c.warn(tables.RulesTable, r.ID, "placements", "%s takes %s, and no member of items is of that kind", p.ID, p.Kind)
		}
	}
}

// members returns the items that a member of a rule's items means.
func (c *compiler) members(name string) []*tables.ItemRow {
	if tag, ok := strings.CutPrefix(name, tables.TagPrefix); ok {
		return c.tags[tag]
	}
	if item, ok := c.items[name]; ok {
		return []*tables.ItemRow{item}
	}
	return nil
}

func takesOne(p *tables.PlacementRow, items []*tables.ItemRow) bool {
	return slices.ContainsFunc(items, func(item *tables.ItemRow) bool { return p.Kind == tables.AnyKind || p.Kind == item.Kind })
}

// taking says which kinds placements take.
func taking(placements []*tables.PlacementRow) string {
	each := make([]string, len(placements))
	for i, p := range placements {
		each[i] = fmt.Sprintf("%s takes %s", p.ID, p.Kind)
	}
	return strings.Join(each, ", ")
}

// lower completes the source of the snapshot.
func (c *compiler) lower() {
	c.src.rows = *c.rows
	c.src.lower()
}
