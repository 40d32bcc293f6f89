package rank

// Nothing in this file may ever change what it returns: people would change
// their arms, and recorded decisions would be decided otherwise.

// Hash is a stable hash of an id: FNV-1a of 64 bits. It is the order among
// equals, and what arms and seeds are made of.
func Hash(id string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(id) {
		h = (h ^ uint64(id[i])) * 1099511628211
	}
	return h
}

// Seed is what a placement of a decision is drawn by, from the hashes of both
// ids. Each placement has a seed of its own, so that draws are independent.
func Seed(decision, placement uint64) uint64 { return mix(mix(decision) ^ placement) }

// mix spreads every bit of x over all bits (the finalizer of SplitMix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// uniform turns bits into a number in [0, 1), of which there are 2^53 evenly
// spaced ones.
func uniform(bits uint64) float64 { return float64(mix(bits)>>11) / (1 << 53) }
