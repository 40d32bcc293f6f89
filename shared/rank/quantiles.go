package rank

import "math"

// Strata is how many quantiles a posterior is published as.
const Strata = 16

// Quantiles is what is believed of a propensity: its quantiles at (k+½)/16 for
// k from 0 to 15, in rising order. Each stands for a sixteenth of the belief,
// so that to draw one of them is to draw from the posterior.
type Quantiles [Strata]Quantile

// Mean is the propensity that a posterior stands for, in (0, 1).
func (q *Quantiles) Mean() float64 {
	sum := 0.0
	for _, one := range q {
		sum += one.Propensity()
	}
	return sum / Strata
}

// Quantile is a propensity in 16 bits: 5 of exponent and 11 of fraction, so
// that it is precise to one part in 4,000 from 2^-32 up to 1, and the same
// number on every processor. Quantiles stand in the order of their propensities.
type Quantile uint16

const (
	fraction = 11 // bits
	lowest   = 32 // the smallest propensity is 2^-32
	bias     = (1023 - lowest) << fraction
)

// QuantileOf returns the quantile next to a propensity. What lies beyond the
// smallest or the largest one becomes that one.
func QuantileOf(propensity float64) Quantile {
	if !(propensity > 0) {
		return 0
	}
	const dropped = 52 - fraction
	nearest := int64((math.Float64bits(propensity)+1<<(dropped-1))>>dropped) - bias
	return Quantile(min(max(nearest, 0), math.MaxUint16))
}

// Propensity is the number that q stands for, in (0, 1).
func (q Quantile) Propensity() float64 {
	return math.Float64frombits((uint64(q) + bias) << (52 - fraction))
}
