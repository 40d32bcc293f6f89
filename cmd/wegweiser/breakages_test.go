package main

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"wegweiser/shared/rule/parse"
	"wegweiser/shared/snapshot"
	"wegweiser/shared/tables"
)

// rowKey names a row of a table.
type rowKey struct{ table, id string }

func (a rowKey) compare(b rowKey) int {
	return cmp.Or(strings.Compare(a.table, b.table), strings.Compare(a.id, b.id))
}

// breakage is a way to break a cell, or with column "" to lose the row.
type breakage struct {
	rowKey
	column string
	value  any
	cells  []string // that problems name then
	offset int      // of the problem in the cell
	// typed is what a person types in front of the table in place of value, and
	// unreadable is what the API does not take at all.
	typed      types.AttributeValue
	unreadable bool
}

func breakages() []breakage {
	bad := func(table, id, column string, value any) breakage {
		return breakage{rowKey: rowKey{table, id}, column: column, value: value, cells: []string{table + "/" + id + "." + column}}
	}
	all := []breakage{
		bad("placements", "home-hero", "fallback", "nowhere"),
		bad("placements", "home-hero", "count", 51.0),
		bad("placements", "side", "fallback", "nowhere"),
		bad("settings", "window", "value", 5000.0),
		bad("settings", "zone", "value", "Mars/Base"),
	}
	lost := breakage{rowKey: rowKey{"items", "welcome"}, cells: []string{"placements/home-hero.fallback", "placements/side.fallback"}}
	all = append(all, lost)
	for n := range more {
		item, rule, segment := fmt.Sprint("note-", n), fmt.Sprint("later-", n), fmt.Sprint("fans-", n)
		kind := bad("items", item, "kind", "contnt")
		kind.cells = append(kind.cells, "rules/"+rule+".items") // that it is not of its placement's kind
		all = append(all, kind, bad("items", item, "phases", []string{"desicion"}),
			bad("rules", rule, "items", []string{"nowhere"}), bad("rules", rule, "segments", []string{"fnas"}))
		when := bad("rules", rule, "when", `phase == "decision" && pase == "decision"`)
		when.offset = 23
		counted := bad("segments", segment, "when", `count("product_veiw", "7d") > 1 &&`)
		counted.offset = 34
		all = append(all, when, counted)
		for _, b := range []breakage{
			bad("items", item, "value", "cheap"), bad("items", item, "starts", "soon"),
			bad("items", item, "colour", "red"), bad("rules", rule, "order", "first"),
		} {
			b.unreadable = true
			all = append(all, b)
		}
		typed := bad("items", item, "content.title", map[string]any{"de": "Hallo"})
		typed.typed = &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"de": typedText("Hallo")}}
		typed.unreadable = true
		all = append(all, typed)
	}
	return all
}

// more is how many rows there are of each kind that decides nothing.
const more = 4

// draft is what the edited rows are: right, but for what is broken.
type draft struct {
	random     *rand.Rand
	generation int
	rows       map[rowKey]tables.Row
	broken     map[rowKey][]breakage
	wholes     map[string]int // generations of the valid wholes that were, by snapshot
}

func newDraft(seed uint64) *draft {
	d := &draft{
		random: rand.New(rand.NewPCG(seed, 2000)),
		rows:   map[rowKey]tables.Row{},
		broken: map[rowKey][]breakage{},
		wholes: map[string]int{},
	}
	d.is("settings", "publish", map[string]any{"value": string(tables.PublishAuto)})
	d.is("settings", "window", map[string]any{"value": 50})
	d.is("settings", "zone", map[string]any{"value": "Europe/Vienna"})
	d.is("items", "welcome", map[string]any{"kind": "content", "content.title": "Welcome"})
	for _, placement := range []string{"home-hero", "side"} {
		d.is("placements", placement, map[string]any{"kind": "content", "fallback": "welcome", "size": "1x1"})
	}
	for n := range more {
		d.is("items", fmt.Sprint("note-", n), map[string]any{"kind": "content", "content.title": "A note"})
		d.is("segments", fmt.Sprint("fans-", n), map[string]any{"when": `count("product_view", "7d") > 1`})
		d.is("rules", fmt.Sprint("later-", n), map[string]any{"order": 50, "placements": "side", "items": fmt.Sprint("note-", n)})
	}
	d.next()
	return d
}

// is says what a row is when it is right.
func (d *draft) is(table, id string, cells map[string]any) rowKey {
	d.rows[rowKey{table, id}] = tables.NewRow(table, id, cells)
	return rowKey{table, id}
}

// next changes what decisions show: two items and the name of a rule, which
// belong together. The rows to write come first, then those to delete.
func (d *draft) next() (written, deleted []rowKey) {
	if d.generation > 0 {
		old := rowKey{"rules", fmt.Sprint("of-", d.generation)}
		delete(d.rows, old)
		deleted = append(deleted, old)
	}
	d.generation++
	title := fmt.Sprint(d.generation)
	for _, item := range []string{"first", "second"} {
		written = append(written, d.is("items", item, map[string]any{"kind": "content", "content.title": title, "content.text": title}))
	}
	written = append(written, d.is("rules", "of-"+title, map[string]any{
		"order": 10, "placements": "home-hero|side", "items": "first|second",
	}))
	return written, deleted
}

// something changes what decisions show, or a row that decides nothing.
func (d *draft) something() (written, deleted []rowKey) {
	if d.random.IntN(3) > 0 {
		return d.next()
	}
	return []rowKey{d.other()}, nil
}

// other changes one row that decides nothing, in a way that is right.
func (d *draft) other() rowKey {
	n := d.random.IntN(1000)
	id := d.random.IntN(more)
	switch d.random.IntN(4) {
	case 0:
		return d.is("placements", "side", map[string]any{"kind": "content", "fallback": "welcome", "size": fmt.Sprintf("%dx1", n+1)})
	case 1:
		return d.is("segments", fmt.Sprint("fans-", id), map[string]any{"when": fmt.Sprintf(`count("product_view", "7d") > %d`, n)})
	case 2:
		return d.is("settings", "window", map[string]any{"value": 1 + n%200})
	}
	return d.is("items", fmt.Sprint("note-", id), map[string]any{"kind": "content", "content.title": fmt.Sprint("Note ", n)})
}

// someBroken returns a few of the rows that are broken, or all of them.
func (d *draft) someBroken() []rowKey {
	keys := slices.SortedFunc(maps.Keys(d.broken), rowKey.compare)
	if d.random.IntN(3) > 0 {
		return keys
	}
	d.random.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
	return keys[:min(len(keys), 1+d.random.IntN(6))]
}

// someBreakages returns a few breakages, each of another row.
func (d *draft) someBreakages() (some []breakage) {
	all, rows := breakages(), map[rowKey]bool{}
	for range 1 + d.random.IntN(6) {
		if b := all[d.random.IntN(len(all))]; !rows[b.rowKey] {
			rows[b.rowKey] = true
			some = append(some, b)
		}
	}
	return some
}

// wrong returns the cells with errors.
func (d *draft) wrong() []string {
	cells := map[string]bool{}
	for _, of := range d.broken {
		for _, b := range of {
			for _, cell := range b.cells {
				cells[cell] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(cells))
}

// note keeps the whole as it is now, where it is valid.
func (d *draft) note() (id string, err error) {
	if len(d.broken) > 0 {
		return "", nil
	}
	set := tables.Set{}
	for key, row := range d.rows {
		set.Add(key.table, row)
	}
	compiled, problems := snapshot.Compile(set, parse.Parse)
	if compiled == nil {
		return "", fmt.Errorf("what should be valid has problems: %v", problems)
	}
	d.wholes[compiled.ID()] = d.generation
	return compiled.ID(), nil
}
