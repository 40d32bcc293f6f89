package snapshot

import (
	"fmt"
	"testing"

	"wegweiser/shared/rule/parse"
	"wegweiser/shared/tables"
)

// The whole of a check, for sets of nearly the greatest size.
func BenchmarkCheck(b *testing.B) {
	chain := tables.Set{}
	for i := range 10_000 {
		chain.Add(tables.SegmentsTable, row(tables.SegmentsTable, fmt.Sprintf("s%05d", i), "when", fmt.Sprintf(`segment == "s%05d"`, i+1)))
	}
	chain.Add(tables.SegmentsTable, row(tables.SegmentsTable, "s10000", "when", `count("compare", "7d") > 1`))
	ring := tables.Set{tables.SegmentsTable: append([]tables.Row{}, chain[tables.SegmentsTable]...)}
	ring[tables.SegmentsTable][10_000] = row(tables.SegmentsTable, "s10000", "when", `segment == "s00000"`)
	for _, c := range []struct {
		name string
		set  tables.Set
	}{
		{"Shop", shop(b, 19_990)},
		{"World", world(b, 8000, 8000, 50)},
		{"ChainOfSegments", chain},
		{"RingOfSegments", ring},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				Compile(c.set, parse.Parse)
			}
		})
	}
}
