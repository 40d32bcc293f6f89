package offpolicy

// folds is in how many parts a log is split, so that no decision is asked about
// rewards that it taught.
const folds = 5

// steadiness is as how many decisions the mean of a place counts for an item,
// and that of all for a place.
const steadiness = 20

// model is what items earn in places, as learned from a part of a log.
type model struct {
	all    tally
	places map[string]tally
	items  map[pair]tally
}

type pair struct{ place, item string }

type tally struct{ count, sum float64 }

func (t tally) with(reward float64) tally { return tally{t.count + 1, t.sum + reward} }

func (t tally) shrunk(towards float64) float64 {
	return (t.sum + steadiness*towards) / (t.count + steadiness)
}

// learn is a model of all decisions that are not of a fold.
func learn(decisions []Decision, fold int) *model {
	m := &model{places: make(map[string]tally), items: make(map[pair]tally)}
	for i := range decisions {
		if i%folds == fold {
			continue
		}
		d := &decisions[i]
		at := pair{d.Place, d.Item}
		m.all = m.all.with(d.Reward)
		m.places[d.Place] = m.places[d.Place].with(d.Reward)
		m.items[at] = m.items[at].with(d.Reward)
	}
	return m
}

func (m *model) expects(place, item string) float64 {
	mean := 0.0
	if m.all.count > 0 {
		mean = m.all.sum / m.all.count
	}
	return m.items[pair{place, item}].shrunk(m.places[place].shrunk(mean))
}

// expectsOf is what a policy earns in a place.
func (m *model) expectsOf(place string, options []Option) float64 {
	sum := 0.0
	for i := range options {
		if p := options[i].Probability; p > 0 {
			sum += p * m.expects(place, options[i].Item)
		}
	}
	return sum
}
