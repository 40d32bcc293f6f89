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
		fmt.Fprintf(w, "  %s\n", rule.Sentence())
		for k := range rule.Items {
			fmt.Fprintf(w, "    %s\n", rule.Items[k].Sentence())
		}
	}
}

// shown says what fills a placement.
func shown(p *snapshot.Placement) string {
	if p == nil {
		return "nothing"
	}
	return p.Shown()
}
