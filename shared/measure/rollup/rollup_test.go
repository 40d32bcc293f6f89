package rollup_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/journey"
	"wegweiser/shared/measure"
	"wegweiser/shared/measure/rollup"
	"wegweiser/shared/personalize"
	"wegweiser/shared/rank"
	"wegweiser/shared/snapshot"
	"wegweiser/shared/store"
	"wegweiser/shared/store/embedded"
	"wegweiser/shared/tables"
)

var noon = journey.At(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))

// counted is a store with a rollup, and the snapshot that is live in it.
type counted struct {
	*rollup.Rollup
	store *embedded.Store
	live  *snapshot.Snapshot
	now   journey.Millis
}

const rows = `{"id":"home","kind":"content","fallback":"plain"}
{"id":"plain","kind":"content","content.title":"Hello"}
{"id":"sofa","kind":"content","content.title":"Sofas"}
{"id":"lamp","kind":"content","content.title":"Lamps","prior":0.5,"prior_weight":100}
{"id":"best","order":1,"placements":["home"],"items":["sofa","lamp"],"choose":"rank"}`

func begin(t testing.TB, lines string) *counted {
	t.Helper()
	s, err := embedded.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	c := &counted{store: s, now: noon, live: compiled(t, lines)}
	c.Rollup = rollup.Of(s, c.newest, c.clock)
	return c
}

func (c *counted) newest(context.Context) (*snapshot.Snapshot, error) { return c.live, nil }

func (c *counted) clock() time.Time { return c.now.Time() }

// compiled makes a snapshot of rows: the first is a placement and the last a
// rule.
func compiled(t testing.TB, lines string) *snapshot.Snapshot {
	t.Helper()
	list := strings.Split(lines, "\n")
	set := tables.Set{}
	for i, line := range list {
		table := tables.ItemsTable
		switch i {
		case 0:
			table = tables.PlacementsTable
		case len(list) - 1:
			table = tables.RulesTable
		}
		var at struct{ ID string }
		if err := json.Unmarshal([]byte(line), &at); err != nil {
			t.Fatal(err)
		}
		row, problems := tables.ReadRow(table, at.ID, []byte(line))
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		set.Add(table, row)
	}
	live, problems := snapshot.Compile(set, nil)
	if live == nil {
		t.Fatal(problems)
	}
	return live
}

// reaction is what feedback stores of one showing.
func reaction(number int, item, kind, phase, segment string) store.Change {
	props := map[string]any{"decision": "d_1", "placement": "home", "probability": 1.0}
	if phase != "" {
		props["phase"] = phase
	}
	if segment != "" {
		props["segment"] = segment
	}
	return store.Change{Sequence: strconv.Itoa(number), Touchpoint: journey.Touchpoint{
		ID: "f_" + strconv.Itoa(number), Visitor: "v_1", Type: kind, Channel: "web", Source: "feedback", At: noon, Item: item, Props: props,
	}}
}

// several are reactions one after the other.
func several(from, n int, item, kind, phase string) (changes []store.Change) {
	for i := range n {
		changes = append(changes, reaction(from+i, item, kind, phase, ""))
	}
	return changes
}

func (c *counted) apply(t testing.TB, feed string, changes ...store.Change) {
	t.Helper()
	if err := c.Apply(t.Context(), feed, changes); err != nil {
		t.Fatal(err)
	}
}

// counts are those of the report, by item.
func (c *counted) counts(t *testing.T) map[string]string {
	t.Helper()
	report, err := c.Items(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, r := range report.Rows {
		all[r.Item] = fmt.Sprint(r.Impressions, r.Clicks, r.Dismissals, r.Conversions)
	}
	return all
}

// What is read again in other pieces, also in the middle of a batch that was
// applied in part, counts once; and a shard does not hide what another tells.
func TestDuplicatesAndBatchesCutAnewCountOnce(t *testing.T) {
	var feeds [2][]store.Change
	want := map[string][4]int{"sofa": {}, "lamp": {}}
	random := rand.New(rand.NewPCG(1, 2))
	kinds := []string{"item_impression", "item_click", "item_dismiss", "item_conversion"}
	for f := range feeds {
		for n := range 60 {
			item, kind := []string{"sofa", "lamp"}[random.IntN(2)], random.IntN(4)
			feeds[f] = append(feeds[f], reaction(n+1, item, kinds[kind], []string{"", "decision"}[random.IntN(2)], ""))
			sum := want[item]
			sum[kind]++
			want[item] = sum
		}
	}
	c := begin(t, rows)
	for f, changes := range feeds {
		for at := 0; at < len(changes); {
			// As far as it was acknowledged, or from somewhere before that again.
			end := min(at+1+random.IntN(9), len(changes))
			again := max(0, at-random.IntN(12))
			c.apply(t, fmt.Sprint("shard-", f), changes[again:end]...)
			if random.IntN(3) > 0 {
				at = end
			}
		}
		c.apply(t, fmt.Sprint("shard-", f), changes...)
	}
	got, texts := c.counts(t), map[string]string{}
	for item, n := range want {
		texts[item] = fmt.Sprint(n[0], n[1], n[2], n[3])
	}
	if diff := cmp.Diff(texts, got); diff != "" {
		t.Errorf("impressions, clicks, dismissals and conversions (-want +got):\n%s", diff)
	}
}

func TestRecordsOfABatchMayBeOutOfOrder(t *testing.T) {
	c := begin(t, rows)
	changes := several(1, 12, "sofa", "item_impression", "decision")
	slices.Reverse(changes)
	c.apply(t, "shard", changes...)
	c.apply(t, "shard", changes[3:9]...)
	if got, want := c.counts(t)["sofa"], "12 0 0 0"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestWhatDoesNotCount(t *testing.T) {
	c := begin(t, rows)
	machine := reaction(1, "sofa", "item_click", "", "")
	machine.Touchpoint.Trust = journey.Machine
	sent := reaction(2, "sofa", "item_click", "", "")
	sent.Touchpoint.Source = "shop"
	view := reaction(3, "sofa", "product_view", "", "")
	c.apply(t, "shard", machine, sent, view)
	if got, want := c.counts(t)["sofa"], "0 0 0 0"; got != want {
		t.Errorf("got %s, want %s of a machine, of what no token stands for, and of another type", got, want)
	}
}

// published is the newest summary.
func (c *counted) published(t *testing.T) *rank.Statistics {
	t.Helper()
	if err := c.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	summary, err := c.store.Summary(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var s rank.Statistics
	if err := s.UnmarshalBinary(summary.Encoded); err != nil {
		t.Fatal(err)
	}
	return &s
}

func mean(s *rank.Statistics, item, phase, segment string) float64 {
	return s.Of(s.Row(item), s.Column(rank.Place{Phase: phase, Segment: segment})).Mean()
}

func TestStatisticsFollowTheCounts(t *testing.T) {
	c := begin(t, rows)
	before := c.published(t)
	if got := mean(before, "lamp", "", ""); got < 0.45 || got > 0.55 {
		t.Errorf("got %v of an item before it was shown, want its prior, 0.5", got)
	}
	if row := before.Row("plain"); row != 0 {
		t.Errorf("an item that nobody ranks has the row %d, want none", row)
	}
	c.now++
	c.apply(t, "shard", several(1, 200, "sofa", "item_impression", "decision")...)
	c.apply(t, "shard", several(201, 100, "sofa", "item_click", "decision")...)
	after := c.published(t)
	was, is := mean(before, "sofa", "decision", ""), mean(after, "sofa", "decision", "")
	if is < 0.4 || is > 0.6 || was > 0.2 {
		t.Errorf("got %v, then %v after 100 clicks of 200, want about a half only then", was, is)
	}
	if elsewhere := mean(after, "sofa", "retention", ""); elsewhere >= is || elsewhere <= was {
		t.Errorf("got %v in a phase where it was never shown, want it between %v and %v", elsewhere, was, is)
	}
}

// A few conversions among many clicks are noise; many are what items are for.
func TestConversionsCountOnceThereAreEnough(t *testing.T) {
	c := begin(t, rows)
	c.apply(t, "shard", several(1, 400, "sofa", "item_impression", "decision")...)
	c.apply(t, "shard", several(401, 200, "sofa", "item_click", "decision")...)
	c.apply(t, "shard", several(601, 1, "sofa", "item_conversion", "decision")...)
	for _, step := range []struct {
		success string
		rate    float64
	}{{"clicks", 0.5}, {"conversions", 0.05}} {
		report, err := c.Items(t.Context(), "lamp")
		if err != nil {
			t.Fatal(err)
		}
		if len(report.Rows) != 1 || report.Rows[0].Success != step.success || report.Rows[0].Rate != step.rate {
			t.Errorf("got %+v, want sofa alone, by %s at %v", report.Rows, step.success, step.rate)
		}
		c.apply(t, "shard", several(602, 19, "sofa", "item_conversion", "decision")...)
	}
}

func TestReportSaysWhereBeliefsComeFrom(t *testing.T) {
	c := begin(t, rows)
	c.apply(t, "shard", several(1, 50, "sofa", "item_impression", "decision")...)
	c.apply(t, "shard", several(51, 10, "sofa", "item_impression", "retention")...)
	c.apply(t, "shard", several(61, 6, "sofa", "item_click", "decision")...)
	report, err := c.Items(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if got := len(report.Rows); got != 2 {
		t.Fatalf("got %d items, want lamp, which was never shown, and sofa: %+v", got, report.Rows)
	}
	lamp, sofa := report.Rows[0], report.Rows[1]
	if lamp.Item != "lamp" || lamp.Prior != 1 || lamp.Low >= 0.5 || lamp.High <= 0.5 || len(lamp.Places) != 0 {
		t.Errorf("got %+v, want all of it from the prior", lamp)
	}
	if sofa.Kind != "content" || sofa.Impressions != 60 || sofa.Rate != 0.1 || sofa.Borrowed != 0 || sofa.Own < 0.5 || len(sofa.Places) != 2 {
		t.Fatalf("got %+v, want it mostly from its own 60 impressions, in 2 places", sofa)
	}
	decision, retention := sofa.Places[0], sofa.Places[1]
	if decision.Phase != "decision" || decision.Own <= retention.Own || retention.Borrowed <= decision.Borrowed {
		t.Errorf("got %+v and %+v, want the one that was shown little to borrow from the other", decision, retention)
	}
	for _, p := range []float64{decision.Prior + decision.Borrowed + decision.Own, retention.Prior + retention.Borrowed + retention.Own} {
		if p < 0.99995 || p > 1.00005 {
			t.Errorf("got shares that add up to %v, want 1", p)
		}
	}
	var text bytes.Buffer
	if err := report.WriteCSV(&text); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(text.String()), "\n")
	if len(lines) != 5 || !strings.HasPrefix(lines[3], "place,sofa,content,clicks,decision,,50,6,0,0,0.12,") {
		t.Errorf("got\n%s\nwant a head, two items and two places", text.String())
	}
}

func TestReportComesInPages(t *testing.T) {
	c := begin(t, rows)
	var changes []store.Change
	for i := range 250 {
		changes = append(changes, reaction(i+1, fmt.Sprintf("item-%03d", i), "item_impression", "", ""))
	}
	c.apply(t, "shard", changes...)
	report, err := c.Items(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	for next := report.Following(); next != nil; next = report.Following() {
		page, err := c.Items(t.Context(), next.Get("after"))
		if err != nil {
			t.Fatal(err)
		}
		if err := report.Add(page); err != nil {
			t.Fatal(err)
		}
	}
	if got := len(report.Rows); got != 252 || !slices.IsSortedFunc(report.Rows, func(a, b measure.ItemsRow) int { return strings.Compare(a.Item, b.Item) }) {
		t.Errorf("got %d items, want 252 in order", got)
	}
}

// Names that are long or have slashes are told apart as far as a cell can.
func TestPlacesKeepTheirNames(t *testing.T) {
	c := begin(t, rows)
	long := strings.Repeat("x", 600)
	c.apply(t, "shard",
		reaction(1, "sofa", "item_impression", "a/b", "c%/d"), reaction(2, "sofa", "item_impression", "decision", long),
		reaction(3, "sofa", "item_impression", long+long, "s"))
	report, err := c.Items(t.Context(), "lamp")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range report.Rows[0].Places {
		got = append(got, p.Phase+" "+p.Segment)
	}
	if diff := cmp.Diff([]string{" ", "a/b c%/d", "decision "}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A summary that would not fit tells fewer places apart.
func TestASummaryFits(t *testing.T) {
	items := make([]string, 400)
	list := strings.SplitN(rows, "\n", 2)[0]
	for i := range items {
		items[i] = fmt.Sprintf("item-%03d", i)
		list += fmt.Sprintf("\n"+`{"id":%q,"kind":"content","content.title":"x"}`, items[i])
	}
	list = strings.Replace(list, `"plain"`, `"item-000"`, 1)
	names, err := json.Marshal(items)
	if err != nil {
		t.Fatal(err)
	}
	c := begin(t, list+"\n"+`{"id":"best","order":1,"placements":["home"],"items":`+string(names)+`,"choose":"rank"}`)
	var changes []store.Change
	for i := range 60 {
		changes = append(changes, reaction(i+1, "item-001", "item_impression", []string{"decision", "retention"}[i%2], fmt.Sprint("s", i/2)))
	}
	c.apply(t, "shard", changes...)
	s := c.published(t)
	if s.Column(rank.Place{Phase: "decision", Segment: "s1"}) == s.Column(rank.Place{Phase: "decision"}) {
		t.Error("segments are not told apart, though one item takes little space")
	}
	if s.Row("item-001") == 0 || s.Row("item-002") != 0 {
		t.Errorf("got the rows %d and %d, want one of the item that was shown and none of another", s.Row("item-001"), s.Row("item-002"))
	}
	changes = nil
	for i, item := range items {
		changes = append(changes, reaction(100+i, item, "item_impression", "decision", ""))
	}
	c.now++
	c.apply(t, "shard", changes...)
	s = c.published(t)
	if s.Column(rank.Place{Phase: "decision", Segment: "s1"}) != s.Column(rank.Place{Phase: "decision"}) {
		t.Error("segments are told apart, though that does not fit")
	}
	if s.Column(rank.Place{Phase: "decision"}) == s.Column(rank.Place{}) {
		t.Error("phases are not told apart, though that fits")
	}
}

// A store that fails is not taken for one in which nothing is counted.
func TestFaultsAreTold(t *testing.T) {
	c := begin(t, rows)
	ended, end := context.WithCancel(t.Context())
	end()
	if err := c.Apply(ended, "shard", several(1, 1, "sofa", "item_click", "")); err == nil {
		t.Error("apply: got no error")
	}
	if err := c.Publish(ended); err == nil {
		t.Error("publish: got no error")
	}
	if _, err := c.Items(ended, ""); kindOf(err) != personalize.Unavailable {
		t.Errorf("report: got %v, want Unavailable", err)
	}
	if _, err := c.Items(t.Context(), "a\n"); kindOf(err) != personalize.Invalid {
		t.Errorf("report: got %v, want Invalid", err)
	}
}

func kindOf(err error) personalize.Kind {
	var refusal *personalize.Error
	if !errors.As(err, &refusal) {
		return 0
	}
	return refusal.Kind
}
