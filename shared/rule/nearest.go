package rule

import "strings"

// Nearest returns the candidate that name was most likely meant to be: the one
// with the fewest letters added, dropped, changed or swapped with their
// neighbour, capitals and small letters counted as the same. It reports false
// when none is closer than a third of the longer name's letters, at least one,
// or none has a letter in common with it.
// Among equally near candidates the first wins.
func Nearest(name string, candidates []string) (string, bool) {
	wanted := []rune(strings.ToLower(name))
	best, distance := "", -1
	for _, candidate := range candidates {
		runes := []rune(strings.ToLower(candidate))
		allowed := max(1, max(len(runes), len(wanted))/3)
		if d := edits(wanted, runes); d <= allowed && d < max(len(runes), len(wanted)) && (distance < 0 || d < distance) {
			best, distance = candidate, d
		}
	}
	return best, distance >= 0
}

// edits is the optimal string alignment distance: each of an insertion, a
// deletion, a change and a swap of neighbours costs one.
func edits(a, b []rune) int {
	before := make([]int, len(b)+1)
	above := make([]int, len(b)+1)
	row := make([]int, len(b)+1)
	for j := range above {
		above[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, above, row = above, row, before
	}
	return above[len(b)]
}
