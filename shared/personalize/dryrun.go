package personalize

import (
	"cmp"
	"context"
	"slices"

	"wegweiser/shared/journey"
	"wegweiser/shared/store"
)

// maxNamed bounds the placements and items that the rows of a page name, and so
// how long its answer is.
const maxNamed = 10_000

// DryRun answers what would be another decision if one snapshot were live in
// place of another: a page of all visitors, each asked once at a moment, or at
// each of the newest touchpoints of a time. It decides as Decide does for a
// server (a secret key) that names these moments, placements and context, and
// says nothing of consent. It writes nothing, and holds every decision to what is
// counted now: what one of them shows is not counted for the next.
//
// A placement that only one side has is filled on that side alone. Its errors:
// Invalid, with the problems where the draft has errors, Stale where a hash is
// named that the draft no longer has, and Unavailable.
func (s *Service) DryRun(ctx context.Context, request DryRunRequest) (*DryRun, error) {
	run, err := s.prepare(ctx, &request)
	if err != nil {
		return nil, err
	}
	var failed error
	visit := func(visitor string, h *journey.History) bool {
		failed = run.visit(ctx, visitor, h)
		return failed == nil && run.named < maxNamed
	}
	if run.page.Next, err = s.walk(ctx, request.After, request.Visitors, visit, run.read); err != nil {
		return nil, err
	}
	if failed != nil {
		return nil, unavailable("reading the budgets", failed)
	}
	run.tally.write(&run.page)
	if err := run.budgets(ctx); err != nil {
		return nil, unavailable("reading the budgets", err)
	}
	return &run.page, nil
}

// dryRun is a page of a dry run under way.
type dryRun struct {
	comparison
	s      *Service
	query  store.Query // of any visitor's history
	tally  tally
	since  journey.Millis
	period bool // visitors are asked at their touchpoints
	rows   RowsWanted
	look   looking
	named  int // by rows: placements and items
	page   DryRun
}

func (s *Service) prepare(ctx context.Context, request *DryRunRequest) (*dryRun, error) {
	run := &dryRun{s: s, look: looking{s: s}, rows: cmp.Or(request.Rows, NoRows), tally: newTally()}
	switch {
	case !slices.Contains([]RowsWanted{NoRows, ChangedRows, AllRows}, run.rows):
		return nil, invalid("rows", "bad_value", "must be none, changed or all")
	case request.Visitors < 0:
		return nil, invalid("visitors", "bad_value", "must be a number from 1 on, or left out")
	case len(request.Placements) > MaxPlacements:
		return nil, invalid("placements", "bad_count", "must be at most 50")
	}
	if err := run.moments(request); err != nil {
		return nil, err
	}
	from, err := s.named(ctx, "from", cmp.Or(request.From, LiveName))
	if err != nil {
		return nil, err
	}
	to, err := s.named(ctx, "to", cmp.Or(request.To, Draft))
	if err != nil {
		return nil, err
	}
	if run.comparison, err = newComparison(from, to, request.Placements, request.Context); err != nil {
		return nil, err
	}
	run.query.Window = max(from.Settings().Window, to.Settings().Window)
	run.page.From, run.page.To, run.page.PhaseNames = from.ID(), to.ID(), phaseNames(from, to)
	return run, nil
}

// moments reads when visitors are asked.
func (run *dryRun) moments(request *DryRunRequest) (err error) {
	run.period = request.Since != "" || request.Until != ""
	run.query.Now = run.s.now()
	if !run.period {
		run.query.At, err = run.s.Moment("at", request.At)
		run.page.At = &run.query.At
		return err
	}
	if request.At != "" {
		return invalid("at", "bad_value", "must be left out where since or until is named")
	}
	if request.Since != "" {
		if run.since, err = run.s.Moment("since", request.Since); err != nil {
			return err
		}
		run.page.Since = &run.since
	}
	if run.query.At, err = run.s.Moment("until", request.Until); err != nil {
		return err
	}
	run.page.Until = &run.query.At
	if run.since > run.query.At {
		return invalid("since", "bad_value", "must not be later than until")
	}
	return nil
}

// read returns the history that every moment of a visitor is decided on: where
// these are touchpoints, with the window that was before the oldest of them.
func (run *dryRun) read(ctx context.Context, visitor string) (*journey.History, error) {
	q := run.query
	q.Visitor = visitor
	h, err := run.s.store.History(ctx, q)
	if err != nil || !run.period || !h.Truncated || len(h.Traces) == 0 {
		return h, err
	}
	oldest := h.Traces[0]
	q.At = oldest.At
	before, err := run.s.store.History(ctx, q)
	if err != nil {
		return nil, err
	}
	known := slices.IndexFunc(before.Traces, func(t journey.Trace) bool { return t.At == oldest.At && t.ID >= oldest.ID })
	if known < 0 {
		known = len(before.Traces)
	}
	h.Traces = append(before.Traces[:known:known], h.Traces...)
	h.Truncated = before.Truncated
	return h, nil
}

// visit asks one visitor.
func (run *dryRun) visit(ctx context.Context, visitor string, h *journey.History) error {
	run.page.Visitors++
	for _, e := range run.questions(visitor, h) {
		if err := run.ask(ctx, h, e); err != nil {
			return err
		}
	}
	return nil
}

// questions returns when a visitor is asked, and on which channel.
func (run *dryRun) questions(visitor string, h *journey.History) []Example {
	if !run.period {
		return []Example{{Visitor: visitor, At: run.query.At}}
	}
	var asked []Example
	moment := 0 // where those of the last moment begin
	for _, t := range h.Traces[max(len(h.Traces)-run.query.Window, 0):] {
		e := Example{Visitor: visitor, At: t.At}
		if !run.channel {
			e.Channel = t.Channel
		}
		if len(asked) > 0 && asked[len(asked)-1].At != t.At {
			moment = len(asked)
		}
		if t.At >= run.since && !slices.Contains(asked[moment:], e) {
			asked = append(asked, e)
		}
	}
	return asked
}

func (run *dryRun) ask(ctx context.Context, h *journey.History, e Example) error {
	d, err := run.decide(ctx, &run.look, h, e)
	if err != nil {
		return err
	}
	run.tally.count(&d)
	run.page.Decisions++
	if d.changed {
		run.page.Changed++
	}
	if run.rows == AllRows || run.rows == ChangedRows && d.changed {
		run.page.Rows = append(run.page.Rows, d.row())
		run.named += d.names()
	}
	return nil
}
