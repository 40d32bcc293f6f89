package personalize

import (
	"context"
	"errors"

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
	stored, err := s.receipt(ctx, decision)
	if err != nil {
		return nil, err
	}
	made, err := s.restore(ctx, stored, s.stored)
	if err != nil {
		return nil, err
	}
	if made.Gone == ReceiptGone {
		return nil, missingReceipt()
	}
	out := receiptOf(decision, made.made)
	if stored.Expires != 0 {
		out.Expires = &stored.Expires
	}
	if made.Gone != "" {
		out.InputsGone = []string{string(made.Gone)}
		return out, nil
	}
	in := made.Input
	in.Explain = true
	answer := made.By.Decide(in)
	out.explain(in, &answer)
	identical, err := made.Answered(&answer)
	if err != nil {
		return nil, err
	}
	if out.Identical = &identical; replay {
		out.Answer = canonical(made.made, &answer)
	}
	return out, nil
}

// receipt reads the receipt of a decision.
func (s *Service) receipt(ctx context.Context, decision string) (*store.Receipt, error) {
	key, ok := receiptKeyOf(decision)
	if !ok {
		return nil, missingReceipt()
	}
	stored, err := s.store.Receipt(ctx, key, s.now())
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, missingReceipt()
	case err != nil:
		return nil, unavailable("reading the receipt", err)
	}
	return &stored, nil
}

func missingReceipt() error {
	return &Error{
		Kind: Missing, Code: "unknown_decision",
		Message: "no receipt is kept of a decision with this id: the id must be whole, and receipts are kept for a share of the decisions and for a time, as the settings receipt_sample and retention.receipts say, of visitors who agreed",
	}
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
		InputsGone: []string{}, Lean: made.Lean,
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
		if receipt.LeftOut(scope) {
			continue
		}
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
