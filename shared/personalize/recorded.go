package personalize

import (
	"context"
	"encoding/json"
	"errors"
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
	// Reactions are all that is stored of what came of it, in no promised order,
	// where a walk was asked for them.
	Reactions []Reacted

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

// restore returns the decision that a receipt is of. Its error is Unavailable,
// or that of the snapshots.
func (s *Service) restore(ctx context.Context, stored *store.Receipt, from snapshots) (*Recorded, error) {
	r, err := s.recall(ctx, stored, from, new(witnesses))
	if err != nil {
		return nil, err
	}
	return r, s.complete(ctx, r, new(witnesses))
}

// recall returns the decision that a receipt is of, as far as one query tells
// what it was made from: where that takes everything that is stored of the
// visitor, the input is left out for complete. seen is what was read for other
// receipts of the visitor, and is added to. Its errors are those of restore.
func (s *Service) recall(ctx context.Context, stored *store.Receipt, from snapshots, seen *witnesses) (*Recorded, error) {
	r := &Recorded{Decision: decisionOf(stored.ReceiptKey)}
	made, ok := s.opened(stored)
	if !ok {
		r.Gone = ReceiptGone
		return r, nil
	}
	r.Visitor, r.At, r.Degraded, r.made = made.Visitor, made.Input.At, made.Degraded, made
	by, err := from(ctx, made.Snapshot)
	var refusal *Error
	switch {
	case errors.Is(err, store.ErrNotFound) || errors.As(err, &refusal) && refusal.Kind == Invalid:
		r.Gone = SnapshotGone
		return r, nil
	case err != nil:
		return nil, err
	}
	r.By, r.Context, r.Consulted = by, made.Context, made.Consulted
	if err := r.proved(seen.prove(ctx, s, made, by)); !errors.Is(err, errBeyond) {
		return r, err
	}
	return r, nil
}

// complete adds the input that recall left out. all is what was read of the
// visitor of the decision before it, and is replaced where that is another one.
// Its error is Unavailable.
func (s *Service) complete(ctx context.Context, r *Recorded, all *witnesses) error {
	if r.Gone != "" || r.Input != nil {
		return nil
	}
	return r.proved(all.proveByAll(ctx, s, r.made, r.By))
}

// proved takes in what a decision was made from, or that it is gone.
func (r *Recorded) proved(in *snapshot.Input, err error) error {
	switch {
	case err == nil:
		r.Input = in
		return nil
	case errors.Is(err, receipt.ErrGone):
		r.Gone = TouchpointsGone
	case errors.Is(err, receipt.ErrCorrupt):
		r.Gone = ReceiptGone
	case errors.Is(err, errBeyond):
		return err
	default:
		return unavailable("reading the touchpoints of the decision", err)
	}
	r.By, r.Context, r.Consulted, r.Reactions = nil, nil, nil, nil
	return nil
}

// errBeyond means that not what one query returns, but only everything that is
// stored of a visitor tells what a decision was made from.
var errBeyond = errors.New("what the decision was made from is beyond one window")

// witnesses are the touchpoints and milestones that are stored of a visitor, as
// far as they were read: what a decision was made from is found among them.
type witnesses struct {
	visitor    string
	traces     []journey.Trace
	milestones []journey.Milestone
	at         journey.Millis // traces are the newest up to then; zero: nothing was read
	whole      bool           // there are no others up to then
	beyond     bool           // not enough for all; another query would not spare reading everything
}

// prove makes the input of a decision whole. As a rule one query has all that a
// decision was made from, and that others were that the visitor had about then.
// Only where many touchpoints came late, or milestones have left the profile,
// that is beyond it.
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
		if w.beyond = w.beyond || w.at == made.Input.At; w.beyond {
			return nil, errBeyond
		}
		if err := w.readUpTo(ctx, s, made.Input.At); err != nil {
			return nil, err
		}
	}
}

// proveByAll is prove where that is beyond one query. It reads everything of a
// visitor once.
func (w *witnesses) proveByAll(ctx context.Context, s *Service, made *receipt.Receipt, by *snapshot.Snapshot) (*snapshot.Input, error) {
	if w.visitor != made.Visitor || w.at < made.Input.At {
		*w = witnesses{visitor: made.Visitor}
		if err := w.readAll(ctx, s, max(s.now(), made.Input.At)); err != nil {
			return nil, err
		}
	}
	return made.Restore(by, w.traces, w.milestones)
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

// readAll reads everything that is known at a moment that is not over. A
// milestone is on the profile also when its touchpoint has expired, and has its
// touchpoint also when the profile has no room for it.
func (w *witnesses) readAll(ctx context.Context, s *Service, at journey.Millis) error {
	h, err := s.store.History(ctx, store.Query{Visitor: w.visitor, At: at, Now: s.now(), Window: 1})
	if err != nil {
		return err
	}
	w.milestones = h.Profile.Milestones
	for t, err := range s.store.Touchpoints(ctx, w.visitor, s.now()) {
		if err != nil {
			return err
		}
		w.traces = append(w.traces, t.Trace())
		if m, ok := t.Milestone(); ok && !slices.ContainsFunc(w.milestones, func(have journey.Milestone) bool { return have.ID == m.ID }) {
			w.milestones = append(w.milestones, m)
		}
	}
	w.at, w.whole = at, true
	return nil
}
