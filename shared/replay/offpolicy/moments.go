package offpolicy

import "math"

// moments are the mean and the spread of numbers, gathered one by one (Welford
// 1962, Technometrics 4:419).
type moments struct{ count, mean, squares float64 }

func (m *moments) add(x float64) {
	m.count++
	off := x - m.mean
	m.mean += off / m.count
	m.squares += off * (x - m.mean)
}

func (m *moments) sum() float64 { return m.mean * m.count }

// error is the standard error of the mean.
func (m *moments) error() float64 { return math.Sqrt(m.squares) / m.count }

func (m *moments) estimate(z float64) Estimate { return spread(m.mean, m.error(), z) }

// products are sums of products of two weights, by powers of the reward.
type products [3]float64

func (p *products) add(a, b, reward float64) {
	p[0] += a * b
	p[1] += a * b * reward
	p[2] += a * b * reward * reward
}

// residuals is the sum of a·(reward − ofA) · b·(reward − ofB).
func (p *products) residuals(ofA, ofB float64) float64 {
	sum := p[2] - (ofA+ofB)*p[1] + ofA*ofB*p[0]
	if ofA == ofB {
		return max(sum, 0) // it is a sum of squares, up to rounding
	}
	return sum
}
