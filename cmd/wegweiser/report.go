package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"wegweiser/shared/personalize"
	"wegweiser/shared/phase"
)

func (p *program) reportCommand() *cobra.Command {
	c := &cobra.Command{Use: "report", Short: "Reports over all visitors"}
	c.AddCommand(p.reportPhasesCommand())
	group(c)
	return c
}

func (p *program) reportPhasesCommand() *cobra.Command {
	var w where
	var format, at string
	c := &cobra.Command{
		Use:   "phases",
		Short: "Say how many visitors stand where",
		Long: `Counts the visitors of each phase, and among them those of each standing, now or
as they stood at a moment: after an import of last year's events, ask for last year.`,
		Example: `  wegweiser report phases
  wegweiser report phases --at 2011-09-01T00:00:00Z
  wegweiser report phases -o csv > phases.csv`,
		Args: takes(),
		RunE: func(c *cobra.Command, _ []string) (err error) {
			write, ok := phasesWriters()[format]
			if !ok {
				return usagef("-o must be table, json or csv, not %q", format)
			}
			t, err := p.connect(c.Context(), &w, false)
			if err != nil {
				return err
			}
			defer closing(&err, t.close)
			report, err := allPhases(c.Context(), t, at)
			if err != nil {
				return err
			}
			return write(p.stdout, report)
		},
	}
	w.addTo(c.Flags())
	c.Flags().StringVar(&at, "at", "", "the moment, RFC 3339, such as 2011-09-01T00:00:00Z; now where it is left out")
	c.Flags().StringVarP(&format, "output", "o", "table", "table, json or csv")
	return c
}

// allPhases adds up the pages of the report.
func allPhases(ctx context.Context, t *target, at string) (*personalize.PhasesReport, error) {
	report, err := t.Phases(ctx, at, "")
	for err == nil && report.Next != "" {
		var page *personalize.PhasesReport
		if page, err = t.Phases(ctx, report.At.String(), report.Next); err == nil {
			report.Add(page)
		}
	}
	return report, err
}

func phasesWriters() map[string]func(io.Writer, *personalize.PhasesReport) error {
	return map[string]func(io.Writer, *personalize.PhasesReport) error{
		"table": phasesTable, "json": phasesJSON, "csv": phasesCSV,
	}
}

// standings are the columns of the report, in the order of a customer's life.
var standings = [...]string{
	phase.Prospect.String(), phase.Active.String(), phase.Cooling.String(), phase.Lapsed.String(),
}

func phasesTable(w io.Writer, report *personalize.PhasesReport) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(table, "phase\tvisitors\tshare\t")
	for _, standing := range standings {
		fmt.Fprintf(table, "%s\t", standing)
	}
	fmt.Fprintln(table)
	totals := map[string]int{}
	for _, row := range report.Rows {
		fmt.Fprintf(table, "%s\t%d\t%.1f %%\t", row.Phase, row.Visitors, row.Share*100)
		for _, standing := range standings {
			fmt.Fprintf(table, "%d\t", row.Standings[standing])
			totals[standing] += row.Standings[standing]
		}
		fmt.Fprintln(table)
	}
	fmt.Fprintf(table, "all\t%d\t\t", report.Visitors)
	for _, standing := range standings {
		fmt.Fprintf(table, "%d\t", totals[standing])
	}
	fmt.Fprintln(table)
	return table.Flush()
}

func phasesJSON(w io.Writer, report *personalize.PhasesReport) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(report)
}

func phasesCSV(w io.Writer, report *personalize.PhasesReport) error {
	table := csv.NewWriter(w)
	_ = table.Write(append([]string{"phase", "visitors", "share"}, standings[:]...))
	for _, row := range report.Rows {
		record := []string{row.Phase, strconv.Itoa(row.Visitors), strconv.FormatFloat(row.Share, 'f', -1, 64)}
		for _, standing := range standings {
			record = append(record, strconv.Itoa(row.Standings[standing]))
		}
		_ = table.Write(record)
	}
	table.Flush()
	return table.Error()
}
