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
	Probability float64 // with which the item was chosen, at most 1; 0 where it is not known
	Reward      float64
	// Target is what the policy that is valued would have shown instead, each
	// item once, with probabilities that add up to 1. Decisions may share it;
	// it is only read. It may be nil where all that is known is Wanted.
	Target []Option
	// Wanted is the probability with which the policy that is valued would have
	// shown Item. It is read where there is no Target.
	Wanted float64
	// Fold, from 0 to Folds-1, is the part of the log that the decision is in.
	Fold int
	// Same says that chance did the same to it as to the decision before, as to
	// the positions of one page: intervals take such decisions together.
	Same bool
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
func (d *Decision) check() (target, impossible float64, err error) {
	if math.IsNaN(d.Reward) || math.IsInf(d.Reward, 0) {
		return 0, 0, fmt.Errorf("got the reward %v, want a number", d.Reward)
	}
	if d.Fold < 0 || d.Fold >= Folds {
		return 0, 0, fmt.Errorf("got the fold %d, want 0 to %d", d.Fold, Folds-1)
	}
	if d.Target == nil {
		target = d.Wanted
		if !probable(target) {
			return 0, 0, fmt.Errorf("got the probability %v of the target's item %s, want 0 to 1", target, d.Item)
		}
	} else if target, impossible, err = d.targets(); err != nil {
		return 0, 0, err
	}
	if !(d.Probability >= 0 && d.Probability <= 1) {
		return 0, 0, fmt.Errorf("got the probability %v, want one above 0 and up to 1", d.Probability)
	}
	if d.Probability == 0 && target > 0 {
		return 0, 0, fmt.Errorf("the item %s was shown with a probability that is not known: %w", d.Item, ErrNoSupport)
	}
	return target, impossible, nil
}

func (d *Decision) targets() (target, impossible float64, err error) {
	sum := 0.0
	for i := range d.Target {
		o := &d.Target[i]
		if !probable(o.Probability) {
			return 0, 0, fmt.Errorf("got the probability %v of the target's item %s, want 0 to 1", o.Probability, o.Item)
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
		return 0, 0, fmt.Errorf("got probabilities of the target that add up to %v, want 1", sum)
	}
	return target, impossible, nil
}

func probable(p float64) bool { return p >= 0 && p <= 1+sumSlack }
