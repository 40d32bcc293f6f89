package personalize_test

import (
	"context"
	"encoding/json"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

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

func TestPublishedElsewhereIsSeenWithinTenSeconds(t *testing.T) {
	c := newClock()
	shared := openStore(t)
	w := &watched{Store: shared}
	reader, editor := start(t, w, c), start(t, shared, c)
	live := publishShop(t, editor)
	c.advance(10 * time.Second)
	// Each decision waits for the check, but on a busy machine not long enough.
	for range 100 {
		if decide(t, reader, server, personalize.DecideRequest{Visitor: "v_1"}).Snapshot == live {
			break
		}
	}
	d := decide(t, reader, server, personalize.DecideRequest{Visitor: "v_1", Placements: []string{"home-hero"}})
	if d.Snapshot != live || d.Placements["home-hero"].Items[0].ID != "welcome" {
		t.Errorf("got snapshot %s, want %s", d.Snapshot, live)
	}
}

func TestAConfigurationThatHangsIsNotWaitedFor(t *testing.T) {
	c := newClock()
	w := &watched{Store: openStore(t)}
	s := start(t, w, c)
	live := publishShop(t, s)
	_, release := w.holdBack()
	defer release()
	c.advance(42 * time.Second)
	d := decide(t, s, server, personalize.DecideRequest{Visitor: "v_1", Placements: []string{"home-hero"}})
	if d.Snapshot != live || d.SnapshotAge != 42 || d.Degraded != "" {
		t.Errorf("got snapshot %s of age %d (%s), want the last good one, 42 s old", d.Snapshot, d.SnapshotAge, d.Degraded)
	}
}

func TestACheckUnderWayDoesNotUndoAPublish(t *testing.T) {
	c := newClock()
	w := &watched{Store: openStore(t)}
	s := start(t, w, c)
	read, release := w.holdBack()
	c.advance(6 * time.Second)
	decide(t, s, server, personalize.DecideRequest{Visitor: "v_1"}) // starts the check
	for !read() {
		runtime.Gosched()
	}
	live := publishShop(t, s)
	release()
	for range 500 {
		if d := decide(t, s, server, personalize.DecideRequest{Visitor: "v_1"}); d.Snapshot != live {
			t.Fatalf("got snapshot %s, want %s, which was published", d.Snapshot, live)
		}
	}
}

func TestPublishWantsTheLiveSnapshot(t *testing.T) {
	c := newClock()
	s := start(t, openStore(t), c)
	live := publishShop(t, s)
	ctx := context.Background()
	if _, err := s.EditConfig(ctx, admin, personalize.ConfigEdits{Rows: []personalize.ConfigEdit{
		{Table: "items", Version: "*", Row: json.RawMessage(`{"id":"welcome","kind":"content","content.title":"Hello"}`)},
	}}); err != nil {
		t.Fatal(err)
	}
	_, err := s.PublishConfig(ctx, admin, "s_other", personalize.PublishRequest{})
	var refusal *personalize.Error
	if !errors.As(err, &refusal) || refusal.Kind != personalize.Stale || refusal.Version != live {
		t.Fatalf("got %v, want stale, with what is live", err)
	}
	next, err := s.PublishConfig(ctx, admin, live, personalize.PublishRequest{})
	if err != nil || next.Live == live {
		t.Fatalf("got %v, %v; want another live snapshot", next, err)
	}
	list, err := s.ConfigSnapshots(ctx)
	if err != nil || list.Live != next.Live || list.Draft != next.Live || len(list.Snapshots) != 2 {
		t.Errorf("got %+v, %v; want two, the newer live and equal to the draft", list, err)
	}
}

func TestBrokenDraftIsNotPublished(t *testing.T) {
	c := newClock()
	s := start(t, openStore(t), c)
	live := publishShop(t, s)
	ctx := context.Background()
	problems, err := s.EditConfig(ctx, admin, personalize.ConfigEdits{Rows: []personalize.ConfigEdit{
		{Table: "rules", Version: "*", Row: json.RawMessage(`{"id":"deciding","order":2,"placements":["home-hero"],"phases":["desicion"],"items":["checkout-help"]}`)},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if len(problems.Problems) != 1 || !strings.Contains(problems.Problems[0].Message, "decision") {
		t.Fatalf("got %v, want one problem that names the nearest phase", problems.Problems)
	}
	_, err = s.PublishConfig(ctx, admin, live, personalize.PublishRequest{})
	var refusal *personalize.Error
	if !errors.As(err, &refusal) || refusal.Kind != personalize.Invalid || len(refusal.Problems) != 1 {
		t.Errorf("got %v, want a refusal with the problem", err)
	}
	if d := decide(t, s, server, personalize.DecideRequest{Visitor: "v_1"}); d.Snapshot != live {
		t.Errorf("got snapshot %s, want the last good one %s", d.Snapshot, live)
	}
}

func TestRowsThatCannotBeReadAreRefused(t *testing.T) {
	c := newClock()
	s := start(t, openStore(t), c)
	_, err := s.EditConfig(context.Background(), admin, personalize.ConfigEdits{Rows: []personalize.ConfigEdit{
		{Table: "items", Row: json.RawMessage(`{"id":"welcome","kind":"content","kap_day":1}`)},
	}})
	var refusal *personalize.Error
	if !errors.As(err, &refusal) || refusal.Kind != personalize.Invalid || len(refusal.Fields) != 1 {
		t.Fatalf("got %v, want the unknown column refused", err)
	}
	if got := refusal.Fields[0].Message; !strings.Contains(got, "cap_day") {
		t.Errorf("got %q, want the nearest column named", got)
	}
}

func TestConditionsNeedAParser(t *testing.T) {
	s := personalize.New(openStore(t), nil)
	if err := s.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	problems, err := s.EditConfig(context.Background(), admin, personalize.ConfigEdits{Rows: []personalize.ConfigEdit{
		{Table: "segments", Row: json.RawMessage(`{"id":"stars","when":"count(\"social_share\", \"30d\") > 3"}`)},
	}})
	if err != nil || len(problems.Problems) != 1 || problems.Problems[0].Column != "when" {
		t.Errorf("got %+v, %v; want the condition named as what cannot be read", problems, err)
	}
}
