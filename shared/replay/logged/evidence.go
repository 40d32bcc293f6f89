package logged

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"wegweiser/shared/rank"
	"wegweiser/shared/rank/fit"
	"wegweiser/shared/replay/offpolicy"
)

// evidence is what the items of a log earned, by fold, so that beliefs can be
// made without the fold that they are asked about.
type evidence struct {
	priors map[string]fit.Prior
	cells  [offpolicy.Folds]map[cell]*earned
	models [offpolicy.Folds]*fit.Model
}

type cell struct{ item, place string }

type earned struct{ shown, taken, reward float64 }

func (e *evidence) learn(item, place string, fold int, reward float64) error {
	if reward < 0 {
		return fmt.Errorf("the reward is %v: a ranking learns from rewards that are 0 or more", reward)
	}
	if e.cells[fold] == nil {
		e.cells[fold] = map[cell]*earned{}
	}
	of := e.cells[fold][cell{item, place}]
	if of == nil {
		of = &earned{}
		e.cells[fold][cell{item, place}] = of
	}
	of.shown++
	if reward > 0 {
		of.taken++
		of.reward += reward
	}
	return nil
}

// without is what is believed of propensities by all folds but one.
func (e *evidence) without(fold int) (*fit.Model, error) {
	if e.models[fold] != nil {
		return e.models[fold], nil
	}
	var cells []fit.Cell
	for other, of := range e.cells {
		if other == fold {
			continue
		}
		for at, counts := range of {
			cells = append(cells, fit.Cell{Item: at.item, Segment: at.place, Impressions: counts.shown, Successes: counts.taken})
		}
	}
	// In one order, as sums of floating point depend on it.
	slices.SortFunc(cells, func(a, b fit.Cell) int {
		return cmp.Or(cmp.Compare(a.Item, b.Item), cmp.Compare(a.Segment, b.Segment), cmp.Compare(a.Impressions, b.Impressions), cmp.Compare(a.Successes, b.Successes))
	})
	model, err := fit.New(cells, e.priors)
	if err != nil {
		return nil, fmt.Errorf("fit the ranking: %w", err)
	}
	e.models[fold] = model
	return model, nil
}

// worthSteadiness is as how many successes the mean worth of all counts for an
// item's.
const worthSteadiness = 5

// worths is what a success of each item is worth by all folds but one.
func (e *evidence) worths(fold int) func(item string) float64 {
	items, all := map[string]earned{}, earned{}
	for other, of := range e.cells {
		if other == fold {
			continue
		}
		for at, counts := range of {
			sum := items[at.item]
			sum.taken += counts.taken
			sum.reward += counts.reward
			items[at.item] = sum
			all.taken += counts.taken
			all.reward += counts.reward
		}
	}
	mean := 1.0
	if all.taken > 0 {
		mean = all.reward / all.taken
	}
	return func(item string) float64 {
		of := items[item]
		return (of.reward + worthSteadiness*mean) / (of.taken + worthSteadiness)
	}
}

type ranking struct {
	evidence
	floor float64
	worth [offpolicy.Folds]func(string) float64
	known targets
}

// DefaultFloor is the part of choices that a ranking spreads evenly where nobody
// says otherwise.
const DefaultFloor = 0.05

// Ranking is the ranking of Wegweiser among the candidates, by statistics of the
// other folds of the log: propensity by item and place, times the mean reward of
// a success. The floor, from 0 to 1, is the part of choices that is spread
// evenly.
func Ranking(floor float64) Policy { return &ranking{floor: floor, known: targets{}} }

func (r *ranking) bind(func(string) int) {}

func (r *ranking) doubts() []string { return nil }

func (r *ranking) learn(c *choice) error {
	return r.evidence.learn(c.Item, c.Place, c.fold, c.Reward)
}

func (r *ranking) aim(c *choice, d *offpolicy.Decision) error {
	model, err := r.without(c.fold)
	if err != nil {
		return err
	}
	if r.worth[c.fold] == nil {
		r.worth[c.fold] = r.worths(c.fold)
	}
	key := strconv.Itoa(c.fold) + c.Place + "\x00" + c.among()
	d.Target = r.known.of(key, func() []offpolicy.Option {
		var race rank.Ranking
		race.Begin(0, r.floor)
		believed := make([]rank.Quantiles, len(c.possible))
		for i, item := range c.possible {
			believed[i] = model.Posterior(item, "", c.Place).Quantiles()
			race.Add(rank.Candidate{At: int32(i), Hash: rank.Hash(item), Quantiles: &believed[i], Weight: r.worth[c.fold](item)})
		}
		options := make([]offpolicy.Option, 0, len(c.possible))
		for i, p := range race.Probabilities() {
			options = append(options, offpolicy.Option{Item: c.possible[race.Candidates()[i].At], Probability: p})
		}
		return options
	})
	return nil
}
