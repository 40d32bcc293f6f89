package phase

import (
	"cmp"
	"math"
	"slices"

	"wegweiser/shared/journey"
)

// reading is what the model knows of a touchpoint type.
type reading struct {
	general   *effect            // on the channels that are not in byChannel; nil: nothing
	byChannel map[string]*effect // nil for most types
}

// effect is what one touchpoint does to the evidence.
type effect struct {
	parts  []part
	carry  float64   // what it leaves of earlier evidence for the phases that have no signal
	leaves []float64 // the same by phase, 1 for those that have one
}

// part is the evidence for one phase.
type part struct {
	cell  uint8
	phase uint8
	units [journey.Machine]int64 // by trust; machines weigh nothing
}

// grain is the unit in which evidence is counted within one millisecond, in
// whole numbers, so that the sum does not depend on an order.
const grain = 1e-9

// effect returns what t does to the evidence; nil: nothing.
func (m *Model) effect(t *journey.Trace) *effect {
	if t.Trust >= journey.Machine {
		return nil
	}
	return m.byType[t.Type].on(t.Channel)
}

// on returns what a touchpoint of the type does on a channel; nil: nothing.
func (r *reading) on(channel string) *effect {
	if r == nil {
		return nil
	}
	if r.byChannel != nil {
		if e, exact := r.byChannel[channel]; exact {
			return e
		}
	}
	return r.general
}

// read lays the signals out by type and channel.
func (m *Model) read(signals []Signal) {
	m.layCells(signals)
	byType := map[string][]Signal{}
	for _, s := range signals {
		byType[s.Type] = append(byType[s.Type], s)
	}
	for kind, rows := range byType {
		r := &reading{general: m.effectOf(rows, AnyChannel)}
		for _, row := range rows {
			if row.Channel == AnyChannel || r.byChannel[row.Channel] != nil {
				continue
			}
			if r.byChannel == nil {
				r.byChannel = map[string]*effect{}
			}
			r.byChannel[row.Channel] = m.effectOf(rows, row.Channel)
		}
		m.byType[kind] = r
	}
	slices.Sort(m.carries)
	m.carries = slices.Compact(m.carries)
}

// layCells gives every phase and half-life that evidence is gathered for a
// place of its own, in table order.
func (m *Model) layCells(signals []Signal) {
	for _, s := range signals {
		if s.Weight > 0 {
			m.halfLives = append(m.halfLives, float64(s.HalfLife.Milliseconds()))
		}
	}
	slices.Sort(m.halfLives)
	m.halfLives = slices.Compact(m.halfLives)
	for _, s := range signals {
		if s.Weight > 0 {
			m.cells = append(m.cells, m.cellOf(s))
		}
	}
	slices.SortFunc(m.cells, func(a, b cell) int {
		return cmp.Or(cmp.Compare(a.phase, b.phase), cmp.Compare(a.halfLife, b.halfLife))
	})
	m.cells = slices.Compact(m.cells)
}

func (m *Model) cellOf(s Signal) cell {
	halfLife, _ := slices.BinarySearch(m.halfLives, float64(s.HalfLife.Milliseconds()))
	return cell{phase: uint8(m.Index(s.Phase)), halfLife: uint8(halfLife)}
}

// effectOf returns what a touchpoint does on a channel by the rows of its
// type, or nil where none of them is about that channel.
func (m *Model) effectOf(rows []Signal, channel string) *effect {
	e := &effect{carry: 1}
	named := map[int]bool{}
	for phase := range m.phases {
		row := rowFor(rows, m.phases[phase].ID, channel)
		if row == nil {
			continue
		}
		named[phase] = true
		e.carry *= row.Carry
		if row.Weight > 0 {
			p := part{cell: uint8(slices.Index(m.cells, m.cellOf(*row))), phase: uint8(phase)}
			for trust := range p.units {
				p.units[trust] = int64(math.Round(row.Weight * journey.Trust(trust).Weight() / grain))
			}
			e.parts = append(e.parts, p)
		}
	}
	if len(named) == 0 {
		return nil
	}
	for phase := range m.phases {
		if e.leaves = append(e.leaves, 1); !named[phase] {
			e.leaves[phase] = e.carry
		}
	}
	if e.carry < 1 {
		m.carries = append(m.carries, e.carry)
	}
	return e
}

func rowFor(rows []Signal, phase, channel string) *Signal {
	var found *Signal
	for i := range rows {
		row := &rows[i]
		if row.Phase == phase && (row.Channel == channel || row.Channel == AnyChannel && found == nil) {
			found = row
		}
	}
	return found
}
