package personalize_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"wegweiser/shared/personalize"
)

// refusal returns the error of a use case, which must be of that kind.
func refusal(t *testing.T, err error, kind personalize.Kind, code string) *personalize.Error {
	t.Helper()
	var r *personalize.Error
	if !errors.As(err, &r) || r.Kind != kind || r.Code != code {
		t.Fatalf("got %v, want %s", err, code)
	}
	return r
}

func TestARowIsCreatedChangedAndDeleted(t *testing.T) {
	s := start(t, openStore(t), newClock())
	ctx := context.Background()
	put := func(version, row string) (*personalize.RowEdited, error) {
		return s.PutConfigRow(ctx, admin, "items", "welcome", version, json.RawMessage(row))
	}
	first, err := put("", `{"kind":"content","content.title":"Hello"}`)
	if err != nil || len(first.Problems) > 0 {
		t.Fatalf("create: got %+v, %v, want no problems", first, err)
	}
	_, err = put("", `{"kind":"offer"}`)
	if got := refusal(t, err, personalize.Stale, "row_changed"); got.Version != first.Version {
		t.Errorf("create again: got version %q, want that of what is there, %q", got.Version, first.Version)
	}
	second, err := put(first.Version, `{"id":"welcome","kind":"contnt"}`)
	if err != nil || len(second.Problems) != 1 || second.Version == first.Version {
		t.Fatalf("change: got %+v, %v, want one problem and another version", second, err)
	}
	row, err := s.ConfigRow(ctx, "items", "welcome")
	if err != nil || row.Version != second.Version || string(row.Row) != `{"id":"welcome","kind":"contnt"}` {
		t.Errorf("got %+v, %v, want the row at %s", row, err, second.Version)
	}
	_, err = s.DeleteConfigRow(ctx, admin, "items", "welcome", first.Version)
	if got := refusal(t, err, personalize.Stale, "row_changed"); got.Version != second.Version {
		t.Errorf("delete an older one: got version %q, want %q", got.Version, second.Version)
	}
	if _, err := s.DeleteConfigRow(ctx, admin, "items", "welcome", second.Version); err != nil {
		t.Fatal(err)
	}
	_, err = s.ConfigRow(ctx, "items", "welcome")
	refusal(t, err, personalize.Missing, "unknown_row")
	_, err = put(second.Version, `{"kind":"content"}`)
	if got := refusal(t, err, personalize.Stale, "row_changed"); got.Version != "" {
		t.Errorf("change what is gone: got version %q, want none", got.Version)
	}
}

func TestARowThatCannotBeReadIsRefused(t *testing.T) {
	s := start(t, openStore(t), newClock())
	ctx := context.Background()
	for _, c := range []struct{ id, row, field string }{
		{"welcome", `{"kind":"content","kap_day":1}`, "kap_day"},
		{"welcome", `{"kind":"content","cap_day":"often"}`, "cap_day"},
		{"welcome", `{"id":"other","kind":"content"}`, "id"},
		{" welcome", `{"kind":"content"}`, "id"},
	} {
		_, err := s.PutConfigRow(ctx, admin, "items", c.id, "", json.RawMessage(c.row))
		got := refusal(t, err, personalize.Invalid, "rows_refused")
		if len(got.Fields) != 1 || got.Fields[0].Field != c.field {
			t.Errorf("%q %s: got %+v, want one fault of %s", c.id, c.row, got.Fields, c.field)
		}
	}
	_, err := s.PutConfigRow(ctx, admin, "itms", "a", "", json.RawMessage(`{}`))
	refusal(t, err, personalize.Missing, "unknown_table")
	_, err = s.DeleteConfigRow(ctx, admin, "itms", "a", "x")
	refusal(t, err, personalize.Missing, "unknown_table")
	if rows, err := s.ConfigRows(ctx, ""); err != nil || len(rows.Rows) > 0 {
		t.Errorf("got %v, %v, want no row", rows, err)
	}
}
