package offpolicy

import (
	"fmt"
	"math"
)

// Support is how well a log covers what the target would have shown.
type Support struct {
	EffectiveSampleSize float64 `json:"effective_sample_size"` // as many decisions of the target itself would say as much
	MeanWeight          float64 `json:"mean_weight"`           // 1 on average, where all was possible
	MaxWeight           float64 `json:"max_weight"`
	Impossible          float64 `json:"impossible"` // the part of the target that is said to have been impossible
	Unseen              float64 `json:"unseen"`     // the part of the target that was never shown in its place
}

const (
	mostMissing = 0.1  // of the target, before a value is refused
	farFromOne  = 3.29 // standard errors, exceeded once in a thousand times
)

// supportOf fills in the weights.
func supportOf(decisions []Decision, weights []float64) (Support, error) {
	var s Support
	var spread moments
	squares := 0.0
	seen := make(map[pair]bool)
	for i := range decisions {
		d := &decisions[i]
		target, impossible, err := d.check(i + 1)
		if err != nil {
			return Support{}, err
		}
		if target > 0 {
			weights[i] = target / d.Probability
		}
		spread.add(weights[i])
		squares += weights[i] * weights[i]
		s.MaxWeight = max(s.MaxWeight, weights[i])
		s.Impossible += impossible / float64(len(decisions))
		seen[pair{d.Place, d.Item}] = true
	}
	for i := range decisions {
		for _, o := range decisions[i].Target {
			if o.Probability > 0 && !seen[pair{decisions[i].Place, o.Item}] {
				s.Unseen += o.Probability / float64(len(decisions))
			}
		}
	}
	s.MeanWeight = spread.mean
	if squares > 0 {
		sum := spread.mean * spread.count
		s.EffectiveSampleSize = sum * sum / squares
	}
	switch {
	case s.MaxWeight == 0:
		return s, fmt.Errorf("the target would have shown none of the %d items that were shown: %w", len(decisions), ErrNoSupport)
	case math.IsInf(squares, 0):
		return s, fmt.Errorf("got a weight of %v, which is too large to count with: %w", s.MaxWeight, ErrNoSupport)
	case s.Impossible > mostMissing:
		return s, fmt.Errorf("%.0f %% of what the target would show could not be shown when the decisions were logged: %w", 100*s.Impossible, ErrNoSupport)
	case s.MeanWeight < 1-mostMissing && s.MeanWeight+farFromOne*spread.error() < 1:
		return s, fmt.Errorf("about %.0f %% of what the target would show was not possible when the decisions were logged, as weights are %.2f on average: %w", 100*(1-s.MeanWeight), s.MeanWeight, ErrNoSupport)
	}
	return s, nil
}

// What is enough not to be doubted.
const (
	enoughEffective = 100
	enoughRewards   = 20
	heavyWeight     = 0.05 // the part of all weight that one decision may have
)

func (s *Support) doubts(decisions, rewarded int) []string {
	list := []string{}
	doubt := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	if s.EffectiveSampleSize < enoughEffective {
		doubt("The weights leave %d decisions the worth of %.1f: log more decisions, or value something that is nearer to what was done.", decisions, s.EffectiveSampleSize)
	}
	if part := s.MaxWeight / (s.MeanWeight * float64(decisions)); part > heavyWeight {
		doubt("One decision carries %.0f %% of all weight: look at the clipped estimate, and at the decision.", 100*part)
	}
	if rewarded < enoughRewards {
		doubt("Only %d of the decisions that count earned anything: the intervals are too narrow for so few.", rewarded)
	}
	if s.Impossible > 0 {
		doubt("%.1f %% of what the target would show was impossible, and is worth nothing to IPS and the clipped estimate.", 100*s.Impossible)
	}
	if s.Unseen > s.Impossible && s.Unseen > 0.01 {
		doubt("%.1f %% of what the target would show was never shown there.", 100*s.Unseen)
	}
	return list
}
