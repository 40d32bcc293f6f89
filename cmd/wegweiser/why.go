package main

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"wegweiser/shared/personalize"
	"wegweiser/shared/snapshot"
)

// tellDecision writes a decision and its reasons in sentences.
func tellDecision(w io.Writer, d *personalize.Decision) error {
	var text bytes.Buffer
	fmt.Fprintf(&text, "%s at %s, as %s decides\n", d.Visitor, d.At, d.Snapshot)
	tellPhase(&text, d)
	if d.Explanation != nil {
		if slices.Contains(d.Explanation.Arms, "no_phase") {
			text.WriteString("rules and items are chosen without the phase, as of a share of all persons (no_phase)\n")
		}
		for i := range d.Explanation.Placements {
			explained := &d.Explanation.Placements[i]
			text.WriteByte('\n')
			tellPlacement(&text, explained, d.Placements[explained.Placement])
		}
	}
	_, err := w.Write(text.Bytes())
	return err
}

func tellPhase(w io.Writer, d *personalize.Decision) {
	if d.Phase == nil {
		fmt.Fprintln(w, "the decision is not personal, as consent does not allow it")
		return
	}
	fmt.Fprintf(w, "phase %s (%.0f %%), %s", d.Phase.Name, d.Phase.Confidence*100, d.Phase.Standing)
	if d.Phase.Since != nil {
		fmt.Fprintf(w, ", since %s", d.Phase.Since)
	}
	var because []string
	for _, b := range d.Phase.Because {
		switch {
		case b.Share != nil:
			because = append(because, fmt.Sprintf("%s %.0f %%", b.Type, *b.Share*100))
		case b.Other != nil && *b.Other > 0:
			because = append(because, fmt.Sprintf("all others %.0f %%", *b.Other*100))
		}
	}
	if len(because) > 0 {
		fmt.Fprintf(w, ", because of %s", strings.Join(because, ", "))
	}
	fmt.Fprintln(w)
}

func tellPlacement(w io.Writer, explained *snapshot.PlacementExplained, filled *snapshot.Placement) {
	fmt.Fprintf(w, "%s shows %s\n", explained.Placement, shown(filled))
	for i := range explained.Rules {
		rule := &explained.Rules[i]
		switch {
		case rule.Won:
			fmt.Fprintf(w, "  rule %s holds\n", rule.Rule)
		case rule.Failed != nil && rule.Failed.Column == "items":
			fmt.Fprintf(w, "  rule %s holds, and none of its items may be shown\n", rule.Rule)
		default:
			fmt.Fprintf(w, "  rule %s does not hold: %s\n", rule.Rule, why(rule.Failed))
		}
		for _, item := range rule.Items {
			switch {
			case item.Failed != nil:
				fmt.Fprintf(w, "    %s may not be shown: %s\n", item.Item, why(item.Failed))
			case item.Shown:
				fmt.Fprintf(w, "    %s is shown%s\n", item.Item, weighed(&item))
			default:
				fmt.Fprintf(w, "    %s could be shown%s\n", item.Item, weighed(&item))
			}
		}
	}
}

// shown says what fills a placement.
func shown(p *snapshot.Placement) string {
	if p == nil {
		return "nothing"
	}
	ids := make([]string, len(p.Items))
	for i := range p.Items {
		ids[i] = p.Items[i].ID
	}
	items := strings.Join(ids, ", ")
	if !p.Fallback {
		return items + ", by rule " + p.Rule
	}
	switch p.Reason {
	case snapshot.NoRule:
		return "its fallback " + items + ", as no rule holds with an item to show"
	case snapshot.Consent:
		return "its fallback " + items + ", as consent does not allow more"
	case snapshot.Holdout:
		return "its fallback " + items + ", as the person is in the holdout"
	}
	return "its fallback " + items + ": " + string(p.Reason)
}

// weighed says by what a weighted or ranked rule drew an item.
func weighed(item *snapshot.ItemExplained) string {
	if r := item.Rank; r != nil {
		return fmt.Sprintf(" (taken up in %.3g %% by %s, times margin %g, weight %g and boosts %g: %g; probability %.3g %%)",
			r.Propensity*100, believedBy[r.From], r.Margin, r.Weight, r.Lever, r.Priority, r.Probability*100)
	}
	if item.Weight == 0 {
		return ""
	}
	text := fmt.Sprintf(" (weight %g", item.Weight)
	for _, b := range item.Boosts {
		text += fmt.Sprintf(", %+g %% by the boost of %s", b.Percent, b.Tag)
	}
	return text + ")"
}

var believedBy = map[snapshot.Belief]string{
	snapshot.FromNothing: "default", snapshot.FromPrior: "its prior", snapshot.FromStatistics: "statistics",
}

// why says in a sentence what a column asks for, and what was found.
func why(f *snapshot.Failure) string {
	if f == nil {
		return "it was not tried"
	}
	wanted := alternatives(f.Wanted)
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
		return "it is for the segment " + wanted + ", and the visitor is in " + alternatives(f.Actual)
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
	case "weights":
		return "its weight is 0"
	}
	return f.Column + " asks for " + f.Wanted + ", and found " + f.Actual
}

// alternatives reads a list as a sentence has it.
func alternatives(list string) string { return strings.ReplaceAll(list, "|", " or ") }
