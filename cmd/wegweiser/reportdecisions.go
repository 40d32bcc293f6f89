package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"wegweiser/shared/measure"
)

// decisionsReport is what the command line of report decisions says.
type decisionsReport struct {
	where
	measure.DecisionsRequest
	format string
}

func (p *program) reportDecisionsCommand() *cobra.Command {
	r := decisionsReport{where: where{hashes: true}}
	c := &cobra.Command{
		Use:   "decisions",
		Short: "Write what was decided and what came of it, as a log to replay",
		Long: `Writes recorded decisions as a log on which wegweiser replay values other rules: a
row for each item that was shown, with its probability, what else could have stood
there, and what came of it in time. Rows are written while pages come; what is
left out is told at the end, on stderr.

Decisions are made again from their receipts, which are kept for the share of
decisions and the time that the settings receipt_sample and retention.receipts
say. Visitors stand in it with the keyed hash of their id. A placement counts as
shown where an impression of one of its items was reported; --served has the
others, too, such as mails that nobody opened.

It reads every receipt, and all that is stored of each visitor of whom there is
one: on DynamoDB some hundreds of read units for a thousand decisions.`,
		Example: `  wegweiser report decisions > log.csv
  wegweiser report decisions --reward conversion --within 14d --since 2026-11-01T00:00:00Z > log.csv
  wegweiser report decisions --reward value --currency EUR --drawn -o ndjson > log.jsonl`,
		Args: takes(),
		RunE: func(c *cobra.Command, _ []string) error { return p.reportDecisions(c.Context(), &r) },
	}
	r.addTo(c.Flags())
	c.Flags().StringVar(&r.Reward, "reward", "click", "what counts: click, conversion, or value, that of conversions")
	c.Flags().StringVar(&r.Currency, "currency", "", "of the values, such as EUR; needed for the reward value")
	c.Flags().StringVar(&r.Within, "within", "7d", "how long after its decision something has to come of an item")
	c.Flags().StringVar(&r.Since, "since", "", "the first moment of the decisions, RFC 3339, such as 2026-11-01T00:00:00Z; from the beginning where it is left out")
	c.Flags().StringVar(&r.Until, "until", "", "their last moment, RFC 3339: at most --within before now, which it is where it is left out")
	c.Flags().BoolVar(&r.Served, "served", false, "also what nobody reported to be seen")
	c.Flags().BoolVar(&r.Drawn, "drawn", false, "only placements in which chance chose")
	c.Flags().StringVarP(&r.format, "output", "o", "csv", "csv or ndjson")
	return c
}

func (p *program) reportDecisions(ctx context.Context, r *decisionsReport) (err error) {
	write, ok := map[string]func(w io.Writer, page, first *measure.DecisionsReport) error{"csv": decisionsCSV, "ndjson": decisionsNDJSON}[r.format]
	if !ok {
		return usagef("-o must be csv or ndjson, not %q", r.format)
	}
	t, err := p.connect(ctx, &r.where, false)
	if err != nil {
		return err
	}
	defer closing(&err, t.close)
	bar := newProgress(p.stderr, "rows", -1, false)
	defer bar.finish()
	var sum *measure.DecisionsReport
	rows := 0
	for query := r.Query(); query != nil; {
		page, err := t.Decisions(ctx, measure.DecisionsRequestOf(query))
		if err != nil {
			return err
		}
		if sum == nil {
			sum = page
		} else if err := sum.Count(page); err != nil {
			return err
		}
		bar.clear()
		if err := write(p.stdout, page, sum); err != nil {
			return fmt.Errorf("write the log: %w", err)
		}
		rows += page.Size()
		bar.add(page.Size())
		query = page.Following()
	}
	bar.finish()
	_, err = fmt.Fprintln(p.stderr, decisionsSummary(sum, rows))
	return err
}

// decisionsCSV writes a page, with the columns of the first one.
func decisionsCSV(w io.Writer, page, first *measure.DecisionsReport) error {
	if page == first {
		return page.WriteCSV(w)
	}
	return page.WriteRows(w, first.Context)
}

func decisionsNDJSON(w io.Writer, page, _ *measure.DecisionsReport) error {
	lines := json.NewEncoder(w)
	lines.SetEscapeHTML(false)
	for i := range page.Rows {
		if err := lines.Encode(&page.Rows[i]); err != nil {
			return err
		}
	}
	return nil
}

// decisionsSummary says what is in a log and what is not.
func decisionsSummary(sum *measure.DecisionsReport, rows int) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%d decisions up to %s, in %d rows.", sum.Decisions, sum.Until, rows)
	for _, left := range []struct {
		count int
		what  string
	}{
		{sum.LeftOut.Unseen, "placements that nobody was reported to have seen (--served has them)"},
		{sum.LeftOut.Certain, "placements in which chance chose nothing"},
		{sum.LeftOut.Holdout, "decisions for persons in the holdout"},
		{sum.LeftOut.Degraded, "decisions that were made without the store"},
		{sum.LeftOut.InputsGone, "decisions whose touchpoints or configuration are no longer stored"},
		{sum.LeftOut.Different, "decisions that are made otherwise now"},
		{sum.LeftOut.Unreadable, "receipts that cannot be read"},
	} {
		if left.count > 0 {
			fmt.Fprintf(&text, "\nLeft out: %d %s.", left.count, left.what)
		}
	}
	return text.String()
}
