package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"wegweiser/shared/personalize"
)

func (p *program) reportDecisionCommand() *cobra.Command {
	w := where{hashes: true}
	var format string
	c := &cobra.Command{
		Use:   "decision DECISION",
		Short: "Say why a decision was made, and whether it would be made again",
		Long: `Makes a decision again from what it was made from, whatever changed since, and
tells of every rule and item what became of it. Receipts are kept for the share
of decisions and the time that the settings receipt_sample and retention.receipts
say, of visitors of whom something may be kept.`,
		Example: `  wegweiser report decision d_01KAP3V2X7Q5D0J9GJ9Z5E3T4M_5f1c2a9b0d3e4f60
  wegweiser report decision d_01KAP3V2X7Q5D0J9GJ9Z5E3T4M_5f1c2a9b0d3e4f60 -o json`,
		Args: takes("DECISION"),
		RunE: func(c *cobra.Command, args []string) (err error) {
			if err := textOrJSON(format); err != nil {
				return err
			}
			t, err := p.connect(c.Context(), &w, false)
			if err != nil {
				return err
			}
			defer closing(&err, t.close)
			r, err := t.Receipt(c.Context(), admin, args[0], true)
			if err != nil {
				return err
			}
			if format == "json" {
				return p.printJSON(r)
			}
			return p.printReceipt(r)
		},
	}
	w.addTo(c.Flags())
	c.Flags().StringVarP(&format, "output", "o", "text", "text or json")
	return c
}

func (p *program) printReceipt(r *personalize.Receipt) error {
	var text bytes.Buffer
	fmt.Fprintf(&text, "%s of %s at %s, by %s\n", r.Decision, r.Visitor, r.At, r.Snapshot)
	switch {
	case r.Identical == nil:
		fmt.Fprintf(&text, "it cannot be made again: the %s of then is no longer stored\n", strings.Join(r.InputsGone, " and the "))
	case *r.Identical:
		fmt.Fprintln(&text, "made again it answers the same")
	default:
		fmt.Fprintln(&text, "made again it answers otherwise")
	}
	if r.Phase != nil {
		fmt.Fprintf(&text, "phase %s (%.0f %%), %s, from %d touchpoints\n", r.Phase.Name, r.Phase.Confidence*100, r.Phase.Standing, r.Touchpoints)
	}
	for _, counted := range r.Counters {
		fmt.Fprintf(&text, "shown before: %s %s %d times in a %s\n", counted.Of, counted.Name, counted.Shown, counted.Period)
	}
	for _, told := range r.Why {
		indent := "    "
		switch {
		case told.Rule == "":
			indent = "\n"
		case told.Item == "":
			indent = "  "
		}
		fmt.Fprintf(&text, "%s%s\n", indent, told.Sentence)
	}
	_, err := p.stdout.Write(text.Bytes())
	return err
}
