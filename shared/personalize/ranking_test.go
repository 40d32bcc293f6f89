package personalize_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
	"wegweiser/shared/snapshot"
	"wegweiser/shared/store"
)

const rankingShop = `[
 {"table":"placements","row":{"id":"home-hero","fallback":"welcome"}},
 {"table":"items","row":{"id":"welcome","kind":"content","content.title":"Welcome"}},
 {"table":"items","row":{"id":"voucher","kind":"offer","content.title":"Voucher","value":30,"cost":10,"prior":0.05}},
 {"table":"items","row":{"id":"lamp","kind":"offer","content.title":"A lamp","value":20}},
 {"table":"items","row":{"id":"retargeted","kind":"offer","content.title":"The sofa that you saw","purpose":"advertising"}},
 {"table":"rules","row":{"id":"ads","order":1,"placements":["home-hero"],"channels":["display_ad"],"items":["retargeted"]}},
 {"table":"rules","row":{"id":"earning","order":2,"placements":["home-hero"],"items":["voucher","lamp"],"choose":"rank"}}
]`

func openRanking(t *testing.T) (*personalize.Service, *clock, store.Store) {
	t.Helper()
	c, kept := newClock(), openStore(t)
	s := start(t, kept, c)
	if problems := apply(t, s, rankingShop); len(problems) > 0 {
		t.Fatalf("got problems %v, want none", problems)
	}
	publish(t, s)
	return s, c, kept
}

// Each decision draws by its own id, from the same snapshot to the same item;
// what is hypothetical draws by the visitor and the moment.
func TestADecisionDrawsByItsID(t *testing.T) {
	s, c, kept := openRanking(t)
	_, encoded, err := kept.LiveSnapshot(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	live, err := snapshot.Load(encoded)
	if err != nil {
		t.Fatal(err)
	}
	drawn := map[string]int{}
	for range 200 {
		d := decide(t, s, server, personalize.DecideRequest{Visitor: "v_1", Placements: []string{"home-hero"}})
		got := d.Placements["home-hero"].Items[0]
		again := live.Decide(&snapshot.Input{At: d.At, Person: "v_1", Seed: d.Decision, Placements: []string{"home-hero"}})
		if want := again.Placements[0].Items[0]; got.ID != want.ID || got.Probability != want.Probability {
			t.Fatalf("%s showed %s with %v, and shows %s with %v again", d.Decision, got.ID, got.Probability, want.ID, want.Probability)
		}
		drawn[got.ID]++
	}
	if len(drawn) != 2 {
		t.Errorf("got %v, want both", drawn)
	}
	hypothetical := map[string]int{}
	for v := range 40 {
		request := personalize.DecideRequest{Visitor: fmt.Sprint("v_", v), Placements: []string{"home-hero"}, At: c.ago(time.Hour)}
		first, second := decide(t, s, server, request), decide(t, s, server, request)
		id := first.Placements["home-hero"].Items[0].ID
		if again := second.Placements["home-hero"].Items[0].ID; id != again {
			t.Errorf("%s would get %s, and then %s at the same moment", request.Visitor, id, again)
		}
		hypothetical[id]++
	}
	if len(hypothetical) != 2 {
		t.Errorf("got %v for many visitors, want both", hypothetical)
	}
}

// Purposes come from where consent does: the call, then what is stored, then the
// setting.
func TestPurposesAreGranted(t *testing.T) {
	all := journey.Consent{Stated: true, Purposes: []journey.Purpose{journey.Advertising, journey.Personalization}}
	personal := journey.Consent{Stated: true, Purposes: []journey.Purpose{journey.Personalization}}
	adsOnly := journey.Consent{Stated: true, Purposes: []journey.Purpose{journey.Advertising}}
	gpc := browser
	gpc.GPC = true
	for name, c := range map[string]struct {
		caller       personalize.Caller
		stored, said journey.Consent
		want         string
	}{
		"ServersVouch":       {caller: server, want: "ads"},
		"BrowsersDoNot":      {caller: browser, want: "earning"},
		"Said":               {caller: browser, said: all, want: "ads"},
		"SaidLess":           {caller: server, stored: all, said: personal, want: "earning"},
		"SaidMore":           {caller: server, stored: personal, said: all, want: "ads"},
		"Stored":             {caller: browser, stored: all, want: "ads"},
		"StoredLess":         {caller: server, stored: personal, want: "earning"},
		"WithoutPersonality": {caller: server, said: adsOnly, want: "earning"},
		"Refused":            {caller: gpc, stored: all, want: "earning"},
	} {
		t.Run(name, func(t *testing.T) {
			s, _, _ := openRanking(t)
			if c.stored.Stated {
				if _, err := s.SetConsent(context.Background(), server, "v_1", personalize.ConsentUpdate{Consent: c.stored}); err != nil {
					t.Fatal(err)
				}
			}
			d := decide(t, s, c.caller, personalize.DecideRequest{
				Visitor: "v_1", Placements: []string{"home-hero"}, Consent: c.said, Context: map[string]any{"channel": "display_ad"},
			})
			if got := d.Placements["home-hero"].Rule; got != c.want {
				t.Errorf("got the rule %q, want %q", got, c.want)
			}
		})
	}
}

// The arms hold for a person whatever they ask, and an explanation names them.
func TestArmsAreOfThePerson(t *testing.T) {
	s, _, _ := openRanking(t)
	if problems := apply(t, s, `[{"table":"settings","row":{"id":"holdout","value":"0.4"}},{"table":"settings","row":{"id":"no_phase","value":"0.4"}}]`); len(problems) > 0 {
		t.Fatal(problems)
	}
	publish(t, s)
	seen := map[string]bool{}
	for v := range 40 {
		request := personalize.DecideRequest{Visitor: fmt.Sprint("v_", v), Placements: []string{"home-hero"}, Explain: true}
		first := decide(t, s, server, request)
		request.Touchpoints = []json.RawMessage{json.RawMessage(fmt.Sprintf(`{"id":"e","visitor":%q,"type":"compare","channel":"web","at":%q}`, request.Visitor, first.At))}
		second := decide(t, s, server, request)
		arms := first.Explanation.Arms
		if !slices.Equal(arms, second.Explanation.Arms) {
			t.Errorf("%s was in %v and is in %v", request.Visitor, arms, second.Explanation.Arms)
		}
		for _, d := range []*personalize.Decision{first, second} {
			p := d.Placements["home-hero"]
			if held := slices.Contains(arms, "holdout"); held != (p.Fallback && p.Reason == snapshot.Holdout) {
				t.Errorf("%s in %v got %+v", request.Visitor, arms, p)
			}
		}
		seen[fmt.Sprint(arms)] = true
	}
	if len(seen) != 4 {
		t.Errorf("got %v, want everybody in none, one or both", slices.Collect(maps.Keys(seen)))
	}
}

// What feedback leaves has the probability with which the item was drawn.
func TestFeedbackKnowsTheProbability(t *testing.T) {
	w := openFeedback(t, `[{"table":"rules","row":{"id":"all","order":1,"placements":["mail-offer"],"items":["sofa","chair","nowhere"],"choose":"rank"}}]`)
	d := decide(t, w.Service, server, personalize.DecideRequest{Visitor: "v_1", Placements: []string{"mail-offer"}})
	want := map[string]any{}
	for _, item := range d.Placements["mail-offer"].Items {
		want[item.ID] = item.Probability
		if _, err := w.Feedback(t.Context(), server, personalize.FeedbackRequest{Token: item.Token, Type: "impression"}); err != nil {
			t.Fatal(err)
		}
	}
	got := map[string]any{}
	for touch, err := range w.store.Touchpoints(t.Context(), "v_1", journey.At(w.clock.now())) {
		if err != nil {
			t.Fatal(err)
		}
		got[touch.Item] = touch.Props["probability"]
	}
	if diff := cmp.Diff(want, got); diff != "" || want[d.Placements["mail-offer"].Items[0].ID] == 1.0 {
		t.Errorf("got probabilities (-drawn +kept):\n%s", diff)
	}
}
