package personalize

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"slices"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize/receipt"
	"wegweiser/shared/snapshot"
	"wegweiser/shared/store"
)

// Recorded is a decision that was made, as its receipt has it.
type Recorded struct {
	Decision string
	Visitor  string
	At       journey.Millis
	// Gone says which of the inputs is no longer there. Then there is nothing
	// else but the id and, unless it is the receipt, the visitor and the moment.
	Gone InputGone
	// By is the snapshot that decided, and Input that with which it decides
	// again as it did. Input is the callee's own, to keep and to change; what it
	// points to is shared.
	By    *snapshot.Snapshot
	Input *snapshot.Input
	// Context is what the request said of itself, as far as By could ask for it.
	Context map[string]any
	// Consulted is what ranking read of the statistics; Input.Statistics says it.
	Consulted *snapshot.Consulted
	// Degraded is what the store did, as the answer said it.
	Degraded string

	made *receipt.Receipt
}

// InputGone is an input of a decision that is no longer there.
type InputGone string

// What may be gone: touchpoints that have expired or were erased; a snapshot
// that this version of the program cannot read; or the receipt itself, which is
// damaged, of a newer version, or sealed under a key that nobody has any more.
const (
	TouchpointsGone InputGone = "touchpoints"
	SnapshotGone    InputGone = "snapshot"
	ReceiptGone     InputGone = "receipt"
)

// Answered reports whether By answered that then, to the byte of the canonical
// answer.
func (r *Recorded) Answered(a *snapshot.Answer) (bool, error) {
	body, err := json.Marshal(canonical(r.made, a))
	return err == nil && receipt.DigestOf(body) == r.made.Answer, err
}

// snapshots returns a snapshot that is kept, as Service.stored does.
type snapshots func(ctx context.Context, id string) (*snapshot.Snapshot, error)

// opened returns a stored receipt as it was packed, and false where no key opens
// it, or it is damaged.
func (s *Service) opened(stored *store.Receipt) (*receipt.Receipt, bool) {
	decision := decisionOf(stored.ReceiptKey)
	for _, seal := range s.receipts.seals {
		if body, ok := seal.Open(stored.Body, decision); ok {
			made, err := receipt.Read(body, decision)
			return made, err == nil
		}
	}
	return nil, false
}

// decisionOf is the id of a decision, by the key of its receipt.
func decisionOf(key store.ReceiptKey) string { return decisionPrefix + key.ID + "_" + key.Owner }

// restore returns the decision that a receipt is of. seen is what was read for
// other receipts of the visitor, and is added to. Its error is Unavailable, or
// that of the snapshots.
func (s *Service) restore(ctx context.Context, stored *store.Receipt, from snapshots, seen *witnesses) (*Recorded, error) {
	made, ok := s.opened(stored)
	if !ok {
		return &Recorded{Decision: decisionOf(stored.ReceiptKey), Gone: ReceiptGone}, nil
	}
	r := &Recorded{
		Decision: decisionOf(stored.ReceiptKey), Visitor: made.Visitor, At: made.Input.At,
		Degraded: made.Degraded, made: made,
	}
	by, err := from(ctx, made.Snapshot)
	var refusal *Error
	switch {
	case errors.Is(err, store.ErrNotFound) || errors.As(err, &refusal) && refusal.Kind == Invalid:
		r.Gone = SnapshotGone
		return r, nil
	case err != nil:
		return nil, err
	}
	in, err := seen.prove(ctx, s, made, by)
	switch {
	case errors.Is(err, receipt.ErrGone):
		r.Gone = TouchpointsGone
		return r, nil
	case errors.Is(err, receipt.ErrCorrupt):
		r.Gone = ReceiptGone
		return r, nil
	case err != nil:
		return nil, unavailable("reading the touchpoints of the decision", err)
	}
	r.By, r.Input, r.Context, r.Consulted = by, in, made.Context, made.Consulted
	return r, nil
}

// witnesses are the touchpoints and milestones that are stored of a visitor, as
// far as they were read: what a decision was made from is found among them.
type witnesses struct {
	visitor    string
	traces     []journey.Trace
	milestones []journey.Milestone
	at         journey.Millis // traces are the newest up to then; zero: nothing was read
	whole      bool           // there are no others up to then
}

// prove makes the input of a decision whole. As a rule one query has all that a
// decision was made from, and that others were that the visitor had about then.
// Only where many touchpoints came late, or milestones have left the profile, is
// everything read.
func (w *witnesses) prove(ctx context.Context, s *Service, made *receipt.Receipt, by *snapshot.Snapshot) (*snapshot.Input, error) {
	if made.Window.Len()+made.Milestones.Len() == 0 {
		return made.Restore(by, nil, nil)
	}
	if w.visitor != made.Visitor {
		*w = witnesses{visitor: made.Visitor}
	}
	for {
		if w.at != 0 {
			in, err := made.Restore(by, w.traces, w.milestones)
			if w.whole && made.Input.At <= w.at || !errors.Is(err, receipt.ErrGone) {
				return in, err
			}
		}
		var err error
		if w.at == made.Input.At {
			err = w.readAll(ctx, s)
		} else {
			err = w.readUpTo(ctx, s, made.Input.At)
		}
		if err != nil {
			return nil, err
		}
	}
}

func (w *witnesses) readUpTo(ctx context.Context, s *Service, at journey.Millis) error {
	h, err := s.store.History(ctx, store.Query{Visitor: w.visitor, At: at, Now: s.now(), Window: journey.MaxWindow})
	if err != nil {
		return err
	}
	p := &h.Profile
	w.at, w.traces, w.milestones = at, h.Traces, p.Milestones
	w.whole = !h.Truncated && len(p.Totals.Latest) == 0
	return nil
}

// readAll reads everything. A milestone is on the profile also when its touchpoint
// has expired, and has its touchpoint also when the profile has no room for it.
func (w *witnesses) readAll(ctx context.Context, s *Service) error {
	w.traces = nil
	for t, err := range s.store.Touchpoints(ctx, w.visitor, s.now()) {
		if err != nil {
			return err
		}
		w.traces = append(w.traces, t.Trace())
		if m, ok := t.Milestone(); ok && !slices.ContainsFunc(w.milestones, func(have journey.Milestone) bool { return have.ID == m.ID }) {
			w.milestones = append(w.milestones, m)
		}
	}
	w.at, w.whole = math.MaxInt64, true
	return nil
}
