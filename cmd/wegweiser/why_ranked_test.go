package main

import (
	"bytes"
	"testing"

	"wegweiser/shared/personalize"
	"wegweiser/shared/snapshot"
)

func TestRankedItemsAreTold(t *testing.T) {
	d := &personalize.Decision{
		Visitor: "v_1", Snapshot: "s_1",
		Placements: map[string]*snapshot.Placement{
			"hero": {Rule: "best", Items: []snapshot.Item{{ID: "voucher"}}},
			"mail": {Fallback: true, Reason: snapshot.Holdout, Items: []snapshot.Item{{ID: "none"}}},
		},
		Explanation: &snapshot.Explanation{
			Arms: []string{"holdout", "no_phase"},
			Placements: []snapshot.PlacementExplained{
				{Placement: "hero", Rules: []snapshot.RuleExplained{{Rule: "best", Won: true, Items: []snapshot.ItemExplained{
					{Item: "voucher", Shown: true, Rank: &snapshot.RankExplained{
						Propensity: 0.08, From: snapshot.FromPrior, Weight: 1, Margin: 20, Lever: 1.2, Priority: 1.92, Probability: 0.5853,
					}},
					{Item: "loss", Failed: &snapshot.Failure{Column: "cost", Wanted: "less than the value 10", Actual: "12"}, Rank: &snapshot.RankExplained{}},
				}}}},
				{Placement: "mail"},
			},
		},
	}
	var got bytes.Buffer
	if err := tellDecision(&got, d); err != nil {
		t.Fatal(err)
	}
	const want = `v_1 at 1970-01-01T00:00:00Z, as s_1 decides
the decision is not personal, as consent does not allow it
rules and items are chosen without the phase, as of a share of all persons (no_phase)

hero shows voucher, by rule best
  rule best holds
    voucher is shown (taken up in 8 % by its prior, times margin 20, weight 1 and boosts 1.2: 1.92; probability 58.5 %)
    loss may not be shown: cost asks for less than the value 10, and found 12

mail shows its fallback none, as the person is in the holdout
`
	if got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
}
