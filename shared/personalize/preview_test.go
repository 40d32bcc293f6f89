package personalize_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
	"wegweiser/shared/snapshot"
	"wegweiser/shared/store"
	"wegweiser/shared/tables"
)

func preview(t testing.TB, s *personalize.Service, request personalize.PreviewRequest) *personalize.Decision {
	t.Helper()
	d, err := s.Preview(context.Background(), request)
	if err != nil {
		t.Fatalf("got error %v, want a preview", err)
	}
	return d
}

var ownOfDecisions = cmp.Options{
	cmpopts.IgnoreFields(personalize.Decision{}, "Decision"), cmp.AllowUnexported(snapshot.Content{}),
}

// A preview of what is live is the decision itself, and one of the draft is
// what the decision becomes.
func TestPreviewIsTheDecision(t *testing.T) {
	c := newClock()
	s, live := trial(t, openStore(t), c, 60)
	placements := []string{"home-hero", "mail-offer"}
	requests := map[string]personalize.DecideRequest{
		"Now":     {At: c.ago(0)},
		"Past":    {At: c.ago(11 * 24 * time.Hour), Context: map[string]any{"channel": "app", "locale": "de"}},
		"Future":  {At: c.ago(-12 * time.Hour)},
		"Refused": {At: c.ago(0), Consent: journey.NoConsent()},
		"Granted": {At: c.ago(0), Consent: journey.Consent{Stated: true, Purposes: []journey.Purpose{journey.Personalization}}},
		"Pretended": {At: c.ago(time.Hour), Touchpoints: []json.RawMessage{
			json.RawMessage(fmt.Sprintf(`{"id":"p_1","type":"purchase","channel":"web","at":%q,"value":{"amount":"5.00","currency":"EUR"}}`, c.ago(2*time.Hour))),
			json.RawMessage(fmt.Sprintf(`{"id":"p_2","type":"Nothing","channel":"web","at":%q}`, c.ago(2*time.Hour))),
		}},
	}
	agree := func(t *testing.T, on string) {
		t.Helper()
		for name, request := range requests {
			for v := range 60 {
				request.Visitor, request.Placements, request.Explain = fmt.Sprintf("v_%03d", v), placements, true
				want := decide(t, s, server, request)
				got := preview(t, s, personalize.PreviewRequest{
					Snapshot: on, Visitor: request.Visitor, Placements: placements, At: request.At,
					Context: request.Context, Consent: request.Consent, Touchpoints: request.Touchpoints,
				})
				if diff := cmp.Diff(want, got, ownOfDecisions); diff != "" || got.Decision != "" || got.Explanation == nil {
					t.Fatalf("%s of %s: got id %q; (-decision +preview):\n%s", name, request.Visitor, got.Decision, diff)
				}
			}
		}
	}
	agree(t, live)
	agree(t, personalize.LiveName)
	apply(t, s, changes[0].rows)
	apply(t, s, changes[1].rows)
	before := preview(t, s, personalize.PreviewRequest{Visitor: "v_003"})
	if published := publish(t, s); published != before.Snapshot || published == live {
		t.Errorf("got a preview with %s, want the draft, which is published as %s", before.Snapshot, published)
	}
	agree(t, personalize.LiveName)
	agree(t, "")
}

// Nothing more is needed of what is only pretended than what happens, and
// where.
func TestPretendedTouchpointsNeedNoMoment(t *testing.T) {
	c := newClock()
	s, _ := trial(t, openStore(t), c, 3)
	for _, visitor := range []string{"", "somebody new"} {
		for _, at := range []string{"", c.ago(-90 * 24 * time.Hour), c.ago(90 * 24 * time.Hour)} {
			d := preview(t, s, personalize.PreviewRequest{Visitor: visitor, At: at, Touchpoints: []json.RawMessage{
				json.RawMessage(`{"type":"cart_add","channel":"web"}`), json.RawMessage(`{"type":"checkout_start","channel":"web"}`),
			}})
			if len(d.Touchpoints.Rejected) > 0 || d.Phase.Name != "decision" || len(d.Phase.Because) != 3 || d.Visitor != visitor {
				t.Errorf("visitor %q at %q: got phase %+v and rejected %v, want both touchpoints to count", visitor, at, d.Phase, d.Touchpoints.Rejected)
			}
		}
	}
	d := preview(t, s, personalize.PreviewRequest{Touchpoints: []json.RawMessage{
		json.RawMessage(fmt.Sprintf(`{"type":"cart_add","channel":"web","at":%q}`, c.ago(-48*time.Hour))), json.RawMessage(`{"type":"cart_add"}`),
		json.RawMessage(`{"visitor":"v_1","type":"cart_add","channel":"web"}`),
	}})
	var codes []string
	for _, r := range d.Touchpoints.Rejected {
		codes = append(codes, r.Code)
	}
	if want := []string{"bad_time", "missing", "visitor_mismatch"}; !slices.Equal(codes, want) {
		t.Errorf("got %v rejected, want %v", codes, want)
	}
}

// Nobody is somebody of whom nothing is known: no history is read.
func TestPreviewOfNobody(t *testing.T) {
	c := newClock()
	kept := openStore(t)
	people(t, kept, c, 3)
	w := &watched{Store: kept}
	s := start(t, w, c)
	if problems := apply(t, s, trialShop); tables.HasErrors(problems) {
		t.Fatal(problems)
	}
	d := preview(t, s, personalize.PreviewRequest{})
	if d.Visitor != "" || d.Phase == nil || d.Phase.Confidence != 0 || w.history.Load() != 0 {
		t.Errorf("got visitor %q in %+v after %d histories, want nobody, of whom nothing is known", d.Visitor, d.Phase, w.history.Load())
	}
	var names []string
	for name := range d.Placements {
		names = append(names, name)
	}
	slices.Sort(names)
	if want := []string{"home-hero", "mail-offer", "old-corner"}; !slices.Equal(names, want) {
		t.Errorf("got placements %v, want those of the draft, %v", names, want)
	}
}

func TestPreviewRefusals(t *testing.T) {
	c := newClock()
	kept := openStore(t)
	w := &watched{Store: kept}
	s, _ := trial(t, w, c, 3)
	for name, bad := range map[string]struct {
		field, code string
		request     personalize.PreviewRequest
	}{
		"UnknownSnapshot":  {"snapshot", "unknown_snapshot", personalize.PreviewRequest{Snapshot: "yesterday"}},
		"UnknownPlacement": {"placements[0]", "unknown_placement", personalize.PreviewRequest{Placements: []string{"home-her"}}},
		"TooMany":          {"placements", "bad_count", personalize.PreviewRequest{Placements: make([]string, 51)}},
		"Touchpoints":      {"touchpoints", "bad_count", personalize.PreviewRequest{Touchpoints: make([]json.RawMessage, 51)}},
		"BadVisitor":       {"visitor", "control_characters", personalize.PreviewRequest{Visitor: "a\nb"}},
		"BadTime":          {"at", "bad_time", personalize.PreviewRequest{At: "tomorrow"}},
		"Context":          {"context.basket", "bad_context", personalize.PreviewRequest{Context: map[string]any{"basket": "full"}}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.Preview(context.Background(), bad.request)
			var refusal *personalize.Error
			if !errors.As(err, &refusal) || refusal.Kind != personalize.Invalid || len(refusal.Fields) != 1 {
				t.Fatalf("got %v, want one field refused", err)
			}
			if f := refusal.Fields[0]; f.Field != bad.field || f.Code != bad.code {
				t.Errorf("got %s %s, want %s %s", f.Field, f.Code, bad.field, bad.code)
			}
		})
	}
	apply(t, s, `[{"table":"rules","row":{"id":"deciding","when":"pase == 1","items":["guide"]}}]`)
	refused(t, personalize.Invalid, "config_problems", "", func() error {
		_, err := s.Preview(context.Background(), personalize.PreviewRequest{})
		return err
	})
	w.fail = store.ErrUnavailable
	refused(t, personalize.Unavailable, "store_unavailable", "", func() error {
		_, err := s.Preview(context.Background(), personalize.PreviewRequest{Snapshot: personalize.LiveName, Visitor: "v_1"})
		return err
	})
	w.fail = nil
}
