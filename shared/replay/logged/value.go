package logged

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"wegweiser/shared/ingest"
	"wegweiser/shared/rank"
	"wegweiser/shared/replay/offpolicy"
)

// Request is what Value is asked.
type Request struct {
	// Open opens the log from its beginning. It is called twice.
	Open func() (io.ReadCloser, error)
	Map  *ingest.ChoiceMapping // nil where the columns have the names of the format
	// Frequencies takes, for the probability of an item, the part of its place
	// in the log that it was shown in. It is right only where chance chose by
	// nothing but the place.
	Frequencies bool
	// ByVisitor takes the rows of one visitor together for the intervals, as those
	// of one decision are: where they stand next to each other, and chance drew once
	// for a visitor rather than for a decision.
	ByVisitor bool
	Policy    Policy
	Against   Policy             // to compare with; may be nil
	Options   *offpolicy.Options // may be nil
	// Rejected is told the rows that cannot be read. It may be nil.
	Rejected func(line int, err error)
}

// Result is what a policy would have earned on a log.
type Result struct {
	Rows     int `json:"rows"`
	LeftOut  int `json:"left_out"` // by the mapping
	Rejected int `json:"rejected"` // could not be read
	// Policy and Against have their values, or say why there are none.
	Policy  Valued  `json:"policy"`
	Against *Valued `json:"against,omitempty"`
	// Difference is by how much the policy earns more than the other one. It is
	// nil where one of them has no value.
	Difference *offpolicy.Estimates `json:"difference,omitempty"`
}

// Valued is one policy's values, or why it has none.
type Valued struct {
	Name    string `json:"name,omitempty"` // for the caller to fill in
	Refused string `json:"refused,omitempty"`
	*offpolicy.Report
	Support *offpolicy.Support `json:"support,omitempty"` // known where the whole log was read
}

// Value values a policy on a log, reading it twice: once to learn what items
// earn and what the policy needs, once to weigh. It keeps some hundred bytes for
// each item in each place, whatever the number of rows. Where a policy has no
// value the error is offpolicy.ErrNoSupport and the result says what is known.
func Value(ctx context.Context, request *Request) (*Result, error) {
	v := &valuing{Request: request, shown: map[string]*place{}}
	v.policies = append(v.policies, &valued{policy: request.Policy})
	if request.Against != nil {
		v.policies = append(v.policies, &valued{policy: request.Against})
	}
	for _, p := range v.policies {
		p.policy.bind(v.column)
	}
	if err := v.read(ctx, v.learn); err != nil {
		return nil, err
	}
	if err := v.begin(); err != nil {
		return nil, err
	}
	if err := v.read(ctx, v.weigh); err != nil {
		return v.refused(err)
	}
	return v.result()
}

// valuing is a log on its way through both passes.
type valuing struct {
	*Request
	columns  []string
	policies []*valued
	contrast *offpolicy.Contrast
	rewards  offpolicy.Rewards
	shown    map[string]*place

	known  bool // the first pass is over
	counts Result
}

type valued struct {
	policy    Policy
	valuation *offpolicy.Valuation
}

// place is how often items were shown in each of its positions.
type place struct {
	items     []string // sorted, once all are known
	seen      map[string]bool
	positions map[int]*shares
}

type shares struct {
	all float64
	of  map[string]float64
}

func (v *valuing) column(name string) int {
	if at := slices.Index(v.columns, name); at >= 0 {
		return at
	}
	v.columns = append(v.columns, name)
	return len(v.columns) - 1
}

// read takes the rows that count through one pass.
func (v *valuing) read(ctx context.Context, pass func(*choice) error) (err error) {
	file, err := v.Open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	reader, err := ingest.OpenChoices(file, v.Map, v.columns...)
	if err != nil {
		return err
	}
	number, before := 0, &choice{}
	for row, err := range reader.Rows() {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		if !v.counted(&row) {
			continue
		}
		number++
		c := &choice{Choice: row, number: number, where: row.Place + "\x00" + strconv.Itoa(row.Position)}
		c.fold = foldOf(c)
		c.follow(before, v.ByVisitor)
		before = c
		if err := pass(c); err != nil {
			return fmt.Errorf("line %d: %w", row.Line, err)
		}
	}
	return nil
}

// counted counts a row, and reports whether it is to be valued.
func (v *valuing) counted(row *ingest.Choice) bool {
	if !v.known {
		v.counts.Rows++
		switch {
		case row.LeftOut:
			v.counts.LeftOut++
		case row.Err != nil:
			v.counts.Rejected++
			if v.Rejected != nil {
				v.Rejected(row.Line, row.Err)
			}
		}
	}
	return !row.LeftOut && row.Err == nil
}

// foldOf keeps what one visitor did, or else one decision, in one fold. Without
// either it goes by the order of rows.
func foldOf(c *choice) int {
	switch {
	case c.Visitor != "":
		return int(rank.Hash(c.Visitor) % offpolicy.Folds)
	case c.Decision != "":
		return int(rank.Hash(c.Decision) % offpolicy.Folds)
	}
	return c.number % offpolicy.Folds
}

// follow says how a row belongs to the one before it.
func (c *choice) follow(before *choice, byVisitor bool) {
	decided := c.Decision != "" && c.Decision == before.Decision
	c.same = decided || byVisitor && c.Visitor != "" && c.Visitor == before.Visitor
	if decided && c.Place == before.Place && c.Position > before.Position {
		c.before = append(before.before, before.Item)
	}
}

func (v *valuing) learn(c *choice) error {
	at := v.shown[c.Place]
	if at == nil {
		at = &place{seen: map[string]bool{}, positions: map[int]*shares{}}
		v.shown[c.Place] = at
	}
	if !at.seen[c.Item] {
		at.seen[c.Item] = true
		at.items = append(at.items, c.Item)
	}
	if v.Frequencies {
		in := at.positions[c.Position]
		if in == nil {
			in = &shares{of: map[string]float64{}}
			at.positions[c.Position] = in
		}
		in.all++
		in.of[c.Item]++
	}
	v.rewards.Learn(c.where, c.Item, c.fold, c.Reward)
	for _, p := range v.policies {
		if err := p.policy.learn(c); err != nil {
			return err
		}
	}
	return nil
}

// begin makes of what was learned what weighing needs.
func (v *valuing) begin() (err error) {
	v.known = true
	for _, at := range v.shown {
		slices.Sort(at.items)
	}
	for _, p := range v.policies {
		if p.valuation, err = offpolicy.NewValuation(&v.rewards, v.Options); err != nil {
			return err
		}
	}
	if len(v.policies) == 2 {
		v.contrast = offpolicy.NewContrast(v.policies[0].valuation, v.policies[1].valuation)
	}
	return nil
}

func (v *valuing) weigh(c *choice) error {
	at := v.shown[c.Place]
	c.possible = c.Candidates
	if !c.listed() {
		c.possible = at.items
	}
	if v.Frequencies {
		in := at.positions[c.Position]
		c.Probability = in.of[c.Item] / in.all
	}
	var terms [2]offpolicy.Terms
	for i, p := range v.policies {
		d := offpolicy.Decision{Place: c.where, Item: c.Item, Probability: c.Probability, Reward: c.Reward, Fold: c.fold, Same: c.same}
		err := p.policy.aim(c, &d)
		if err == nil {
			terms[i], err = p.valuation.Add(&d)
		}
		if err != nil {
			return err
		}
	}
	if v.contrast != nil {
		v.contrast.Add(terms[0], terms[1])
	}
	return nil
}

// refused is the result where the log breaks off for want of support.
func (v *valuing) refused(err error) (*Result, error) {
	if !errors.Is(err, offpolicy.ErrNoSupport) {
		return nil, err
	}
	result := v.counts
	result.Policy.Refused = err.Error()
	return &result, err
}

func (v *valuing) result() (*Result, error) {
	result := v.counts
	var reports [2]Valued
	var refusals []error
	for i, p := range v.policies {
		report, err := p.valuation.Report()
		if err != nil && !errors.Is(err, offpolicy.ErrNoSupport) {
			return nil, err
		}
		reports[i].Support = &report.Support
		if err != nil {
			reports[i].Refused = err.Error()
			refusals = append(refusals, err)
			continue
		}
		report.Doubts = slices.Concat(report.Doubts, v.doubts(), p.policy.doubts())
		reports[i].Report = &report
	}
	result.Policy = reports[0]
	if len(v.policies) == 2 {
		result.Against = &reports[1]
	}
	if v.contrast != nil && len(refusals) == 0 {
		difference := v.contrast.Estimates()
		result.Difference = &difference
	}
	return &result, errors.Join(refusals...)
}

// doubts are about the log, whatever is valued on it.
func (v *valuing) doubts() []string {
	var doubts []string
	if v.counts.Rejected > 0 {
		doubts = append(doubts, fmt.Sprintf("%d of %d rows could not be read and are not in the figures.", v.counts.Rejected, v.counts.Rows))
	}
	if v.Frequencies {
		doubts = append(doubts, "Probabilities are how often items were shown in their place, which is right only where chance chose by nothing but the place.")
	}
	return doubts
}
