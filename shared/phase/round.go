package phase

// Round rounds at most MaxPhases shares that add up to 1 to four decimals that
// add up to 1 too: each is cut, and what is then missing goes to those that
// lost most, the first of equals. All zeros stay zeros. Answers are rounded
// once, on output, with this.
func Round(shares []float64) {
	const one = 10_000
	var lost [MaxPhases]float64
	var units [MaxPhases]int
	missing := one
	for i, share := range shares {
		units[i] = int(share * one)
		lost[i] = float64(share*one) - float64(units[i])
		missing -= units[i]
	}
	if missing == one {
		return
	}
	for ; missing > 0; missing-- {
		most := 0
		for i := range shares {
			if lost[i] > lost[most] {
				most = i
			}
		}
		units[most]++
		lost[most] = -1
	}
	for i := range shares {
		shares[i] = float64(units[i]) / one
	}
}
