package offpolicy

import (
	"errors"
	"fmt"
	"math"
)

// Options may be nil for the defaults.
type Options struct {
	Clip       float64 // the largest weight of the clipped estimate; default 10
	Confidence float64 // of intervals, between 0 and 1; default 0.95
}

const (
	defaultClip       = 10
	defaultConfidence = 0.95
)

// Estimate is a mean reward of a decision, and between what it lies with the
// confidence that was asked for.
type Estimate struct {
	Value float64 `json:"value"`
	Error float64 `json:"error"` // the standard error
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// Report is what a target would have earned.
type Report struct {
	Decisions int      `json:"decisions"`
	Logged    Estimate `json:"logged"` // what was earned
	IPS       Estimate `json:"ips"`
	SNIPS     Estimate `json:"snips"`
	Clipped   Estimate `json:"clipped"`
	Direct    Estimate `json:"direct"`
	DR        Estimate `json:"dr"`
	Support   Support  `json:"support"`
	// Doubts are sentences that say why to be careful with the estimates.
	Doubts []string `json:"doubts"`
}

// Evaluate values the target on the decisions. Where the error is ErrNoSupport
// and the decisions as such are good, the report has its Support but no values.
func Evaluate(decisions []Decision, options *Options) (Report, error) {
	o := Options{Clip: defaultClip, Confidence: defaultConfidence}
	if options != nil && options.Clip != 0 {
		o.Clip = options.Clip
	}
	if options != nil && options.Confidence != 0 {
		o.Confidence = options.Confidence
	}
	switch {
	case len(decisions) == 0:
		return Report{}, errors.New("there are no decisions to value anything on")
	case !(o.Clip > 0):
		return Report{}, fmt.Errorf("got the largest weight %v, want one above 0", o.Clip)
	case !(o.Confidence > 0 && o.Confidence < 1):
		return Report{}, fmt.Errorf("got the confidence %v, want one between 0 and 1", o.Confidence)
	}
	weights := make([]float64, len(decisions))
	support, err := supportOf(decisions, weights)
	if err != nil {
		return Report{Decisions: len(decisions), Support: support}, err
	}
	return value(decisions, weights, support, o), nil
}

func value(decisions []Decision, weights []float64, support Support, o Options) Report {
	var models [folds]*model
	for fold := range models {
		models[fold] = learn(decisions, fold)
	}
	var logged, weighed, clipped, direct, robust moments
	least, rewarded, sum := 0.0, 0, 0.0
	for i := range decisions {
		d, w := &decisions[i], weights[i]
		q := models[i%folds]
		expected := q.expectsOf(d.Place, d.Target)
		logged.add(d.Reward)
		weighed.add(w * d.Reward)
		clipped.add(min(w, o.Clip) * d.Reward)
		direct.add(expected)
		robust.add(expected + w*(d.Reward-q.expects(d.Place, d.Item)))
		sum += w
		least = min(least, d.Reward)
		if w > 0 && d.Reward != 0 {
			rewarded++
		}
	}
	normalized := weighed.mean * float64(len(decisions)) / sum
	var residuals float64
	for i := range decisions {
		r := weights[i] * (decisions[i].Reward - normalized)
		residuals += r * r
	}
	z := math.Sqrt2 * math.Erfinv(o.Confidence)
	between := func(value, deviation float64) Estimate {
		return Estimate{Value: value, Error: deviation, Low: max(least, value-z*deviation), High: value + z*deviation}
	}
	of := func(m moments) Estimate { return between(m.mean, m.error()) }
	return Report{
		Decisions: len(decisions),
		Logged:    of(logged),
		IPS:       of(weighed),
		SNIPS:     between(normalized, math.Sqrt(residuals)/sum),
		Clipped:   of(clipped),
		Direct:    of(direct),
		DR:        of(robust),
		Support:   support,
		Doubts:    support.doubts(len(decisions), rewarded),
	}
}

// moments are the mean and the spread of numbers, gathered one by one (Welford
// 1962, Technometrics 4:419).
type moments struct{ count, mean, squares float64 }

func (m *moments) add(x float64) {
	m.count++
	off := x - m.mean
	m.mean += off / m.count
	m.squares += off * (x - m.mean)
}

// error is the standard error of the mean.
func (m *moments) error() float64 { return math.Sqrt(m.squares) / m.count }
