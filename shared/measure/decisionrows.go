package measure

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
	"wegweiser/shared/snapshot"
)

// The rewards that rows can have.
const (
	rewardClick      = "click"
	rewardConversion = "conversion"
	rewardValue      = "value"
)

var rewardKinds = map[string]personalize.ReactionKind{
	rewardClick: personalize.Click, rewardConversion: personalize.Conversion, rewardValue: personalize.Conversion,
}

// decided is a recorded decision with what was answered, and what else could
// have been.
type decided struct {
	*personalize.Recorded
	identical bool
	answer    snapshot.Answer
	odds      [][][]snapshot.Chance // nil where the answer is another
}

// again makes a decision again, as far as its inputs are there.
func again(made *personalize.Recorded) *decided {
	d := &decided{Recorded: made}
	if made.Gone != "" {
		return d
	}
	d.answer = made.By.Decide(made.Input)
	if d.identical, _ = made.Answered(&d.answer); d.identical { // what cannot be compared is not the same
		d.odds = made.By.Odds(made.Input, &d.answer)
	}
	return d
}

// bytes is about how much its rows take.
func (d *decided) bytes() (sum int) {
	common := 300
	for key, value := range d.Context {
		text, _ := value.(string)
		common += len(key) + len(text) + 20
	}
	for _, places := range d.odds {
		for _, chances := range places {
			sum += common
			for _, chance := range chances {
				sum += len(chance.Item) + 3
			}
		}
	}
	return sum
}

// record takes a decision in, with what came of it within a time.
func (r *DecisionsReport) record(d *decided, within time.Duration) {
	switch {
	case d.Gone == personalize.ReceiptGone:
		r.LeftOut.Unreadable++
		return
	case d.Gone != "":
		r.LeftOut.InputsGone++
		return
	case !d.identical:
		r.LeftOut.Different++
		return
	case d.answer.Arms.Holdout:
		r.LeftOut.Holdout++
		return
	case d.Degraded != "":
		r.LeftOut.Degraded++
		return
	}
	var mine []personalize.Reacted
	for _, one := range d.Reactions {
		if one.At <= d.At.Add(within) {
			mine = append(mine, one)
		}
	}
	row := d.row()
	odds, before := d.odds, len(r.Rows)
	for i := range d.answer.Placements {
		p := &d.answer.Placements[i]
		switch {
		case r.Drawn && !slices.ContainsFunc(odds[i], func(chances []snapshot.Chance) bool { return len(chances) > 1 }):
			r.LeftOut.Certain++
			continue
		case !r.Served && !seen(mine, p.Name):
			r.LeftOut.Unseen++
			continue
		}
		row.Place, row.Rule, row.Reason = p.Name, p.Rule, string(p.Reason)
		for k := range p.Items {
			row.Position, row.Item, row.Reward = k+1, p.Items[k].ID, r.reward(mine, p.Name, p.Items[k].ID)
			row.Probability, row.Candidates = 0, make([]string, len(odds[i][k]))
			for c, chance := range odds[i][k] {
				if row.Candidates[c] = chance.Item; chance.Item == row.Item {
					row.Probability = chance.Probability
				}
			}
			r.Rows = append(r.Rows, row)
		}
	}
	if len(r.Rows) > before {
		r.Decisions++
	}
}

// row is what the rows of a decision have in common.
func (d *decided) row() DecisionRow {
	row := DecisionRow{
		Decision: d.Decision, Visitor: d.Decision[strings.LastIndexByte(d.Decision, '_')+1:], At: d.At, Context: maps.Clone(d.Context),
	}
	in := d.Input
	profile := &journey.Profile{}
	if d.answer.Phase != nil {
		row.Phase, row.Standing = d.answer.Phase.Name, d.answer.Phase.Standing
		if in.History != nil {
			profile = &in.History.Profile
		}
	}
	for name, decided := range map[string]string{
		"locale":  cmp.Or(in.Context.Locale, profile.Locale, in.Locale),
		"country": cmp.Or(in.Context.Country, profile.Country),
	} {
		if decided == "" {
			continue
		}
		if row.Context == nil {
			row.Context = map[string]any{}
		}
		row.Context[name] = decided
	}
	return row
}

// seen reports whether somebody was told to have seen what filled a placement.
// Who has seen one of its items has seen the placement, so that what stands
// before an item is always there.
func seen(reactions []personalize.Reacted, placement string) bool {
	return slices.ContainsFunc(reactions, func(one personalize.Reacted) bool {
		return one.Kind == personalize.Impression && one.Placement == placement
	})
}

// reward is what came of an item.
func (r *DecisionsReport) reward(reactions []personalize.Reacted, placement, item string) (sum float64) {
	for i := range reactions {
		one := &reactions[i]
		if one.Kind != rewardKinds[r.Reward] || one.Placement != placement || one.Item != item {
			continue
		}
		if r.Reward != rewardValue {
			return 1
		}
		if one.Value != nil && one.Value.Currency == r.Currency {
			units, _ := one.Value.Units()
			sum += units.Float()
		}
	}
	return sum
}

// WriteCSV writes a row for each item, below the names of the columns.
func (r *DecisionsReport) WriteCSV(w io.Writer) error {
	header := []string{
		"decision", "visitor", "at", "place", "position", "item", "probability", "candidates", "reward", "rule", "reason", "phase", "standing",
	}
	for _, key := range r.Context {
		header = append(header, "context."+key)
	}
	if err := csv.NewWriter(w).WriteAll([][]string{header}); err != nil {
		return err
	}
	return r.WriteRows(w, r.Context)
}

// WriteRows writes what WriteCSV writes below the names, with columns for these
// keys of the context.
func (r *DecisionsReport) WriteRows(w io.Writer, context []string) error {
	table := csv.NewWriter(w)
	for i := range r.Rows {
		row := &r.Rows[i]
		record := []string{
			row.Decision, row.Visitor, row.At.String(), row.Place, strconv.Itoa(row.Position), row.Item,
			number(row.Probability), members(row.Candidates), number(row.Reward), row.Rule, row.Reason, row.Phase, row.Standing,
		}
		for _, key := range context {
			record = append(record, cell(row.Context[key]))
		}
		if err := table.Write(record); err != nil {
			return err
		}
	}
	table.Flush()
	return table.Error()
}

func number(n float64) string { return strconv.FormatFloat(n, 'g', -1, 64) }

// members writes names with | between them, or as a JSON list where a name has
// one in it.
func members(names []string) string {
	plain := strings.Join(names, "|")
	if strings.Count(plain, "|") == len(names)-1 && !strings.HasPrefix(plain, "[") {
		return plain
	}
	text, _ := json.Marshal(names) // texts always can
	return string(text)
}

// cell writes a text, a number or a truth.
func cell(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case float64:
		return number(v)
	}
	return fmt.Sprint(value)
}
