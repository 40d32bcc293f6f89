package phase

import "math"

// halved returns 2^-x for x ≥ 0, wrong by one part in 10^15 at most. It stands
// in for math.Exp2 because that differs between processors in its last bits,
// and a decision must replay to the same bytes on any of them. What would be
// smaller than the smallest normal number is 0.
//
// x is split into whole halvings, sixteenths, their sixteenths, and a rest
// that is small enough for four terms of the series. Every product that is
// added to something is rounded by its own conversion, so that no compiler may
// fuse the two.
func halved(x float64) float64 {
	if !(x < 1022) {
		return 0
	}
	steps := int(float64(x*256) + 0.5)
	y := float64((x - float64(float64(steps)/256)) * -math.Ln2)
	square := float64(y * y)
	tail := float64(square * (0.5 + float64(y/6) + float64(square/24)))
	whole := math.Float64frombits(uint64(1023-steps>>8) << 52)
	return whole * sixteenths[steps>>4&15] * fine[steps&15] * (1 + y + tail)
}

// sixteenths[i] is 2^-(i/16), fine[i] is 2^-(i/256).
var (
	sixteenths = [16]float64{
		1, 0.95760328069857364693, 0.91700404320467123174, 0.87812608018664974155,
		0.84089641525371454303, 0.80524516597462715408, 0.77110541270397041180, 0.73841307296974965569,
		0.70710678118654752440, 0.67712777346844636414, 0.64841977732550483296, 0.62092890603674202429,
		0.59460355750136053335, 0.56939431737834582685, 0.54525386633262882960, 0.52213689121370692016,
	}
	fine = [16]float64{
		1, 0.99729605608547012625, 0.99459942348363317565, 0.99191008242510968492,
		0.98922801319397548412, 0.98655319612761715646, 0.98388561161658788905, 0.98122524010446371338,
		0.97857206208770013450, 0.97592605811548914795, 0.97328720878961664317, 0.97065549476432019260,
		0.96803089674614722529, 0.96541339549381358395, 0.96280297181806246447, 0.96019960658152373694,
	}
)
