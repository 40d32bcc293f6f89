package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"wegweiser/shared/store"
)

// put is an edit that writes a row, whatever is there.
func put(table, id, body string) store.Edit {
	return store.Edit{Table: table, ID: id, Body: []byte(body), Author: "ada", At: noon, Expect: store.Any}
}

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

// has checks the rows of a table: id=body, in order.
func (c *check) has(table string, want ...string) {
	c.Helper()
	var got []string
	for _, r := range c.rows(table) {
		got = append(got, r.ID+"="+string(r.Body))
	}
	c.same("rows of "+table, got, want)
}

func rowMembers() []member {
	return []member{
		{"NoRowsAtFirst", func(c *check) {
			c.has("items")
			c.has("")
		}},
		{"RowsKeepEveryField", func(c *check) {
			body := `{"id":"a", "n": 1.50,"text":"größer <&>"}` + "\n"
			c.edit(put("items", "a", body))
			c.same("rows", c.rows("items"), []store.Row{
				{Table: "items", ID: "a", Body: []byte(body), Version: store.Version([]byte(body)), Author: "ada", At: noon},
			})
		}},
		{"RowsAreInOrder", func(c *check) {
			odd := []string{"#", "A", "a", "a b", "a#", "aa", "b", strings.Repeat("z", 128), "é"}
			for i := len(odd) - 1; i >= 0; i-- {
				c.edit(put("items", odd[i], "{}"), put("items.x", odd[i], "{}"), put("item", odd[i], "{}"))
			}
			var want []string
			for _, id := range odd {
				want = append(want, id+"={}")
			}
			c.has("items", want...)
			var tables []string
			for i, r := range c.rows("") {
				c.same("id", r.ID, odd[i%len(odd)])
				if i%len(odd) == 0 {
					tables = append(tables, r.Table)
				}
			}
			c.same("tables", tables, []string{"item", "items", "items.x"})
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
			next.Expect = store.Version([]byte("1"))
			c.edit(next)
			c.refuses(store.ErrConflict, next)
			c.has("items", "a=2")
			missing := put("items", "b", "1")
			missing.Expect = store.Version([]byte("1"))
			c.refuses(store.ErrConflict, missing)
			c.has("items", "a=2")
		}},
		{"RowsAreDeleted", func(c *check) {
			c.edit(put("items", "a", "1"), put("items", "b", "1"))
			stale := store.Edit{Table: "items", ID: "a", Expect: store.Version([]byte("old"))}
			c.refuses(store.ErrConflict, stale)
			c.has("items", "a=1", "b=1")
			c.edit(store.Edit{Table: "items", ID: "a", Expect: store.Version([]byte("1"))}, store.Edit{Table: "items", ID: "b", Expect: store.Any})
			c.has("items")
			c.edit(store.Edit{Table: "items", ID: "never there", Expect: store.Any})
		}},
		{"EditsAreAllOrNone", func(c *check) {
			c.edit(put("items", "a", "1"), put("rules", "r", "1"))
			stale := put("rules", "r", "2")
			stale.Expect = store.Version([]byte("0"))
			c.refuses(store.ErrConflict, put("items", "a", "2"), put("items", "b", "2"), store.Edit{Table: "items", ID: "c", Expect: store.Any}, stale)
			c.has("items", "a=1")
			c.has("rules", "r=1")
			fresh := put("rules", "r", "2")
			fresh.Expect = store.Version([]byte("1"))
			c.edit(put("items", "a", "2"), put("items", "b", "2"), fresh)
			c.has("items", "a=2", "b=2")
			c.has("rules", "r=2")
		}},
		{"EditsHaveTheirLimits", func(c *check) {
			var many []store.Edit
			for i := range store.MaxEdits + 1 {
				many = append(many, put("items", fmt.Sprintf("%03d", i), `{"text":"`+strings.Repeat("x", 1000)+`"}`))
			}
			c.refuses(store.ErrInvalid, many...)
			c.refuses(store.ErrInvalid, put("items", "a", "1"), put("items", "a", "2"))
			c.refuses(store.ErrInvalid, put("items", "a", strings.Repeat("x", store.MaxRowBytes+1)))
			c.refuses(store.ErrInvalid, put("items", "", "1"))
			c.refuses(store.ErrInvalid, put("no#table", "a", "1"))
			c.has("items")
			c.edit(many[:store.MaxEdits]...)
			c.same("rows", len(c.rows("items")), store.MaxEdits)
			c.edit(put("items", "a", strings.Repeat("x", store.MaxRowBytes)))
			c.edit()
		}},
		{"OneOfConcurrentEditsWins", func(c *check) {
			c.edit(put("items", "a", "0"))
			var won, lost atomic.Int32
			together(8, func(i int) {
				e := put("items", "a", fmt.Sprint("by ", i))
				e.Expect = store.Version([]byte("0"))
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
