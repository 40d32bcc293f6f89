package snapshot

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"wegweiser/shared/rank/beta"
	"wegweiser/shared/rule/parse"
	"wegweiser/shared/tables"
)

// packed is a body as Encode packs it, its hash right whatever it says.
func packed(t testing.TB, parts ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	for _, part := range parts {
		if _, err := io.WriteString(z, part); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestLoadRefuses(t *testing.T) {
	s := compiled(t, world(t, 5, 5, 2))
	encoded := s.Encode()
	flipped := bytes.Clone([]byte(s.body))
	flipped[len(flipped)/2] ^= 1
	percent := func(n float64) string { return string(binary.BigEndian.AppendUint64(nil, math.Float64bits(n))) }
	raised := strings.Replace(boosting(t, "1|1|1", "sale", "999").body, percent(999), percent(5000), 1)
	ranked := ranking(t, 1, "exploration", "0.75").body
	explored := strings.Replace(ranked, percent(0.75), percent(1.5), 1)
	voucher := beta.OfPrior(0.08, 400).Quantiles()
	lowest := string(binary.AppendUvarint(nil, uint64(voucher[0])))
	falling := strings.Replace(ranked, lowest, string(binary.AppendUvarint(nil, 65535)), 1)
	for name, c := range map[string]struct {
		encoded []byte
		says    string
	}{
		"ExplorationTooLarge": {packed(t, format(offersVersion), hashOf(explored), explored), "an exploration of 1.5"},
		"QuantilesFall":       {packed(t, format(offersVersion), hashOf(falling), falling), "ends too early or holds"},
		"Nothing":             {nil, "EOF"},
		"NoGzip":              {[]byte("this is not a snapshot"), "gzip"},
		"CutShort":            {encoded[:len(encoded)/2], "EOF"},
		"OtherFormat":         {packed(t, format(lastVersion+1), hashOf(s.body), s.body), "not known to this version"},
		"LaterBody":           {packed(t, format(lastVersion), hashOf(s.body), s.body), "ends too early"},
		"BoostTooLarge":       {packed(t, format(boostsVersion), hashOf(raised), raised), "a boost of 5000 percent"},
		"NoBody":              {packed(t, format(firstVersion)), "not known to this version"},
		"ChangedByte":         {packed(t, format(firstVersion), hashOf(s.body), string(flipped)), "not those that were written"},
		"EndsTooEarly":        {packed(t, format(firstVersion), hashOf(s.body[:99]), s.body[:99]), "ends too early"},
		"SomethingMore":       {packed(t, format(firstVersion), hashOf(s.body+"x"), s.body+"x"), "behind its end"},
		"TooLarge":            {packed(t, format(firstVersion), strings.Repeat("x", hashBytes+tables.MaxBytes+1)), "larger than"},
		"HugeCount":           {packed(t, format(firstVersion), hashOf("\xff\xff\xff\xff\x7f"), "\xff\xff\xff\xff\x7f"), "ends too early"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Load(c.encoded)
			if err == nil || got != nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, %v, want an error that says %q", got, err, c.says)
			}
		})
	}
}

// Whatever the bytes are, Load answers with a snapshot that decides or with an
// error. Both doors are tried: the bytes as they come, and as a body with its
// right hash.
func FuzzLoad(f *testing.F) {
	for _, size := range []int{0, 3} {
		s := compiled(f, world(f, size, 3, 2))
		f.Add(s.Encode())
		f.Add([]byte(s.body))
	}
	builtin, err := Builtin()
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(builtin.body))
	raised := boosting(f, "50|30|20", "sale", "50 until 2026-12-24", "new", "-100")
	ranked := ranking(f, 2, "exploration", "0.2", "no_phase", "0.5", "cap.all.day", "3")
	f.Add(ranked.Encode())
	f.Add([]byte(ranked.body))
	f.Add(raised.Encode())
	f.Add([]byte(raised.body))
	f.Fuzz(func(t *testing.T, b []byte) {
		if s, err := Load(b); err == nil {
			decideAll(t, s)
		}
		for version := firstVersion; version <= lastVersion; version++ {
			s, err := decode(version, string(b), hashOf(string(b)))
			if err != nil {
				continue
			}
			decideAll(t, s)
			again, err := Load(s.Encode())
			if err != nil || again.ID() != s.ID() {
				t.Errorf("what was loaded does not load again: %v", err)
			}
		}
	})
}

func decideAll(t *testing.T, s *Snapshot) {
	t.Helper()
	c, _ := s.Context(map[string]any{"channel": "web", "locale": "de-AT", "basket": 3.0})
	in := &Input{At: noon, Person: "v", History: past(20), Context: c, Placements: s.Placements(), Explain: true}
	if len(in.Placements) > 3 {
		in.Placements = in.Placements[:3]
	}
	for _, withheld := range []Reason{"", Consent} {
		in.Withheld = withheld
		for _, p := range s.Decide(in).Placements {
			if len(p.Items) == 0 {
				t.Errorf("the placement %s is empty", p.Name)
			}
		}
	}
}

func TestBuiltin(t *testing.T) {
	s, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Placements(); len(got) != 0 {
		t.Errorf("got placements %v, want none", got)
	}
	if got := s.Phase(past(100), noon); !got.Known || len(got.Scores) != 5 {
		t.Errorf("got %+v, want a phase of five", got)
	}
	set, err := tables.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	if got := compiled(t, set).ID(); got != s.ID() {
		t.Errorf("got id %s of the same rows, want %s", got, s.ID())
	}
}

func TestNotesAreNotInTheHash(t *testing.T) {
	set := world(t, 3, 3, 1)
	id := compiled(t, set).ID()
	set[tables.RulesTable][0].Cells["note"] = "agreed with the shop team"
	if got := compiled(t, set).ID(); got != id {
		t.Errorf("got %s with a note, want %s", got, id)
	}
	set[tables.RulesTable][0].Cells["when"] = `  phase=="decision" `
	spaced := compiled(t, set).ID()
	set[tables.RulesTable][0].Cells["when"] = `phase == "decision"`
	if got := compiled(t, set).ID(); got != spaced || got == id {
		t.Errorf("got %s, want %s for a condition that means the same, and not %s", got, spaced, id)
	}
	set[tables.ItemsTable][1].Cells["content.title"] = "another"
	if got := compiled(t, set).ID(); got == spaced {
		t.Error("another title did not change the id")
	}
}

// A set that says nothing about phases means the preset.
func TestPresetStandsIn(t *testing.T) {
	builtin, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	preset, err := tables.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for name, set := range map[string]tables.Set{
		"Nothing": nil, "Empty": {}, "Whole": preset,
		"PhasesAlone":  {tables.PhasesTable: preset[tables.PhasesTable]},
		"SignalsAlone": {tables.SignalsTable: preset[tables.SignalsTable]},
	} {
		if got := compiled(t, set).ID(); got != builtin.ID() {
			t.Errorf("%s: got %s, want the built-in %s", name, got, builtin.ID())
		}
	}
	s, problems := Compile(tables.Set{tables.PhasesTable: {row(tables.PhasesTable, "mine", "order", "1")}}, parse.Parse)
	if s != nil || len(problems) != 1 || problems[0].Table != tables.SignalsTable {
		t.Errorf("got %v, want one problem about the missing signals", lines(problems))
	}
}

func TestCompileTakesAtMostSoManyRows(t *testing.T) {
	set, err := tables.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for i := range tables.MaxRows {
		set.Add(tables.ItemsTable, tables.Row{ID: fmt.Sprint(i), Cells: map[string]any{"kind": "offer"}})
	}
	s, problems := Compile(set, parse.Parse)
	if s != nil || len(problems) != 1 || !strings.Contains(problems[0].Message, "at most 20000") {
		t.Errorf("got %v, want one problem about the number of rows", lines(problems))
	}
}

// A tag in every rule would ask for more memory than a function has.
func TestCompileBoundsWhatRulesChooseFrom(t *testing.T) {
	const members = 4000
	set := tables.Set{}
	for i := range members {
		set.Add(tables.ItemsTable, row(tables.ItemsTable, fmt.Sprint("i", i), "kind", "offer", "tags", "all"))
	}
	for i := range maxChoices/members + 1 {
		set.Add(tables.RulesTable, row(tables.RulesTable, fmt.Sprint("r", i), "items", "tag:all", "choose", "weighted"))
	}
	s, problems := Compile(set, parse.Parse)
	if s != nil || len(problems) != 1 || !strings.Contains(problems[0].Message, "at most 2000000") {
		t.Errorf("got %v, want one problem about what the rules choose from", lines(problems))
	}
}
