package tables

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/journey"
	"wegweiser/shared/rule"
)

func at(t *testing.T, text string) journey.Millis {
	t.Helper()
	var m journey.Millis
	if err := m.UnmarshalText([]byte(text)); err != nil {
		t.Fatal(err)
	}
	return m
}

// decoded decodes one table and fails on any problem.
func decoded(t *testing.T, table, csv string) *Workspace {
	t.Helper()
	rows, problems := ReadCSV(table, []byte(csv))
	w, more := Set{table: rows}.Decode()
	for _, p := range append(problems, more...) {
		t.Fatal(p)
	}
	return w
}

func TestDecodePhases(t *testing.T) {
	got := decoded(t, PhasesTable, "id,order,label.de,label.en,gate,min_evidence,margin\n"+
		"later,20,Später,Later,purchase,1,0\nfirst,10,,,,,\nalso_first,10,,,,,\n").Phases
	want := []PhaseRow{
		{ID: "also_first", Order: 10, MinEvidence: 0.5, Margin: 0.1},
		{ID: "first", Order: 10, MinEvidence: 0.5, Margin: 0.1},
		{ID: "later", Order: 20, Label: map[string]string{"de": "Später", "en": "Later"}, Gate: GatePurchase, MinEvidence: 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDecodeSignals(t *testing.T) {
	got := decoded(t, SignalsTable, "id,type,channel,phase,weight,half_life,carry\n"+
		"a,compare,,decision,0,,\nb,purchase,store,retention,5,90m,0\n").Signals
	want := []SignalRow{
		{ID: "a", Type: "compare", Channel: "*", Phase: "decision", HalfLife: 14 * 24 * time.Hour, Carry: 1},
		{ID: "b", Type: "purchase", Channel: "store", Phase: "retention", Weight: 5, HalfLife: 90 * time.Minute},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDecodePlacements(t *testing.T) {
	got := decoded(t, PlacementsTable, "id,kind,size,count,fallback\nb,,,,welcome\na,offer,300x250,3,none\n").Placements
	want := []PlacementRow{
		{ID: "a", Kind: Offer, Size: "300x250", Count: 3, Fallback: "none"},
		{ID: "b", Kind: AnyKind, Count: 1, Fallback: "welcome"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDecodeItems(t *testing.T) {
	got := decoded(t, ItemsTable, "id;kind;url;content.title;content.title.de;content.text.en;tags;phases;standings;segments;when;starts;ends;zone;value;cost;prior;prior_weight;group;purpose;cap_day;cap_week;cap_month;cap_life;budget;budget_period;transactional;enabled\n"+
		"a;message;;Hi;Hallo;;;;;;;;;;;;;;;;;;;;;;;\n"+
		"b;offer;/sale;;;Sale;x|y;decision;active|cooling;critics;\"phase == \"\"decision\"\"\";2026-11-23;2026-11-29;Europe/Vienna;49.9;5;0.04;200;sale;advertising;1;2;3;4;500;week;true;false\n").Items
	want := []ItemRow{
		{
			ID: "a", Kind: Message, Content: map[string]map[string]string{"title": {"": "Hi", "de": "Hallo"}},
			Schedule: Schedule{Zone: "UTC"}, BudgetPeriod: Day, Enabled: true,
		},
		{
			ID: "b", Kind: Offer, URL: "/sale", Content: map[string]map[string]string{"text": {"en": "Sale"}}, Tags: []string{"x", "y"},
			Audience: Audience{Phases: []string{"decision"}, Standings: []string{"active", "cooling"}, Segments: []string{"critics"}, When: `phase == "decision"`},
			Schedule: Schedule{Starts: at(t, "2026-11-22T23:00:00Z"), Ends: at(t, "2026-11-29T23:00:00Z"), Zone: "Europe/Vienna"},
			Value:    49.9, Cost: 5, Prior: 0.04, PriorWeight: 200, Group: "sale", Purpose: journey.Advertising,
			CapDay: 1, CapWeek: 2, CapMonth: 3, CapLife: 4, Budget: 500, BudgetPeriod: Week, Transactional: true,
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDecodeRules(t *testing.T) {
	got := decoded(t, RulesTable, "id,order,placements,phases,standings,segments,channels,locales,countries,when,items,choose,weights,enabled,note\n"+
		"b,,,,,,,,,,x,,,,\n"+
		"a,-1,hero|mail,decision,lapsed,critics,web|social.x,de|de-AT,AT,\"spent(\"\"1d\"\") > 1\",x|tag:y,weighted,70|30,false,Why\n").Rules
	want := []RuleRow{
		{
			ID: "a", Order: -1, Placements: []string{"hero", "mail"},
			Audience: Audience{Phases: []string{"decision"}, Standings: []string{"lapsed"}, Segments: []string{"critics"}, When: `spent("1d") > 1`},
			Channels: []string{"web", "social.x"}, Locales: []string{"de", "de-AT"}, Countries: []string{"AT"},
			Items: []string{"x", "tag:y"}, Choose: Weighted, Weights: []float64{70, 30}, Schedule: Schedule{Zone: "UTC"}, Note: "Why",
		},
		{ID: "b", Items: []string{"x"}, Choose: Fixed, Schedule: Schedule{Zone: "UTC"}, Enabled: true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDecodeSettings(t *testing.T) {
	days := func(n time.Duration) time.Duration { return n * 24 * time.Hour }
	defaults := Settings{
		Window: 100, Consent: ConsentBrowser, Publish: PublishManual, Zone: "UTC", Currency: "EUR",
		RetentionTouchpoints: days(400), RetentionMachine: days(7), RetentionReceipts: days(30), ReceiptSample: 1,
		Exploration: DefaultExploration,
		Traits:      map[string]rule.Type{}, Context: map[string]rule.Type{},
	}
	if diff := cmp.Diff(defaults, decoded(t, SettingsTable, "id,value\n").Settings); diff != "" {
		t.Errorf("defaults (-want +got):\n%s", diff)
	}
	all := Settings{
		Window: 200, Consent: ConsentOptOut, Publish: PublishAuto, Zone: "Europe/Vienna", Locales: []string{"de", "en"}, Currency: "CHF",
		RetentionTouchpoints: days(100), RetentionMachine: days(1), RetentionReceipts: days(2), ReceiptSample: 0.5, Exploration: 0.2, Holdout: 0.1, NoPhase: 0.2,
		Traits:  map[string]rule.Type{"first_name": rule.Text, "age": rule.Number},
		Context: map[string]rule.Type{"vip": rule.Bool, "delivery": rule.Time},
	}
	got := decoded(t, SettingsTable, "id,value\nwindow,200\nconsent,opt_out\npublish,auto\napprovals,0\nzone,Europe/Vienna\nlocales,de|en\ncurrency,CHF\n"+
		"retention.touchpoints,100d\nretention.machine,24h\nretention.receipts,2d\nreceipt_sample,0.5\nexploration,0.2\nholdout,0.1\nno_phase,0.2\n"+
		"trait.first_name,text\ntrait.age,number\ncontext.vip,bool\ncontext.delivery,time\n").Settings
	if diff := cmp.Diff(all, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSchedulesAreReadInTheirZone(t *testing.T) {
	for _, c := range []struct{ zone, starts, ends, wantStarts, wantEnds string }{
		{"", "2026-11-23", "2026-11-23", "2026-11-22T18:15:00Z", "2026-11-23T18:15:00Z"}, // the workspace's
		{"UTC", "2026-11-23", "2026-11-24", "2026-11-23T00:00:00Z", "2026-11-25T00:00:00Z"},
		{"Europe/Vienna", "2026-11-23 09:30", "2026-11-29 23:59:59", "2026-11-23T08:30:00Z", "2026-11-29T22:59:59Z"},
		{"Europe/Vienna", "2026-07-01T09:30", "2026-07-02T09:30:15", "2026-07-01T07:30:00Z", "2026-07-02T07:30:15Z"},
		{"Europe/Vienna", "2026-10-25", "2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"}, // 25 hours
		{"Europe/Vienna", "2026-11-23T09:30:00-05:00", "2026-11-24T09:30:00Z", "2026-11-23T14:30:00Z", "2026-11-24T09:30:00Z"},
	} {
		set := Set{}
		set.Add(SettingsTable, NewRow(SettingsTable, "zone", map[string]any{"value": "Asia/Kathmandu"}))
		set.Add(RulesTable, NewRow(RulesTable, "r", map[string]any{"items": "x", "zone": c.zone, "starts": c.starts, "ends": c.ends}))
		w, problems := set.Decode()
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		got := w.Rules[0].Schedule
		if got.Starts != at(t, c.wantStarts) || got.Ends != at(t, c.wantEnds) {
			t.Errorf("%s to %s in %q is %s to %s, want %s to %s", c.starts, c.ends, c.zone, got.Starts, got.Ends, c.wantStarts, c.wantEnds)
		}
	}
}

func TestScheduleHolds(t *testing.T) {
	s := Schedule{Starts: 10, Ends: 20}
	for now, want := range map[journey.Millis]bool{9: false, 10: true, 19: true, 20: false} {
		if got := s.Holds(now); got != want {
			t.Errorf("10 to 20 holds at %d: %t, want %t", now, got, want)
		}
	}
	if open := (Schedule{}); !open.Holds(1) {
		t.Error("a schedule without bounds does not hold, want it to")
	}
}

func TestDecodeHoldsTheLimits(t *testing.T) {
	many := Set{}
	for range MaxRows + 1 {
		many.Add(SegmentsTable, Row{ID: "s"})
	}
	large := Set{}
	for range MaxBytes/MaxText + 1 {
		large.Add(RulesTable, Row{ID: "r", Cells: map[string]any{"note": strings.Repeat("x", MaxText)}})
	}
	one := func(table string, cells map[string]any) Set { return Set{table: {NewRow(table, "a", cells)}} }
	members := make([]string, MaxMembers+1)
	for i := range members {
		members[i] = "x" + Spell(float64(i))
	}
	for name, c := range map[string]struct {
		set  Set
		want string
	}{
		"Rows":      {many, "there are 20001 rows; all tables together hold at most 20000\n"},
		"Bytes":     {large, "all rows together are "},
		"Text":      {one(RulesTable, map[string]any{"note": strings.Repeat("x", MaxText+1)}), "rules/a.note: must be at most 16384 bytes, and has 16385\n"},
		"Condition": {one(SegmentsTable, map[string]any{"when": strings.Repeat("ü", MaxWhen+1)}), "segments/a.when: must be at most 4096 characters, and has 4097; put parts of it into segments\n"},
		"Members":   {one(RulesTable, map[string]any{"placements": members}), "rules/a.placements: must have at most 1000 members\n"},
		"Control":   {one(RulesTable, map[string]any{"note": "two\nlines\x00"}), "rules/a.note+9: must not contain control characters\n"},
		"LongID":    {Set{SegmentsTable: {NewRow(SegmentsTable, strings.Repeat("x", MaxID+1), nil)}}, ".id: must be an id: 1 to 64 of A-Z"},
		"TagID":     {Set{ItemsTable: {NewRow(ItemsTable, "tag:x", nil)}}, "items/tag:x.id: must be an id that does not start with tag:"},
	} {
		t.Run(name, func(t *testing.T) {
			_, problems := c.set.Decode()
			if got := lines(problems); !strings.Contains(got, c.want) {
				t.Errorf("got %.2000s\nwant %s", got, c.want)
			}
		})
	}
}

func TestWorkspaceIsDecodeWithoutTheCheck(t *testing.T) {
	set := readTables(t, "testdata/problems")
	want, _ := set.Decode()
	if diff := cmp.Diff(want, set.Workspace()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSortProblems(t *testing.T) {
	got := []Problem{
		{Table: "other"},
		{Table: "settings"},
		{Table: "rules", Row: "b"},
		{Table: "rules", Row: "a", Column: "when", Offset: 9},
		{Table: "rules", Row: "a", Column: "when", Offset: 2, Message: "first"},
		{Table: "rules", Row: "a", Column: "when", Offset: 2, Message: "and then"},
		{Table: "phases"},
		{},
	}
	SortProblems(got)
	want := "phases: \nrules/a.when+2: first\nrules/a.when+2: and then\nrules/a.when+9: \nrules/b: \nsettings: \n\nother: \n"
	if lines(got) != want {
		t.Errorf("got\n%swant\n%s", lines(got), want)
	}
}
