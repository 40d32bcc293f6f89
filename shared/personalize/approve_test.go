package personalize_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"wegweiser/shared/personalize"
	"wegweiser/shared/store"
)

// desk is a service with people at it.
type desk struct {
	*testing.T
	*personalize.Service
	clock *clock
}

func (d *desk) edit(author, table, row string) {
	d.Helper()
	d.clock.advance(time.Second)
	if _, err := d.EditConfig(context.Background(), personalize.Caller{Key: personalize.Admin, Name: author}, personalize.ConfigEdits{
		Rows: []personalize.ConfigEdit{{Table: table, Version: "*", Row: json.RawMessage(row)}},
	}); err != nil {
		d.Fatal(err)
	}
}

func (d *desk) draft() string {
	d.Helper()
	list, err := d.ConfigSnapshots(context.Background())
	if err != nil {
		d.Fatal(err)
	}
	return list.Draft
}

func (d *desk) approve(author, draft string) error {
	_, err := d.ApproveConfig(context.Background(), personalize.Caller{Key: personalize.Admin, Name: author}, personalize.ApproveRequest{Draft: draft})
	return err
}

func (d *desk) publish(author string) error { return d.publishOnly(author, "") }

// publishOnly publishes the draft of this content hash, and no other.
func (d *desk) publishOnly(author, draft string) error {
	d.clock.advance(time.Second)
	list, err := d.ConfigSnapshots(context.Background())
	if err != nil {
		d.Fatal(err)
	}
	_, err = d.PublishConfig(context.Background(), personalize.Caller{Key: personalize.Admin, Name: author}, list.Live, personalize.PublishRequest{Draft: draft})
	return err
}

func (d *desk) done(err error) {
	d.Helper()
	if err != nil {
		d.Fatalf("got %v, want it done", err)
	}
}

// newDesk has a shop that asks for approvals, which ann published.
func newDesk(t *testing.T, s store.Store) *desk {
	t.Helper()
	c := newClock()
	d := &desk{t, start(t, s, c), c}
	publishShop(t, d.Service)
	d.edit("ann", "settings", `{"id":"approvals","value":1}`)
	d.done(d.publish("ann")) // what is live does not ask yet
	return d
}

func welcome(title string) string {
	return `{"id":"welcome","kind":"content","content.title":"` + title + `"}`
}

func TestPublishWantsTheApprovalOfAnother(t *testing.T) {
	d := newDesk(t, openStore(t))
	d.edit("ann", "items", welcome("One"))
	refusal(t, d.publish("ann"), personalize.Invalid, "not_approved")
	refusal(t, d.approve("ann", d.draft()), personalize.Forbidden, "own_change")
	got := refusal(t, d.approve("ben", "s_other"), personalize.Stale, "draft_changed")
	if want := d.draft(); got.Version != want {
		t.Errorf("got version %q, want the draft %q", got.Version, want)
	}
	d.done(d.approve("ben", d.draft()))
	list, err := d.ConfigSnapshots(context.Background())
	if err != nil || list.Approved == nil || list.Approved.By != "ben" || list.Approved.Draft != list.Draft {
		t.Errorf("got %+v, %v, want that ben approved the draft", list, err)
	}

	// Any later edit voids it, and taking it back makes it good again.
	d.edit("cleo", "items", welcome("Two"))
	refusal(t, d.publish("ann"), personalize.Invalid, "not_approved")
	d.edit("cleo", "items", welcome("One"))
	refusal(t, d.approve("cleo", d.draft()), personalize.Forbidden, "own_change")
	d.done(d.publish("ann"))

	// The next change starts from the beginning.
	d.edit("ben", "items", welcome("Three"))
	refusal(t, d.publish("ben"), personalize.Invalid, "not_approved")
	d.done(d.approve("ann", d.draft()))
	d.done(d.publish("ben"))
}

// What somebody looked at goes live, or nothing does.
func TestPublishOfANamedDraft(t *testing.T) {
	d := &desk{T: t, clock: newClock()}
	d.Service = start(t, openStore(t), d.clock)
	publishShop(t, d.Service)
	d.edit("ann", "items", welcome("One"))
	looked := d.draft()
	d.edit("ben", "items", welcome("Two"))
	if got := refusal(t, d.publishOnly("ann", looked), personalize.Stale, "draft_changed"); got.Version != d.draft() {
		t.Errorf("got version %q, want the draft %q", got.Version, d.draft())
	}
	d.edit("ben", "items", welcome("One"))
	d.done(d.publishOnly("ann", looked))
}

func TestTheLiveSettingsAskForApproval(t *testing.T) {
	d := newDesk(t, openStore(t))
	d.edit("ann", "settings", `{"id":"approvals","value":0}`)
	refusal(t, d.publish("ann"), personalize.Invalid, "not_approved")
	d.done(d.approve("ben", d.draft()))
	d.done(d.publish("ann"))
	d.edit("ann", "items", welcome("Alone again"))
	d.done(d.publish("ann"))
}

// A rollback needs no approval, and leaves the changes of the draft as they
// were: who made them may still not approve them.
func TestRollbackKeepsWhoChangedTheDraft(t *testing.T) {
	d := newDesk(t, openStore(t))
	list, err := d.ConfigSnapshots(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	asks := list.Live
	d.edit("ann", "items", welcome("One"))
	d.done(d.approve("ben", d.draft()))
	d.done(d.publish("ann"))
	d.edit("ann", "items", welcome("Two"))
	rollback(t, d.Service, asks)
	refusal(t, d.approve("ann", d.draft()), personalize.Forbidden, "own_change")
}

// meanwhile does something while a publish is under way, behind its reading.
type meanwhile struct {
	store.Store
	do func()
}

func (m *meanwhile) PutSnapshot(ctx context.Context, id string, encoded []byte) error {
	if do := m.do; do != nil {
		m.do = nil
		do()
	}
	return m.Store.PutSnapshot(ctx, id, encoded)
}

// What was deleted counts as a change, and so does what came behind the reading
// of a publish.
func TestEveryEditCounts(t *testing.T) {
	m := &meanwhile{Store: openStore(t)}
	d := newDesk(t, m)
	ann := personalize.Caller{Key: personalize.Admin, Name: "ann"}
	if _, err := d.DeleteConfigRow(context.Background(), ann, "rules", "deciding", "*"); err != nil {
		t.Fatal(err)
	}
	refusal(t, d.approve("ann", d.draft()), personalize.Forbidden, "own_change")
	d.edit("cleo", "items", welcome("Early"))
	d.done(d.approve("ben", d.draft()))
	m.do = func() { d.edit("dan", "items", welcome("Late")) }
	d.done(d.publish("ben"))
	refusal(t, d.approve("dan", d.draft()), personalize.Forbidden, "own_change")
	d.done(d.approve("cleo", d.draft()))
}

func TestABrokenDraftIsNotApproved(t *testing.T) {
	d := newDesk(t, openStore(t))
	d.edit("ann", "placements", `{"id":"home-hero","kind":"content","fallback":"nothing"}`)
	if got := refusal(t, d.approve("ben", ""), personalize.Invalid, "config_problems"); len(got.Problems) == 0 {
		t.Error("got no problems, want them named")
	}
}
