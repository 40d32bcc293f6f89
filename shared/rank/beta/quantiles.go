package beta

import (
	"math"

	"wegweiser/shared/rank"
)

// Quantiles are those that package rank draws from. They are at most one step
// of a rank.Quantile from what Quantile says.
func (d Distribution) Quantiles() rank.Quantiles {
	if d.deviation() < certain {
		var q rank.Quantiles
		for k := range q {
			q[k] = rank.QuantileOf(d.a / (d.a + d.b))
		}
		return q
	}
	q, precise := d.walk()
	if !precise {
		guess := math.Log(d.a / d.b)
		for k := rank.Strata - 1; k >= 0; k-- {
			guess = d.quantile(stratum(k), guess)
			q[k] = rank.QuantileOf(share(guess))
		}
	}
	for k := 1; k < rank.Strata; k++ {
		q[k] = max(q[k], q[k-1]) // of numbers beyond all counting, rounding is all that is left
	}
	return q
}

// certain is a deviation of the log odds with which all quantiles are as good as
// the same rank.Quantile.
const certain = 1.0 / (1 << 14)

// deviation is about that of the log odds, where it is small.
func (d Distribution) deviation() float64 { return math.Sqrt(1/d.a + 1/d.b) }

// stratum is the middle of the k-th stratum.
func stratum(k int) float64 { return (float64(k) + 0.5) / rank.Strata }

// How quantiles are walked to: in steps of a part of the deviation, from some
// deviations below the middle, and from further below where the first parameter
// is small and the density falls off slowly. Where what was walked over differs
// from what is known to lie there by more than tolerable, the walk is given up.
const (
	stepsOfDeviation = 3
	deviationsBelow  = 2.25
	slownessBelow    = 1.75
	mostSteps        = 64
	leastWalked      = 0.5 // parameter
	tolerable        = 1e-6
)

// walk finds all quantiles in one pass over the density on the scale of log
// odds, where it is smooth and its derivatives cost next to nothing. The
// incomplete beta function, which costs most, is needed at the two ends only:
// to begin, and to know how precise the walk was. It reports false where it was
// not, as with parameters below a half, whose density has no middle to speak of.
func (d Distribution) walk() (q rank.Quantiles, precise bool) {
	h := d.deviation() / stepsOfDeviation
	t := math.Log(d.a/d.b) - deviationsBelow*d.deviation() - slownessBelow/d.a
	if min(d.a, d.b) < leastWalked || !(t > -furthest) {
		return q, false
	}
	from := d.point(t)
	from.below = d.below(share(t), share(-t))
	for k, steps := 0, 0; ; steps++ {
		if steps == mostSteps || k == 0 && from.below > stratum(0) {
			return q, false
		}
		to := d.point(from.t + h)
		to.below = from.below + between(&from, &to, h)
		for ; k < rank.Strata && to.below >= stratum(k); k++ {
			near := &from
			if to.below-stratum(k) < stratum(k)-from.below {
				near = &to
			}
			q[k] = rank.QuantileOf(share(near.t + near.reach(stratum(k)-near.below)))
		}
		if k == rank.Strata {
			off := to.below - d.below(share(to.t), share(-to.t))
			return q, math.Abs(off) < tolerable
		}
		from = to
	}
}

// point is a place on the scale of log odds: what lies below it, the density
// there, and its derivatives as multiples of it.
type point struct {
	t, below, density    float64
	first, second, third float64
}

func (d Distribution) point(t float64) point {
	x, n := share(t), d.a+d.b
	spread := n * x * (1 - x)
	first := d.a - n*x
	return point{
		t: t, density: d.slope(x, share(-t)),
		first:  first,
		second: first*first - spread,
		third:  first*(first*first-3*spread) - spread*(1-2*x),
	}
}

// between is what lies between two points a step apart: the formula of Euler and
// Maclaurin, whose error is of the seventh power of the step.
func between(a, b *point, h float64) float64 {
	ends := a.density + b.density
	slopes := a.density*a.first - b.density*b.first
	bends := a.density*a.third - b.density*b.third
	return h * (ends/2 + h*(slopes/12-h*h*bends/720))
}

// reach is how far from the point a probability lies: Newton's steps on the
// series of what lies between, which is short as the point is near.
func (p *point) reach(probability float64) float64 {
	want := probability / p.density
	at := want
	for range 4 {
		lies := at * (1 + at*(p.first/2+at*(p.second/6+at*p.third/24)))
		slope := 1 + at*(p.first+at*(p.second/2+at*p.third/6))
		at -= (lies - want) / slope
	}
	return at
}
