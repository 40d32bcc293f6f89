package snapshot

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"

	"wegweiser/shared/journey"
	"wegweiser/shared/phase"
	"wegweiser/shared/rank"
	"wegweiser/shared/rule"
	"wegweiser/shared/tables"
)

// placement is a place to be filled, ready.
type placement struct {
	id       string
	hash     uint64
	kind     tables.Kind
	count    int
	fallback int32 // of items
	rules    set   // that may fill it
}

// item is an item, ready.
type item struct {
	id            string
	kind          tables.Kind
	url           string
	hash          uint64
	enabled       bool
	purpose       journey.Purpose // what the visitor must have agreed to
	value, cost   float64
	prior         *prior  // nil where it has none
	limits        *limits // nil where its columns set none
	group         int32   // of groups; -1 where it is of none
	transactional bool
	content       prepared
	audience
}

// choice is a rule, ready, without the flat columns that the index holds.
type choice struct {
	id      string
	hash    uint64
	items   []int32
	weights []float64 // parallel to items; nil for a fixed choice
	ranked  bool
	audience
}

// audience is whom a row is for, ready. A rule's phases and standings are in
// the index alone.
type audience struct {
	phases    uint32 // a bit for each; 0 is any, also below
	standings uint32
	segments  []int32
	when      *rule.Predicate // one for all rows that share the condition
	schedule  tables.Schedule
}

// segment is a named audience, ready.
type segment struct {
	id   string
	when *rule.Predicate
}

var always = new(rule.Predicate)

// assembler makes a snapshot of a source while it is read. It is not the place
// of messages for marketers: what Compile lets through has no error here.
type assembler struct {
	*Snapshot
	segmentAt map[string]int32
	itemAt    map[string]int32
	numbers   []int32 // of the items, in order: a part of it is a list of one
	tagged    map[string][]int32
	groupAt   map[string]int32
	taken     []int32 // of each item: the last rule that has it, counted from 1
	choices   int     // items of all rules that have a list of their own
}

// maxChoices bounds the memory of what rules choose from: a tag in every rule
// stands for as many items as have it.
const maxChoices = 2_000_000

// begin takes what stands before the items, and binds all conditions.
func (a *assembler) begin(rows *tables.Workspace, shared *conditions, rest string) (err error) {
	phases, signals := modelRows(rows)
	if a.model, err = phase.New(phases, signals); err != nil {
		return err
	}
	shared.bound = make([]rule.Predicate, len(shared.list))
	for i, c := range shared.list {
		shared.bound[i] = a.needs.Bind(c)
	}
	a.segments = make([]segment, len(rows.Segments))
	a.segmentAt = make(map[string]int32, len(a.segments))
	for i, r := range rows.Segments {
		a.segments[i] = segment{r.ID, always}
		a.segmentAt[r.ID] = int32(i)
	}
	a.rows = sync.OnceValue(func() *columns { return readColumns(rest) })
	return nil
}

// modelRows are the rows of the model as package phase names them.
func modelRows(rows *tables.Workspace) ([]phase.Phase, []phase.Signal) {
	phases := make([]phase.Phase, len(rows.Phases))
	for i, r := range rows.Phases {
		phases[i] = phase.Phase{ID: r.ID, MinEvidence: r.MinEvidence, Margin: r.Margin}
		if r.Gate == tables.GatePurchase {
			phases[i].Gate = phase.AfterPurchase
		}
	}
	signals := make([]phase.Signal, len(rows.Signals))
	for i, r := range rows.Signals {
		signals[i] = phase.Signal{Type: r.Type, Channel: r.Channel, Phase: r.Phase, Weight: r.Weight, HalfLife: r.HalfLife, Carry: r.Carry}
	}
	return phases, signals
}

func (a *assembler) audience(r *tables.Audience, schedule tables.Schedule) (audience, error) {
	ready := audience{schedule: schedule, when: always}
	for _, id := range r.Phases {
		at := a.model.Index(id)
		if at < 0 {
			return audience{}, missing("phase", id)
		}
		ready.phases |= 1 << at
	}
	for _, name := range r.Standings {
		at := slices.Index(standings, name)
		if at < 0 {
			return audience{}, missing("standing", name)
		}
		ready.standings |= 1 << at
	}
	for _, id := range r.Segments {
		at, ok := a.segmentAt[id]
		if !ok {
			return audience{}, missing("segment", id)
		}
		ready.segments = append(ready.segments, at)
	}
	return ready, nil
}

var standings = phase.Standings()

func missing(what, id string) error { return fmt.Errorf("there is no %s called %q", what, id) }

func (a *assembler) addItem(at, of int, r *tables.ItemRow) error {
	if at == 0 {
		a.items, a.itemAt, a.tagged = make([]item, of), make(map[string]int32, of), map[string][]int32{}
		a.numbers, a.taken = make([]int32, of), make([]int32, of)
	}
	whom, err := a.audience(&r.Audience, r.Schedule)
	if err != nil {
		return fmt.Errorf("item %s: %w", r.ID, err)
	}
	it := &a.items[at]
	it.id, it.kind, it.url, it.hash = r.ID, r.Kind, r.URL, hash(r.ID)
	it.enabled, it.purpose, it.audience = r.Enabled, r.Purpose, whom
	it.value, it.cost = r.Value, r.Cost
	a.limit(it, r)
	a.itemAt[r.ID], a.numbers[at] = int32(at), int32(at)
	for _, tag := range r.Tags {
		a.tagged[tag] = append(a.tagged[tag], int32(at))
	}
	return nil
}

func (a *assembler) addPlacements(rows []tables.PlacementRow) error {
	a.placements = make([]placement, len(rows))
	a.placementAt = make(map[string]int32, len(a.placements))
	for i, r := range rows {
		fallback, ok := a.itemAt[r.Fallback]
		if !ok {
			return fmt.Errorf("placement %s: %w", r.ID, missing("item", r.Fallback))
		}
		if r.Count < 1 || r.Count > tables.MaxPlacings {
			return fmt.Errorf("placement %s: a count of %d", r.ID, r.Count)
		}
		a.placements[i] = placement{id: r.ID, hash: rank.Hash(r.ID), kind: r.Kind, count: r.Count, fallback: fallback}
		a.placementAt[r.ID] = int32(i)
	}
	return nil
}

func (a *assembler) addRule(at, of int, r *tables.RuleRow) error {
	if at == 0 {
		a.rules, a.index = make([]choice, of), newIndex(of)
	}
	if err := a.index.add(at, r); err != nil {
		return err
	}
	whom, err := a.audience(&r.Audience, r.Schedule)
	if err == nil {
		a.rules[at] = choice{id: r.ID, hash: hash(r.ID), audience: whom}
		err = a.addChoice(&a.rules[at], r, int32(at+1))
	}
	if err != nil {
		return fmt.Errorf("rule %s: %w", r.ID, err)
	}
	return nil
}

func (a *assembler) addSettings(settings *tables.Settings) error {
	a.settings = settings
	a.writer = newWriter(settings, &a.needs)
	for _, name := range slices.Sorted(maps.Keys(settings.Context)) {
		a.keys = append(a.keys, key{name, settings.Context[name]})
	}
	a.traits = slices.Sorted(maps.Keys(settings.Traits))
	return nil
}

func (a *assembler) addContent(at int, content string) error {
	it := &a.items[at]
	if err := it.content.begin(a.writer, content); err != nil {
		return fmt.Errorf("item %s: %w", it.id, err)
	}
	return nil
}

// addChoice resolves the items of a rule, each once, where it first stands.
func (a *assembler) addChoice(ready *choice, r *tables.RuleRow, number int32) error {
	for _, name := range r.Placements {
		if _, ok := a.placementAt[name]; !ok {
			return missing("placement", name)
		}
	}
	ready.ranked = r.Choose == tables.Rank
	a.ranks = a.ranks || ready.ranked
	if r.Choose != tables.Fixed && r.Choose != tables.Weighted && !ready.ranked {
		return fmt.Errorf("this version cannot choose by %q", r.Choose)
	}
	if len(r.Weights) > 0 && len(r.Weights) != len(r.Items) {
		return fmt.Errorf("%d weights for %d items", len(r.Weights), len(r.Items))
	}
	if len(r.Items) == 1 && r.Choose == tables.Fixed {
		var err error
		ready.items, err = a.named(r.Items[0])
		return err
	}
	groups, total := make([][]int32, len(r.Items)), 0
	for i, name := range r.Items {
		var err error
		if groups[i], err = a.named(name); err != nil {
			return err
		}
		total += len(groups[i])
	}
	if a.choices += total; a.choices > maxChoices {
		return fmt.Errorf("the rules up to this one choose from %d items together, those of tags counted for each rule; at most %d are kept", a.choices, maxChoices)
	}
	ready.items = make([]int32, 0, total)
	if r.Choose != tables.Fixed {
		ready.weights = make([]float64, 0, total)
	}
	for i, members := range groups {
		weight := 1.0
		if len(r.Weights) > 0 {
			weight = r.Weights[i]
		}
		if !(weight >= 0 && weight <= math.MaxFloat64) {
			return fmt.Errorf("a weight of %v", weight)
		}
		for _, member := range members {
			if a.taken[member] == number {
				continue
			}
			a.taken[member] = number
			ready.items = append(ready.items, member)
			if r.Choose != tables.Fixed {
				ready.weights = append(ready.weights, weight)
			}
		}
	}
	return nil
}

// named returns the items that a member of a rule's items means, in order of
// id for a tag.
func (a *assembler) named(name string) ([]int32, error) {
	if tag, ok := strings.CutPrefix(name, tables.TagPrefix); ok {
		return a.tagged[tag], nil
	}
	at, ok := a.itemAt[name]
	if !ok {
		return nil, missing("item", name)
	}
	return a.numbers[at : at+1 : at+1], nil
}

// ask is a fact with where in the snapshot what it names is found.
type ask struct {
	rule.Fact
	at int
}

// end finishes what needs everything that was read: the index, and the facts
// that conditions and contents ask for.
func (a *assembler) end() error {
	a.index.end()
	for i := range a.placements {
		p := &a.placements[i]
		p.rules = a.index.placements.accepts(p.id)
	}
	a.asks = make([]ask, a.needs.Len())
	for slot := range a.asks {
		fact := a.needs.Fact(slot)
		a.asks[slot] = ask{fact, -1}
		switch fact.Kind {
		case rule.Score:
			a.asks[slot].at = a.model.Index(fact.Name)
		case rule.Segment:
			if at, ok := a.segmentAt[fact.Name]; ok {
				a.asks[slot].at = int(at)
			}
		case rule.Context:
			a.asks[slot].at = slices.IndexFunc(a.keys, func(k key) bool { return k.name == fact.Name && k.kind == fact.Type })
		}
	}
	a.pool.New = func() any { return newDecision(a.Snapshot) }
	return nil
}
