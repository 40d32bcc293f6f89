package measure

import (
	"cmp"
	"net/url"
	"slices"

	"wegweiser/shared/journey"
	"wegweiser/shared/phase"
)

// JourneyMap is the answer of GET /v1/reports/journey-map: between which phases
// visitors moved, and what they did where. Rows are in the order of the phases.
type JourneyMap struct {
	Window
	Page
	Moves    []MapMove    `json:"moves" doc:"Those that happened."`
	Phases   []MapPhase   `json:"phases" doc:"Every phase."`
	Channels []MapChannel `json:"channels" doc:"Those that were used, by phase, then name."`
}

// MapMove counts the entries into a phase from another one, as the paths of
// journeys have them: one that decay alone caused is dated at the touchpoint
// after which it came. The first entry of a history that is cut at its window
// is not counted: it is where the window begins, not where somebody was first
// seen.
type MapMove struct {
	From     string `json:"from" doc:"The phase that they left; empty where they were seen for the first time."`
	To       string `json:"to"`
	Moves    int    `json:"moves" doc:"How often it happened."`
	Visitors int    `json:"visitors" doc:"To how many visitors."`
	Seconds  int64  `json:"seconds" doc:"How long they had stood in from, all moves together, each cut to whole seconds: divided by moves it is the mean. 0 where from is empty."`
}

// MapPhase counts what was done in a phase: by visitors who stood there once it
// counted.
type MapPhase struct {
	Phase       string `json:"phase"`
	Touchpoints int    `json:"touchpoints" doc:"Within the window, those that weigh nothing too."`
	Visitors    int    `json:"visitors" doc:"How many were in it within the window."`
}

// MapChannel counts the touchpoints of a phase that came by one channel.
type MapChannel struct {
	Phase       string `json:"phase"`
	Channel     string `json:"channel"`
	Touchpoints int    `json:"touchpoints"`
}

// NewJourneyMap returns a report in which nobody is counted yet.
func NewJourneyMap(snapshot string, m *phase.Model, w Window) *JourneyMap {
	j := &JourneyMap{
		Window: w, Page: Page{Snapshot: snapshot},
		Moves: []MapMove{}, Phases: make([]MapPhase, m.Len()), Channels: []MapChannel{},
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
	j.Moves = merge(j.Moves, j.moves(&t, h.Truncated), j.compareMoves, (*MapMove).add)
	for p, in := range t.in {
		if in {
			j.Phases[p].Visitors++
		}
	}
	for _, s := range t.steps {
		j.Phases[s.State.Phase].Touchpoints += len(s.Traces)
		for _, touchpoint := range s.Traces {
			row := MapChannel{Phase: j.Phases[s.State.Phase].Phase, Channel: touchpoint.Channel, Touchpoints: 1}
			j.Channels = merge(j.Channels, []MapChannel{row}, j.compareChannels, (*MapChannel).add)
		}
	}
}

// moves are the rows of one visitor.
func (j *JourneyMap) moves(t *trail, cut bool) (rows []MapMove) {
	again := func(row *MapMove, more MapMove) {
		row.Moves += more.Moves
		row.Seconds += more.Seconds
	}
	for i, entry := range t.path {
		row := MapMove{To: entry.Phase, Moves: 1, Visitors: 1}
		if i > 0 {
			left := t.path[i-1]
			row.From, row.Seconds = left.Phase, int64(entry.Since-left.Since)/1000
		}
		if entry.Since >= j.Since && (i > 0 || !cut) {
			rows = merge(rows, []MapMove{row}, j.compareMoves, again)
		}
	}
	return rows
}

// Following returns the query that asks for the next page; nil on the last.
func (j *JourneyMap) Following() url.Values { return j.following(j.Window.query()) }

// Add counts the visitors of the next page of the report too. ErrOtherReport:
// it is a page of another one.
func (j *JourneyMap) Add(next *JourneyMap) error {
	if err := j.add(&next.Page, j.Window == next.Window); err != nil {
		return err
	}
	for p := range j.Phases {
		j.Phases[p].Touchpoints += next.Phases[p].Touchpoints
		j.Phases[p].Visitors += next.Phases[p].Visitors
	}
	j.Moves = merge(j.Moves, next.Moves, j.compareMoves, (*MapMove).add)
	j.Channels = merge(j.Channels, next.Channels, j.compareChannels, (*MapChannel).add)
	return nil
}

func (r *MapMove) add(more MapMove) {
	r.Moves += more.Moves
	r.Visitors += more.Visitors
	r.Seconds += more.Seconds
}

func (r *MapChannel) add(more MapChannel) { r.Touchpoints += more.Touchpoints }

func (j *JourneyMap) compareMoves(a, b MapMove) int {
	return cmp.Or(j.order(a.From, b.From), j.order(a.To, b.To))
}

func (j *JourneyMap) compareChannels(a, b MapChannel) int {
	return cmp.Or(j.order(a.Phase, b.Phase), cmp.Compare(a.Channel, b.Channel))
}

// order compares phases as their table has them; none comes first.
func (j *JourneyMap) order(a, b string) int {
	at := func(name string) int {
		return slices.IndexFunc(j.Phases, func(p MapPhase) bool { return p.Phase == name })
	}
	return cmp.Compare(at(a), at(b))
}
