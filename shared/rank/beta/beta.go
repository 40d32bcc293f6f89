// Package beta is the Beta distribution: what is believed of a propensity, and
// the quantiles that package rank reads of it.
package beta

import "math"

// Distribution is a Beta distribution, with the logarithm of its constant.
type Distribution struct{ a, b, constant float64 }

// New returns the distribution of the parameters a and b, both above 0.
func New(a, b float64) Distribution {
	both, _ := math.Lgamma(a + b)
	first, _ := math.Lgamma(a)
	second, _ := math.Lgamma(b)
	return Distribution{a, b, both - first - second}
}

// OfPrior is what is believed of an item of which only a prior is known: a rate
// in (0, 1) that counts as so many impressions. A weight of 0 is as many as have
// two successes.
func OfPrior(rate, weight float64) Distribution {
	if weight == 0 {
		weight = 2 / rate
	}
	return New(weight*rate, weight*(1-rate))
}

// below is the probability of what lies below x: the regularized incomplete
// beta function. Besides x it takes 1-x, which can be more precise than what x
// says of it.
func (d Distribution) below(x, rest float64) float64 {
	if x > (d.a+1)/(d.a+d.b+2) {
		return 1 - Distribution{d.b, d.a, d.constant}.tail(rest, x)
	}
	return d.tail(x, rest)
}

// tail is below for x up to the middle: the continued fraction of DLMF 8.17.22,
// by the method of Lentz.
func (d Distribution) tail(x, rest float64) float64 {
	if x <= 0 {
		return 0
	}
	const precise, most = 1e-14, 100_000
	a, b := d.a, d.b
	up, down := 1.0, 1/awayFrom0(1-(a+b)*x/(a+1))
	sum := down
	for m := 1.0; m < most; m++ {
		even := m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
		down = 1 / awayFrom0(1+even*down)
		up = awayFrom0(1 + even/up)
		sum *= up * down
		odd := -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		down = 1 / awayFrom0(1+odd*down)
		up = awayFrom0(1 + odd/up)
		sum *= up * down
		if math.Abs(up*down-1) < precise {
			break
		}
	}
	return d.slope(x, rest) * sum / a
}

func awayFrom0(x float64) float64 {
	const tiny = 1e-300
	if math.Abs(x) < tiny {
		return tiny
	}
	return x
}

// slope is the density on the scale of log odds.
func (d Distribution) slope(x, rest float64) float64 {
	return math.Exp(d.a*logarithm(x, rest) + d.b*logarithm(rest, x) + d.constant)
}

// logarithm is that of x, also where it is so near to 1 that only the rest says
// how near.
func logarithm(x, rest float64) float64 {
	if rest < x {
		return math.Log1p(-rest)
	}
	return math.Log(x)
}

// furthest is the log odds within which quantiles are looked for. What lies
// beyond is beyond what a rank.Quantile tells apart.
const furthest = 30

// Quantile is the propensity below which a probability in (0, 1) lies.
func (d Distribution) Quantile(probability float64) float64 {
	return share(d.quantile(probability, math.Log(d.a/d.b)))
}

// quantile is the log odds below which a probability lies. It is looked for
// from a guess by Newton's steps, kept within the bounds known so far.
func (d Distribution) quantile(probability, guess float64) float64 {
	const precise = 1e-6
	low, high := -float64(furthest), float64(furthest)
	for t := min(max(guess, low), high); ; {
		x, rest := share(t), share(-t)
		off := d.below(x, rest) - probability
		if off > 0 {
			high = t
		} else {
			low = t
		}
		next := t - off/d.slope(x, rest)
		if !(next > low && next < high) {
			next = (low + high) / 2
		}
		if math.Abs(next-t) < precise || high-low < precise {
			return next
		}
		t = next
	}
}

// share is the probability of log odds.
func share(odds float64) float64 { return 1 / (1 + math.Exp(-odds)) }
