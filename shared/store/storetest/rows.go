package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"wegweiser/shared/store"
	"wegweiser/shared/tables"
)

// put is an edit that writes a row with a note, whatever is there.
func put(table, id, note string) store.Edit {
	return cells(table, id, map[string]any{"note": note})
}

// cells is an edit that writes a row with these cells, whatever is there.
func cells(table, id string, cells map[string]any) store.Edit {
	body, _ := tables.NewRow(table, id, cells).MarshalJSON()
	return text(table, id, string(body))
}

// text is an edit that writes a row of this body, whatever is there.
func text(table, id, body string) store.Edit {
	return store.Edit{Table: table, ID: id, Body: []byte(body), Author: "ada", At: noon, Expect: store.Any}
}

// version is that of a row with a note.
func version(table, id, note string) string { return store.Version(put(table, id, note).Body) }

func (c *check) edit(edits ...store.Edit) {
	c.Helper()
	if err := c.Edit(context.Background(), edits); err != nil {
		c.Fatalf("Edit: %v", err)
	}
}

func (c *check) refuses(want error, edits ...store.Edit) {
	c.Helper()
	if err := c.Edit(context.Background(), edits); !errors.Is(err, want) {
		c.Errorf("Edit: got error %v, want %v", err, want)
	}
}

func (c *check) rows(table string) []store.Row {
	c.Helper()
	rows, err := c.Rows(context.Background(), table)
	if err != nil {
		c.Fatalf("Rows(%s): %v", table, err)
	}
	return rows
}

// has checks the rows of a table: id=note, in order.
func (c *check) has(table string, want ...string) {
	c.Helper()
	var got []string
	for _, r := range c.rows(table) {
		row, problems := tables.ReadRow(r.Table, r.ID, r.Body)
		if len(problems) > 0 {
			c.Errorf("row %s of %s: got problems %v, want none", r.ID, r.Table, problems)
		}
		got = append(got, fmt.Sprint(r.ID, "=", row.Cells["note"]))
	}
	c.same("rows of "+table, got, want)
}

func rowMembers() []member {
	return []member{
		{"NoRowsAtFirst", func(c *check) {
			c.has("items")
			c.has("")
		}},
		{"RowsAreInOrder", func(c *check) {
			odd := []string{"#", "A", "a", "a b", "a#", "aa", "b", strings.Repeat("z", 128), "é", "🛋"}
			for i := len(odd) - 1; i >= 0; i-- {
				c.edit(put("signals", odd[i], "1"), put("settings", odd[i], "1"), put("segments", odd[i], "1"))
			}
			var want []string
			for _, id := range odd {
				want = append(want, id+"=1")
			}
			c.has("segments", want...)
			var read []string
			for i, r := range c.rows("") {
				c.same("id", r.ID, odd[i%len(odd)])
				if i%len(odd) == 0 {
					read = append(read, r.Table)
				}
			}
			c.same("tables", read, []string{"segments", "settings", "signals"})
		}},
		{"RowsOfManyPages", func(c *check) {
			filling := strings.Repeat("x", 3000)
			var want []string
			for i := 0; i < 500; i += store.MaxEdits {
				var edits []store.Edit
				for n := i; n < i+store.MaxEdits; n++ {
					edits = append(edits, put("items", fmt.Sprintf("%04d", n), filling))
					want = append(want, edits[len(edits)-1].ID)
				}
				c.edit(edits...)
			}
			c.edit(put("rules", "r", "1"))
			var got []string
			for _, r := range c.rows("items") {
				got = append(got, r.ID)
			}
			c.same("ids", got, want)
			c.same("rows of all tables", len(c.rows("")), len(want)+1)
		}},
		{"AbsentCreatesOnly", func(c *check) {
			create := put("items", "a", "1")
			create.Expect = store.Absent
			c.edit(create)
			again := put("items", "a", "2")
			again.Expect = store.Absent
			c.refuses(store.ErrConflict, again)
			c.has("items", "a=1")
		}},
		{"VersionGuardsAChange", func(c *check) {
			c.edit(put("items", "a", "1"))
			next := put("items", "a", "2")
			next.Expect = version("items", "a", "1")
			c.edit(next)
			c.refuses(store.ErrConflict, next)
			c.has("items", "a=2")
			missing := put("items", "b", "1")
			missing.Expect = version("items", "b", "1")
			c.refuses(store.ErrConflict, missing)
			c.has("items", "a=2")
		}},
		{"RowsAreDeleted", func(c *check) {
			c.edit(put("items", "a", "1"), put("items", "b", "1"))
			stale := store.Edit{Table: "items", ID: "a", Expect: version("items", "a", "old")}
			c.refuses(store.ErrConflict, stale)
			c.has("items", "a=1", "b=1")
			c.edit(store.Edit{Table: "items", ID: "a", Expect: version("items", "a", "1")}, store.Edit{Table: "items", ID: "b", Expect: store.Any})
			c.has("items")
			c.edit(store.Edit{Table: "items", ID: "never there", Expect: store.Any})
		}},
		{"EditsAreAllOrNone", func(c *check) {
			c.edit(put("items", "a", "1"), put("rules", "r", "1"))
			stale := put("rules", "r", "2")
			stale.Expect = version("rules", "r", "0")
			c.refuses(store.ErrConflict, put("items", "a", "2"), put("items", "b", "2"), store.Edit{Table: "items", ID: "c", Expect: store.Any}, stale)
			c.has("items", "a=1")
			c.has("rules", "r=1")
			fresh := put("rules", "r", "2")
			fresh.Expect = version("rules", "r", "1")
			c.edit(put("items", "a", "2"), put("items", "b", "2"), fresh)
			c.has("items", "a=2", "b=2")
			c.has("rules", "r=2")
		}},
		{"EditsHaveTheirLimits", func(c *check) {
			var many []store.Edit
			for i := range store.MaxEdits + 1 {
				many = append(many, put("items", fmt.Sprintf("%03d", i), strings.Repeat("x", 1000)))
			}
			c.refuses(store.ErrInvalid, many...)
			c.refuses(store.ErrInvalid, put("items", "a", "1"), put("items", "a", "2"))
			c.refuses(store.ErrInvalid, put("items", "", "1"))
			c.refuses(store.ErrInvalid, put("item", "a", "1"))
			c.refuses(store.ErrInvalid, store.Edit{Table: "snapshot#s", ID: "manifest", Expect: store.Any})
			if _, err := c.Rows(context.Background(), "snapshot#s"); !errors.Is(err, store.ErrInvalid) {
				c.Errorf("Rows of no table: got error %v, want ErrInvalid", err)
			}
			c.has("items")
			c.edit(many[:store.MaxEdits]...)
			c.same("rows", len(c.rows("items")), store.MaxEdits)
			c.edit()
		}},
		{"OneOfConcurrentEditsWins", func(c *check) {
			c.edit(put("items", "a", "0"))
			var won, lost atomic.Int32
			together(8, func(i int) {
				e := put("items", "a", fmt.Sprint("by ", i))
				e.Expect = version("items", "a", "0")
				switch err := c.Edit(context.Background(), []store.Edit{e, put("items", fmt.Sprint("own ", i), "1")}); {
				case err == nil:
					won.Add(1)
				case errors.Is(err, store.ErrConflict):
					lost.Add(1)
				default:
					c.Errorf("Edit: %v", err)
				}
			})
			c.same("winners", won.Load(), int32(1))
			c.same("losers", lost.Load(), int32(7))
			c.same("rows", len(c.rows("items")), 2)
		}},
	}
}
