package logged

import (
	"fmt"
	"slices"
	"strings"

	"wegweiser/shared/ingest"
	"wegweiser/shared/replay/offpolicy"
)

// Policy is a way of choosing that is valued on a log. It is told of every
// choice of the log before it is asked what it would have shown, and serves one
// Value at a time.
type Policy interface {
	// bind asks for columns of the log, by name, and is told where in
	// ingest.Choice.Columns they stand.
	bind(column func(name string) int)
	// learn is told a choice of the log.
	learn(c *choice) error
	// aim says what would have been shown, in the decision's Target, or in its
	// Wanted where no more is known.
	aim(c *choice, d *offpolicy.Decision) error
	// doubts are sentences on what it could not know.
	doubts() []string
}

// choice is a row of the log and what the whole log says around it.
type choice struct {
	ingest.Choice
	number   int      // among the rows that count, from 1
	fold     int      // of offpolicy.Folds
	same     bool     // intervals take it together with the row before
	before   []string // what the decision showed in the places before, as far as the log has it
	where    string   // the place and the position in it
	possible []string // the candidates, or what was ever shown in the place; sorted where derived
}

// listed reports whether the log itself says what could have been shown.
func (c *choice) listed() bool { return c.Candidates != nil }

// among names the candidates, the same for the same ones.
func (c *choice) among() string {
	if c.listed() {
		return strings.Join(c.Candidates, "\x00")
	}
	return "\x00" + c.Place
}

// option is an item of a target, impossible where the log says that it was no
// candidate.
func (c *choice) option(item string, probability float64) offpolicy.Option {
	return offpolicy.Option{Item: item, Probability: probability, Impossible: c.listed() && !slices.Contains(c.Candidates, item)}
}

// certain is a target that shows one item.
func (c *choice) certain(item string) []offpolicy.Option {
	return []offpolicy.Option{c.option(item, 1)}
}

// nothing is a target that has nothing to show there.
func nothing() []offpolicy.Option { return []offpolicy.Option{{Probability: 1, Impossible: true}} }

// plain is a policy that needs nothing but the row.
type plain struct{}

func (plain) bind(func(string) int) {}
func (plain) learn(*choice) error   { return nil }
func (plain) doubts() []string      { return nil }

// What was logged: it is worth what was earned.
type asLogged struct{ plain }

// Logged is the policy that wrote the log, for others to be compared with. It
// needs no probabilities.
func Logged() Policy { return asLogged{} }

func (asLogged) aim(c *choice, d *offpolicy.Decision) error {
	d.Probability, d.Target = 1, []offpolicy.Option{{Item: c.Item, Probability: 1}}
	return nil
}

type uniform struct {
	plain
	known targets
}

// Uniform shows each candidate as often as another.
func Uniform() Policy { return &uniform{known: targets{}} }

func (u *uniform) aim(c *choice, d *offpolicy.Decision) error {
	d.Target = u.known.of(c.among(), func() []offpolicy.Option {
		options := make([]offpolicy.Option, len(c.possible))
		for i, item := range c.possible {
			options[i] = offpolicy.Option{Item: item, Probability: 1 / float64(len(options))}
		}
		return options
	})
	return nil
}

// targets are those that were made before, by what they were made of.
type targets map[string][]offpolicy.Option

// knownTargets bounds how many targets are kept.
const knownTargets = 10_000

func (t targets) of(key string, build func() []offpolicy.Option) []offpolicy.Option {
	options, ok := t[key]
	if !ok {
		if len(t) >= knownTargets {
			clear(t)
		}
		options = build()
		t[key] = options
	}
	return options
}

type order struct {
	plain
	items []string
	seen  map[string]bool // of the items, in the log
}

// Order shows the first of the items that is a candidate. Where the log does not
// list candidates, position k shows the k-th item that the place ever showed.
func Order(items []string) Policy { return &order{items: items, seen: map[string]bool{}} }

func (o *order) learn(c *choice) error {
	o.seen[c.Item] = true
	for _, item := range c.Candidates {
		o.seen[item] = true
	}
	return nil
}

func (o *order) aim(c *choice, d *offpolicy.Decision) error {
	skip := 0
	if !c.listed() {
		skip = c.Position - 1
	}
	for _, item := range o.items {
		if !o.seen[item] {
			return fmt.Errorf("the log never shows the item %q of the order: %w", item, offpolicy.ErrNoSupport)
		}
		if !slices.Contains(c.possible, item) {
			continue
		}
		if skip == 0 {
			d.Target = c.certain(item)
			return nil
		}
		skip--
	}
	d.Target = nothing()
	return nil
}
