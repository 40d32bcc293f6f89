package personalize_test

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
	"wegweiser/shared/rule/parse"
	"wegweiser/shared/store"
	"wegweiser/shared/store/dynamo/dynamotest"
	"wegweiser/shared/tables"
)

// changes are what a marketer may do to the shop, one after the other, so that
// each stands on what the ones before have left.
var changes = []struct{ name, rows string }{
	{"SignalWeight", `[{"table":"signals","row":{"id":"carts","type":"cart_add","channel":"*","phase":"decision","weight":4,"half_life":"30d"}}]`},
	{"RuleOrder", `[{"table":"rules","row":{"id":"deciding","order":0,"placements":["home-hero"],"phases":["decision"],"items":["guide","checkout-help"]}}]`},
	{"ItemEnds", `[{"table":"items","row":{"id":"measure","kind":"content","content.title":"Measure first","tags":["advice"],"ends":"2026-11-01"}}]`},
	{"NewPlacement", `[{"table":"placements","row":{"id":"a-chat","kind":"content","fallback":"welcome"}},
		{"table":"rules","row":{"id":"chat","order":1,"placements":["a-chat"],"items":["checkout-help"],"channels":["app","store"]}}]`},
	{"PlacementGone", `[{"table":"placements","delete":"old-corner"}]`},
	{"Segment", `[{"table":"segments","row":{"id":"keen","when":"count(\"cart_add\", \"14d\") >= 1 and visitor.tier != \"gold\""}}]`},
	{"Window", `[{"table":"settings","row":{"id":"window","value":"20"}}]`},
	{"Consent", `[{"table":"settings","row":{"id":"consent","value":"strict"}}]`},
	{"Phases", `[{"table":"settings","row":{"id":"consent","value":"opt_out"}},
		{"table":"phases","row":{"id":"awareness","order":1}},{"table":"phases","row":{"id":"buying","order":2,"min_evidence":0.5,"margin":0.1}},
		{"table":"phases","row":{"id":"retention","order":3,"gate":"purchase"}},
		{"table":"signals","row":{"id":"views","type":"product_view","channel":"*","phase":"buying","weight":1,"half_life":"20d"}},
		{"table":"signals","row":{"id":"views-in-app","type":"product_view","channel":"app","phase":"buying","weight":1,"half_life":"20d"}},
		{"table":"signals","delete":"compares"},{"table":"signals","delete":"carts"},{"table":"signals","delete":"checkouts"},
		{"table":"rules","row":{"id":"deciding","order":0,"placements":["home-hero"],"phases":["buying"],"items":["guide","checkout-help"]}},
		{"table":"rules","delete":"app-first"},{"table":"rules","delete":"researching"}]`},
	{"Nothing", `[{"table":"segments","row":{"id":"keen","when":"count(\"cart_add\", \"14d\") >= 1 and visitor.tier != \"gold\""}}]`},
}

// What a dry run says of both sides is what POST /v1/decisions answers: of the
// first before the publish, of the second after it, decision by decision. The
// way over DynamoDB is longer, so that fewer have to do there.
func TestThePredictionIsWhatHappens(t *testing.T) {
	t.Run("Embedded", func(t *testing.T) { predicts(t, openStore(t), 300, len(changes)) })
	t.Run("DynamoDB", func(t *testing.T) { predicts(t, dynamotest.Open(t), 8, 4) })
}

func predicts(t *testing.T, kept store.Store, visitors, steps int) {
	c := newClock()
	s, _ := trial(t, kept, c, visitors)
	requests := map[string]personalize.DryRunRequest{
		"Now":      {Rows: personalize.AllRows, Context: map[string]any{"channel": "app", "locale": "de", "basket": 20.0, "unheard": "of"}},
		"Past":     {Rows: personalize.AllRows, At: c.ago(20 * 24 * time.Hour), Placements: []string{"mail-offer", "home-hero", "mail-offer"}},
		"Touches":  {Rows: personalize.AllRows, Since: c.ago(90 * 24 * time.Hour), Until: c.ago(2 * 24 * time.Hour)},
		"Retold":   {Rows: personalize.AllRows, Since: c.ago(3 * 24 * time.Hour), Context: map[string]any{"channel": "email"}},
		"Backward": {Rows: personalize.AllRows, From: personalize.Draft, To: personalize.LiveName},
	}
	for _, change := range changes[:steps] {
		t.Run(change.name, func(t *testing.T) {
			if problems := apply(t, s, change.rows); tables.HasErrors(problems) {
				t.Fatalf("got problems %v, want no errors", problems)
			}
			predicted := map[string]*personalize.DryRun{}
			for name, request := range requests {
				predicted[name] = wholeDryRun(t, s, request)
				happens(t, s, request, predicted[name], name == "Backward")
			}
			publish(t, s)
			for name, request := range requests {
				happens(t, s, request, predicted[name], name != "Backward")
			}
			moved := predicted["Now"].Changed + predicted["Touches"].Changed
			if (moved == 0) != (change.name == "Nothing") {
				t.Errorf("got %d decisions that change", moved)
			}
		})
	}
}

// happens asks for the decisions of a dry run and compares them with one of its
// sides.
func happens(t *testing.T, s *personalize.Service, request personalize.DryRunRequest, d *personalize.DryRun, to bool) {
	t.Helper()
	if len(d.Rows) != d.Decisions || d.Decisions == 0 {
		t.Fatalf("got %d rows, want one for each of %d decisions", len(d.Rows), d.Decisions)
	}
	for _, row := range d.Rows {
		want := map[string]personalize.Filling{}
		phase := row.Phase.From
		for name, change := range row.Placements {
			side := change.From
			if to {
				side = change.To
			}
			if side != nil {
				want[name] = *side
			}
		}
		if to {
			phase = row.Phase.To
		}
		ask := personalize.DecideRequest{Visitor: row.Visitor, At: row.At.String(), Context: request.Context, Placements: slices.Sorted(maps.Keys(want))}
		if request.Placements != nil {
			ask.Placements = request.Placements
		}
		if row.Channel != "" {
			ask.Context = map[string]any{"channel": row.Channel}
		}
		decision := decide(t, s, server, ask)
		got := map[string]personalize.Filling{}
		for name, p := range decision.Placements {
			f := personalize.Filling{Items: []string{}, Rule: p.Rule, Fallback: p.Fallback, Reason: p.Reason}
			for _, it := range p.Items {
				f.Items = append(f.Items, it.ID)
			}
			got[name] = f
		}
		stands := ""
		if decision.Phase != nil {
			stands = decision.Phase.Name
		}
		if diff := cmp.Diff(want, got); diff != "" || stands != phase {
			t.Fatalf("%s at %s on %q: got phase %q, want %q; placements (-predicted +decided):\n%s", row.Visitor, row.At, row.Channel, stands, phase, diff)
		}
	}
}

// The figures of a dry run are those of its rows.
func TestFiguresAreThoseOfTheRows(t *testing.T) {
	c := newClock()
	s, _ := trial(t, openStore(t), c, 120)
	for _, change := range changes[:6] {
		apply(t, s, change.rows)
	}
	d := wholeDryRun(t, s, personalize.DryRunRequest{Rows: personalize.AllRows, Since: c.ago(40 * 24 * time.Hour)})
	phases := map[personalize.PhaseChange]int{}
	type key struct{ placement, name string }
	items, rules, fallbacks := map[key][4]int{}, map[key][2]int{}, map[string][4]int{}
	shift := func(before, after bool, have [4]int) [4]int {
		for i, is := range []bool{before, after, after && !before, before && !after} {
			if is {
				have[i]++
			}
		}
		return have
	}
	changed := 0
	for _, row := range d.Rows {
		phases[row.Phase]++
		moved := row.Phase.From != row.Phase.To
		for name, p := range row.Placements {
			moved = moved || !cmp.Equal(p.From, p.To)
			from, to := personalize.Filling{}, personalize.Filling{}
			if p.From != nil {
				from = *p.From
			}
			if p.To != nil {
				to = *p.To
			}
			seen := append(slices.Clone(from.Items), to.Items...)
			slices.Sort(seen)
			for _, item := range slices.Compact(seen) {
				k := key{name, item}
				items[k] = shift(slices.Contains(from.Items, item), slices.Contains(to.Items, item), items[k])
			}
			if from.Rule != "" {
				have := rules[key{name, from.Rule}]
				rules[key{name, from.Rule}] = [2]int{have[0] + 1, have[1]}
			}
			if to.Rule != "" {
				have := rules[key{name, to.Rule}]
				rules[key{name, to.Rule}] = [2]int{have[0], have[1] + 1}
			}
			if from.Fallback || to.Fallback {
				fallbacks[name] = shift(from.Fallback, to.Fallback, fallbacks[name])
			}
		}
		if moved != row.Changed {
			t.Fatalf("got changed %t of %+v, want %t", row.Changed, row, moved)
		}
		if moved {
			changed++
		}
	}
	if d.Changed != changed || changed == 0 {
		t.Errorf("got %d changed decisions, want %d", d.Changed, changed)
	}
	gotPhases := map[personalize.PhaseChange]int{}
	for _, cell := range d.Phases {
		gotPhases[personalize.PhaseChange{From: cell.From, To: cell.To}] = cell.Decisions
	}
	gotItems, gotRules, gotFallbacks := map[key][4]int{}, map[key][2]int{}, map[string][4]int{}
	for _, cell := range d.Items {
		gotItems[key{cell.Placement, cell.Item}] = [4]int{cell.Before, cell.After, cell.Won, cell.Lost}
	}
	for _, cell := range d.Rules {
		gotRules[key{cell.Placement, cell.Rule}] = [2]int{cell.Before, cell.After}
	}
	for _, cell := range d.Fallbacks {
		gotFallbacks[cell.Placement] = [4]int{cell.Before, cell.After, cell.Won, cell.Lost}
	}
	for what, pair := range map[string][2]any{
		"phases": {phases, gotPhases}, "items": {items, gotItems}, "rules": {rules, gotRules}, "fallbacks": {fallbacks, gotFallbacks},
	} {
		if diff := cmp.Diff(pair[0], pair[1]); diff != "" {
			t.Errorf("%s (-rows +got):\n%s", what, diff)
		}
	}
}

func TestPagesOfADryRunAddUp(t *testing.T) {
	c := newClock()
	kept := openStore(t)
	s, _ := trial(t, kept, c, 30)
	apply(t, s, changes[0].rows)
	apply(t, s, changes[3].rows)
	for name, request := range map[string]personalize.DryRunRequest{
		"Moment":  {Rows: personalize.ChangedRows},
		"Touches": {Rows: personalize.AllRows, Since: c.ago(30 * 24 * time.Hour)},
	} {
		t.Run(name, func(t *testing.T) {
			whole := wholeDryRun(t, s, request)
			rapid.Check(t, func(r *rapid.T) {
				request := request
				request.Visitors = rapid.IntRange(1, 35).Draw(r, "visitors")
				if diff := cmp.Diff(whole, wholeDryRun(t, s, request)); diff != "" {
					r.Errorf("pages of %d (-whole +sum):\n%s", request.Visitors, diff)
				}
			})
		})
	}
	t.Run("Time", func(t *testing.T) {
		at := journey.At(c.now()).String()
		whole := wholeDryRun(t, s, personalize.DryRunRequest{At: at})
		hasty := personalize.New(kept, &personalize.Options{Clock: func() time.Time { c.advance(500 * time.Millisecond); return c.now() }, Parse: parse.Parse})
		if err := hasty.Start(context.Background()); err != nil {
			t.Fatal(err)
		}
		pages := dryRun(t, hasty, personalize.DryRunRequest{At: at})
		if len(pages) < 3 {
			t.Errorf("got %d pages, want one for every few visitors", len(pages))
		}
		for _, page := range pages[1:] {
			pages[0].Add(page)
		}
		if diff := cmp.Diff(whole, pages[0]); diff != "" {
			t.Errorf("-whole +sum:\n%s", diff)
		}
	})
}

// A page ends where its rows would grow too long to be sent, whatever time is
// left.
func TestRowsOfAPageAreBounded(t *testing.T) {
	c := newClock()
	s, _ := trial(t, openStore(t), c, 300)
	request := personalize.DryRunRequest{Since: c.ago(100 * 24 * time.Hour), Rows: personalize.AllRows}
	pages := dryRun(t, s, request)
	if len(pages) < 2 {
		t.Fatalf("got one page, want several")
	}
	for i, page := range pages {
		body, err := json.Marshal(page)
		if err != nil {
			t.Fatal(err)
		}
		if len(body) > 3<<20 {
			t.Errorf("page %d: got %d bytes with %d rows, want 3 MB at most", i, len(body), len(page.Rows))
		}
	}
	request.Rows = personalize.ChangedRows
	if pages := dryRun(t, s, request); len(pages) > 1 {
		t.Errorf("got %d pages without rows, want one", len(pages))
	}
}

// The pages together keep at most the first five examples of a cell, each a
// decision that really changes.
func TestExamplesAreDecisionsThatChange(t *testing.T) {
	c := newClock()
	s, _ := trial(t, openStore(t), c, 200)
	apply(t, s, changes[0].rows)
	d := wholeDryRun(t, s, personalize.DryRunRequest{Rows: personalize.ChangedRows, Visitors: 30})
	changed := map[personalize.Example]personalize.PredictionRow{}
	for _, row := range d.Rows {
		changed[row.Example] = row
	}
	seen := 0
	for _, cell := range d.Phases {
		if cell.From == cell.To && len(cell.Examples) > 0 || len(cell.Examples) > 5 {
			t.Errorf("got %d examples of %q to %q", len(cell.Examples), cell.From, cell.To)
		}
		for _, e := range cell.Examples {
			seen++
			if row := changed[e]; row.Phase.From != cell.From || row.Phase.To != cell.To {
				t.Errorf("got example %+v of %q to %q, whose row is %+v", e, cell.From, cell.To, row)
			}
		}
	}
	for _, cell := range d.Items {
		if len(cell.Examples) != min(cell.Won+cell.Lost, 5) {
			t.Errorf("got %d examples of %+v, want at most five of those won and lost", len(cell.Examples), cell)
		}
	}
	if seen == 0 {
		t.Error("got no examples, want some")
	}
}
