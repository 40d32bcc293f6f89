package snapshot

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"wegweiser/shared/journey"
	"wegweiser/shared/rank"
	"wegweiser/shared/rule/parse"
	"wegweiser/shared/tables"
)

var update = flag.Bool("update", false, "write what was got as what is wanted")

// A case is a file that says in words what it shows, followed by the tables as
// CSV files, and then for each person what they ask (<name>.request.json) and
// what they get (<name>.want.json). Where no phases are given the five-phase
// model holds. problems.txt is what checking the tables says.
func TestCases(t *testing.T) {
	for _, path := range caseFiles(t) {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			set := caseTables(t, archive)
			s, problems := Compile(set, parse.Parse)
			got := map[string]string{}
			if len(problems) > 0 {
				got["problems.txt"] = lines(problems)
			}
			for _, f := range archive.Files {
				if who, ok := strings.CutSuffix(f.Name, ".request.json"); ok && s != nil {
					got[who+".want.json"] = decided(t, s, f.Data)
				}
			}
			compareCase(t, path, archive, got)
		})
	}
}

func caseFiles(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("got %d cases (%v), want some", len(paths), err)
	}
	return paths
}

func caseTables(t *testing.T, archive *txtar.Archive) tables.Set {
	t.Helper()
	set := tables.Set{}
	for _, f := range archive.Files {
		table, ok := strings.CutSuffix(f.Name, ".csv")
		if !ok {
			continue
		}
		rows, problems := tables.ReadCSV(table, f.Data)
		if len(problems) > 0 {
			t.Fatalf("%s cannot be read: %s", f.Name, lines(problems))
		}
		set.Add(table, rows...)
	}
	if set[tables.PhasesTable] == nil {
		preset, err := tables.Preset(tables.DefaultPreset)
		if err != nil {
			t.Fatal(err)
		}
		set.Add(tables.PhasesTable, preset[tables.PhasesTable]...)
		set.Add(tables.SignalsTable, preset[tables.SignalsTable]...)
	}
	return set
}

func lines(problems []tables.Problem) string {
	var b strings.Builder
	for i := range problems {
		b.WriteString(problems[i].String() + "\n")
	}
	return b.String()
}

// compareCase compares the wanted files of a case with what was got, or writes
// them.
func compareCase(t *testing.T, path string, archive *txtar.Archive, got map[string]string) {
	t.Helper()
	want := map[string]string{}
	for _, f := range archive.Files {
		if f.Name == "problems.txt" || strings.HasSuffix(f.Name, ".want.json") {
			want[f.Name] = string(f.Data)
		}
	}
	if !*update {
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("want (-), got (+); -update writes what was got:\n%s", diff)
		}
		return
	}
	var files []txtar.File
	for _, f := range archive.Files {
		if _, wanted := want[f.Name]; !wanted {
			files = append(files, f)
		}
		if who, ok := strings.CutSuffix(f.Name, ".request.json"); ok && got[who+".want.json"] != "" {
			files = append(files, txtar.File{Name: who + ".want.json", Data: []byte(got[who+".want.json"])})
		}
	}
	if got["problems.txt"] != "" {
		files = append(files, txtar.File{Name: "problems.txt", Data: []byte(got["problems.txt"])})
	}
	if err := os.WriteFile(path, txtar.Format(&txtar.Archive{Comment: archive.Comment, Files: files}), 0o600); err != nil {
		t.Fatal(err)
	}
}

// request is what one person of a case asks, and who they are.
type request struct {
	Now         journey.Millis `json:"now"`
	Person      string         `json:"person"`
	Traits      map[string]any `json:"traits"`
	Locale      string         `json:"locale"`
	Country     string         `json:"country"`
	Touchpoints []struct {
		At    journey.Millis `json:"at"`
		Type  string         `json:"type"`
		Item  string         `json:"item"`
		Spent string         `json:"spent"`
	} `json:"touchpoints"`
	Shown      []string          `json:"shown"` // counted before, on the channel of the context
	Spent      []string          `json:"spent"`
	Withheld   Reason            `json:"withheld"`
	Purposes   []journey.Purpose `json:"purposes"`
	Seed       string            `json:"seed"`
	Uncounted  Reason            `json:"uncounted"`
	Prefers    string            `json:"prefers"`
	Context    map[string]any    `json:"context"`
	Placements []string          `json:"placements"`
	Explain    bool              `json:"explain"`
}

func (r *request) input(t *testing.T, s *Snapshot) *Input {
	t.Helper()
	h := &journey.History{Profile: journey.Profile{Traits: r.Traits, Locale: r.Locale, Country: r.Country}}
	for i, p := range r.Touchpoints {
		point := journey.Touchpoint{ID: fmt.Sprintf("e_%d", i+1), Visitor: r.Person, Type: p.Type, Channel: "web", Item: p.Item, At: p.At}
		if p.Spent != "" {
			point.Value = &journey.Money{Amount: p.Spent, Currency: "EUR"}
		}
		h.Merge([]journey.Trace{point.Trace()}, r.Now, s.Settings().Window)
		if m, ok := point.Milestone(); ok {
			h.Profile.Record(m)
		}
	}
	context, fault := s.Context(r.Context)
	if fault != nil {
		t.Fatal(fault)
	}
	in := &Input{
		At: r.Now, Person: r.Person, Seed: r.Seed, History: h, Withheld: r.Withheld, Purposes: r.Purposes, Context: context, Spent: r.Spent, Uncounted: r.Uncounted,
		Locale: r.Prefers, Placements: r.Placements, Explain: r.Explain,
	}
	h.Counters.Packed = countersOf(t, s, in, r.Shown)
	return in
}

// countersOf returns the counters of who was shown items on the channel of a
// request.
func countersOf(t *testing.T, s *Snapshot, in *Input, shown []string) string {
	t.Helper()
	if len(shown) == 0 {
		return ""
	}
	d, counters := newDecision(s), rank.Counters{}
	d.begin(in)
	for _, id := range shown {
		at := sort.Search(len(s.items), func(i int) bool { return s.items[i].id >= id })
		var limits []rank.Limit
		for _, caps := range d.capsOf(&s.items[at]) {
			for _, l := range caps {
				l.Most = 1000
				limits = append(limits, l)
			}
		}
		if err := counters.Reserve(in.At, s.zoneOf(in.Context.Zone, in.History.Profile.Zone), rank.Claim{Limits: limits}); err != nil {
			t.Fatal(err)
		}
	}
	return string(counters.Append(nil))
}

// reserved says what an answer wants to be counted.
func reserved(a *Answer) []string {
	var list []string
	for _, r := range a.Reservations {
		text := r.Item + ":"
		for _, l := range r.Limits {
			text += " " + columnOf(l)
		}
		if r.Budget > 0 {
			text += fmt.Sprintf(" budget %d a %s", r.Budget, r.Period)
		}
		list = append(list, text)
	}
	return list
}

// decided returns the answer to a request as a person reads it.
func decided(t *testing.T, s *Snapshot, body []byte) string {
	t.Helper()
	var r request
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&r); err != nil {
		t.Fatalf("the request cannot be read: %v\n%s", err, body)
	}
	answer := s.Decide(r.input(t, s))
	type placement struct {
		Name string `json:"placement"`
		Placement
	}
	want := struct {
		Phase       string       `json:"phase,omitempty"`
		Placements  []placement  `json:"placements"`
		Reserved    []string     `json:"reserved,omitempty"`
		Explanation *Explanation `json:"explanation,omitempty"`
	}{Explanation: answer.Explanation, Reserved: reserved(&answer)}
	if answer.Phase != nil {
		want.Phase = answer.Phase.Name + ", " + answer.Phase.Standing
	}
	for _, p := range answer.Placements {
		want.Placements = append(want.Placements, placement{p.Name, p})
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(want); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// Every column must matter to some case.
func TestCasesCoverEveryColumn(t *testing.T) {
	used := map[string]bool{}
	for _, path := range caseFiles(t) {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for table, rows := range caseTables(t, archive) {
			for _, row := range rows {
				for name := range row.Cells {
					column, ok := mustFind(t, table).Column(name)
					if ok {
						used[table+"."+column.Name] = true
					}
				}
			}
		}
	}
	for _, name := range tables.Tables() {
		for _, column := range mustFind(t, name).Columns {
			if !used[name+"."+column.Name] && column.Name != "id" {
				t.Errorf("no case uses the column %s.%s", name, column.Name)
			}
		}
	}
}

func mustFind(t *testing.T, name string) *tables.Table {
	t.Helper()
	table, ok := tables.Find(name)
	if !ok {
		t.Fatalf("there is no table %s", name)
	}
	return table
}
