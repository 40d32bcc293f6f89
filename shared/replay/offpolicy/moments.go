package offpolicy

import "math"

// moments are the mean of numbers and its error, gathered one by one. Numbers
// that belong together vary together: it is their sums that are independent.
type moments struct {
	count, mean float64
	squares     float64 // of the sums of those that belong together
	cross       float64 // of each of these sums and of how many it is
	sizes       float64 // squares of how many
	sum, size   float64 // of those that are still coming
}

// add takes a number in, which may belong to the one before.
func (m *moments) add(x float64, same bool) {
	if !same {
		m.close()
	}
	m.sum += x
	m.size++
	m.count++
	m.mean += (x - m.mean) / m.count
}

func (m *moments) close() {
	m.squares += m.sum * m.sum
	m.cross += m.sum * m.size
	m.sizes += m.size * m.size
	m.sum, m.size = 0, 0
}

func (m *moments) total() float64 { return m.mean * m.count }

// error is the standard error of the mean.
func (m *moments) error() float64 {
	all := *m
	all.close()
	return math.Sqrt(max(0, all.squares-2*all.mean*all.cross+all.mean*all.mean*all.sizes)) / all.count
}

func (m *moments) estimate(z float64) Estimate { return spread(m.mean, m.error(), z) }

// weighted is a weight, and the reward times it.
type weighted struct{ weight, reward float64 }

// products are sums of products of what two policies weigh, for the residuals of
// self-normalized estimates.
type products struct {
	weights, weightReward, rewardWeight, rewards float64
	one, other                                   weighted // of those that are still coming
}

func (p *products) add(one, other weighted, same bool) {
	if !same {
		p.close()
	}
	p.one.weight += one.weight
	p.one.reward += one.reward
	p.other.weight += other.weight
	p.other.reward += other.reward
}

func (p *products) close() {
	p.weights += p.one.weight * p.other.weight
	p.weightReward += p.one.weight * p.other.reward
	p.rewardWeight += p.one.reward * p.other.weight
	p.rewards += p.one.reward * p.other.reward
	p.one, p.other = weighted{}, weighted{}
}

// residuals is the sum, over those that belong together, of the residuals of the
// one from an estimate times those of the other from another.
func (p *products) residuals(ofOne, ofOther float64) float64 {
	all := *p
	all.close()
	return all.rewards - ofOther*all.rewardWeight - ofOne*all.weightReward + ofOne*ofOther*all.weights
}
