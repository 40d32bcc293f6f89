package snapshot

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"wegweiser/shared/journey"
	"wegweiser/shared/rule/parse"
	"wegweiser/shared/tables"
)

// drawCondition draws a condition about few facts, so that its parts often
// contradict each other.
func drawCondition(t *rapid.T, depth int, segments []string) string {
	atoms := []string{
		`visitor.tier == "gold"`, `visitor.tier != "gold"`, `visitor.tier in ["gold", "silver"]`, `visitor.tier not in ["gold"]`,
		`visitor.tier startsWith "g"`, `not (visitor.tier contains "l")`, `missing(visitor.tier)`, `not missing(visitor.tier)`,
		`visitor.vip`, `not visitor.vip`, `missing(visitor.vip)`, `visitor.vip == false`,
		`missing(visitor.age)`, `visitor.age == count("compare", "7d")`, `visitor.age + 1 > 2`, `visitor.age + 1 <= 2`,
		`phase == "awareness"`, `phase != "consideration"`, `phase in ["decision", "retention"]`, `standing == "prospect"`,
		`score.consideration > 0.5`, `score.consideration > 1`, `days_since("purchase") < 1`, `days_since("purchase") < 0`, `missing(days_since("purchase"))`,
		`seen("i0", "7d")`, `not seen("i0", "7d")`, `channel == "web"`, `country == "AT"`, `locale == "de"`, `spent("7d") > 0`,
		`now < "2026-11-22T11:00:00Z"`, `now >= "2026-11-22T11:00:00Z"`, `count("compare", "7d") + count("purchase", "7d") < 0`,
		fmt.Sprintf(`visitor.age %s %d`, rapid.SampledFrom([]string{"<", "<=", ">", ">=", "==", "!="}).Draw(t, "op"), rapid.IntRange(0, 3).Draw(t, "n")),
		fmt.Sprintf(`count("compare", "7d") %s %d`, rapid.SampledFrom([]string{"<", "<=", ">", ">=", "==", "!="}).Draw(t, "op"), rapid.IntRange(-1, 4).Draw(t, "n")),
		fmt.Sprintf(`%d < visitor.age`, rapid.IntRange(0, 3).Draw(t, "n")),
	}
	for _, name := range segments {
		atoms = append(atoms, fmt.Sprintf("segment == %q", name), fmt.Sprintf("segment != %q", name))
	}
	if depth > 0 && rapid.Bool().Draw(t, "deeper") {
		parts := make([]string, rapid.IntRange(2, 3).Draw(t, "parts"))
		for i := range parts {
			parts[i] = "(" + drawCondition(t, depth-1, segments) + ")"
		}
		whole := strings.Join(parts, rapid.SampledFrom([]string{" and ", " and ", " or "}).Draw(t, "chain"))
		return rapid.SampledFrom([]string{"", "", "not "}).Draw(t, "not") + "(" + whole + ")"
	}
	return rapid.SampledFrom(atoms).Draw(t, "atom")
}

const shortWindow = 3

// drawMuddle draws a set in which much comes to nothing.
func drawMuddle(t *rapid.T) tables.Set {
	set, err := tables.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	one := func(label string, from ...string) string { return rapid.SampledFrom(from).Draw(t, label) }
	some := func(label string, from ...string) string {
		return join(rapid.SliceOfNDistinct(rapid.SampledFrom(from), 0, 2, rapid.ID[string]).Draw(t, label))
	}
	set.Add(tables.SettingsTable,
		row(tables.SettingsTable, "window", "value", fmt.Sprint(shortWindow)),
		row(tables.SettingsTable, "trait.tier", "value", "text"),
		row(tables.SettingsTable, "trait.age", "value", "number"),
		row(tables.SettingsTable, "trait.vip", "value", "bool"))
	drawBoosts(t, set)
	var segments []string
	for i := range 3 {
		id := fmt.Sprintf("s%d", i)
		set.Add(tables.SegmentsTable, row(tables.SegmentsTable, id, "when", drawCondition(t, 2, segments)))
		segments = append(segments, id)
	}
	when := func() string {
		if rapid.IntRange(0, 2).Draw(t, "asks") > 0 {
			return ""
		}
		return drawCondition(t, 2, segments)
	}
	schedule := func() []string {
		s := rapid.SampledFrom([][2]string{{}, {}, {}, {"2026-11-21", ""}, {"", "2026-11-22"}, {"2026-11-22", "2026-11-23"}}).Draw(t, "schedule")
		return []string{"starts", s[0], "ends", s[1]}
	}
	places := []string{"a", "b", "c"}[:rapid.IntRange(1, 3).Draw(t, "placements")]
	for _, name := range places {
		set.Add(tables.PlacementsTable, row(tables.PlacementsTable, name,
			"kind", one("kind", "", "", "content", "content"), "count", one("count", "1", "1", "2"), "fallback", one("fallback", "f", "f", "g")))
	}
	for _, id := range []string{"f", "g"} {
		set.Add(tables.ItemsTable, row(tables.ItemsTable, id, "kind", "content"))
	}
	items := []string{"f"}
	for i := range rapid.IntRange(2, 5).Draw(t, "items") {
		id := fmt.Sprintf("i%d", i)
		items = append(items, id)
		cells := []string{"kind", one("kind", "content", "content", "content", "offer"), "tags", some("tags", "x", "y"), "enabled", one("enabled", "", "", "", "false")}
		if rapid.Bool().Draw(t, "picky") {
			cells = append(cells, schedule()...)
			cells = append(cells, "phases", some("phases", "awareness", "consideration"), "standings", some("standings", "prospect", "active"),
				"segments", some("segments", segments...), "when", when(), "purpose", one("purpose", "", "personalization"))
		}
		set.Add(tables.ItemsTable, row(tables.ItemsTable, id, cells...))
	}
	set.Add(tables.ItemsTable, row(tables.ItemsTable, "tagged", "kind", "content", "tags", "x|y"))
	for i := range rapid.IntRange(0, 7).Draw(t, "rules") {
		chosen := rapid.SliceOfNDistinct(rapid.SampledFrom(append(items, "tag:x", "tag:y")), 1, 3, rapid.ID[string]).Draw(t, "chosen")
		cells := append(schedule(), "order", fmt.Sprint(rapid.IntRange(0, 3).Draw(t, "order")),
			"placements", some("placements", places...), "items", join(append(chosen, "tagged")), "enabled", one("enabled", "", "", "", "false"),
			"phases", some("phases", "awareness", "consideration"), "standings", some("standings", "prospect", "active"),
			"segments", some("segments", segments...), "when", when(),
			"channels", some("channels", "web", "app"), "locales", some("locales", "de", "de-AT", "en"), "countries", some("countries", "AT", "DE"))
		if rapid.Bool().Draw(t, "few") {
			cells = append(cells, "items", join(chosen))
		}
		if rapid.Bool().Draw(t, "wide") {
			cells = append(cells, "phases", "", "standings", "", "channels", "", "locales", "", "countries", "", "when", "")
		}
		if rapid.IntRange(0, 3).Draw(t, "weighted") == 0 {
			weights := make([]string, len(chosen))
			for k := range weights {
				weights[k] = one("weight", "0", "1")
			}
			weights[0] = "1"
			cells = append(cells, "items", join(chosen), "choose", "weighted", "weights", join(weights))
		}
		set.Add(tables.RulesTable, row(tables.RulesTable, fmt.Sprintf("r%d", i), cells...))
	}
	return set
}

// somebody is a request of somebody at random, for some of the placements.
func somebody(random *rand.Rand, s *Snapshot, places []string) *Input {
	pick := func(from ...string) string { return from[random.IntN(len(from))] }
	in := &Input{
		At:         noon.Add(time.Duration(random.IntN(6)-3) * 12 * time.Hour),
		Person:     pick("anna", "ben", "clara"),
		History:    &journey.History{Profile: journey.Profile{Traits: map[string]any{}, Locale: pick("", "de", "de-AT", "en"), Country: pick("", "AT", "DE")}},
		Withheld:   Reason(pick("", "", "", "", "consent")),
		Context:    Context{Channel: pick("", "web", "app")},
		Placements: slices.Clone(places),
	}
	p := &in.History.Profile
	if tier := pick("", "gold", "silver"); tier != "" {
		p.Traits["tier"] = tier
	}
	if n := random.IntN(5); n > 0 {
		p.Traits["age"] = float64(n - 1)
	}
	if vip := pick("", "yes", "no"); vip != "" {
		p.Traits["vip"] = vip == "yes"
	}
	for i := range random.IntN(shortWindow + 1) {
		trace := journey.Trace{ID: fmt.Sprint(i), Type: pick("compare", "compare", "page_view", "cart_add", journey.Purchase, impression), Item: "i0", Channel: "web", At: in.At.Add(-time.Duration(shortWindow-i) * time.Hour)}
		in.History.Traces = append(in.History.Traces, trace)
		if trace.Type == journey.Purchase {
			p.Record(journey.Milestone{ID: trace.ID, Type: trace.Type, At: trace.At, Amount: 100_000, Currency: "EUR"})
		}
	}
	random.Shuffle(len(places), func(i, k int) { in.Placements[i], in.Placements[k] = in.Placements[k], in.Placements[i] })
	in.Placements = in.Placements[:1+random.IntN(len(places))]
	return in
}

// findings is what warnings say to be impossible.
type findings struct {
	rules    map[[2]string]bool // by rule and placement; the placement is empty where all are meant
	items    map[string]bool
	segments map[string]bool
	places   map[string]bool
	phases   map[string]bool
}

func read(problems []tables.Problem) findings {
	f := findings{map[[2]string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}}
	for _, p := range problems {
		switch {
		case p.Table == tables.RulesTable && p.Column == "order":
			_, list, _ := strings.Cut(p.Message, "can never win in ")
			list, _, _ = strings.Cut(list, ":")
			for _, name := range strings.Split(strings.ReplaceAll(list, " and ", ", "), ", ") {
				f.rules[[2]string{p.Row, name}] = true
			}
		case strings.Contains(p.Message, "can never win"):
			f.rules[[2]string{p.Row, ""}] = true
		case strings.Contains(p.Message, "nobody is ever shown"), strings.Contains(p.Message, "nobody can ever be shown"):
			f.items[p.Row] = true
		case p.Table == tables.SegmentsTable:
			f.segments[p.Row] = true
		case p.Table == tables.PlacementsTable:
			f.places[p.Row] = true
		case p.Table == tables.PhasesTable:
			f.phases[p.Row] = true
		}
	}
	return f
}

// What is said to be impossible never happens.
func TestNoFalseAlarm(t *testing.T) {
	found := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		set := drawMuddle(t)
		s, problems := Compile(set, parse.Parse)
		if s == nil {
			return // an item is of a kind that no placement of its rule takes
		}
		said := read(problems)
		found["rule"] += len(said.rules)
		found["item"] += len(said.items)
		found["segment"] += len(said.segments)
		found["placement"] += len(said.places)
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		for range 100 {
			in := somebody(random, s, s.Placements())
			for _, p := range s.Decide(in).Placements {
				if said.rules[[2]string{p.Rule, ""}] || said.rules[[2]string{p.Rule, p.Name}] || p.Rule != "" && said.places[p.Name] {
					t.Fatalf("rule %s won %s, want what was said:\n%s", p.Rule, p.Name, lines(problems))
				}
				for _, item := range p.Items {
					if said.items[item.ID] {
						t.Fatalf("%s is shown, want what was said:\n%s", item.ID, lines(problems))
					}
				}
			}
			d := newDecision(s)
			d.begin(in)
			for _, name := range d.memberships() {
				if said.segments[name] {
					t.Fatalf("somebody is in %s, want what was said:\n%s", name, lines(problems))
				}
			}
		}
	})
	for _, what := range []string{"rule", "item", "segment", "placement"} {
		if found[what] == 0 {
			t.Errorf("got no finding about a %s in all sets, want some", what)
		}
	}
}

// Nobody ever comes to a phase that is said to be out of reach.
func TestNoFalseAlarmAboutPhases(t *testing.T) {
	found := 0
	rapid.Check(t, func(t *rapid.T) {
		window := rapid.IntRange(1, 3).Draw(t, "window")
		set := tables.Set{tables.SettingsTable: {row(tables.SettingsTable, "window", "value", fmt.Sprint(window))}}
		for i := range 3 {
			gate := ""
			if i > 0 {
				gate = rapid.SampledFrom([]string{"", "purchase"}).Draw(t, "gate")
			}
			set.Add(tables.PhasesTable, row(tables.PhasesTable, fmt.Sprintf("p%d", i), "order", fmt.Sprint(i), "gate", gate,
				"min_evidence", fmt.Sprint(rapid.IntRange(0, 12).Draw(t, "min")), "margin", rapid.SampledFrom([]string{"0", "0.5", "1"}).Draw(t, "margin")))
		}
		types, channels := []string{"compare", "page_view", "purchase"}, []string{"*", "web", "app"}
		for i := range rapid.IntRange(1, 8).Draw(t, "signals") {
			// Each type, channel and phase once.
			set.Add(tables.SignalsTable, row(tables.SignalsTable, fmt.Sprint("s", i), "type", types[i%3], "channel", channels[i/3], "phase", fmt.Sprintf("p%d", rapid.IntRange(0, 2).Draw(t, "phase")),
				"weight", fmt.Sprint(rapid.IntRange(0, 4).Draw(t, "weight")), "half_life", rapid.SampledFrom([]string{"1d", "14d"}).Draw(t, "half-life"), "carry", rapid.SampledFrom([]string{"1", "0.1"}).Draw(t, "carry")))
		}
		s, problems := Compile(set, parse.Parse)
		if s == nil {
			t.Fatalf("got errors %s, want a snapshot", lines(problems))
		}
		said := read(problems)
		found += len(said.phases)
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		for range 100 {
			h := &journey.History{}
			for i := range window {
				trace := journey.Trace{ID: fmt.Sprint(i), Type: types[random.IntN(3)], Channel: []string{"web", "app", "email"}[random.IntN(3)], At: noon.Add(time.Duration(i*random.IntN(2)) * time.Hour)}
				if i > 0 {
					trace.At = max(trace.At, h.Traces[i-1].At)
				}
				h.Traces = append(h.Traces, trace)
				if trace.Type == journey.Purchase {
					h.Profile.Record(journey.Milestone{ID: trace.ID, Type: trace.Type, At: trace.At})
				}
			}
			if got := s.Phase(h, noon.Add(time.Duration(random.IntN(200))*time.Hour)); said.phases[got.Name] {
				t.Fatalf("somebody came to %s, want what was said:\n%s", got.Name, lines(problems))
			}
		}
	})
	if found == 0 {
		t.Error("got no finding in all models, want some")
	}
}

func TestPresetsAreClean(t *testing.T) {
	for _, name := range tables.Presets() {
		set, err := tables.Preset(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, problems := Compile(set, parse.Parse); len(problems) > 0 {
			t.Errorf("%s: got\n%s\nwant nothing", name, lines(problems))
		}
	}
}
