package snapshot

import (
	"slices"
	"sync"

	"wegweiser/shared/journey"
	"wegweiser/shared/phase"
	"wegweiser/shared/rank"
	"wegweiser/shared/rule"
	"wegweiser/shared/tables"
)

// Snapshot is a checked, immutable set of all configuration rows, ready to
// decide on. It is safe for concurrent use.
type Snapshot struct {
	id      string
	version int             // of the format of the body
	body    string          // canonical
	rows    func() *columns // read from the body when it is first asked for

	settings    *tables.Settings
	model       *phase.Model
	needs       rule.Needs
	asks        []ask    // parallel to the slots of needs
	keys        []key    // of the context, by name
	traits      []string // declared, by name
	segments    []segment
	items       []item                  // by id
	levers      [][]int32               // of each item, its boosts among those of the settings; nil where no item has one
	groups      []group                 // of items, in the order in which these name them
	all         []rank.Limit            // of offers and messages, on whatever channel
	channels    map[string][]rank.Limit // of offers and messages, by channel
	zones       sync.Map                // of *time.Location, by name, as far as they were asked for
	writer      *writer                 // of what the items say
	placements  []placement             // by id
	placementAt map[string]int32
	rules       []choice // in the order in which they are tried
	index       index
	ranks       bool // there is a rule that does

	pool sync.Pool // of *decision
}

// ID names the content: "s_" and a hash of the canonical rows with their
// lowered conditions. Equal configuration has an equal id; notes do not count.
func (s *Snapshot) ID() string { return s.id }

// Settings returns the settings, every default filled in. They are shared and
// must not be changed.
func (s *Snapshot) Settings() *tables.Settings { return s.settings }

// Model returns the phase model.
func (s *Snapshot) Model() *phase.Model { return s.model }

// Placements returns the names of all placements in order.
func (s *Snapshot) Placements() []string {
	names := make([]string, len(s.placements))
	for i := range s.placements {
		names[i] = s.placements[i].id
	}
	return names
}

// UnknownPlacement returns the first of the names that is no placement, and
// the nearest one that is (empty where none is near). It reports false where
// all are known.
func (s *Snapshot) UnknownPlacement(names []string) (name, nearest string, unknown bool) {
	at := slices.IndexFunc(names, func(name string) bool {
		_, known := s.placementAt[name]
		return !known
	})
	if at < 0 {
		return "", "", false
	}
	nearest, _ = rule.Nearest(names[at], s.Placements())
	return names[at], nearest, true
}

// Phase returns where the visitor stands at a moment: what Decide answers, for
// those who want nothing else. A nil history is nobody's.
func (s *Snapshot) Phase(history *journey.History, at journey.Millis) Phase {
	d := s.pool.Get().(*decision)
	defer s.pool.Put(d)
	d.begin(&Input{At: at, History: history})
	defer d.end()
	return *d.answerPhase()
}

// answerPhase returns the phase of a personal decision.
func (d *decision) answerPhase() *Phase {
	m := d.s.model
	scores := d.state.Scores
	phase.Round(scores[:m.Len()])
	p := &Phase{
		Name:       m.Name(d.state.Phase),
		Confidence: scores[d.state.Phase],
		Standing:   d.standing,
		Known:      d.state.Known(),
		Since:      d.state.Since,
		Scores:     make([]Score, m.Len()),
		Truncated:  d.history.Truncated,
	}
	for i := range p.Scores {
		p.Scores[i] = Score{m.Name(i), scores[i]}
	}
	because := m.Because(d.history, d.in.At, d.state.Phase)
	if len(because.Reasons) == 0 {
		return p
	}
	p.Because = make([]Share, 0, len(because.Reasons)+1)
	for _, r := range because.Reasons {
		p.Because = append(p.Because, Share(r))
	}
	p.Because = append(p.Because, Share{Share: because.Other})
	return p
}
