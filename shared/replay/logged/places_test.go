package logged_test

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"wegweiser/shared/journey"
	"wegweiser/shared/replay/logged"
	"wegweiser/shared/rule/parse"
	"wegweiser/shared/snapshot"
	"wegweiser/shared/tables/files"
)

const shelf = `
items:
  - {id: none, kind: content, content.title: N}
  - {id: guide, kind: content, content.title: A, prior: 0.2, group: books}
  - {id: voucher, kind: content, content.title: B, prior: 0.1}
  - {id: lamp, kind: content, content.title: C, prior: 0.1}
  - {id: atlas, kind: content, content.title: D, prior: 0.3, group: books}
placements:
  - {id: shelf, kind: content, count: 3, fallback: none}
settings:
  - {id: holdout, value: 0.1}
`

// written is a log that a set of rows writes itself, by the ids of its decisions
// and its visitors, where an item is taken up by its place in the alphabet.
func written(t *testing.T, text string, decisions int) string {
	t.Helper()
	s, problems := snapshot.Compile(files.ReadText("rows", "", files.YAML, []byte(text)).Set, parse.Parse)
	if s == nil {
		t.Fatal(problems)
	}
	random := rand.New(rand.NewPCG(7, 7))
	var log strings.Builder
	log.WriteString("decision,visitor,at,place,position,item,probability,reward,candidates\n")
	for n := range decisions {
		at := journey.Millis(1793000000000)
		in := &snapshot.Input{At: at, Person: fmt.Sprint("v", n), Seed: fmt.Sprint("d", n), Placements: []string{"shelf"}}
		a := s.Decide(in)
		if a.Arms.Holdout {
			continue
		}
		for k, odds := range s.Odds(in, &a)[0] {
			item := a.Placements[0].Items[k].ID
			var names []string
			probability, reward := 0.0, 0
			for _, chance := range odds {
				names = append(names, chance.Item)
				if chance.Item == item {
					probability = chance.Probability
				}
			}
			if random.Float64() < float64(item[0]-'a')/40 {
				reward = 1
			}
			fmt.Fprintf(&log, "d%d,v%d,%s,shelf,%d,%s,%v,%d,%s\n", n, n, at, k+1, item, probability, reward, strings.Join(names, "|"))
		}
	}
	return log.String()
}

// Rules that are valued on what others like them wrote show nothing impossible,
// whatever stands in the places before: weights are 1 on average. The ids that
// drew in the log do not draw again, as the weights would be those of a policy
// that always agrees.
func TestRulesAreValuedGivenWhatStandsBefore(t *testing.T) {
	const ranked = "rules:\n  - {id: best, placements: [shelf], choose: rank, items: [guide, voucher, lamp, atlas]}\n"
	const weighted = "rules:\n  - {id: best, placements: [shelf], choose: weighted, items: [guide, voucher, lamp, atlas], weights: [1, 2, 3, 4]}\n"
	const fixed = "rules:\n  - {id: best, placements: [shelf], items: [lamp, guide, atlas, voucher]}\n"
	for name, c := range map[string]struct{ wrote, valued string }{
		"RankedByRanked":     {ranked, ranked},
		"WeightedByWeighted": {weighted, weighted},
		"RankedByWeighted":   {weighted, ranked},
		"FixedByRanked":      {ranked, fixed},
	} {
		t.Run(name, func(t *testing.T) {
			log := written(t, shelf+c.wrote, 4000)
			result, err := logged.Value(t.Context(), &logged.Request{
				Open:   func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(log)), nil },
				Policy: rows(t, shelf+c.valued),
			})
			if err != nil {
				t.Fatal(err)
			}
			s := result.Policy.Support
			if math.Abs(s.MeanWeight-1) > 0.1 || s.Impossible > 0 {
				t.Errorf("got weights of %v on average and %v impossible, want 1 and nothing", s.MeanWeight, s.Impossible)
			}
		})
	}
}
