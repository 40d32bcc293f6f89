package personalize_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/personalize"
	"wegweiser/shared/store"
)

func rollback(t *testing.T, s *personalize.Service, to string) {
	t.Helper()
	live, err := s.RollbackConfig(context.Background(), personalize.Caller{Key: personalize.Admin, Name: "jo"}, personalize.RollbackRequest{Snapshot: to})
	if err != nil || live.Live != to {
		t.Fatalf("got %+v, %v, want %s live", live, err, to)
	}
}

// edit writes a row over whatever is there.
func edit(t *testing.T, s *personalize.Service, table, row string) {
	t.Helper()
	if _, err := s.EditConfig(context.Background(), admin, personalize.ConfigEdits{Rows: []personalize.ConfigEdit{
		{Table: table, Version: "*", Row: json.RawMessage(row)},
	}}); err != nil {
		t.Fatal(err)
	}
}

func publish(t testing.TB, s *personalize.Service) string {
	t.Helper()
	ctx := context.Background()
	before, err := s.ConfigSnapshots(ctx)
	if err != nil {
		t.Fatal(err)
	}
	live, err := s.PublishConfig(ctx, admin, before.Live, personalize.PublishRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return live.Live
}

const warmer = `{"id":"welcome","kind":"content","content.title":"A warm welcome"}`

func TestRollbackPointsBack(t *testing.T) {
	c := newClock()
	shared := openStore(t)
	s, other := start(t, shared, c), start(t, shared, c)
	builtin := s.Health(context.Background()).Snapshot
	first := publishShop(t, s)
	edit(t, s, "items", warmer)
	second := publish(t, s)

	title := func(s *personalize.Service) string {
		d := decide(t, s, server, personalize.DecideRequest{Visitor: "v_1", Placements: []string{"home-hero"}})
		text, err := d.Placements["home-hero"].Items[0].Content.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if got, want := title(s), `{"title":"A warm welcome"}`; got != want {
		t.Fatalf("before: got %s, want %s", got, want)
	}
	rollback(t, other, first) // not where it was published
	rollback(t, other, first) // once more changes nothing
	if got, want := title(other), `{"title":"Welcome"}`; got != want {
		t.Errorf("after: got %s, want %s", got, want)
	}
	list, err := s.ConfigSnapshots(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if list.Live != first || list.Draft != second || len(list.Snapshots) != 3 {
		t.Errorf("got %+v, want %s live, the draft as it was and three entries", list, first)
	}
	newest := list.Snapshots[0]
	if newest.ID != first || newest.Author != "jo" || newest.Note != "Rolled back from "+second {
		t.Errorf("got %+v, want who rolled back from where", newest)
	}
	rollback(t, s, builtin)
	if got := start(t, shared, c).Health(context.Background()).Snapshot; got != builtin {
		t.Errorf("after a start: got %s, want the built-in %s", got, builtin)
	}
	rollback(t, s, second)
}

func TestOnlyWhatWasPublishedIsRolledBackTo(t *testing.T) {
	w := openStore(t)
	s := start(t, w, newClock())
	ctx := context.Background()
	builtin := s.Health(ctx).Snapshot
	rollback(t, s, builtin) // is live, and nothing else was
	publishShop(t, s)
	if err := w.PutSnapshot(ctx, "s_stored", []byte("x")); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"", "s_other", "s_stored"} {
		_, err := s.RollbackConfig(ctx, admin, personalize.RollbackRequest{Snapshot: id})
		refusal(t, err, personalize.Invalid, "unknown_snapshot")
	}
	live, err := w.Live(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Publish(ctx, live.Snapshot, store.Release{Snapshot: "s_stored", At: live.At}); err != nil {
		t.Fatal(err)
	}
	rollback(t, s, live.Snapshot)
	_, err = s.RollbackConfig(ctx, admin, personalize.RollbackRequest{Snapshot: "s_stored"})
	refusal(t, err, personalize.Invalid, "snapshot_unreadable")
}

// hurried publishes another snapshot before the first publishes of a rollback.
type hurried struct {
	store.Store
	between []string
}

func (h *hurried) Publish(ctx context.Context, expected string, next store.Release) error {
	if len(h.between) > 0 {
		other := h.between[0]
		h.between = h.between[1:]
		if err := h.Store.Publish(ctx, expected, store.Release{Snapshot: other, At: next.At}); err != nil {
			return err
		}
	}
	return h.Store.Publish(ctx, expected, next)
}

func TestRollbackWinsAgainstAPublish(t *testing.T) {
	h := &hurried{Store: openStore(t)}
	s := start(t, h, newClock())
	first := publishShop(t, s)
	edit(t, s, "items", warmer)
	second := publish(t, s)
	edit(t, s, "items", `{"id":"welcome","kind":"content","content.title":"Third"}`)
	third := publish(t, s)

	h.between = []string{second, third}
	rollback(t, s, first)
	rollback(t, s, second)
	h.between = []string{third, second, third, second, third}
	_, err := s.RollbackConfig(context.Background(), admin, personalize.RollbackRequest{Snapshot: first})
	if got := refusal(t, err, personalize.Stale, "snapshot_changed"); got.Version != third {
		t.Errorf("got version %q, want %q, which is live", got.Version, third)
	}
}

func TestDiffNamesEveryCell(t *testing.T) {
	c := newClock()
	s := start(t, openStore(t), c)
	ctx := context.Background()
	builtin := s.Health(ctx).Snapshot
	first := publishShop(t, s)
	edit(t, s, "items", `{"id":"welcome","kind":"content","content.title":"A warm <welcome>","tags":["warm"],"transactional":false}`)
	edit(t, s, "rules", `{"id":"researching","order":1,"placements":["home-hero"],"phases":["consideration"],"when":"count(\"compare\", \"7d\") >= 1","items":["guide"]}`)
	if _, err := s.DeleteConfigRow(ctx, admin, "rules", "deciding", "*"); err != nil {
		t.Fatal(err)
	}
	want := []personalize.RowDiff{
		{Table: "items", Row: "welcome", Change: personalize.Changed, Cells: []personalize.CellDiff{
			{Column: "content.title", From: "Welcome", To: "A warm <welcome>"},
			{Column: "tags", To: []any{"warm"}},
			{Column: "transactional", To: false},
		}},
		{Table: "rules", Row: "deciding", Change: personalize.Removed, Cells: []personalize.CellDiff{
			{Column: "order", From: 2.0},
			{Column: "placements", From: []any{"home-hero"}},
			{Column: "phases", From: []any{"decision"}},
			{Column: "items", From: []any{"checkout-help"}},
		}},
		{Table: "rules", Row: "researching", Change: personalize.Changed, Cells: []personalize.CellDiff{
			{Column: "when", To: `count("compare", "7d") >= 1`},
		}},
	}
	diff := func(from, to string) *personalize.ConfigDiff {
		t.Helper()
		d, err := s.DiffConfig(ctx, from, to)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	got := diff("", "")
	if got.From != first || got.To != "draft" {
		t.Errorf("got from %s to %s, want from what is live to the draft", got.From, got.To)
	}
	if d := cmp.Diff(want, got.Rows); d != "" {
		t.Errorf("the draft (-want +got):\n%s", d)
	}
	c.advance(time.Minute)
	second := publish(t, s)
	if d := cmp.Diff(want, diff(first, second).Rows); d != "" {
		t.Errorf("the next snapshot, whose rows keep their words (-want +got):\n%s", d)
	}
	if got := diff(second, "draft").Rows; len(got) > 0 {
		t.Errorf("got %v, want no difference", got)
	}
	edit(t, s, "rules", `{"id":"researching","order":1,"placements":["home-hero"],"phases":["consideration"],"when":"count(\"compare\", \"7d\") >= 1","items":["guide"],"note":"Agreed"}`)
	if got := diff(second, "draft").Rows; len(got) > 0 {
		t.Errorf("got %v, want no difference for a note, as there is nothing to publish", got)
	}
	for _, r := range diff(builtin, first).Rows {
		if r.Change != personalize.Added {
			t.Errorf("from the built-in one: got %+v, want added rows only", r)
		}
	}
	_, err := s.DiffConfig(ctx, "s_other", "")
	refusal(t, err, personalize.Missing, "unknown_snapshot")
}
