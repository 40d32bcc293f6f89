package personalize_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"wegweiser/shared/personalize"
)

func TestRowsThatCannotBeStoredAreRefused(t *testing.T) {
	s := start(t, openStore(t), newClock())
	cells := `{"id":"wide","kind":"content"`
	for range 3 {
		cells += `,"content.` + strings.Repeat("x", len(cells)%50+1) + `":"` + strings.Repeat("long ", 3000) + `"`
	}
	_, err := s.EditConfig(context.Background(), admin, personalize.ConfigEdits{Rows: []personalize.ConfigEdit{
		{Table: "items", Row: json.RawMessage(cells + "}")},
	}})
	var refusal *personalize.Error
	if !errors.As(err, &refusal) || refusal.Kind != personalize.Invalid {
		t.Errorf("got %v, want the row refused as too large", err)
	}
}
