package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"wegweiser/shared/store"
)

// wholeRows are one for each form that a cell can have, and those that would be
// most easily lost on the way through another notation.
var wholeRows = []store.Edit{
	text("items", "no-cells", `{"id":"no-cells"}`),
	text("items", "texts", `{"id":"texts","content.a":"größer <&> \"“🛋”\" \\","content.b":" kept ","content.c":"1\n2\t3","content.d":"\u0000\u001f`+"\u2028"+`","kind":"offer"}`),
	text("items", "texts-like-others", `{"id":"texts-like-others","content.a":"1.50","content.b":"true","content.c":"null","content.d":"a|b","content.e":"[1]"}`),
	text("items", "numbers", `{"id":"numbers","cap_day":3,"cost":0.1,"value":-12.34}`),
	text("items", "zero", `{"id":"zero","cost":0,"value":1}`),
	text("items", "long-numbers", `{"id":"long-numbers","budget":9007199254740993000,"cost":0.30000000000000004,"value":123456789012345680000}`),
	text("items", "small-and-large", `{"id":"small-and-large","budget":1e+21,"cost":0.000000001,"value":-1e+125}`),
	cells("items", "smallest-and-largest", map[string]any{"budget": 1e126, "cost": 5e-324, "value": 1.7976931348623157e308}),
	text("items", "bools", `{"id":"bools","enabled":false,"transactional":true}`),
	text("items", "lists", `{"id":"lists","phases":["decision"],"tags":["sofas","1","größer \"x\"","a,b"]}`),
	text("rules", "number-lists", `{"id":"number-lists","items":["a","tag:b"],"weights":[70,0.1,1e+21,0]}`),
	cells("rules", "far-weights", map[string]any{"weights": []float64{1e300, 1e-300}}),
	text("rules", "wrong", `{"id":"wrong","enabled":"perhaps","order":"first","weights":"70|many"}`),
	text("items", "unknown-columns", `{"id":"unknown-columns","a b":"1","colour":"green","größe":"x"}`),
	text("settings", "window", `{"id":"window","value":100}`),
	text("settings", "zone", `{"id":"zone","value":"Europe/Vienna"}`),
	text("settings", "no-such", `{"id":"no-such","value":"7"}`),
}

// one checks that a row is read as it was written.
func (c *check) one(want store.Edit) {
	c.Helper()
	got, err := c.Row(context.Background(), want.Table, want.ID)
	if err != nil {
		c.Fatalf("Row(%s, %s): %v", want.Table, want.ID, err)
	}
	c.same(want.ID, got, store.Row{
		Table: want.Table, ID: want.ID, Body: want.Body, Version: store.Version(want.Body), Author: want.Author, At: want.At,
	})
}

// none checks that a row cannot be read.
func (c *check) none(table, id string, want error) {
	c.Helper()
	if got, err := c.Row(context.Background(), table, id); !errors.Is(err, want) {
		c.Errorf("Row(%s, %q): got %v, error %v, want error %v", table, id, got, err, want)
	}
}

func cellMembers() []member {
	return []member{
		{"RowsKeepEveryByte", func(c *check) {
			c.edit(wholeRows...)
			for _, want := range wholeRows {
				var got []store.Row
				for _, r := range c.rows(want.Table) {
					if r.ID == want.ID {
						got = append(got, r)
					}
				}
				c.same(want.ID, got, []store.Row{{
					Table: want.Table, ID: want.ID, Body: want.Body, Version: store.Version(want.Body), Author: want.Author, At: want.At,
				}})
			}
		}},
		{"OneRowIsReadAlone", func(c *check) {
			c.edit(wholeRows...)
			for _, want := range wholeRows {
				c.one(want)
			}
			c.edit(put("items", "a", "1"), put("items", "a#b", "2"), put("rules", "a", "3"))
			c.one(put("items", "a", "1"))
			c.one(put("items", "a#b", "2"))
			c.one(put("rules", "a", "3"))
		}},
		{"NoSuchRow", func(c *check) {
			c.none("items", "a", store.ErrNotFound)
			c.edit(put("items", "a", "1"), put("items", "ab", "1"))
			c.none("rules", "a", store.ErrNotFound)
			c.none("items", "", store.ErrInvalid)
			c.none("items", "a\n", store.ErrInvalid)
			c.none("snapshot#s", "manifest", store.ErrInvalid)
			c.edit(store.Edit{Table: "items", ID: "a", Expect: store.Any})
			c.none("items", "a", store.ErrNotFound)
		}},
		{"EveryRowIsGuardedByItsVersion", func(c *check) {
			c.edit(wholeRows...)
			for _, e := range wholeRows {
				next := put(e.Table, e.ID, "next")
				next.Expect = store.Version(e.Body)
				c.edit(next)
				c.refuses(store.ErrConflict, next)
			}
		}},
		{"RowsOfEightKilobytes", func(c *check) {
			long := cells("items", "a", map[string]any{"content.text": strings.Repeat("Sofa größer \"€\" 🛋\n", 360)})
			c.edit(long)
			c.same("body", string(c.rows("items")[0].Body), string(long.Body))
			next := put("items", "a", "short")
			next.Expect = store.Version(long.Body)
			c.edit(next)
			c.has("items", "a=short")
		}},
		{"RowsOfTheLargestSize", func(c *check) {
			sized := func(id, filling string, size int) store.Edit {
				least := len(put("items", id, "x").Body) - 1
				return put("items", id, strings.Repeat(filling, size-least))
			}
			c.refuses(store.ErrInvalid, sized("a", "x", store.MaxRowBytes+1))
			var first, second []store.Edit
			for i := range store.MaxEdits {
				id := fmt.Sprintf("%03d", i)
				e, next := sized(id, "x", store.MaxRowBytes), sized(id, "y", store.MaxEditBytes/store.MaxEdits)
				next.Expect = store.Version(e.Body)
				first, second = append(first, e), append(second, next)
			}
			c.refuses(store.ErrInvalid, first...)
			for some := range slices.Chunk(first, store.MaxEditBytes/store.MaxRowBytes) {
				c.edit(some...)
			}
			c.edit(second...)
			c.refuses(store.ErrConflict, second...)
			for i, r := range c.rows("items") {
				c.same("version", r.Version, store.Version(second[i].Body))
			}
		}},
		{"RowsOfManyColumns", func(c *check) {
			wide := func(stem string, n int) store.Edit {
				filled := map[string]any{}
				for i := range n {
					filled[fmt.Sprintf("content.%s%d.de", stem, i)] = stem
				}
				return cells("items", "a", filled)
			}
			c.refuses(store.ErrInvalid, wide("x", store.MaxColumns+1))
			first, second := wide("x", store.MaxColumns), wide("y", store.MaxColumns)
			c.edit(first)
			second.Expect = store.Version(first.Body)
			c.edit(second)
			c.refuses(store.ErrConflict, second)
			c.edit(put("items", "a", "narrow"))
			second.Expect = version("items", "a", "narrow")
			c.edit(second)
			c.same("body", string(c.rows("items")[0].Body), string(second.Body))
		}},
		{"OtherBodiesAreRefused", func(c *check) {
			for _, body := range []string{
				"", "1", "null", "[]", "{}", `{"id":"b"}`, `{"note":"x"}`, `{"id":"a","note":"x"`, `{"id":"a"}` + "\n", `{"id": "a"}`,
				`{"note":"x","id":"a"}`, `{"id":"a","value":1.50}`, `{"id":"a","value":"1.5"}`, `{"id":"a","tags":"x"}`, `{"id":"a","note":""}`,
				`{"id":"a","note":null}`, `{"id":"a","tags":[]}`, `{"id":"a","content.title":{"de":"x"}}`, `{"id":"a","note":"x","note":"y"}`,
				`{"id":"a","":"x"}`, `{"id":"a","_author":"x"}`, `{"id":"a","table":"x"}`,
			} {
				c.refuses(store.ErrInvalid, text("items", "a", body))
			}
			c.has("items")
		}},
	}
}
