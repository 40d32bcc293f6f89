package snapshot

import "math"

// Nothing in this file may ever change what it returns: people would lose the
// items that they were given. testdata/weighted.golden holds it.

// hash is FNV-1a of 64 bits.
func hash(id string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(id) {
		h = (h ^ uint64(id[i])) * 1099511628211
	}
	return h
}

// mix spreads every bit of x over all bits (the finalizer of SplitMix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// drawn returns the key of an item for a person under a rule, all by their
// hashes: an exponentially distributed number divided by the weight. The item
// of the smallest key is the person's. It is the same on every processor.
func drawn(rule, person, item uint64, weight float64) float64 {
	return exponential(mix(mix(mix(rule)^person)^item)) / weight
}

// exponential turns evenly spread bits into -ln(u), u in (0, 1). It does not
// use math.Log, whose last bit depends on the processor.
func exponential(h uint64) float64 {
	u := (float64(h>>12) + 0.5) / (1 << 52)
	fraction, exponent := math.Frexp(u)
	if fraction < math.Sqrt2/2 {
		fraction, exponent = fraction*2, exponent-1
	}
	// ln(fraction) = 2 artanh(s); each product is rounded by itself, so that
	// none is fused with the sum that it goes into.
	s := (fraction - 1) / (fraction + 1)
	square := float64(s * s)
	series := 1.0 / 21
	for n := 19.0; n > 0; n -= 2 {
		series = float64(series*square) + 1/n
	}
	return -(float64(2*float64(s*series)) + float64(float64(exponent)*math.Ln2))
}
