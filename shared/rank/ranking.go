package rank

import "math"

// MaxCandidates is among how many candidates one is drawn.
const MaxCandidates = 32

// Candidate is an item that may be shown.
type Candidate struct {
	At        int32      // where the caller keeps the item
	Hash      uint64     // of the item's id
	Quantiles *Quantiles // what is believed of its propensity
	Weight    float64    // what its propensity is multiplied by: Worth.Weight
}

// Priority is the mean of the priorities that are believed possible.
func (c *Candidate) Priority() float64 { return c.Quantiles.Mean() * c.Weight }

// Choice is a candidate that was chosen.
type Choice struct {
	Candidate
	// Probability is how likely it was to be chosen, given the candidates and
	// those that were chosen before it. That of a whole list is the product.
	Probability float64
}

// Ranking chooses the items of one placement. Begin starts one, Add gives it
// the candidates, Next takes the items out one by one. It may be used again,
// and by one at a time. What it chooses depends on the seed, the floor and the
// set of candidates, not on their order.
type Ranking struct {
	seed  uint64
	floor float64
	taken uint64
	n     int
	// By falling priority, then rising hash.
	candidates [MaxCandidates]Candidate
	priorities [MaxCandidates]float64

	race          race
	probabilities [MaxCandidates]float64
}

// Begin empties the ranking. The floor, from 0 to 1, is the part of choices
// that is spread evenly over the candidates, whatever is believed of them.
func (r *Ranking) Begin(seed uint64, floor float64) {
	r.seed, r.floor, r.taken, r.n = seed, min(max(floor, 0), 1), 0, 0
}

// Add offers a candidate. Of more than MaxCandidates those of the highest
// priorities stay; equal ones by the smaller hash. A candidate whose weight is
// not above 0 and finite is left out.
func (r *Ranking) Add(c Candidate) {
	if !(c.Weight > 0) || c.Weight > math.MaxFloat64 {
		return
	}
	priority := c.Priority()
	if r.n == MaxCandidates {
		if !r.before(priority, c.Hash, r.n-1) {
			return
		}
		r.n--
	}
	at := r.n
	for ; at > 0 && r.before(priority, c.Hash, at-1); at-- {
		r.candidates[at], r.priorities[at] = r.candidates[at-1], r.priorities[at-1]
	}
	r.candidates[at], r.priorities[at] = c, priority
	r.n++
}

func (r *Ranking) before(priority float64, hash uint64, at int) bool {
	if priority != r.priorities[at] {
		return priority > r.priorities[at]
	}
	return hash < r.candidates[at].Hash
}

// Candidates are those that Next would choose among, by falling priority. They
// hold until the next call of a method.
func (r *Ranking) Candidates() []Candidate { return r.candidates[:r.n] }

// Probabilities are how likely each of the candidates is to be chosen next.
// They add up to 1 and hold until the next call of a method.
func (r *Ranking) Probabilities() []float64 {
	all := r.probabilities[:r.n]
	r.race.run(r.candidates[:r.n], all)
	even := r.floor / float64(r.n)
	for i, p := range all {
		// The product is rounded by itself, so that every processor gets the
		// same bits.
		all[i] = float64((1-r.floor)*p) + even
	}
	return all
}

// Next chooses a candidate, which is none from then on. It reports false when
// there are no more.
func (r *Ranking) Next() (Choice, bool) {
	if r.n == 0 {
		return Choice{}, false
	}
	u := uniform(r.seed + r.taken)
	r.taken++
	chosen, sum := 0, 0.0
	for i, p := range r.Probabilities() {
		if p == 0 {
			continue
		}
		chosen = i
		if sum += p; u < sum {
			break
		}
	}
	c := Choice{r.candidates[chosen], r.probabilities[chosen]}
	copy(r.candidates[chosen:], r.candidates[chosen+1:r.n])
	copy(r.priorities[chosen:], r.priorities[chosen+1:r.n])
	r.n--
	r.candidates[r.n] = Candidate{}
	return c, true
}
