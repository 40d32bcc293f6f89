package phase_test

import (
	"fmt"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/phase"
)

const day = 24 * time.Hour

func Example() {
	model, err := phase.New(
		[]phase.Phase{
			{ID: "awareness", MinEvidence: 0.5, Margin: 0.1},
			{ID: "decision", MinEvidence: 0.5, Margin: 0.1},
			{ID: "retention", Gate: phase.AfterPurchase, MinEvidence: 0.5, Margin: 0.1},
		},
		[]phase.Signal{
			{Type: "page_view", Channel: "*", Phase: "awareness", Weight: 0.5, HalfLife: 7 * day, Carry: 1},
			{Type: "cart_add", Channel: "*", Phase: "decision", Weight: 4, HalfLife: 7 * day, Carry: 1},
			{Type: "purchase", Channel: "*", Phase: "retention", Weight: 6, HalfLife: 90 * day, Carry: 0.05},
			{Type: "return", Channel: "*", Phase: "awareness", Weight: 0.5, HalfLife: 7 * day, Carry: 1},
		},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	start := journey.At(time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC))
	visitor := &journey.History{Traces: []journey.Trace{
		{ID: "e1", Type: "page_view", Channel: "web", At: start},
		{ID: "e2", Type: "cart_add", Channel: "web", At: start.Add(time.Hour)},
		{ID: "e3", Type: "purchase", Channel: "web", At: start.Add(2 * time.Hour)},
	}}
	visitor.Profile.Record(journey.Milestone{ID: "e3", Type: journey.Purchase, At: start.Add(2 * time.Hour)})

	tomorrow := start.Add(day)
	state := model.Fold(visitor, tomorrow)
	fmt.Println(model.Name(state.Phase), phase.StandingAt(&visitor.Profile, tomorrow))
	for _, move := range model.Path(visitor, tomorrow) {
		fmt.Println(move.Since, move.Phase)
	}
	for _, reason := range model.Because(visitor, tomorrow, state.Phase).Reasons {
		fmt.Println("because of", reason.Type, reason.Share)
	}
	for _, change := range model.WouldChange(visitor, tomorrow) {
		fmt.Println(change.Type, "would lead to", change.To)
	}
	// Output:
	// retention active
	// 2026-11-20T08:00:00Z awareness
	// 2026-11-20T09:00:00Z decision
	// 2026-11-20T10:00:00Z retention
	// because of purchase 1
	// return would lead to awareness
}
