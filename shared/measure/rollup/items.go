package rollup

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"
	"sort"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/measure"
	"wegweiser/shared/personalize"
	"wegweiser/shared/rank/fit"
	"wegweiser/shared/store"
)

// itemsOfPage is how many items a page of the report has at most.
const itemsOfPage = 200

// believed is the probability of the interval in which a propensity lies.
const believed = 0.95

// Believer is Of for those who only report.
func Believer(s store.Store, live Live, clock func() time.Time) measure.Believer {
	return Of(s, live, clock)
}

// Items implements measure.Believer. Its error is Unavailable, or Invalid for
// an after that is no id.
func (r *Rollup) Items(ctx context.Context, after string) (*measure.ItemsReport, error) {
	if after != "" {
		if fault := journey.CheckID("after", after); fault != nil {
			return nil, &personalize.Error{
				Kind: personalize.Invalid, Code: fault.Code, Message: "after " + fault.Message,
				Fields: []personalize.FieldError{{Field: "after", Code: fault.Code, Message: fault.Message}},
			}
		}
	}
	now := journey.At(r.clock())
	live, err := r.live(ctx)
	var cells map[where]counts
	if err == nil {
		cells, err = r.read(ctx, now)
	}
	if err != nil {
		return nil, &personalize.Error{
			Kind: personalize.Unavailable, Code: "store_unavailable", Err: err,
			Message: "reading what is counted failed because the store does not answer; try again in a moment",
		}
	}
	totals := merged(cells, func(at where) where { return where{item: at.item} })
	fine, err := believe(live, cells)
	if err != nil {
		return nil, err
	}
	whole, err := believe(live, totals)
	if err != nil {
		return nil, err
	}
	places := map[string][]where{}
	for at := range cells {
		places[at.item] = append(places[at.item], at)
	}
	for _, it := range live.Ranked() {
		places[it.ID] = append(places[it.ID], nil...)
	}
	items := slices.Sorted(maps.Keys(places))
	if after != "" {
		items = items[sort.SearchStrings(items, after+"\x00"):]
	}
	report := &measure.ItemsReport{At: now, Snapshot: live.ID(), Rows: []measure.ItemsRow{}}
	if len(items) > itemsOfPage {
		items = items[:itemsOfPage]
		report.Next = items[itemsOfPage-1]
	}
	for _, item := range items {
		row := measure.ItemsRow{
			Item: item, Kind: string(fine.kind(item)), Success: string(personalize.Click),
			Showings: whole.showings(where{item: item}, totals[where{item: item}]),
			Places:   []measure.ItemsPlace{},
		}
		if fine.converted[fine.kind(item)] {
			row.Success = string(personalize.Conversion)
		}
		slices.SortFunc(places[item], func(a, b where) int {
			return cmp.Or(cmp.Compare(a.phase, b.phase), cmp.Compare(a.segment, b.segment))
		})
		for _, at := range places[item] {
			row.Places = append(row.Places, measure.ItemsPlace{
				Phase: at.phase, Segment: at.segment, Showings: fine.showings(at, cells[at]),
			})
		}
		report.Rows = append(report.Rows, row)
	}
	return report, nil
}

// showings says what became of an item in a place, and what is believed of it.
func (b *belief) showings(at where, c counts) measure.Showings {
	posterior := b.model.Posterior(at.item, at.phase, at.segment)
	low, high := posterior.Interval(believed)
	s := measure.Showings{
		Impressions: c.impressions, Clicks: c.clicks, Dismissals: c.dismissals, Conversions: c.conversions,
		Expected: rounded(posterior.Mean()), Low: rounded(low), High: rounded(high),
	}
	if c.impressions > 0 {
		s.Rate = rounded(min(1, float64(b.successes(at.item, c))/float64(c.impressions)))
	}
	s.Prior, s.Borrowed, s.Own = shares(posterior.Shares)
	return s
}

// shares rounds shares so that they still add up to 1, and none is below 0.
func shares(s fit.Shares) (prior, borrowed, own float64) {
	prior, others := rounded(s.Prior), rounded(s.Prior+s.Borrowed)
	return prior, rounded(others - prior), rounded(1 - others)
}

// rounded has four decimals, as all shares have in answers.
func rounded(share float64) float64 { return math.Round(share*10_000) / 10_000 }
