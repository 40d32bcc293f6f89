package logged_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/measure"
	"wegweiser/shared/personalize"
	"wegweiser/shared/rank"
	"wegweiser/shared/rank/beta"
	"wegweiser/shared/rule/parse"
	"wegweiser/shared/store"
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

func goShopping(t testing.TB, s store.Store, seed uint64, visitors int, rows string) *shopping {
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
	shop.publish(t, rows)
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
