package receipt

import (
	"math/bits"

	"wegweiser/shared/rank"
)

// The logarithms of the quantiles of a belief lie on a smooth curve over those
// of the normal distribution. So each is foretold by the cubic through the four
// nearest ones that are known by then, and only what that misses is written:
// some 9 bytes in place of 32, as a Beta distribution is missed by little. All
// of it is done with whole numbers, so that every processor foretells the same.

// forecasts has the quantiles behind the first and the last one in the order in
// which they are written, each with those that foretell it and their weights in
// 65,536ths.
var forecasts = [rank.Strata - 2]struct {
	of   int
	from [4]int
	by   [4]int64
}{
	{5, [4]int{0, 15}, [4]int64{39844, 25692}},
	{10, [4]int{0, 5, 15}, [4]int64{-14152, 65536, 14152}},
	{2, [4]int{0, 5, 10, 15}, [4]int64{13111, 85195, -36662, 3892}},
	{13, [4]int{2, 5, 10, 15}, [4]int64{19454, -61952, 96078, 11956}},
	{7, [4]int{2, 5, 10, 13}, [4]int64{-6405, 46257, 31165, -5481}},
	{8, [4]int{5, 7, 10, 13}, [4]int64{-8427, 56093, 19583, -1713}},
	{1, [4]int{0, 2, 5, 7}, [4]int64{10312, 83939, -47421, 18706}},
	{3, [4]int{1, 2, 5, 7}, [4]int64{-11434, 53158, 32107, -8295}},
	{4, [4]int{2, 3, 5, 7}, [4]int64{-8660, 40996, 37879, -4679}},
	{6, [4]int{4, 5, 7, 8}, [4]int64{-9308, 40789, 45904, -11849}},
	{9, [4]int{6, 7, 8, 10}, [4]int64{16915, -68074, 101041, 15654}},
	{11, [4]int{8, 9, 10, 13}, [4]int64{35651, -123481, 148830, 4536}},
	{12, [4]int{9, 10, 11, 13}, [4]int64{25909, -91781, 118516, 12892}},
	{14, [4]int{11, 12, 13, 15}, [4]int64{54580, -162306, 166468, 6794}},
}

// lowSpan is how many low bits are as good as chance of how far the last quantile
// is from the first. lowMiss is that of what a forecast misses: the first two know
// little, and of beliefs that are vague next to nothing.
const lowSpan = 9

func lowMiss(of int, span uint64) int {
	if of == 5 || of == 10 {
		return max(bits.Len64(span)-10, 0)
	}
	return 0
}

func (w *writer) quantiles(q *rank.Quantiles) {
	const end = rank.Strata - 1
	w.bits(uint64(q[0]), 16)
	span := uint64(q[end] - q[0])
	w.number(span, lowSpan)
	var logs [rank.Strata]int64
	logs[0], logs[end] = logOf(q[0]), logOf(q[end])
	for i := range forecasts {
		f := &forecasts[i]
		w.signed(int64(q[f.of])-foretold(&logs, i), lowMiss(f.of, span))
		logs[f.of] = logOf(q[f.of])
	}
}

func (r *reader) quantiles() (q rank.Quantiles) {
	const end = rank.Strata - 1
	first, span := r.bits(16), r.number(lowSpan)
	r.check(span <= 1<<16-1-first)
	if r.bad {
		return q
	}
	q[0], q[end] = rank.Quantile(first), rank.Quantile(first+span)
	var logs [rank.Strata]int64
	logs[0], logs[end] = logOf(q[0]), logOf(q[end])
	for i := range forecasts {
		f := &forecasts[i]
		v := foretold(&logs, i) + r.signed(lowMiss(f.of, span))
		r.check(v >= 0 && v <= 1<<16-1)
		q[f.of] = rank.Quantile(v)
		logs[f.of] = logOf(q[f.of])
	}
	return q
}

// foretold returns what a quantile may be, as a number that q has.
func foretold(logs *[rank.Strata]int64, forecast int) int64 {
	f := &forecasts[forecast]
	sum := int64(1 << 15)
	for k, from := range f.from {
		sum += f.by[k] * logs[from]
	}
	return quantileAt(sum >> 16)
}

// A rank.Quantile has an exponent and a part of 2,048ths. logOf and quantileAt
// go to the logarithm in 2,048ths and back by polynomials that are right to about
// one of these, which is near enough to foretell.
const (
	parts    = 11 // bits
	fraction = 1<<parts - 1
)

// logOf adds log₂(1+x) - x = x(1-x)(0.43838 - 0.23750x + 0.08065x²).
func logOf(q rank.Quantile) int64 {
	x := int64(q) & fraction
	curve := 28730 - (15565*x-(5286*x*x)>>parts)>>parts // in 65,536ths
	return int64(q) + (x*(fraction+1-x)>>parts*curve+1<<15)>>16
}

// quantileAt takes x + 1 - 2^x = x(1-x)(0.30414 + 0.07914x) off again.
func quantileAt(log int64) int64 {
	x := log & fraction
	curve := 19932 + (5187*x)>>parts
	return log - (x*(fraction+1-x)>>parts*curve+1<<15)>>16
}
