package measure

import (
	"cmp"

	"wegweiser/shared/journey"
	"wegweiser/shared/phase"
)

// JourneyMap is the answer of GET /v1/reports/journey-map: between which phases
// visitors moved, and what they did where. Rows are in the order of the phases.
type JourneyMap struct {
	Page
	Moves    []MoveRow    `json:"moves" doc:"Those that happened."`
	Phases   []PhaseRow   `json:"phases" doc:"Every phase."`
	Channels []ChannelRow `json:"channels" doc:"Those that were used, by phase, then name."`
}

// MoveRow counts the entries into a phase from another one, as the paths of
// journeys have them. The first entry of a history that is cut at its window is
// not counted: it is where the window begins, not where somebody came from.
type MoveRow struct {
	From     string `json:"from" doc:"The phase that they left; empty where they were seen for the first time."`
	To       string `json:"to"`
	Moves    int    `json:"moves" doc:"How often it happened."`
	Visitors int    `json:"visitors" doc:"To how many visitors."`
	Seconds  int64  `json:"seconds" doc:"How long they had stood in from, all moves together, each cut to whole seconds: divided by moves it is the mean. 0 where from is empty."`
}

// PhaseRow counts what was done in a phase: by visitors who stood there once it
// counted.
type PhaseRow struct {
	Phase       string `json:"phase"`
	Touchpoints int    `json:"touchpoints" doc:"Within the window, those that weigh nothing too."`
	Visitors    int    `json:"visitors" doc:"How many were in it within the window."`
}

// ChannelRow counts the touchpoints of a phase that came by one channel.
type ChannelRow struct {
	Phase       string `json:"phase"`
	Channel     string `json:"channel"`
	Touchpoints int    `json:"touchpoints"`
}

// NewJourneyMap returns a report in which nobody is counted yet.
func NewJourneyMap(snapshot string, m *phase.Model, w Window) *JourneyMap {
	j := &JourneyMap{
		Page:  Page{Window: w, Snapshot: snapshot},
		Moves: []MoveRow{}, Phases: make([]PhaseRow, m.Len()), Channels: []ChannelRow{},
	}
	for p := range j.Phases {
		j.Phases[p].Phase = m.Name(p)
	}
	return j
}

// Count counts a visitor, once, by the history up to the end of the window.
func (j *JourneyMap) Count(m *phase.Model, h *journey.History) {
	t, counted := follow(m, h, j.Window)
	if !counted {
		return
	}
	j.Visitors++
	j.Moves = merge(j.Moves, j.moves(&t, h.Truncated), j.compareMoves, (*MoveRow).add)
	for p, in := range t.in {
		if in {
			j.Phases[p].Visitors++
		}
	}
	for _, s := range t.steps {
		j.Phases[s.State.Phase].Touchpoints += len(s.Traces)
		for _, touchpoint := range s.Traces {
			row := ChannelRow{Phase: j.Phases[s.State.Phase].Phase, Channel: touchpoint.Channel, Touchpoints: 1}
			j.Channels = merge(j.Channels, []ChannelRow{row}, j.compareChannels, (*ChannelRow).add)
		}
	}
}

// moves are the rows of one visitor.
func (j *JourneyMap) moves(t *trail, cut bool) (rows []MoveRow) {
	again := func(row *MoveRow, more MoveRow) {
		row.Moves += more.Moves
		row.Seconds += more.Seconds
	}
	for i, entry := range t.path {
		row := MoveRow{To: entry.Phase, Moves: 1, Visitors: 1}
		if i > 0 {
			left := t.path[i-1]
			row.From, row.Seconds = left.Phase, int64(entry.Since-left.Since)/1000
		}
		if entry.Since >= j.Since && (i > 0 || !cut) {
			rows = merge(rows, []MoveRow{row}, j.compareMoves, again)
		}
	}
	return rows
}

// Add counts the visitors of the next page of the report too. ErrOtherReport:
// it is a page of another one.
func (j *JourneyMap) Add(next *JourneyMap) error {
	if err := j.add(&next.Page); err != nil {
		return err
	}
	for p := range j.Phases {
		j.Phases[p].Touchpoints += next.Phases[p].Touchpoints
		j.Phases[p].Visitors += next.Phases[p].Visitors
	}
	j.Moves = merge(j.Moves, next.Moves, j.compareMoves, (*MoveRow).add)
	j.Channels = merge(j.Channels, next.Channels, j.compareChannels, (*ChannelRow).add)
	return nil
}

func (r *MoveRow) add(more MoveRow) {
	r.Moves += more.Moves
	r.Visitors += more.Visitors
	r.Seconds += more.Seconds
}

func (r *ChannelRow) add(more ChannelRow) { r.Touchpoints += more.Touchpoints }

func (j *JourneyMap) compareMoves(a, b MoveRow) int {
	return cmp.Or(order(j.Phases, a.From, b.From), order(j.Phases, a.To, b.To))
}

func (j *JourneyMap) compareChannels(a, b ChannelRow) int {
	return cmp.Or(order(j.Phases, a.Phase, b.Phase), cmp.Compare(a.Channel, b.Channel))
}
