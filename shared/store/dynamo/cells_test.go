package dynamo_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
	"wegweiser/shared/store/dynamo"
	"wegweiser/shared/store/dynamo/dynamotest"
	"wegweiser/shared/tables"
	"wegweiser/shared/topology"
)

// Whatever a row says, it comes back byte for byte, numbers in their one
// spelling, although DynamoDB writes them in its own.
func TestAnyRowComesBack(t *testing.T) {
	t.Parallel()
	s := dynamotest.OpenAt(t, dynamo.Transport(), dynamotest.Prefix())
	ctx := context.Background()
	rapid.Check(t, func(t *rapid.T) {
		table := rapid.SampledFrom(tables.Tables()).Draw(t, "table")
		var edits []store.Edit
		for _, id := range []string{"window", "zone", "trait.x", "r"} { // three are settings, of different types
			body, err := tables.NewRow(table, id, anyCells(t, table)).MarshalJSON()
			if err != nil {
				t.Fatal(err)
			}
			e := store.Edit{Table: table, ID: id, Body: body, Author: "ada", At: noon, Expect: store.Any}
			if store.CheckEdits([]store.Edit{e}) == nil {
				edits = append(edits, e)
			}
		}
		if err := s.Edit(ctx, edits); err != nil {
			t.Fatal(err)
		}
		rows, err := s.Rows(ctx, table)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]store.Row{}
		for _, r := range rows {
			got[r.ID] = r
		}
		for i := range edits {
			e := &edits[i]
			if r := got[e.ID]; string(r.Body) != string(e.Body) || r.Author != "ada" || r.At != noon {
				t.Errorf("got %+v\nbody %s,\nwant %s", r, r.Body, e.Body)
			}
			e.Body, e.Expect = nil, store.Version(e.Body)
		}
		if err := s.Edit(ctx, edits); err != nil {
			t.Errorf("the versions that were written do not hold: %v", err)
		}
	})
}

// anyCells draws cells for the columns of a table, and for some that it does
// not have.
func anyCells(t *rapid.T, table string) map[string]any {
	described, _ := tables.Find(table)
	cells := map[string]any{}
	value := rapid.OneOf(
		rapid.String().AsAny(), rapid.Float64().AsAny(), rapid.Bool().AsAny(), rapid.IntRange(-1e9, 1e9).AsAny(),
		rapid.SliceOfN(rapid.String(), 0, 4).AsAny(), rapid.SliceOfN(rapid.Float64(), 0, 4).AsAny(),
		rapid.SampledFrom([]any{"1.50", "007", "true", "null", "a|b", "1e400", "-0", " x ", "\u0000", "\u2028"}),
	)
	for i := range described.Columns {
		if c := &described.Columns[i]; !c.Family() && rapid.Bool().Draw(t, "filled") {
			cells[c.Name] = value.Draw(t, c.Name)
		}
	}
	for _, name := range rapid.SliceOfN(rapid.OneOf(rapid.String(), rapid.Just("content.title.de"), rapid.Just("a.b#c:d")), 0, 3).Draw(t, "names") {
		cells[name] = value.Draw(t, "cell")
	}
	return cells
}

// BenchmarkRows is what reading rows computes; no network and no DynamoDB are
// in it. The floor is to decode the same JSON into nothing in particular.
func BenchmarkRows(b *testing.B) {
	const n = 500
	items := []any{}
	for i := range n {
		items = append(items, map[string]any{
			"table": map[string]string{"S": "items"}, "id": map[string]string{"S": fmt.Sprintf("sofa-%04d", i)},
			"kind": map[string]string{"S": "content"}, "content.title.de": map[string]string{"S": "Das Sofa, das passt"},
			"content.title.en": map[string]string{"S": "The sofa that fits"}, "url": map[string]string{"S": "/guides/sofa"},
			"value": map[string]string{"N": "49.9"}, "enabled": map[string]bool{"BOOL": true},
			"tags":    map[string]any{"L": []any{map[string]string{"S": "guide"}, map[string]string{"S": "sofas"}}},
			"_author": map[string]string{"S": "ada"}, "_at": map[string]string{"S": "2026-11-22T12:00:00Z"}, "_version": map[string]string{"S": "x"},
		})
	}
	answer, err := json.Marshal(map[string]any{"Items": items, "Count": n, "ScannedCount": n})
	if err != nil {
		b.Fatal(err)
	}
	s, err := dynamo.Open(dynamo.NewClient("us-east-1", "", someone{}, canned(answer)),
		topology.TableNames{topology.VisitorsTable: "visitors", topology.ConfigTable: "config", topology.ReceiptsTable: "receipts", topology.StatisticsTable: "statistics"}, topology.Workspace)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("of500", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if rows, err := s.Rows(context.Background(), "items"); err != nil || len(rows) != n || rows[0].At != journey.Millis(0) {
				b.Fatal(err)
			}
		}
	})
	b.Run("of500/floor", func(b *testing.B) {
		for b.Loop() {
			var into any
			if err := json.Unmarshal(answer, &into); err != nil {
				b.Fatal(err)
			}
		}
	})
}
