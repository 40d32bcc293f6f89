package logged_test

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/ingest"
	"wegweiser/shared/measure"
	"wegweiser/shared/personalize"
	"wegweiser/shared/replay/logged"
	"wegweiser/shared/replay/offpolicy"
	"wegweiser/shared/rule/parse"
	"wegweiser/shared/snapshot"
	"wegweiser/shared/store"
	"wegweiser/shared/store/embedded"
	"wegweiser/shared/tables/files"
)

// choices reads a log, as replay does.
func choices(t testing.TB, log string) (all []ingest.Choice) {
	t.Helper()
	reader, err := ingest.OpenChoices(strings.NewReader(log), nil)
	if err != nil {
		t.Fatal(err)
	}
	for c, err := range reader.Rows() {
		if err != nil || c.Err != nil {
			t.Fatalf("line %d: %v %v", c.Line, err, c.Err)
		}
		all = append(all, c)
	}
	return all
}

// only keeps the rows of a placement.
func only(log, place string) string {
	lines := strings.SplitAfter(log, "\n")
	kept := slices.DeleteFunc(lines[1:], func(line string) bool { return !strings.Contains(line, ","+place+",") })
	return lines[0] + strings.Join(kept, "")
}

func valueOf(t testing.TB, log string, policy logged.Policy) (*logged.Result, error) {
	t.Helper()
	return logged.Value(t.Context(), &logged.Request{
		Open:    func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(log)), nil },
		Policy:  policy,
		Options: &offpolicy.Options{Confidence: 0.999}, ByVisitor: true,
	})
}

// misses counts the estimates without bias whose intervals do not have what is
// true.
func misses(t testing.TB, what string, r *logged.Result, truth float64) (missed int64) {
	t.Helper()
	for name, e := range map[string]offpolicy.Estimate{"IPS": r.Policy.IPS, "SNIPS": r.Policy.SNIPS, "DR": *r.Policy.DR} {
		if truth < e.Low || truth > e.High {
			t.Logf("%s, %s: got %.4f to %.4f, want an interval around %.4f", what, name, e.Low, e.High, truth)
			missed++
		}
	}
	return missed
}

// ownPolicies are rules that are valued on the shop's own log, and what they
// would earn with what they would show there.
var ownPolicies = map[string]struct {
	place, rules string
	earns        func(c *ingest.Choice, before string) float64
}{
	"ByContext": {
		"home", "rules: [{id: a, when: context.phone, items: [guide]}, {id: b, order: 1, items: [voucher]}]",
		func(c *ingest.Choice, _ string) float64 {
			if hasPhone(c) {
				return taken("guide", true)
			}
			return taken("voucher", false)
		},
	},
	"Weighted": {
		"home", "rules: [{id: a, choose: weighted, items: [guide, lamp], weights: [1, 1]}]",
		func(c *ingest.Choice, _ string) float64 {
			return (taken("guide", hasPhone(c)) + taken("lamp", false)) / 2
		},
	},
	"ByPhase": {
		"home", "rules: [{id: a, phases: [retention], items: [thanks]}, {id: b, order: 1, items: [voucher]}]",
		func(c *ingest.Choice, _ string) float64 {
			if c.Phase == "retention" {
				return taken("thanks", false)
			}
			return taken("voucher", false)
		},
	},
	"OtherSide": {
		"side", "rules: [{id: a, items: [left]}]",
		func(*ingest.Choice, string) float64 { return taken("left", false) },
	},
	"OtherPair": {
		"shelf", "rules: [{id: a, items: [bowl, rug, vase]}]",
		func(_ *ingest.Choice, before string) float64 {
			if before == "bowl" {
				return taken("rug", false)
			}
			return taken("bowl", false)
		},
	},
}

func hasPhone(c *ingest.Choice) bool { return c.Context["phone"] == "true" }

// What the service decided, with what became of it, values other rules as well
// as trying them would: intervals of 99.9 % have what they earn, but for one of
// the policies at most, and weights are 1 on average.
func TestOtherRulesAreWorthOnOnesOwnLogWhatTheyEarn(t *testing.T) {
	const seeds = 3
	var missed atomic.Int64
	weights := map[string]float64{}
	var lock sync.Mutex
	t.Run("Seeds", func(t *testing.T) {
		for seed := range uint64(seeds) {
			t.Run(fmt.Sprint(seed), func(t *testing.T) {
				t.Parallel()
				s := goShopping(t, embeddedStore(t), seed, 300, ownShop+ownRules)
				s.play(t, 3)
				log, sum := s.log(t, measure.DecisionsRequest{})
				checkOwnLog(t, s, log, sum, 3)
				for name, policy := range ownPolicies {
					part := only(log, policy.place)
					truth, rows := 0.0, choices(t, part)
					for i := range rows {
						before := ""
						if rows[i].Position == 2 {
							before = rows[i-1].Item
						}
						truth += policy.earns(&rows[i], before) / float64(len(rows))
					}
					result, err := valueOf(t, part, ownRows(t, policy.rules))
					if err != nil {
						t.Errorf("%s: %v", name, err)
						continue
					}
					missed.Add(misses(t, name, result, truth))
					if all := strings.Join(result.Policy.Doubts, "\n"); strings.Contains(all, "asks for") {
						t.Errorf("%s: got the doubts %q, want none about what the log has", name, all)
					}
					lock.Lock()
					weights[name] += result.Policy.Support.MeanWeight / seeds
					lock.Unlock()
				}
			})
		}
	})
	if missed.Load() > 3 {
		t.Errorf("got %d intervals without what is true, want those of one policy at most", missed.Load())
	}
	for name, w := range weights {
		if math.Abs(w-1) > 0.1 {
			t.Errorf("%s: got weights of %.3f on average, want 1", name, w)
		}
	}
}

func ownRows(t testing.TB, rules string) logged.Policy {
	t.Helper()
	folder := files.ReadText("rows", "", files.YAML, []byte(ownShop+rules))
	policy, problems := logged.Rules(folder.Set, parse.Parse)
	if policy == nil {
		t.Fatal(problems)
	}
	return policy
}

func embeddedStore(t testing.TB) store.Store {
	t.Helper()
	s, err := embedded.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// checkOwnLog holds that a log has every decision but those that are counted as
// left out, and that rules like those that wrote it are worth what was earned.
func checkOwnLog(t *testing.T, s *shopping, log string, sum *measure.DecisionsReport, rounds int) {
	t.Helper()
	s.hurry, s.pages = time.Second, 0
	again, parts := s.log(t, measure.DecisionsRequest{Request: measure.Request{Until: sum.Until.String()}})
	s.hurry = 0
	if diff := cmp.Diff(log, again); diff != "" || parts.LeftOut != sum.LeftOut || parts.Decisions != sum.Decisions || s.pages < 5 {
		t.Errorf("got other rows in %d pages (-at once +page by page):\n%s", s.pages, diff)
	}
	all := choices(t, log)
	placements := map[string]bool{}
	for _, c := range all {
		placements[c.Decision+c.Place] = true
		if c.Probability <= 0 || !slices.Contains(c.Candidates, c.Item) || c.Place == "home" && len(c.Candidates) < 3 {
			t.Fatalf("line %d: got %+v, want an item with its probability among its candidates", c.Line, c)
		}
	}
	out := sum.LeftOut
	if got, want := len(placements)+out.Unseen+3*out.Holdout, 3*rounds*s.visitors; got != want || out.InputsGone+out.Unreadable+out.Different+out.Degraded > 0 {
		t.Errorf("got %d placements and %+v left out, want %d in all, and none but what is unseen or of the holdout", len(placements), out, want)
	}
	if share := float64(out.Holdout) / float64(rounds*s.visitors); math.Abs(share-0.1) > 0.06 {
		t.Errorf("got a holdout of %v, want about 0.1", share)
	}
	for _, place := range []string{"home", "shelf", "side"} {
		part := only(log, place)
		earned := 0.0
		for _, c := range choices(t, part) {
			earned += c.Reward
		}
		earned /= float64(strings.Count(part, "\n") - 1)
		policies := map[string]logged.Policy{"what was done": logged.Column("probability")}
		if place == "side" { // the one that does not learn
			policies["the rules that wrote it"] = ownRows(t, ownRules)
		}
		for name, policy := range policies {
			result, err := valueOf(t, part, policy)
			if err != nil {
				t.Fatal(err)
			}
			if e, w := result.Policy.IPS, result.Policy.Support.MeanWeight; math.Abs(e.Value-earned) > 1e-9 || math.Abs(w-1) > 1e-9 {
				t.Errorf("%s: got %v with weights of %v for %s, want the %v that were earned and 1", place, e.Value, w, name, earned)
			}
		}
	}
}

// Where a log has no choice in it, it says nothing of others.
func TestOnesOwnLogHasNoValueWithoutSupport(t *testing.T) {
	s := goShopping(t, embeddedStore(t), 9, 60, ownShop+strings.Replace(ownRules, "choose: rank, items: [guide, ", "items: [", 1))
	s.play(t, 1)
	log, _ := s.log(t, measure.DecisionsRequest{})
	for name, policy := range map[string]logged.Policy{
		"NeverChosen": logged.Order([]string{"guide"}),
		"Certain":     ownRows(t, "rules: [{id: a, items: [lamp]}]"),
		"OtherPlace":  ownRows(t, "rules: [{id: a, items: [vase]}]"),
	} {
		if _, err := valueOf(t, only(log, "home"), policy); !errors.Is(err, offpolicy.ErrNoSupport) {
			t.Errorf("%s: got %v, want %v", name, err, offpolicy.ErrNoSupport)
		}
	}
	drawn, sum := s.log(t, measure.DecisionsRequest{Drawn: true})
	if strings.Contains(drawn, ",home,") || !strings.Contains(drawn, ",side,") || sum.LeftOut.Certain == 0 {
		t.Errorf("got %+v left out, want what chance did not choose, and nothing else", sum.LeftOut)
	}
}

// What a log says of a choice is what it was made with, also where more items
// compete than can, and after what is believed of them has changed.
func TestProbabilitiesOfOnesOwnLogAreThoseThatChose(t *testing.T) {
	books := "items:\n"
	for n := range 40 {
		books += fmt.Sprintf("  - {id: book-%d, kind: content, content.title: B, tags: [books], value: %d}\n", n, n+1)
	}
	rules := strings.Replace(ownRules, "[rug, vase, bowl]", "['tag:books', rug, vase, bowl]", 1)
	s := goShopping(t, embeddedStore(t), 31, 0, strings.Replace(ownShop, "items:\n", books, 1)+rules)
	chosen := map[string]float64{}
	for n := range 120 {
		if n == 60 {
			s.learn(t)
			s.now = s.now.Add(time.Hour)
		}
		d, err := s.Decide(t.Context(), server, personalize.DecideRequest{Visitor: fmt.Sprint("v_", n%50), Placements: []string{"shelf", "home"}})
		if err != nil {
			t.Fatal(err)
		}
		for place, filled := range d.Placements {
			for _, item := range filled.Items {
				if filled.Reason != snapshot.Holdout {
					chosen[d.Decision+place+item.ID] = item.Probability
				}
			}
		}
		s.now = s.now.Add(time.Second)
	}
	s.play(t, 0)
	log, _ := s.log(t, measure.DecisionsRequest{Served: true})
	for _, c := range choices(t, log) {
		want, there := chosen[c.Decision+c.Place+c.Item]
		if !there || c.Probability != want {
			t.Fatalf("line %d: got %s with the probability %v, want %v", c.Line, c.Item, c.Probability, want)
		}
		if delete(chosen, c.Decision+c.Place+c.Item); c.Place == "shelf" && (len(c.Candidates) < 31 || len(c.Candidates) > 32) {
			t.Errorf("line %d: got %d candidates, want those that took part", c.Line, len(c.Candidates))
		}
	}
	if len(chosen) > 0 {
		t.Errorf("got no rows for %d of the choices", len(chosen))
	}
}
