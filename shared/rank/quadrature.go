package rank

// nodes and weights are those of Gauss and Legendre for 16 nodes, moved to
// [0, 1] (Abramowitz and Stegun 1964, table 25.4). They integrate polynomials
// of up to degree 31 exactly, which is that of MaxCandidates less one.
var nodes, weights = legendre()

func legendre() (x, w [16]float64) {
	half := [8][2]float64{
		{0.0950125098376374, 0.1894506104550685},
		{0.2816035507792589, 0.1826034150449236},
		{0.4580167776572274, 0.1691565193950025},
		{0.6178762444026438, 0.1495959888165767},
		{0.7554044083550030, 0.1246289712555339},
		{0.8656312023878318, 0.0951585116824928},
		{0.9445750230732326, 0.0622535239386479},
		{0.9894009349916499, 0.0271524594117541},
	}
	for i, h := range half {
		x[7-i], x[8+i] = (1-h[0])/2, (1+h[0])/2
		w[7-i], w[8+i] = h[1]/2, h[1]/2
	}
	return x, w
}
