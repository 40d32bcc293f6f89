package snapshot

import (
	"fmt"
	"strings"
)

// Told is what became of a placement, of a rule that was tried for it, or of an
// item of that rule, in a sentence that a person can read.
type Told struct {
	Placement string `json:"placement"`
	Rule      string `json:"rule,omitempty"`
	Item      string `json:"item,omitempty"`
	Sentence  string `json:"sentence"`
}

// Tell returns an explanation in sentences: for each placement first what it
// shows, then its candidates in the order in which they were tried.
func (e *Explanation) Tell(a *Answer) []Told {
	told := []Told{}
	for i := range e.Placements {
		p := &e.Placements[i]
		for k := range a.Placements {
			if filled := &a.Placements[k]; filled.Name == p.Placement {
				told = append(told, Told{Placement: p.Placement, Sentence: filled.Name + " shows " + filled.Shown() + "."})
			}
		}
		for k := range p.Rules {
			r := &p.Rules[k]
			told = append(told, Told{Placement: p.Placement, Rule: r.Rule, Sentence: "R" + r.Sentence()[1:] + "."})
			for n := range r.Items {
				told = append(told, Told{Placement: p.Placement, Rule: r.Rule, Item: r.Items[n].Item, Sentence: r.Items[n].Sentence() + "."})
			}
		}
	}
	return told
}

// Shown says what fills a placement, and why.
func (p *Placement) Shown() string {
	ids := make([]string, len(p.Items))
	for i := range p.Items {
		ids[i] = p.Items[i].ID
	}
	items := strings.Join(ids, ", ")
	if !p.Fallback {
		return items + ", by rule " + p.Rule
	}
	return "its fallback " + items + ", " + fallbackReasons[p.Reason]
}

var fallbackReasons = map[Reason]string{
	NoRule:  "as no rule holds with an item to show",
	Consent: "as consent does not allow more",
	Store:   "as the store did not answer",
	Holdout: "as the person is in the holdout",
	Capped:  "as caps and budgets leave room for nothing else",
}

// Sentence says what became of a rule. It has no capital and no full stop, as
// those of items and failures, so that each can stand in another.
func (r *RuleExplained) Sentence() string {
	switch {
	case r.Won:
		return "rule " + r.Rule + " holds"
	case r.Failed != nil && r.Failed.Column == "items":
		return "rule " + r.Rule + " holds, and none of its items may be shown"
	}
	return "rule " + r.Rule + " does not hold: " + r.Failed.Sentence()
}

// Sentence says what became of an item of a rule that holds.
func (it *ItemExplained) Sentence() string {
	switch {
	case it.Failed != nil:
		return it.Item + " may not be shown: " + it.Failed.Sentence()
	case it.Shown:
		return it.Item + " is shown" + it.drawnBy()
	}
	return it.Item + " could be shown" + it.drawnBy()
}

// drawnBy says by what a weighted or ranked rule drew an item.
func (it *ItemExplained) drawnBy() string {
	if r := it.Rank; r != nil {
		return fmt.Sprintf(" (taken up in %.3g %% by %s, times margin %g, weight %g and boosts %g: %g; probability %.3g %%)",
			r.Propensity*100, believedBy[r.From], r.Margin, r.Weight, r.Lever, r.Priority, r.Probability*100)
	}
	if it.Weight == 0 {
		return ""
	}
	text := fmt.Sprintf(" (weight %g", it.Weight)
	for _, b := range it.Boosts {
		text += fmt.Sprintf(", %+g %% by the boost of %s", b.Percent, b.Tag)
	}
	return text + ")"
}

var believedBy = map[Belief]string{FromNothing: "default", FromPrior: "its prior", FromStatistics: "statistics"}

// Sentence says what a column asks for, and what was found.
func (f *Failure) Sentence() string {
	if f == nil {
		return "it was not tried"
	}
	wanted := orOf(f.Wanted)
	found := func(what string) string {
		if f.Actual == "" {
			return "and no " + what + " is known"
		}
		return "and the " + what + " is " + f.Actual
	}
	switch f.Column {
	case "enabled":
		return "it is switched off"
	case "phases":
		return "it is for the phase " + wanted + ", " + found("phase")
	case "standings":
		return "it is for the standing " + wanted + ", " + found("standing")
	case "channels":
		return "it is for the channel " + wanted + ", " + found("channel")
	case "locales":
		return "it is for the locale " + wanted + ", " + found("locale")
	case "countries":
		return "it is for the country " + wanted + ", " + found("country")
	case "segments":
		if f.Actual == "" {
			return "it is for the segment " + wanted + ", and the visitor is in none"
		}
		return "it is for the segment " + wanted + ", and the visitor is in " + orOf(f.Actual)
	case "starts":
		return "it starts at " + f.Wanted
	case "ends":
		return "it ended at " + f.Wanted
	case "when":
		if f.Actual == "missing" {
			return "it asks for " + f.Wanted + ", and that is missing"
		}
		return "it asks for " + f.Wanted + ", and found " + f.Actual
	case "kind":
		return "the placement takes " + f.Wanted + ", and it is of kind " + f.Actual
	case "purpose":
		return "it needs consent to " + f.Wanted
	case "items":
		return "it is shown earlier in this answer"
	case "group":
		return "another item of its group is shown in this answer"
	case "weights":
		return "its weight is 0"
	case "budget":
		if f.Actual == "" {
			return "its budget could not be counted"
		}
		return "its budget is used up"
	}
	if strings.HasPrefix(f.Column, "cap") {
		if f.Actual == "" {
			return f.Column + " asks for " + f.Wanted + " impressions, and nobody could be counted"
		}
		return f.Column + " asks for " + f.Wanted + " impressions, and there were " + f.Actual
	}
	if f.Actual == "" {
		return f.Column + " asks for " + f.Wanted + ", and that is not known"
	}
	return f.Column + " asks for " + f.Wanted + ", and found " + f.Actual
}

// orOf reads a list as a sentence has it.
func orOf(list string) string { return strings.ReplaceAll(list, "|", " or ") }
