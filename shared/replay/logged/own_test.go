package logged_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wegweiser/shared/ingest"
	"wegweiser/shared/journey"
	"wegweiser/shared/measure"
	"wegweiser/shared/personalize"
	"wegweiser/shared/rank"
	"wegweiser/shared/rank/beta"
	"wegweiser/shared/replay/logged"
	"wegweiser/shared/replay/offpolicy"
	"wegweiser/shared/rule/parse"
	"wegweiser/shared/store"
	"wegweiser/shared/store/embedded"
	"wegweiser/shared/tables"
	"wegweiser/shared/tables/files"
)

// A shop with a ranked placement of one item, a ranked one of two and a weighted
// one. Which items may compete depends on the phase.
const ownShop = `
items:
  - {id: none, kind: content, content.title: N}
  - {id: guide, kind: content, content.title: A, prior: 0.2}
  - {id: voucher, kind: content, content.title: B, prior: 0.25}
  - {id: lamp, kind: content, content.title: C, prior: 0.15}
  - {id: thanks, kind: content, content.title: D, prior: 0.2, phases: [retention]}
  - {id: rug, kind: content, content.title: E}
  - {id: vase, kind: content, content.title: F}
  - {id: bowl, kind: content, content.title: G}
  - {id: left, kind: content, content.title: H}
  - {id: right, kind: content, content.title: I}
placements:
  - {id: home, kind: content, fallback: none}
  - {id: shelf, kind: content, count: 2, fallback: none}
  - {id: side, kind: content, fallback: none}
settings:
  - {id: context.phone, value: bool}
  - {id: holdout, value: 0.1}
`

const ownRules = `
rules:
  - {id: best, placements: [home], choose: rank, items: [guide, voucher, lamp, thanks]}
  - {id: pair, placements: [shelf], choose: rank, items: [rug, vase, bowl]}
  - {id: parts, placements: [side], choose: weighted, items: [left, right], weights: [1, 3]}
`

// taken is how likely an item is taken up when it is seen.
func taken(item string, phone bool) float64 {
	if item == "guide" && phone {
		return 0.5
	}
	return map[string]float64{
		"guide": 0.1, "voucher": 0.3, "lamp": 0.15, "thanks": 0.4, "rug": 0.1, "vase": 0.25, "bowl": 0.4, "left": 0.15, "right": 0.3,
	}[item]
}

// shopping is a service that decides for simulated visitors, who tell what
// became of it.
type shopping struct {
	*measure.Service
	store    store.Store
	now      time.Time
	hurry    time.Duration // by how much each look at the clock is later
	random   *rand.Rand
	visitors int
	seed     uint64
	pages    int // of logs that were asked for
}

var server = personalize.Caller{Key: personalize.Secret}

func goShopping(t testing.TB, s store.Store, seed uint64, visitors int, rules string) *shopping {
	t.Helper()
	shop := &shopping{
		store: s, now: time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC), random: rand.New(rand.NewPCG(seed, 1)), visitors: visitors, seed: seed,
	}
	var entropy [32]byte
	entropy[0] = byte(seed)
	shop.Service = &measure.Service{Service: personalize.New(s, &personalize.Options{
		Clock: shop.clock, Entropy: rand.NewChaCha8(entropy), HashKey: []byte("shop"),
		TokenSecrets: [][]byte{[]byte("shop")}, Deadline: time.Minute, Ranks: true, Parse: parse.Parse,
	})}
	if err := shop.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	shop.publish(t, ownShop+rules)
	return shop
}

func (s *shopping) clock() time.Time {
	s.now = s.now.Add(s.hurry)
	return s.now
}

func (s *shopping) publish(t testing.TB, text string) {
	t.Helper()
	var edits personalize.ConfigEdits
	set := files.ReadText("rows", "", files.YAML, []byte(text)).Set
	for _, table := range tables.Tables() {
		for _, row := range set[table] {
			body, err := json.Marshal(row)
			if err != nil {
				t.Fatal(err)
			}
			edits.Rows = append(edits.Rows, personalize.ConfigEdit{Table: table, Row: body})
		}
	}
	maria := personalize.Caller{Key: personalize.Admin, Name: "maria"}
	if _, err := s.EditConfig(t.Context(), maria, edits); err != nil {
		t.Fatal(err)
	}
	if _, err := s.PublishConfig(t.Context(), maria, s.Snapshot().ID(), personalize.PublishRequest{}); err != nil {
		t.Fatal(err)
	}
}

// play lets everybody ask so many times, with days between, while what is
// believed of items changes.
func (s *shopping) play(t testing.TB, rounds int) {
	t.Helper()
	for round := range rounds {
		if round > 0 {
			s.learn(t)
		}
		for n := range s.visitors {
			s.visit(t, fmt.Sprintf("v_%d_%d", s.seed, n), n%3 == 0, n%4 == 0 && round == 0)
		}
		s.now = s.now.Add(26 * time.Hour)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := s.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	s.now = s.now.Add(8 * 24 * time.Hour)
}

func (s *shopping) learn(t testing.TB) {
	t.Helper()
	believed := rank.NewStatistics([]string{"voucher", "lamp", "vase", "bowl"}, []rank.Place{{Phase: "retention"}}, func(string, rank.Place) rank.Quantiles {
		return beta.OfPrior(0.1+0.3*s.random.Float64(), 30).Quantiles()
	})
	encoded, err := believed.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	err = s.store.PutSummary(t.Context(), store.Summary{Version: s.now.String(), At: journey.At(s.now), Encoded: encoded})
	if err != nil {
		t.Fatal(err)
	}
}

// visit asks for a visitor, who sees four of five placements and takes what they
// like.
func (s *shopping) visit(t testing.TB, visitor string, phone, buys bool) {
	t.Helper()
	request := personalize.DecideRequest{
		Visitor: visitor, Placements: []string{"home", "shelf", "side"}, Context: map[string]any{"channel": "web", "phone": phone},
	}
	if buys {
		request.Touchpoints = []json.RawMessage{fmt.Appendf(nil, `{"id":"buy","type":"purchase","channel":"web","at":%q}`, s.now.Format(time.RFC3339))}
	}
	d, err := s.Decide(t.Context(), server, request)
	if err != nil || d.Degraded != "" {
		t.Fatalf("got %+v, %v, want a decision", d, err)
	}
	tell := func(token, kind string) {
		if _, err := s.Feedback(t.Context(), server, personalize.FeedbackRequest{Token: token, Type: kind}); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range request.Placements {
		if s.random.IntN(5) == 0 {
			continue
		}
		for _, item := range d.Placements[name].Items {
			tell(item.Token, "impression")
			if s.random.Float64() < taken(item.ID, phone) {
				tell(item.Token, "click")
			}
		}
	}
	s.now = s.now.Add(time.Second)
}

// log asks for the report, page after page, as CSV.
func (s *shopping) log(t testing.TB, request measure.DecisionsRequest) (csv string, sum *measure.DecisionsReport) {
	t.Helper()
	var text bytes.Buffer
	for query := request.Query(); query != nil; s.pages++ {
		page, err := s.Decisions(t.Context(), measure.DecisionsRequestOf(query))
		if err != nil {
			t.Fatal(err)
		}
		query = page.Following()
		if sum == nil {
			sum, err = page, page.WriteCSV(&text)
		} else if err = sum.Count(page); err == nil {
			err = page.WriteRows(&text, sum.Context)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return text.String(), sum
}

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
				s := goShopping(t, embeddedStore(t), seed, 300, ownRules)
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
	s := goShopping(t, embeddedStore(t), 9, 60, strings.Replace(ownRules, "choose: rank, items: [guide, ", "items: [", 1))
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
