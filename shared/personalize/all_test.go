package personalize_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"wegweiser/shared/personalize"
)

// All is every placement that is live, more of them than a body may name, and
// says what a decision that names them says.
func TestAllPlacements(t *testing.T) {
	s := start(t, openStore(t), newClock())
	publishShop(t, s)
	var edits personalize.ConfigEdits
	for i := range personalize.MaxPlacements {
		row := fmt.Sprintf(`{"id":"aside-%d","kind":"content","fallback":"guide"}`, i)
		edits.Rows = append(edits.Rows, personalize.ConfigEdit{Table: "placements", Row: json.RawMessage(row)})
	}
	ctx := t.Context()
	if _, err := s.EditConfig(ctx, admin, edits); err != nil {
		t.Fatal(err)
	}
	before, err := s.ConfigSnapshots(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.PublishConfig(ctx, admin, before.Live, personalize.PublishRequest{}); err != nil {
		t.Fatal(err)
	}
	all := decide(t, s, server, personalize.DecideRequest{Visitor: "v_1", All: true, Placements: []string{"home-hero"}})
	if got, want := len(all.Placements), personalize.MaxPlacements+1; got != want {
		t.Errorf("got %d placements, want all %d", got, want)
	}
	if got := all.Placements["home-hero"]; got == nil || got.Items[0].ID != "welcome" {
		t.Errorf("got %+v for home-hero, want its fallback", got)
	}
}
