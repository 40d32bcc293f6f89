package measure

import (
	"context"
	"encoding/csv"
	"io"
	"net/url"
	"strconv"

	"wegweiser/shared/journey"
)

// Believer answers the report on items. It is package rollup's, which makes
// what is believed, and is not linked where decisions are made.
type Believer interface {
	// Items answers a page of the report, behind an item (after; empty is the
	// first page).
	Items(ctx context.Context, after string) (*ItemsReport, error)
}

// ItemsReport is the answer of GET /v1/reports/items: what became of items that
// were shown, and what is believed of them.
type ItemsReport struct {
	At       journey.Millis `json:"at" doc:"The moment at which the counts were read."`
	Snapshot string         `json:"snapshot" doc:"The priors and the kinds are those of this snapshot."`
	Rows     []ItemsRow     `json:"rows" doc:"Every item that rules rank or of which something is counted, in order of ids."`
	Next     string         `json:"next,omitempty" doc:"after of the next page; left out on the last."`
}

// ItemsRow is one item, wherever it was shown.
type ItemsRow struct {
	Item    string `json:"item"`
	Kind    string `json:"kind,omitempty" doc:"Left out where the item is no longer configured."`
	Success string `json:"success" enum:"clicks,conversions" doc:"What counts as taken up: conversions, once items of its kind have at least one for every hundred clicks, and clicks before."`
	Showings
	Places []ItemsPlace `json:"places" doc:"To whom it was shown."`
}

// ItemsPlace is an item as it was shown to visitors of a phase and a segment.
type ItemsPlace struct {
	Phase   string `json:"phase" doc:"Empty where the decision was not personal."`
	Segment string `json:"segment" doc:"The first segment, by id, of which they are; empty for none."`
	Showings
}

// Showings is what became of what was shown, and what is believed of it. Of
// each decision, placement and item every kind counts once; what a machine did
// does not count.
type Showings struct {
	Impressions int64   `json:"impressions"`
	Clicks      int64   `json:"clicks"`
	Dismissals  int64   `json:"dismissals"`
	Conversions int64   `json:"conversions"`
	Rate        float64 `json:"rate" doc:"Of the impressions, those that were taken up: what was seen, whatever is believed; 0 without impressions."`
	Expected    float64 `json:"expected" doc:"The rate that is believed in: the propensity."`
	Low         float64 `json:"low" doc:"The propensity lies between low and high with a probability of 95 percent."`
	High        float64 `json:"high"`
	Prior       float64 `json:"prior" doc:"How much of the belief comes from the item's prior, or from other items where it has none. Prior, borrowed and own add up to 1."`
	Borrowed    float64 `json:"borrowed" doc:"How much from the item's impressions in other phases and segments."`
	Own         float64 `json:"own" doc:"How much from its impressions here."`
}

// Size is how many items are in the page.
func (r *ItemsReport) Size() int { return len(r.Rows) }

// Following returns the query that asks for the next page; nil on the last.
func (r *ItemsReport) Following() url.Values {
	if r.Next == "" {
		return nil
	}
	return url.Values{"after": {r.Next}}
}

// Add appends the next page. ErrOtherReport: another snapshot went live.
func (r *ItemsReport) Add(next *ItemsReport) error {
	if r.Snapshot != next.Snapshot {
		return ErrOtherReport
	}
	r.Rows, r.Next = append(r.Rows, next.Rows...), next.Next
	return nil
}

// WriteCSV writes a row for each item, and behind it one for each of its
// places: the column row says which of the two it is.
func (r *ItemsReport) WriteCSV(w io.Writer) error {
	records := [][]string{{
		"row", "item", "kind", "success", "phase", "segment", "impressions", "clicks", "dismissals", "conversions",
		"rate", "expected", "low", "high", "prior", "borrowed", "own",
	}}
	for i := range r.Rows {
		row := &r.Rows[i]
		records = append(records, append([]string{"item", row.Item, row.Kind, row.Success, "", ""}, row.cells()...))
		for k := range row.Places {
			place := &row.Places[k]
			records = append(records, append([]string{"place", row.Item, row.Kind, row.Success, place.Phase, place.Segment}, place.cells()...))
		}
	}
	return csv.NewWriter(w).WriteAll(records)
}

func (s *Showings) cells() []string {
	var cells []string
	for _, n := range []int64{s.Impressions, s.Clicks, s.Dismissals, s.Conversions} {
		cells = append(cells, strconv.FormatInt(n, 10))
	}
	for _, share := range []float64{s.Rate, s.Expected, s.Low, s.High, s.Prior, s.Borrowed, s.Own} {
		cells = append(cells, strconv.FormatFloat(share, 'f', -1, 64))
	}
	return cells
}
