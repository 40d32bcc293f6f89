package rank

import (
	"math"
	"math/bits"
	"slices"
)

// race works out how likely each candidate is to have the best priority when
// all draw one of their quantiles, each with the same chance and independently.
//
// With a(k) and b(k) as the parts of candidate k's priorities that lie below a
// value and at it, candidate i wins with that value with the probability
//
//	b(i) · ∫₀¹ Π_{k≠i} (a(k) + b(k)·t) dt
//
// where those that draw the same value share it evenly: t is a ticket in [0, 1)
// that each would draw, and the highest wins. Alone at a value, that is
// b(i) · Π_{k≠i} a(k).
type race struct {
	count  [MaxCandidates]int // priorities below the present value
	values [MaxCandidates * Strata]uint64
	sorted [MaxCandidates * Strata]uint64
	tied   [MaxCandidates]tie
	won    []float64
}

// tie is a candidate that has the present value.
type tie struct {
	candidate    int
	below, equal float64 // parts of its priorities
}

// A value is a priority's bits, which have the order of the numbers, without
// the last five, which hold whose it is. Priorities that are equal in the other
// 47 bits of the fraction are equal.
const owner = MaxCandidates - 1

func value(propensity, weight float64) uint64 {
	return math.Float64bits(propensity*weight) &^ owner
}

// A candidate that had n priorities below draws the next value, alone, with a
// probability of alone[n] times the product, which then grows by growth[n]. The
// product does not hold those that had none.
var alone, growth = steps()

func steps() (alone, growth [Strata]float64) {
	alone[0], growth[0] = 1.0/Strata, 1.0/Strata
	for n := 1; n < Strata; n++ {
		alone[n], growth[n] = 1/float64(n), float64(n+1)/float64(n)
	}
	return alone, growth
}

// run puts the probability of each candidate into won.
func (r *race) run(candidates []Candidate, won []float64) {
	clear(won)
	r.won = won
	if len(won) == 1 {
		won[0] = 1
		return
	}
	values := r.sort(candidates)
	// product is that of all counts above 0, as parts, and none how many are 0.
	product, none := 1.0, 0
	for i := range candidates {
		if r.count[i] == 0 {
			none++
		} else {
			product *= float64(r.count[i]) / Strata
		}
	}
	for from := 0; from < len(values); {
		to := from + 1
		for to < len(values) && values[to]&^owner == values[from]&^owner {
			to++
		}
		if to == from+1 {
			i := int(values[from] & owner)
			was := r.count[i]
			r.count[i]++
			if was == 0 {
				none--
			}
			if none == 0 {
				won[i] += float64(product * alone[was])
			}
			product *= growth[was]
		} else {
			product, none = r.share(values[from:to], product, none)
		}
		from = to
	}
}

// sort returns the values that can win in rising order, and counts the others:
// nobody wins with less than the best of all worst values.
func (r *race) sort(candidates []Candidate) []uint64 {
	least := uint64(0)
	for i := range candidates {
		c := &candidates[i]
		least = max(least, value(c.Quantiles[0].Propensity(), c.Weight))
	}
	n := 0
	for i := range candidates {
		c := &candidates[i]
		r.count[i] = 0
		for _, q := range c.Quantiles {
			v := value(q.Propensity(), c.Weight)
			if v < least {
				r.count[i]++
				continue
			}
			r.values[n] = v | uint64(i)
			n++
		}
	}
	return r.spread(r.values[:n], least)
}

// buckets is into how many parts values are spread before they are sorted.
const buckets = 512

// spread sorts values from the least: first into buckets by their size, which
// leaves little to be sorted.
func (r *race) spread(values []uint64, least uint64) []uint64 {
	most := uint64(0)
	for _, v := range values {
		most = max(most, v-least)
	}
	shift := max(bits.Len64(most)-bits.Len64(buckets-1), 0)
	var ends [buckets]uint16
	for _, v := range values {
		ends[(v-least)>>shift&(buckets-1)]++
	}
	end := uint16(0)
	for i, n := range ends {
		ends[i] = end
		end += n
	}
	sorted := r.sorted[:len(values)]
	for _, v := range values {
		at := &ends[(v-least)>>shift&(buckets-1)]
		sorted[*at] = v
		*at++
	}
	start := uint16(0)
	for _, end := range ends {
		if end-start > 1 {
			slices.Sort(sorted[start:end])
		}
		start = end
	}
	return sorted
}

// share lets candidates win that have the same value, which is there more than
// once. It returns the product and the number of zeros behind it.
func (r *race) share(values []uint64, product float64, none int) (float64, int) {
	tied := r.tied[:0]
	for _, v := range values { // those of one candidate stand together
		i := int(v & owner)
		if n := len(tied); n == 0 || tied[n-1].candidate != i {
			tied = append(tied, tie{candidate: i, below: float64(r.count[i]) / Strata})
			if r.count[i] == 0 {
				none--
			} else {
				product /= float64(r.count[i]) / Strata
			}
		}
		tied[len(tied)-1].equal += 1.0 / Strata
		r.count[i]++
	}
	if none == 0 {
		r.divide(tied, product)
	}
	for _, t := range tied {
		product *= t.below + t.equal
	}
	return product, none
}

// divide gives each of the tied its part of what the others leave.
func (r *race) divide(tied []tie, others float64) {
	below, reached, alike := 1.0, 1.0, true
	for _, t := range tied {
		below *= t.below
		reached *= t.below + t.equal
		alike = alike && t.below == tied[0].below && t.equal == tied[0].equal
	}
	if alike {
		each := others * (reached - below) / float64(len(tied))
		for _, t := range tied {
			r.won[t.candidate] += each
		}
		return
	}
	for n := range nodes {
		at := nodes[n]
		product := others * weights[n]
		for _, t := range tied {
			product *= t.below + float64(t.equal*at)
		}
		for _, t := range tied {
			r.won[t.candidate] += float64(t.equal*product) / (t.below + float64(t.equal*at))
		}
	}
}
