package fit_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"wegweiser/shared/rank/fit"
)

// What is believed is near what is so, nearer than what a cell says by itself
// or its item says everywhere, and as sure as it says.
func TestPosteriorsAreCalibrated(t *testing.T) {
	for _, impressions := range []int{500, 5_000, 50_000} {
		t.Run(fmt.Sprint(impressions), func(t *testing.T) {
			const worlds, nItems, nPhases, nSegments = 40, 8, 4, 3
			var ours, alone, pooled, held, all float64
			for n := range worlds {
				random := rand.New(rand.NewPCG(uint64(n), 8))
				rates := make([]float64, nItems*nPhases*nSegments)
				var phases [nPhases]float64
				var segments [nSegments]float64
				for i := range phases {
					phases[i] = spread(random, 0.6, 1.7)
				}
				for i := range segments {
					segments[i] = spread(random, 0.7, 1.4)
				}
				cells := make([]fit.Cell, len(rates))
				for i := range nItems {
					item := spread(random, 0.01, 0.15)
					for p, phase := range phases {
						for s, segment := range segments {
							at := (i*nPhases+p)*nSegments + s
							rates[at] = min(0.9, item*phase*segment*math.Exp(0.3*random.NormFloat64()))
							cells[at] = fit.Cell{Item: name(i), Phase: fmt.Sprint(p), Segment: fmt.Sprint(s)}
						}
					}
				}
				items := make(map[string]*[2]float64)
				for range impressions {
					at := random.IntN(len(cells))
					it := items[cells[at].Item]
					if it == nil {
						it = new([2]float64)
						items[cells[at].Item] = it
					}
					cells[at].Impressions++
					it[0]++
					if random.Float64() < rates[at] {
						cells[at].Successes++
						it[1]++
					}
				}
				m := model(t, cells, nil)
				for at, c := range cells {
					p := m.Posterior(c.Item, c.Phase, c.Segment)
					off := func(rate float64) float64 { return math.Pow((rate-rates[at])/rates[at], 2) }
					ours += off(p.Mean())
					alone += off((c.Successes + 0.5) / (c.Impressions + 10))
					it := items[c.Item]
					pooled += off((it[1] + 0.5) / (it[0] + 10))
					if low, high := p.Interval(0.9); low <= rates[at] && rates[at] <= high {
						held++
					}
					all++
				}
			}
			relative := func(squares float64) float64 { return math.Sqrt(squares / all) }
			t.Logf("relative error %.2f, of cells by themselves %.2f, of items everywhere %.2f; intervals of 90 %% held %.1f %%",
				relative(ours), relative(alone), relative(pooled), 100*held/all)
			if ours > alone || ours > pooled {
				t.Errorf("got the relative error %.3f, want less than the %.3f of cells and the %.3f of items", relative(ours), relative(alone), relative(pooled))
			}
			if share := held / all; share < 0.85 || share > 0.99 {
				t.Errorf("intervals of 90 %% held the truth in %.1f %% of cells", 100*share)
			}
		})
	}
}
