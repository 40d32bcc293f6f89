package snapshot

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"wegweiser/shared/rule/parse"
	"wegweiser/shared/tables"
)

// The segments that ask for themselves are those from which a walk comes back.
func TestCirclesAreThoseThatComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const n = 6
		var asks [n][n]bool
		set := tables.Set{}
		for i := range n {
			when := ""
			for k := range n {
				if rapid.IntRange(0, 4).Draw(t, "asks") == 0 {
					asks[i][k] = true
					if when != "" {
						when += " or "
					}
					when += fmt.Sprintf(`segment == "s%d"`, k)
				}
			}
			set.Add(tables.SegmentsTable, row(tables.SegmentsTable, fmt.Sprintf("s%d", i), "when", when))
		}
		for k := range n {
			for i := range n {
				for j := range n {
					asks[i][j] = asks[i][j] || asks[i][k] && asks[k][j]
				}
			}
		}
		_, problems := Compile(set, parse.Parse)
		got := map[string]bool{}
		for _, p := range problems {
			if strings.Contains(p.Message, "asks for itself") {
				got[p.Row] = true
			}
		}
		for i := range n {
			if id := fmt.Sprintf("s%d", i); got[id] != asks[i][i] {
				t.Errorf("%s: got %v, want %v; %s", id, got[id], asks[i][i], lines(problems))
			}
		}
	})
}
