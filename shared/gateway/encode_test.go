package gateway

import (
	"bytes"
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
	"wegweiser/shared/snapshot"
)

// A decision is written as encoding/json writes it.
func TestDecisionIsWrittenAsJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDecision(t)
		var want bytes.Buffer
		encoder := json.NewEncoder(&want)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(d); err != nil {
			t.Fatal(err)
		}
		got, err := appendAnswer([]byte("before"), d)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff("before"+want.String(), string(got)+"\n"); diff != "" {
			t.Errorf("(-encoding/json +ours):\n%s", diff)
		}
	})
}

// Nil lists and maps are written as empty ones.
func TestEmptyDecisionIsWhole(t *testing.T) {
	got, err := appendAnswer(nil, &personalize.Decision{Phase: &personalize.Phase{}})
	want := `{"decision":"","visitor":"","snapshot":"","at":"1970-01-01T00:00:00Z","personal":false,` +
		`"phase":{"name":"","confidence":0,"standing":"","since":null,"scores":{},"because":[],"truncated":false},` +
		`"placements":{},"touchpoints":{"accepted":0,"duplicates":0,"rejected":[]}}`
	if string(got) != want || err != nil {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}

func drawDecision(t *rapid.T) *personalize.Decision {
	text := rapid.OneOf(rapid.StringMatching(`[a-z_-]{0,12}`), rapid.String())
	share := rapid.Map(rapid.IntRange(0, 10_000), func(n int) float64 { return math.Round(float64(n)) / 10_000 })
	moment := rapid.Map(rapid.Int64Range(631_152_000_000, 4_102_444_800_000), func(n int64) journey.Millis { return journey.Millis(n) })
	d := &personalize.Decision{
		Decision: text.Draw(t, "decision"), Visitor: text.Draw(t, "visitor"), Snapshot: text.Draw(t, "snapshot"),
		At: moment.Draw(t, "at"), Personal: rapid.Bool().Draw(t, "personal"),
		Placements:  map[string]*snapshot.Placement{},
		Degraded:    rapid.SampledFrom([]string{"", "store_timeout"}).Draw(t, "degraded"),
		Touchpoints: personalize.CollectResult{Accepted: rapid.Int().Draw(t, "accepted"), Rejected: []personalize.Rejection{}},
	}
	if rapid.Bool().Draw(t, "known") {
		since := moment.Draw(t, "since")
		d.Phase = &personalize.Phase{
			Name: text.Draw(t, "phase"), Confidence: share.Draw(t, "confidence"), Standing: text.Draw(t, "standing"), Since: &since,
			Scores: rapid.MapOfN(text, share, 0, 20).Draw(t, "scores"), Because: []personalize.Because{}, Truncated: rapid.Bool().Draw(t, "truncated"),
		}
		for range rapid.IntRange(0, 5).Draw(t, "because") {
			part := share.Draw(t, "share")
			d.Phase.Because = append(d.Phase.Because, personalize.Because{Touchpoint: "e" + text.Draw(t, "touchpoint"), Type: "t" + text.Draw(t, "type"), Share: &part})
		}
		rest := share.Draw(t, "other")
		d.Phase.Because = append(d.Phase.Because, personalize.Because{Other: &rest})
	}
	for _, name := range rapid.SliceOfNDistinct(text, 0, 20, rapid.ID[string]).Draw(t, "placements") {
		p := &snapshot.Placement{
			Items: []snapshot.Item{}, Rule: text.Draw(t, "rule"), Fallback: rapid.Bool().Draw(t, "fallback"),
			Reason: rapid.SampledFrom([]snapshot.Reason{"", snapshot.NoRule}).Draw(t, "reason"),
		}
		for range rapid.IntRange(0, 3).Draw(t, "items") {
			p.Items = append(p.Items, snapshot.Item{ID: text.Draw(t, "id"), Kind: text.Draw(t, "kind"), URL: text.Draw(t, "url"), Token: text.Draw(t, "token")})
		}
		d.Placements[name] = p
	}
	for range rapid.IntRange(0, 2).Draw(t, "rejected") {
		d.Touchpoints.Rejected = append(d.Touchpoints.Rejected, personalize.Rejection{Index: 1, Code: text.Draw(t, "code"), Message: text.Draw(t, "message")})
	}
	if rapid.Bool().Draw(t, "explained") {
		d.Explanation = &snapshot.Explanation{Placements: []snapshot.PlacementExplained{{Placement: text.Draw(t, "explained placement")}}}
	}
	return d
}
