package logged_test

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"wegweiser/shared/replay/logged"
	"wegweiser/shared/rule/parse"
	"wegweiser/shared/tables/files"
)

// rows compiles a document of config rows.
func rows(t *testing.T, text string) logged.Policy {
	t.Helper()
	folder := files.ReadText("rows", "", files.YAML, []byte(text))
	policy, problems := logged.Rules(folder.Set, parse.Parse)
	if policy == nil || len(folder.Problems) > 0 {
		t.Fatalf("got the problems %v %v", folder.Problems, problems)
	}
	return policy
}

// asked is a log of a shop in which the guide is taken up on phones and the
// voucher elsewhere, and chance chose evenly.
func asked() string {
	random := rand.New(rand.NewPCG(6, 6))
	var log strings.Builder
	log.WriteString("decision,visitor,at,place,item,probability,reward,context.phone,context.age\n")
	for i := range 3000 {
		item, phone, rate := "guide", i%3 == 0, 0.05
		if random.IntN(2) == 0 {
			item = "voucher"
		}
		if (item == "guide") == phone {
			rate = 0.4
		}
		reward := 0
		if random.Float64() < rate {
			reward = 1
		}
		fmt.Fprintf(&log, "d%d,v%d,2026-11-01T10:00:00Z,home,%s,0.5,%d,%v,%d\n", i, i, item, reward, phone, i%90)
	}
	return log.String()
}

func valued(t *testing.T, policy logged.Policy) *logged.Result {
	t.Helper()
	log := asked()
	result, err := logged.Value(t.Context(), &logged.Request{
		Open:   func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(log)), nil },
		Policy: policy,
	})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

const shop = `
items:
  - {id: guide, kind: content, content.title: A}
  - {id: voucher, kind: content, content.title: B}
placements:
  - {id: home, kind: content, fallback: guide}
settings:
  - {id: context.phone, value: bool}
  - {id: context.age, value: number}
  - {id: holdout, value: 0}
  - {id: no_phase, value: 0}
`

// Rules hold by the context that was logged, in the types that they declare.
func TestRulesHoldByTheLoggedContext(t *testing.T) {
	result := valued(t, rows(t, shop+`
rules:
  - {id: phones, order: 1, placements: [home], when: context.phone and context.age >= 0, items: [guide]}
  - {id: others, order: 2, placements: [home], items: [voucher]}
`))
	if e := result.Policy.SNIPS; e.Low > 0.4 || e.High < 0.4 {
		t.Errorf("got %+v, want the 0.4 of what fits", e)
	}
	if len(result.Policy.Doubts) > 0 {
		t.Errorf("got the doubts %q, want none", result.Policy.Doubts)
	}
}

// A ranked rule is valued by the probabilities of its draw, which learns from
// other rows: over all, the voucher is worth more.
func TestRankedRulesLearnFromOtherRows(t *testing.T) {
	result := valued(t, rows(t, shop+`
rules:
  - {id: best, order: 1, placements: [home], choose: rank, items: [guide, voucher]}
`))
	const voucher = 0.4*2/3 + 0.05/3
	if e := result.Policy.SNIPS; e.Low > voucher || e.High < voucher-0.02 {
		t.Errorf("got %+v, want a little less than the %.3f of the voucher", e, voucher)
	}
	if w := result.Policy.Support.MaxWeight; w >= 2 || w < 1.5 {
		t.Errorf("got weights up to %v, want those of a draw that explores: under 2", w)
	}
}

// Each thing that a log cannot answer is named.
func TestWhatALogCannotAnswer(t *testing.T) {
	result := valued(t, rows(t, strings.Replace(shop, "title: B", "title: B, cap_day: 1", 1)+`
segments:
  - {id: buyers, when: 'count("purchase", "30d") > 0'}
  - {id: young, when: context.age < 30}
rules:
  - {id: keen, order: 1, placements: [home], segments: [buyers], items: [guide]}
  - {id: new, order: 2, placements: [home], segments: [young], items: [guide]}
  - {id: others, order: 3, placements: [home], items: [voucher]}
`))
	all := strings.Join(result.Policy.Doubts, "\n")
	for _, want := range []string{"Of the rules, keen asks for", "Of the items, voucher has a cap"} {
		if !strings.Contains(all, want) {
			t.Errorf("got the doubts %q, want %q", all, want)
		}
	}
	if strings.Contains(all, "new") {
		t.Errorf("got the doubts %q: who is young, the log does say", all)
	}
}

// Where a log says in which phase a visitor was, rules hold by that, and nothing
// that asks for no more is in doubt.
func TestRulesHoldByTheLoggedPhase(t *testing.T) {
	var log strings.Builder
	log.WriteString("decision,at,place,item,probability,reward,phase,standing\n")
	for i := range 400 {
		stands := [...]string{"retention,active", "awareness,prospect", "retention,lapsed", ","}[i%4]
		fmt.Fprintf(&log, "d%d,2026-11-01T10:00:00Z,home,%s,0.5,%d,%s\n", i, [...]string{"guide", "voucher"}[i/4%2], i/4%2, stands)
	}
	value := func(rules string) *logged.Result {
		result, err := logged.Value(t.Context(), &logged.Request{
			Open:   func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(log.String())), nil },
			Policy: rows(t, shop+"segments: [{id: back, when: 'standing == \"lapsed\"'}]\n"+rules),
		})
		if err != nil {
			t.Fatal(err)
		}
		return result
	}
	// The voucher is always taken up, and the guide never.
	for rules, want := range map[string]float64{
		"rules: [{id: a, phases: [retention], items: [voucher]}]":            0.5,
		"rules: [{id: a, standings: [active, prospect], items: [voucher]}]":  0.5,
		"rules: [{id: a, segments: [back], items: [voucher]}]":               0.25,
		"rules: [{id: a, when: 'phase == \"awareness\"', items: [voucher]}]": 0.25,
		"rules: [{id: a, phases: [advocacy], items: [voucher]}]":             0,
		"rules: [{id: a, when: 'missing(standing)', items: [voucher]}]":      0.25,
	} {
		result := value(rules)
		if got := result.Policy.IPS.Value; math.Abs(got-want) > 1e-9 {
			t.Errorf("%s: got %v, want %v", rules, got, want)
		}
		if all := strings.Join(result.Policy.Doubts, "\n"); strings.Contains(all, "asks for") {
			t.Errorf("%s: got the doubts %q, want none about phases", rules, all)
		}
	}
	result := value("rules: [{id: a, when: 'score.retention > 0.2', items: [voucher]}]")
	if all := strings.Join(result.Policy.Doubts, "\n"); !strings.Contains(all, "a asks for scores, traits or history") || result.Policy.IPS.Value != 0 {
		t.Errorf("got %v and the doubts %q, want nothing and one about the score", result.Policy.IPS.Value, all)
	}
}

func TestRulesNeedTheMomentAndThePlacement(t *testing.T) {
	for log, want := range map[string]string{
		"place,item,probability,reward\nhome,guide,0.5,1\n":                                             "line 2: the log does not say when",
		"place,at,item,probability,reward,phase\nhome,2026-11-01T10:00:00Z,guide,0.5,1,love\n":          `no phase "love"`,
		"place,at,item,probability,reward\nhme,2026-11-01T10:00:00Z,guide,0.5,1\n":                      `no placement "hme"; is it "home"?`,
		"place,at,item,probability,reward,context.age\nhome,2026-11-01T10:00:00Z,guide,0.5,1,old\n":     `context.age: "old" is not of the type`,
		"place,at,item,probability,reward,context.channel\nhome,2026-11-01T10:00:00Z,guide,0.5,1,T V\n": "context.channel",
	} {
		_, err := logged.Value(t.Context(), &logged.Request{
			Open:   func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(log)), nil },
			Policy: rows(t, shop),
		})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error that says %s", err, want)
		}
	}
}
