package offpolicy

import (
	"errors"
	"fmt"
	"math"
)

// Decision is an item that was shown, and what came of it.
type Decision struct {
	// Place is what the reward depends on besides the item, such as placement
	// and phase, for the model of rewards. It may be empty.
	Place       string
	Item        string
	Probability float64 // with which the item was chosen, above 0 and at most 1
	Reward      float64
	// Target is what the policy that is valued would have shown instead, each
	// item once, with probabilities that add up to 1. Decisions may share it;
	// it is only read.
	Target []Option
}

// Option is an item that a policy may show.
type Option struct {
	Item        string
	Probability float64
	// Impossible says that the policy that was logged could not have shown it.
	Impossible bool
}

// ErrNoSupport means that the log cannot say what the target would have earned.
var ErrNoSupport = errors.New("the log does not support a value")

// sumSlack is by how much probabilities may miss 1, as they are read from files
// of few decimals.
const sumSlack = 1e-3

// check says what is wrong with a decision, and returns the probability with
// which the target would show its item and that of what was impossible.
func (d *Decision) check(number int) (target, impossible float64, err error) {
	if math.IsNaN(d.Reward) || math.IsInf(d.Reward, 0) {
		return 0, 0, fmt.Errorf("decision %d: got the reward %v, want a number", number, d.Reward)
	}
	sum := 0.0
	for i := range d.Target {
		o := &d.Target[i]
		if !(o.Probability >= 0 && o.Probability <= 1+sumSlack) {
			return 0, 0, fmt.Errorf("decision %d: got the probability %v of the target's item %s, want 0 to 1", number, o.Probability, o.Item)
		}
		sum += o.Probability
		if o.Item == d.Item {
			target += o.Probability
		}
		if o.Impossible {
			impossible += o.Probability
		}
	}
	if math.Abs(sum-1) > sumSlack {
		return 0, 0, fmt.Errorf("decision %d: got probabilities of the target that add up to %v, want 1", number, sum)
	}
	if d.Probability > 1 || d.Probability < 0 || math.IsNaN(d.Probability) {
		return 0, 0, fmt.Errorf("decision %d: got the probability %v, want one above 0 and up to 1", number, d.Probability)
	}
	if d.Probability == 0 && target > 0 {
		return 0, 0, fmt.Errorf("decision %d: the item %s was shown with a probability that is not known: %w", number, d.Item, ErrNoSupport)
	}
	return target, impossible, nil
}
