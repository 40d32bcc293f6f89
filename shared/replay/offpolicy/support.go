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
	tooHeavy            bool    // weights are above 1 by more than chance
}

const (
	mostMissing = 0.1  // of the target, before a value is refused
	farFromOne  = 3.29 // standard errors, exceeded once in a thousand times
)

// supported says how well the decisions cover the target, and whether that is
// enough.
func (v *Valuation) supported() (Support, error) {
	s, n := v.support, v.spread.count
	s.Impossible /= n
	s.Unseen /= n
	s.MeanWeight = v.spread.mean
	s.tooHeavy = s.MeanWeight > 1+mostMissing && s.MeanWeight-farFromOne*v.spread.error() > 1
	if v.squares > 0 {
		s.EffectiveSampleSize = v.spread.total() * v.spread.total() / v.squares
	}
	switch {
	case v.apart < 2:
		return s, fmt.Errorf("one decision says nothing of how much they differ: %w", ErrNoSupport)
	case s.MaxWeight == 0:
		return s, fmt.Errorf("the target would have shown none of the %.0f items that were shown: %w", n, ErrNoSupport)
	case math.IsInf(v.squares, 0):
		s.MaxWeight, s.MeanWeight, s.EffectiveSampleSize = math.MaxFloat64, math.MaxFloat64, 0
		return s, fmt.Errorf("weights are too large to count with: %w", ErrNoSupport)
	case s.Impossible > mostMissing:
		return s, fmt.Errorf("%.0f %% of what the target would show could not be shown when the decisions were logged: %w", 100*s.Impossible, ErrNoSupport)
	case s.MeanWeight < 1-mostMissing && s.MeanWeight+farFromOne*v.spread.error() < 1:
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

func (s *Support) doubts(decisions, rewarded int, partial bool) []string {
	list := []string{}
	doubt := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	if s.tooHeavy {
		doubt("Weights are %.2f on average, and 1 where probabilities are right: those that were logged seem too low, and IPS too high by as much.", s.MeanWeight)
	}
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
	if partial {
		doubt("The target's probability is known only of what was shown: there is no direct and no doubly robust estimate.")
	}
	return list
}
