package main

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"wegweiser/shared/personalize"
)

func (p *program) diffCommand() *cobra.Command {
	var w where
	var format string
	c := &cobra.Command{
		Use:   "diff [A [B]]",
		Short: "Say which cells are not the same in two snapshots",
		Long: `Compares what is live with the draft; A and B name other snapshots of config
history, or "draft". A row that only B has is marked +, one that only A has -, and
one that differs ~, with its cells below it.`,
		Example: `  wegweiser config diff
  wegweiser config diff s_3mcgz5kw2xu4o7qh
  wegweiser config diff s_3mcgz5kw2xu4o7qh s_a5bt6dqxj2l7kfm4 -o json`,
		Args: takesUpTo("A", "B"),
		RunE: func(c *cobra.Command, args []string) (err error) {
			if err := textOrJSON(format); err != nil {
				return err
			}
			t, err := p.connect(c.Context(), &w, false)
			if err != nil {
				return err
			}
			defer closing(&err, t.close)
			sides := append(args, "", "")
			diff, err := t.DiffConfig(c.Context(), sides[0], sides[1])
			if err != nil {
				return err
			}
			if format == "json" {
				return p.printJSON(diff)
			}
			return p.printDiff(diff)
		},
	}
	w.addTo(c.Flags())
	c.Flags().StringVarP(&format, "output", "o", "text", "text or json")
	return c
}

func (p *program) printDiff(diff *personalize.ConfigDiff) error {
	var text bytes.Buffer
	if len(diff.Rows) == 0 {
		fmt.Fprintf(&text, "%s and %s have the same rows\n", diff.From, diff.To)
	} else {
		fmt.Fprintf(&text, "from %s to %s\n", diff.From, diff.To)
	}
	signs := map[personalize.RowChange]string{personalize.Added: "+", personalize.Removed: "-", personalize.Changed: "~"}
	for _, row := range diff.Rows {
		fmt.Fprintf(&text, "%s %s/%s\n", signs[row.Change], row.Table, row.Row)
		for _, cell := range row.Cells {
			fmt.Fprintf(&text, "    %s: ", cell.Column)
			switch row.Change {
			case personalize.Added:
				text.WriteString(spelled(cell.To))
			case personalize.Removed:
				text.WriteString(spelled(cell.From))
			default:
				text.WriteString(spelled(cell.From) + " → " + spelled(cell.To))
			}
			text.WriteByte('\n')
		}
	}
	_, err := p.stdout.Write(text.Bytes())
	return err
}

// spelled writes a cell as JSON, so that a text that looks like a number can be
// told from one.
func spelled(cell any) string {
	if cell == nil {
		return "(empty)"
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(cell); err != nil {
		return fmt.Sprint(cell)
	}
	return string(bytes.TrimSuffix(text.Bytes(), []byte("\n")))
}
