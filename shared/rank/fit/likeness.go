package fit

import "math"

// likenesses are what may be borrowed at most, in expected successes: M at the
// rate of everything. The first holds until there is data that speaks against it.
var likenesses = [...]float64{5, 2.5, 1.2, 0.6, 0.3, 0.1}

// doubted is how much less probable what was seen may be under a larger likeness
// than under the best, as a logarithm, for the larger one to hold: some data
// speaks for a smaller one by chance.
const doubted = 1

// liken finds how much items do elsewhere what they do in a place: the largest
// likeness under which what was seen in all cells, each foreseen from all the
// others, is about as probable as under any.
func (m *Model) liken(cells []laid) {
	var seen [len(likenesses)]float64
	best := math.Inf(-1)
	for k, likeness := range likenesses {
		for i := range cells {
			c := &cells[i]
			b := m.before(c, likeness)
			seen[k] += logBeta(b.Alpha+c.cell.successes, b.Beta+(c.cell.impressions-c.cell.successes)) - logBeta(b.Alpha, b.Beta)
		}
		best = max(best, seen[k])
	}
	for k, likeness := range likenesses {
		if seen[k] >= best-doubted {
			m.likeness = likeness
			return
		}
	}
}

// logBeta is the logarithm of the beta function.
func logBeta(a, b float64) float64 {
	first, _ := math.Lgamma(a)
	second, _ := math.Lgamma(b)
	both, _ := math.Lgamma(a + b)
	return first + second - both
}

// before is what would be believed of a cell without its own impressions.
func (m *Model) before(c *laid, likeness float64) Posterior {
	it, cell := c.item, c.cell
	prior := m.prior(it)
	factor := factor(c.segment, c.place, sums{successes: cell.successes, expected: cell.impressions * m.level(it)})
	elsewhere := sums{
		successes: max(0, it.successes-cell.successes),
		expected:  max(0, it.expected-cell.expected),
	}
	most := likeness * (m.all.impressions + 1/startRate) / (m.all.successes + 1)
	discount := most / (most + elsewhere.expected)
	alpha := prior.Weight*prior.Rate + discount*elsewhere.successes
	borrowed := discount * elsewhere.expected
	all := prior.Weight + borrowed
	rate := min(alpha/all*factor, max(prior.Rate, believable))
	return Posterior{
		Alpha: alpha, Beta: alpha/rate - alpha,
		Shares: Shares{Prior: prior.Weight / all, Borrowed: borrowed / all},
	}
}
