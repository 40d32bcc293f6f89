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

// filled returns the options with their defaults, and z: how many standard
// errors an interval reaches.
func (o *Options) filled() (full Options, z float64, err error) {
	full = Options{Clip: defaultClip, Confidence: defaultConfidence}
	if o != nil && o.Clip != 0 {
		full.Clip = o.Clip
	}
	if o != nil && o.Confidence != 0 {
		full.Confidence = o.Confidence
	}
	switch {
	case !(full.Clip > 0):
		return full, 0, fmt.Errorf("got the largest weight %v, want one above 0", full.Clip)
	case !(full.Confidence > 0 && full.Confidence < 1):
		return full, 0, fmt.Errorf("got the confidence %v, want one between 0 and 1", full.Confidence)
	}
	return full, math.Sqrt2 * math.Erfinv(full.Confidence), nil
}

// Estimate is a mean reward of a decision, and between what it lies with the
// confidence that was asked for.
type Estimate struct {
	Value float64 `json:"value"`
	Error float64 `json:"error"` // the standard error
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// Estimates are those of a policy, or of how much more one earns than another.
type Estimates struct {
	IPS     Estimate `json:"ips"`
	SNIPS   Estimate `json:"snips"`
	Clipped Estimate `json:"clipped"`
	// Direct and DR are nil where a decision has no Target: they need the
	// probability of each item, not only that of the one that was shown. Direct
	// is a value alone: how far a model is off, the log does not say.
	Direct *float64  `json:"direct"`
	DR     *Estimate `json:"dr"`
}

// Report is what a target would have earned.
type Report struct {
	Decisions int      `json:"decisions"`
	Logged    Estimate `json:"logged"` // what was earned
	Estimates
	Support Support `json:"support"`
	// Doubts are sentences that say why to be careful with the estimates.
	Doubts []string `json:"doubts"`
}

// Evaluate values the target on the decisions, whose folds are by their order.
// Where the error is ErrNoSupport and the decisions as such are good, the report
// has its Support but no values.
func Evaluate(decisions []Decision, options *Options) (Report, error) {
	var rewards Rewards
	for i := range decisions {
		rewards.Learn(decisions[i].Place, decisions[i].Item, i%Folds, decisions[i].Reward)
	}
	v, err := NewValuation(&rewards, options)
	if err != nil {
		return Report{}, err
	}
	for i := range decisions {
		d := decisions[i]
		d.Fold = i % Folds
		if _, err := v.Add(&d); err != nil {
			return Report{Decisions: len(decisions)}, fmt.Errorf("decision %d: %w", i+1, err)
		}
	}
	return v.Report()
}

// Valuation values a target on decisions that come one by one. It keeps sums,
// and no decisions.
type Valuation struct {
	options  Options
	z        float64
	rewards  *Rewards
	support  Support
	spread   moments // of weights
	squares  float64 // of weights
	sums     [estimators]moments
	logged   moments
	product  products // of the weights with themselves
	partial  bool     // a decision had no Target
	least    float64
	rewarded int
	apart    int // decisions, or what else varies together
}

// Which moments are whose.
const (
	ofIPS = iota
	ofClipped
	ofDirect
	ofDR
	estimators
)

// Terms are what one decision adds to a valuation.
type Terms struct {
	weighted
	of   [estimators]float64
	same bool
}

// NewValuation begins a valuation. The rewards are those of all the decisions
// that will be added, with the same folds.
func NewValuation(rewards *Rewards, options *Options) (*Valuation, error) {
	o, z, err := options.filled()
	if err != nil {
		return nil, err
	}
	return &Valuation{options: o, z: z, rewards: rewards}, nil
}

// Add takes a decision in. After an error the valuation says nothing.
func (v *Valuation) Add(d *Decision) (Terms, error) {
	target, impossible, err := d.check()
	if err != nil {
		return Terms{}, err
	}
	w := 0.0
	if target > 0 {
		w = target / d.Probability
	}
	q := v.rewards.expects(d.Place, d.Fold)
	expected := 0.0
	for i := range d.Target {
		if o := &d.Target[i]; o.Probability > 0 {
			expected += o.Probability * q.of(o.Item)
			if !q.seen(o.Item) {
				v.support.Unseen += o.Probability
			}
		}
	}
	t := Terms{weighted: weighted{w, w * d.Reward}, same: d.Same}
	t.of[ofIPS] = w * d.Reward
	t.of[ofClipped] = min(w, v.options.Clip) * d.Reward
	t.of[ofDirect] = expected
	t.of[ofDR] = expected + w*(d.Reward-q.of(d.Item))
	for i := range t.of {
		v.sums[i].add(t.of[i], d.Same)
	}
	v.partial = v.partial || d.Target == nil
	v.logged.add(d.Reward, d.Same)
	v.spread.add(w, d.Same)
	v.squares += w * w
	v.product.add(t.weighted, t.weighted, d.Same)
	v.support.MaxWeight = max(v.support.MaxWeight, w)
	v.support.Impossible += impossible
	v.least = min(v.least, d.Reward)
	if !d.Same || v.apart == 0 {
		v.apart++
	}
	if w > 0 && d.Reward != 0 {
		v.rewarded++
	}
	return t, nil
}

// Report says what the target would have earned. Where the error is
// ErrNoSupport the report has its Support but no values.
func (v *Valuation) Report() (Report, error) {
	n := v.spread.count
	if n == 0 {
		return Report{}, errors.New("there are no decisions to value anything on")
	}
	support, err := v.supported()
	if err != nil {
		return Report{Decisions: int(n), Support: support}, err
	}
	snips := v.normalized()
	deviation := math.Sqrt(max(0, v.product.residuals(snips, snips))) / v.spread.total()
	return Report{
		Decisions: int(n),
		Logged:    within(v.logged.estimate(v.z), v.least),
		Estimates: estimates(&v.sums, spread(snips, deviation, v.z), v.z, !v.partial, v.least),
		Support:   support,
		Doubts:    support.doubts(int(n), v.rewarded, v.partial),
	}, nil
}

// normalized is SNIPS.
func (v *Valuation) normalized() float64 { return v.sums[ofIPS].total() / v.spread.total() }

func estimates(sums *[estimators]moments, snips Estimate, z float64, whole bool, least float64) Estimates {
	e := Estimates{
		IPS:     within(sums[ofIPS].estimate(z), least),
		SNIPS:   within(snips, least),
		Clipped: within(sums[ofClipped].estimate(z), least),
	}
	if whole {
		direct, dr := sums[ofDirect].mean, within(sums[ofDR].estimate(z), least)
		e.Direct, e.DR = &direct, &dr
	}
	return e
}

func spread(value, deviation, z float64) Estimate {
	return Estimate{Value: value, Error: deviation, Low: value - z*deviation, High: value + z*deviation}
}

// within keeps an interval to what rewards can be.
func within(e Estimate, least float64) Estimate {
	e.Low = max(e.Low, least)
	return e
}
