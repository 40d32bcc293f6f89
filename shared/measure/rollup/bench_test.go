package rollup_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"wegweiser/shared/store"
)

// Publishing 200 ranked items in 5 phases and 4 segments, the floor being what
// it reads.
func BenchmarkPublish(b *testing.B) {
	const items = 200
	ids := make([]string, items)
	list := strings.SplitN(rows, "\n", 2)[0]
	for i := range ids {
		ids[i] = fmt.Sprintf("item-%03d", i)
		list += fmt.Sprintf("\n"+`{"id":%q,"kind":"content","content.title":"x"}`, ids[i])
	}
	list = strings.Replace(list, `"plain"`, `"item-000"`, 1)
	names, err := json.Marshal(ids)
	if err != nil {
		b.Fatal(err)
	}
	c := begin(b, list+"\n"+`{"id":"best","order":1,"placements":["home"],"items":`+string(names)+`,"choose":"rank"}`)
	n := 0
	var changes []store.Change
	for i := range 5 * 4 * items {
		n++
		changes = append(changes, reaction(n, ids[i%items], "item_impression", fmt.Sprint("p", i/items%5), fmt.Sprint("s", i/items/5)))
	}
	c.apply(b, "shard", changes...)
	b.Run("whole", func(b *testing.B) {
		for b.Loop() {
			n++
			c.now++
			c.apply(b, "shard", reaction(n, ids[n%items], "item_click", "p1", "s1"))
			if err := c.Publish(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
		summary, err := c.store.Summary(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(summary.Encoded)), "bytes/summary")
	})
	b.Run("floor", func(b *testing.B) {
		for b.Loop() {
			if _, err := c.store.Cells(b.Context(), "shown/2026-11", "!", "~", c.now); err != nil {
				b.Fatal(err)
			}
		}
	})
}
