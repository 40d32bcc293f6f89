package personalize

import (
	"context"
	"slices"

	"wegweiser/shared/journey"
	"wegweiser/shared/snapshot"
)

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
	from, err := run.answers(ctx, &run.from, h, e)
	if err != nil {
		return err
	}
	to, err := run.answers(ctx, &run.to, h, e)
	if err != nil {
		return err
	}
	d := run.compared(e, run.placements, &from, &to)
	run.count(&d)
	return nil
}

// answers is how a side decides, as Decide does for a server that names the
// moment and says nothing of consent. h is the visitor's history, at least as far
// as the moment and back for a window before it.
func (run *dryRun) answers(ctx context.Context, x *side, h *journey.History, e Example) (snapshot.Answer, error) {
	settings := x.Settings()
	known := h.AsOf(e.At, settings.Window)
	in := snapshot.Input{
		At: e.At, Person: e.Visitor, History: &known, Context: x.context, Placements: run.placements,
		Statistics: run.statistics.ranked(), Pressure: true,
	}
	if e.Channel != "" {
		in.Context.Channel = e.Channel
	}
	g := fromStored(Caller{Key: Secret}, known.Profile.Consent, settings.Consent)
	if in.Purposes = g.purposes; !g.personal {
		in.Withheld = snapshot.Consent
	}
	return run.look.decide(ctx, x.Snapshot, &in)
}
