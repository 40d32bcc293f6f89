package phase

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"wegweiser/shared/journey"
)

// MaxPhases and MaxHalfLives bound what a model may hold.
const (
	MaxPhases    = 16
	MaxHalfLives = 16 // different ones
)

// AnyChannel as the channel of a signal stands for every channel that has no
// signal of its own for the same type and phase.
const AnyChannel = "*"

// Gate says who may stand in a phase.
type Gate uint8

// The gates.
const (
	Open          Gate = iota // everybody
	AfterPurchase             // those with a purchase that was not returned
)

// Phase is a stage of the journey.
type Phase struct {
	ID          string // 1 to 64 of a-z, 0-9 and underscore
	Gate        Gate
	MinEvidence float64 // 0 or more; below it nobody enters, and stands in the first phase instead
	Margin      float64 // 0 to 1: the lead over the present phase's share that it takes to enter
}

// Signal is what a touchpoint of a type, on a channel, says about a phase.
type Signal struct {
	Type     string
	Channel  string // AnyChannel, or an exact one
	Phase    string
	Weight   float64 // 0 to MaxWeight, read to nine decimals
	HalfLife time.Duration
	Carry    float64 // 0 to 1: what it leaves of earlier evidence for the other phases; 1 leaves all
}

// Limits of a signal.
const (
	MaxWeight   = 1e6
	MinHalfLife = time.Second
)

// Fault is a phase or signal that a model cannot hold.
type Fault struct {
	Table   string // "phases" or "signals"
	Row     int    // its index in what was given to New; -1 for the table as a whole
	Column  string // as the config table names it
	Message string // what would be right
}

// Faults is the error of New: everything that is wrong, phases first, in the
// order of the rows.
type Faults []Fault

func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, fault := range f {
		lines[i] = fmt.Sprintf("%s, row %d, %s: %s", fault.Table, fault.Row+1, fault.Column, fault.Message)
	}
	return strings.Join(lines, "\n")
}

// Model is a set of phases and signals, ready to be folded with. It is
// immutable and safe for concurrent use.
type Model struct {
	phases    []Phase
	halfLives []float64 // milliseconds, ascending
	cells     []cell
	carries   []float64 // those below 1, ascending
	byType    map[string]*reading
}

// cell is one sum of evidence: everything for a phase that fades alike.
type cell struct{ phase, halfLife uint8 }

// New returns the model of phases, in table order, and signals in any order.
// The first phase must be open to everybody. Its error is Faults.
func New(phases []Phase, signals []Signal) (*Model, error) {
	faults := checkPhases(phases)
	faults = append(faults, checkSignals(signals, phases)...)
	if len(faults) > 0 {
		return nil, faults
	}
	m := &Model{phases: slices.Clone(phases), byType: map[string]*reading{}}
	m.read(signals)
	return m, nil
}

func checkPhases(phases []Phase) (faults Faults) {
	fault := func(row int, column, format string, args ...any) {
		faults = append(faults, Fault{"phases", row, column, fmt.Sprintf(format, args...)})
	}
	switch {
	case len(phases) == 0:
		fault(-1, "id", "there must be at least one phase")
	case len(phases) > MaxPhases:
		fault(-1, "id", "there may be at most %d phases, not %d", MaxPhases, len(phases))
	}
	seen := map[string]bool{}
	for i, p := range phases {
		if f := journey.CheckName("id", p.ID); f != nil {
			fault(i, "id", "%s", f.Message)
		} else if strings.Contains(p.ID, ".") {
			fault(i, "id", "must consist of a-z, 0-9 and _")
		}
		if seen[p.ID] {
			fault(i, "id", "there is another phase called %s", p.ID)
		}
		seen[p.ID] = true
		if p.Gate > AfterPurchase || i == 0 && p.Gate != Open {
			fault(i, "gate", "must be empty for the first phase, else empty or purchase")
		}
		if !within(p.MinEvidence, 0, math.MaxFloat64) {
			fault(i, "min_evidence", "must be 0 or more")
		}
		if !within(p.Margin, 0, 1) {
			fault(i, "margin", "must be from 0 to 1")
		}
	}
	return faults
}

func checkSignals(signals []Signal, phases []Phase) (faults Faults) {
	fault := func(row int, column, format string, args ...any) {
		faults = append(faults, Fault{"signals", row, column, fmt.Sprintf(format, args...)})
	}
	type key struct{ kind, channel, phase string }
	seen := map[key]bool{}
	halfLives := map[time.Duration]bool{}
	for i, s := range signals {
		if f := journey.CheckName("type", s.Type); f != nil {
			fault(i, "type", "%s", f.Message)
		}
		if f := journey.CheckName("channel", s.Channel); f != nil && s.Channel != AnyChannel {
			fault(i, "channel", "must be * for any channel, or a channel's name: a-z, 0-9, _ and .")
		}
		if indexOf(phases, s.Phase) < 0 {
			fault(i, "phase", "there is no phase called %q; must be one of %s", s.Phase, ids(phases))
		}
		if k := (key{s.Type, s.Channel, s.Phase}); seen[k] {
			fault(i, "phase", "another row has the same type, channel and phase")
		} else {
			seen[k] = true
		}
		if !within(s.Weight, 0, MaxWeight) {
			fault(i, "weight", "must be from 0 to %g", MaxWeight)
		}
		if s.HalfLife < MinHalfLife {
			fault(i, "half_life", "must be a second or longer, such as 14d")
		}
		if halfLives[s.HalfLife] = true; len(halfLives) == MaxHalfLives+1 {
			fault(i, "half_life", "there may be at most %d different half-lives", MaxHalfLives)
		}
		if !within(s.Carry, 0, 1) {
			fault(i, "carry", "must be from 0 to 1")
		}
	}
	return faults
}

func within(x, low, high float64) bool { return x >= low && x <= high }

func indexOf(phases []Phase, id string) int {
	return slices.IndexFunc(phases, func(p Phase) bool { return p.ID == id })
}

func ids(phases []Phase) string {
	names := make([]string, len(phases))
	for i, p := range phases {
		names[i] = p.ID
	}
	return strings.Join(names, ", ")
}

// Len is the number of phases.
func (m *Model) Len() int { return len(m.phases) }

// Name returns the id of the phase at an index of the table.
func (m *Model) Name(phase int) string { return m.phases[phase].ID }

// Index returns where in the table a phase stands, or -1.
func (m *Model) Index(name string) int { return indexOf(m.phases, name) }
