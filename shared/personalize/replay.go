package personalize

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize/receipt"
	"wegweiser/shared/rank"
	"wegweiser/shared/snapshot"
	"wegweiser/shared/store"
	"wegweiser/shared/tables"
)

// Receipt tells what a decision was made from, and makes it again. Its errors:
// Missing where no receipt is kept under that id, which says nothing of whether
// there was such a decision, and Unavailable.
func (s *Service) Receipt(ctx context.Context, _ Caller, decision string, replay bool) (*Receipt, error) {
	made, stored, err := s.receipt(ctx, decision)
	if err != nil {
		return nil, err
	}
	out := receiptOf(decision, made)
	if stored.Expires != 0 {
		out.Expires = &stored.Expires
	}
	in, by, err := s.recall(ctx, made)
	var gone *goneError
	switch {
	case errors.As(err, &gone):
		out.InputsGone = []string{gone.what}
		return out, nil
	case err != nil:
		return nil, err
	}
	in.Explain = true
	answer := by.Decide(in)
	out.explain(in, &answer)
	again := canonical(made, &answer)
	body, err := json.Marshal(again)
	if err != nil {
		return nil, err
	}
	identical := receipt.DigestOf(body) == made.Answer
	if out.Identical = &identical; replay {
		out.Answer = again
	}
	return out, nil
}

// receipt reads the receipt of a decision.
func (s *Service) receipt(ctx context.Context, decision string) (*receipt.Receipt, store.Receipt, error) {
	missing := &Error{
		Kind: Missing, Code: "unknown_decision",
		Message: "no receipt is kept of a decision with this id: the id must be whole, and receipts are kept for a share of the decisions and for a time, as the settings receipt_sample and retention.receipts say, of visitors who agreed",
	}
	key, ok := receiptKeyOf(decision)
	if !ok {
		return nil, store.Receipt{}, missing
	}
	stored, err := s.store.Receipt(ctx, key, s.now())
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, stored, missing
	case err != nil:
		return nil, stored, unavailable("reading the receipt", err)
	}
	for _, seal := range s.receipts.seals {
		if body, ok := seal.Open(stored.Body, decision); ok {
			made, err := receipt.Read(body, decision)
			return made, stored, err
		}
	}
	return nil, stored, missing
}

// goneError says which inputs of a decision are no longer there.
type goneError struct{ what string }

func (e *goneError) Error() string { return "the " + e.what + " of the decision is gone" }

// recall returns what a decision was made from, with the snapshot that made it.
// Its errors: goneError and Unavailable.
func (s *Service) recall(ctx context.Context, made *receipt.Receipt) (*snapshot.Input, *snapshot.Snapshot, error) {
	by, err := s.stored(ctx, made.Snapshot)
	var refusal *Error
	if errors.Is(err, store.ErrNotFound) || errors.As(err, &refusal) && refusal.Kind == Invalid {
		return nil, nil, &goneError{"snapshot"}
	}
	if err != nil {
		return nil, nil, err
	}
	traces, milestones, err := s.witnesses(ctx, made)
	if err != nil {
		return nil, nil, unavailable("reading the touchpoints of the decision", err)
	}
	in, err := made.Restore(by, traces, milestones)
	if errors.Is(err, receipt.ErrGone) {
		return nil, nil, &goneError{"touchpoints"}
	}
	return in, by, err
}

// witnesses returns the touchpoints and milestones of a visitor, as far as a
// decision had any. A milestone is on the profile also when its touchpoint has
// expired, and has its touchpoint also when the profile has no room for it.
func (s *Service) witnesses(ctx context.Context, made *receipt.Receipt) (traces []journey.Trace, milestones []journey.Milestone, err error) {
	if made.Milestones.Len() > 0 {
		h, err := s.store.History(ctx, store.Query{Visitor: made.Visitor, At: s.now(), Now: s.now(), Window: 1})
		if err != nil {
			return nil, nil, err
		}
		milestones = h.Profile.Milestones
	}
	if made.Window.Len()+made.Milestones.Len() == 0 {
		return nil, nil, nil
	}
	for t, err := range s.store.Touchpoints(ctx, made.Visitor, s.now()) {
		if err != nil {
			return nil, nil, err
		}
		traces = append(traces, t.Trace())
		if m, ok := t.Milestone(); ok && !slices.ContainsFunc(milestones, func(have journey.Milestone) bool { return have.ID == m.ID }) {
			milestones = append(milestones, m)
		}
	}
	return traces, milestones, nil
}

// receiptOf is what a receipt says by itself.
func receiptOf(decision string, made *receipt.Receipt) *Receipt {
	in := &made.Input
	out := &Receipt{
		Decision: decision, Visitor: made.Visitor, Snapshot: made.Snapshot, At: in.At, Seed: in.Seed,
		Personal: in.Withheld == "", Withheld: in.Withheld, Degraded: made.Degraded,
		Purposes: append([]journey.Purpose{}, in.Purposes...), Spent: in.Spent, Uncounted: in.Uncounted,
		Request:     ReceiptRequest{Placements: in.Placements, Context: made.Context, Locale: in.Locale},
		Touchpoints: made.Window.Len(), Milestones: made.Milestones.Len(), Counters: []Counted{},
		InputsGone: []string{},
	}
	if h := in.History; h != nil {
		out.Truncated = h.Truncated
		out.Profile = &ReceiptProfile{Locale: h.Profile.Locale, Zone: h.Profile.Zone, Country: h.Profile.Country, Traits: h.Profile.Traits}
		out.Counters = countersOf(h.Counters.Packed)
	}
	return out
}

// countersOf lists what a visitor was shown.
func countersOf(packed string) []Counted {
	list := []Counted{}
	counters, err := rank.ReadCounters(packed)
	if err != nil {
		return list
	}
	for scope := range counters.Scopes() {
		for _, period := range [...]tables.Period{tables.Day, tables.Week, tables.Month, tables.Life} {
			if shown := counters.Count(scope, period); shown > 0 {
				list = append(list, Counted{Of: scopeNames[scope.Kind], Name: scope.Name, Period: period, Shown: shown})
			}
		}
	}
	return list
}

var scopeNames = map[rank.ScopeKind]string{
	rank.ScopeItem: "item", rank.ScopeGroup: "group", rank.ScopeChannel: "channel", rank.ScopeAll: "all",
}

// explain adds what comes of the inputs.
func (r *Receipt) explain(in *snapshot.Input, answer *snapshot.Answer) {
	r.Phase, r.Explanation = phaseOf(answer.Phase), answer.Explanation
	r.Arms = answer.Explanation.Arms
	r.Placements = make(map[string]ReceiptPlacement, len(answer.Placements))
	for i := range answer.Placements {
		p := &answer.Placements[i]
		filled := ReceiptPlacement{Rule: p.Rule, Fallback: p.Fallback, Reason: p.Reason, Items: make([]ReceiptItem, len(p.Items))}
		for k := range p.Items {
			filled.Items[k] = ReceiptItem{ID: p.Items[k].ID, Kind: p.Items[k].Kind, Probability: p.Items[k].Probability}
		}
		r.Placements[p.Name] = filled
	}
	for _, p := range r.Explanation.Placements {
		for _, rule := range p.Rules {
			for i := range rule.Items {
				if it := &rule.Items[i]; it.Failed != nil && it.Failed.Column == "choose" {
					it.Rank = nil // how low it was is not kept
				}
			}
		}
	}
	r.Why = answer.Explanation.Tell(answer)
}
