package personalize_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"wegweiser/shared/personalize"
)

// A rule whose time is over is named from that moment on, and holds nothing back.
func TestCheckNamesWhatIsOver(t *testing.T) {
	c := newClock()
	s := start(t, openStore(t), c)
	publishShop(t, s)
	ends := c.now().Add(time.Hour).UTC().Format(time.RFC3339)
	rule := `{"id":"short","order":0,"placements":["home-hero"],"phases":["decision"],"items":["welcome"],"ends":"` + ends + `"}`
	if _, err := s.EditConfig(context.Background(), admin, personalize.ConfigEdits{Rows: []personalize.ConfigEdit{
		{Table: "rules", Row: json.RawMessage(rule)},
	}}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []bool{false, true} {
		checked, err := s.CheckConfig(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		got := false
		for _, p := range checked.Problems {
			if p.Table == "rules" && p.Row == "short" && p.Column == "ends" {
				got = true
				if p.Severity != "warning" {
					t.Errorf("got severity %s, want a warning", p.Severity)
				}
			}
		}
		if got != want {
			t.Errorf("named is %v, want %v: %v", got, want, checked.Problems)
		}
		c.advance(time.Hour)
	}
}
