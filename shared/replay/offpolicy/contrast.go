package offpolicy

import "math"

// Contrast says how much more one policy earns than another, by the same
// decisions: what chance did to both drops out of the difference.
type Contrast struct {
	one, other *Valuation
	sums       [estimators]moments
	product    products // of the weights of the one with those of the other
}

// NewContrast compares two valuations of the same options.
func NewContrast(one, other *Valuation) *Contrast { return &Contrast{one: one, other: other} }

// Add takes in what both valuations made of one decision.
func (c *Contrast) Add(one, other Terms) {
	for i := range one.of {
		c.sums[i].add(one.of[i]-other.of[i], one.same)
	}
	c.product.add(one.weighted, other.weighted, one.same)
}

// Estimates are the differences. They mean something where both valuations have
// a report without an error.
func (c *Contrast) Estimates() Estimates {
	a, b := c.one.normalized(), c.other.normalized()
	sumA, sumB := c.one.spread.total(), c.other.spread.total()
	variance := c.one.product.residuals(a, a)/(sumA*sumA) + c.other.product.residuals(b, b)/(sumB*sumB) -
		2*c.product.residuals(a, b)/(sumA*sumB)
	snips := spread(a-b, math.Sqrt(max(variance, 0)), c.one.z)
	whole := !c.one.partial && !c.other.partial
	return estimates(&c.sums, snips, c.one.z, whole, math.Inf(-1))
}
