package snapshot

import (
	"cmp"
	"math/bits"
	"slices"

	"wegweiser/shared/journey"
	"wegweiser/shared/phase"
	"wegweiser/shared/rank"
	"wegweiser/shared/rule"
	"wegweiser/shared/tables"
)

// Decide answers a request. It is pure and safe for concurrent use.
func (s *Snapshot) Decide(in *Input) Answer {
	d := s.pool.Get().(*decision)
	defer s.pool.Put(d)
	d.begin(in)
	var a Answer
	if d.personal && in.Stands == nil {
		a.Phase = d.answerPhase()
	}
	a.Arms = d.arms
	if in.Explain {
		a.Explanation = &Explanation{Arms: d.armNames(), Placements: []PlacementExplained{}}
	}
	d.fillAll(&a)
	a.Unknown = d.missed
	if len(a.Placements) > 0 {
		a.Segment = d.segment()
	}
	d.reservations(&a)
	d.end()
	return a
}

// decision is one decision under way. It is used again for the next one, so
// that deciding allocates nothing but the answer.
type decision struct {
	s        *Snapshot
	in       *Input
	history  *journey.History // nobody's where the decision is not personal
	personal bool
	state    phase.State
	arms     rank.Arms
	phase    string                           // empty where it may not be used, as in decisions that are not personal
	standing string                           // empty where the decision is not personal
	asked    struct{ phase, standing uint32 } // the same as bits
	spoken   string                           // the visitor's locale as it was given
	locale   string                           // folded
	country  string
	person   uint64
	facts    *rule.Facts

	rules, spare set      // the rules whose flat columns accept the decision
	turn         uint32   // of this decision, in marks
	marks        []uint32 // of each item: a turn and what is known of it then
	counting     counting
	chosen       []int32       // items
	drawn        []drawing     // of which they are chosen
	odds         []float64     // parallel to chosen where they are ranked, else empty
	ranking      *rank.Ranking // nil where no rule ranks
	column       int32         // of the statistics, for this decision; -1 until it is looked for
	missed       []string      // what was asked for and is unknown
}

// What is known of an item in a decision.
const (
	unknown uint32 = iota
	eligible
	refused
	shown
	verdicts
)

// drawing is an item that is chosen, and its key.
type drawing struct {
	item int32
	key  float64
}

func newDecision(s *Snapshot) *decision {
	d := &decision{
		s:        s,
		facts:    s.needs.NewFacts(),
		rules:    newSet(len(s.rules)),
		spare:    newSet(len(s.rules)),
		marks:    make([]uint32, len(s.items)),
		counting: counting{groups: make([]uint32, len(s.groups))},
	}
	if s.ranks {
		d.ranking = new(rank.Ranking)
	}
	return d
}

var nobody = &journey.History{}

func (d *decision) begin(in *Input) {
	d.in, d.history, d.personal = in, in.History, in.Withheld == ""
	if !d.personal || d.history == nil {
		d.history = nobody
	}
	d.facts.Begin(d)
	if d.turn++; d.turn == 1<<30 {
		clear(d.marks)
		clear(d.counting.groups)
		d.turn = 1
	}
	d.state, d.phase, d.standing, d.asked.phase, d.asked.standing = phase.State{}, "", "", 0, 0
	d.arms, d.column, d.missed = d.s.armsOf(in.Person), -1, nil
	p := &d.history.Profile
	if d.personal {
		d.state = d.s.model.Fold(d.history, in.At)
		standing := phase.StandingAt(p, in.At)
		d.standing, d.asked.standing = standing.String(), 1<<standing
		if !d.arms.NoPhase {
			d.phase, d.asked.phase = d.s.model.Name(d.state.Phase), 1<<d.state.Phase
		}
	}
	if in.Stands != nil {
		d.goBy(in.Stands)
	}
	d.spoken = cmp.Or(in.Context.Locale, p.Locale, in.Locale)
	d.locale = folded(d.spoken)
	d.country = cmp.Or(in.Context.Country, p.Country)
	d.person = hash(in.Person)
	d.s.index.candidates(d.rules, d.spare, d)
	d.beginCounting()
}

// end lets go of what belongs to the caller.
func (d *decision) end() {
	d.in, d.history, d.counting.counters = nil, nil, rank.Counters{}
	clear(d.counting.taken)
}

func (d *decision) fillAll(a *Answer) {
	places, count := 0, 0
	for i, name := range d.in.Placements {
		if at, ok := d.s.placementAt[name]; ok && !slices.Contains(d.in.Placements[:i], name) {
			places++
			count += d.s.placements[at].count
		}
	}
	a.Placements = make([]Placement, 0, places)
	items := make([]Item, 0, count)
	for i, name := range d.in.Placements {
		at, ok := d.s.placementAt[name]
		if !ok || slices.Contains(d.in.Placements[:i], name) {
			continue
		}
		p := &d.s.placements[at]
		var explained *PlacementExplained
		if a.Explanation != nil {
			a.Explanation.Placements = append(a.Explanation.Placements, d.explain(p))
			explained = &a.Explanation.Placements[len(a.Explanation.Placements)-1]
		}
		filled := Placement{Name: p.id}
		if r := d.choose(p); r != nil {
			filled.Rule, filled.Drawn = r.id, r.weights != nil
		} else {
			filled.Fallback, filled.Reason = true, d.reason()
			d.chosen, d.odds = append(d.chosen[:0], p.fallback), d.odds[:0]
			d.occupy(p.fallback)
		}
		start := len(items)
		for k, at := range d.chosen {
			items = append(items, d.show(at, d.probability(k)))
		}
		filled.Items = items[start:len(items):len(items)]
		if explained != nil {
			explained.markShown(filled)
		}
		a.Placements = append(a.Placements, filled)
	}
}

// show returns an item as the visitor reads it.
func (d *decision) show(at int32, probability float64) Item {
	it := &d.s.items[at]
	shown := Item{ID: it.id, Kind: string(it.kind), URL: it.url, Probability: probability}
	if len(d.in.Unknown) == 0 {
		shown.Content = it.content.texts(d.s.writer).in(d.locale).read(d.facts)
	}
	return shown
}

// reason says why a placement gets its fallback.
func (d *decision) reason() Reason {
	if d.arms.Holdout {
		return Holdout
	}
	return cmp.Or(d.in.Withheld, d.emptied(), NoRule)
}

// choose finds the rule that wins a placement, with its items in d.chosen, or
// nil.
func (d *decision) choose(p *placement) *choice {
	if d.arms.Holdout {
		return nil
	}
	d.counting.capped = false
	for w, word := range d.rules {
		for word &= p.rules[w]; word != 0; word &= word - 1 {
			r := &d.s.rules[w*64+bits.TrailingZeros64(word)]
			if r.schedule.Holds(d.in.At) && d.belongs(r.segments) && r.when.Holds(d.facts) && d.draw(r, p) {
				return r
			}
		}
	}
	return nil
}

// belongs reports whether the visitor is in one of the segments; none asks
// nothing.
func (d *decision) belongs(segments []int32) bool {
	for _, at := range segments {
		if d.s.segments[at].when.Holds(d.facts) {
			return true
		}
	}
	return len(segments) == 0
}

// draw takes items of a rule that are eligible, as many as the placement shows.
// It reports false where there is none.
func (d *decision) draw(r *choice, p *placement) bool {
	d.chosen, d.odds = d.chosen[:0], d.odds[:0]
	if r.ranked {
		d.drawRanked(r, p)
		return len(d.chosen) > 0
	}
	if r.weights != nil {
		d.drawWeighted(r, p)
		return len(d.chosen) > 0
	}
	for _, at := range r.items {
		if d.eligible(at, p.kind) {
			if d.take(at); len(d.chosen) == p.count {
				return true
			}
		}
	}
	return len(d.chosen) > 0
}

// drawWeighted takes the items with the smallest keys. One that leaves no room
// for another makes place for the next.
func (d *decision) drawWeighted(r *choice, p *placement) {
	for more := true; more && len(d.chosen) < p.count; {
		d.drawn = d.drawn[:0]
		for i, at := range r.items {
			if weight := d.s.weight(r, i, d.in.At); weight > 0 && d.eligible(at, p.kind) {
				d.offer(drawing{at, drawn(r.hash, d.person, d.s.items[at].hash, weight)}, p.count-len(d.chosen))
			}
		}
		more = false
		for _, c := range d.drawn {
			if d.eligible(c.item, p.kind) {
				d.take(c.item)
			} else {
				more = true
			}
		}
	}
}

// offer keeps c if it is among the smallest keys, of which there are at most
// count, in order. Equal keys stay in the order of the row.
func (d *decision) offer(c drawing, count int) {
	if len(d.drawn) == count {
		if c.key >= d.drawn[count-1].key {
			return
		}
		d.drawn = d.drawn[:count-1]
	}
	d.drawn = append(d.drawn, c)
	for i := len(d.drawn) - 1; i > 0 && c.key < d.drawn[i-1].key; i-- {
		d.drawn[i], d.drawn[i-1] = d.drawn[i-1], c
	}
}

// eligible reports whether an item may be shown in a placement of a kind. What
// does not depend on the placement is worked out once in a decision.
func (d *decision) eligible(at int32, kind tables.Kind) bool {
	it := &d.s.items[at]
	if kind != tables.AnyKind && kind != it.kind {
		return false
	}
	verdict := d.marks[at] - d.turn*verdicts
	if verdict == unknown || verdict >= verdicts {
		verdict = refused
		if it.enabled && d.allowed(it.purpose) && it.accepts(d) {
			verdict = eligible
		}
		d.marks[at] = d.turn*verdicts + verdict
	}
	return verdict == eligible && d.hasRoom(it)
}

// allowed reports whether the visitor agreed to what an item needs.
func (d *decision) allowed(purpose journey.Purpose) bool {
	switch purpose {
	case "":
		return true
	case journey.Personalization:
		return d.personal
	}
	return d.personal && slices.Contains(d.in.Purposes, purpose)
}

// accepts reports whether the decision is within the audience.
func (a *audience) accepts(d *decision) bool {
	return (a.phases == 0 || a.phases&d.asked.phase != 0) &&
		(a.standings == 0 || a.standings&d.asked.standing != 0) &&
		a.schedule.Holds(d.in.At) && d.belongs(a.segments) && a.when.Holds(d.facts)
}
