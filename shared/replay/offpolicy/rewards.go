package offpolicy

// Folds is in how many parts a log is split, so that no decision is asked about
// rewards that it taught.
const Folds = 5

// steadiness is as how many decisions the mean of a place counts for an item,
// and that of all for a place.
const steadiness = 20

// Rewards is what items earned in places, part by part of a log. It grows with
// the places and their items, not with the decisions. The zero value has seen
// nothing.
type Rewards struct {
	all    parts
	places map[string]*earnings
}

// earnings is what was earned in a place.
type earnings struct {
	parts
	items map[string]*parts
}

// parts are tallies by fold.
type parts [Folds]tally

type tally struct{ count, sum float64 }

func (p *parts) add(fold int, reward float64) {
	p[fold].count++
	p[fold].sum += reward
}

// without is what was seen in all folds but one.
func (p *parts) without(fold int) tally {
	var rest tally
	for i := range p {
		if i != fold {
			rest.count += p[i].count
			rest.sum += p[i].sum
		}
	}
	return rest
}

func (t tally) shrunk(towards float64) float64 {
	return (t.sum + steadiness*towards) / (t.count + steadiness)
}

// Learn takes in what an item earned in a place. The fold, from 0 to Folds-1,
// is that of the decision.
func (r *Rewards) Learn(place, item string, fold int, reward float64) {
	at := r.places[place]
	if at == nil {
		if r.places == nil {
			r.places = make(map[string]*earnings)
		}
		at = &earnings{items: make(map[string]*parts)}
		r.places[place] = at
	}
	of := at.items[item]
	if of == nil {
		of = &parts{}
		at.items[item] = of
	}
	r.all.add(fold, reward)
	at.add(fold, reward)
	of.add(fold, reward)
}

// expectation is what a place is expected to earn by what was learned outside
// of one fold.
type expectation struct {
	in   *earnings // nil where nothing was ever shown
	fold int
	mean float64
}

func (r *Rewards) expects(place string, fold int) expectation {
	e := expectation{in: r.places[place], fold: fold}
	if all := r.all.without(fold); all.count > 0 {
		e.mean = all.sum / all.count
	}
	if e.in != nil {
		e.mean = e.in.without(fold).shrunk(e.mean)
	}
	return e
}

func (e expectation) seen(item string) bool { return e.in != nil && e.in.items[item] != nil }

func (e expectation) of(item string) float64 {
	if !e.seen(item) {
		return e.mean
	}
	return e.in.items[item].without(e.fold).shrunk(e.mean)
}
