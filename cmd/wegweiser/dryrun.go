package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"wegweiser/shared/personalize"
	"wegweiser/shared/replay"
)

// dryRunning is what the command line of config dry-run says.
type dryRunning struct {
	where
	request personalize.DryRunRequest
	context []string
	rows    string
	format  string
}

func (p *program) dryRunCommand() *cobra.Command {
	var d dryRunning
	c := &cobra.Command{
		Use:   "dry-run",
		Short: "Say what the draft would change, for the decisions that were made",
		Long: `Makes the decisions again that are recorded, each from what it was made from:
once as what is live decides, and once as the draft would. It says what comes out
differently: who is in another phase, which items are shown more or less often,
and who is left with a fallback. --since and --until bound when they were made.

With --sample visitors all visitors are asked instead, with their histories: each
once, now or --at a moment; or, with --since and --until, at the time of each of
the newest touchpoints. So it is also where no decision is recorded, and where
--at, --visitors or --context is named.

Nothing is changed or recorded. -o ndjson and csv print the decisions one by one
while they come (--rows changed, or all), and the summary on standard error; json
has the summary, and with --rows those decisions too.`,
		Example: `  wegweiser config dry-run
  wegweiser config dry-run --placements home-hero,mail-offer --since 2026-11-01T00:00:00Z
  wegweiser config dry-run --sample visitors --visitors 10000
  wegweiser config dry-run --sample decisions -o ndjson > changed.jsonl
  wegweiser config dry-run --from s_3mcgz5kw2xu4o7qh --to s_a5bt6dqxj2l7kfm4 --context channel=app`,
		Args: takes(),
		RunE: func(c *cobra.Command, _ []string) error { return p.dryRun(c.Context(), &d) },
	}
	d.addTo(c.Flags())
	c.Flags().StringVar(&d.request.From, "from", "", "a snapshot of config history, or draft; what is live where it is left out")
	c.Flags().StringVar(&d.request.To, "to", "", "what it is compared with; the draft where it is left out")
	c.Flags().StringVar((*string)(&d.request.Sample), "sample", "", "what is asked: decisions, which are recorded, or visitors")
	c.Flags().StringVar(&d.request.Since, "since", "", "decisions, or with --sample visitors touchpoints, from this moment on, RFC 3339")
	c.Flags().StringVar(&d.request.Until, "until", "", "the same up to this moment, RFC 3339")
	c.Flags().StringVar(&d.request.At, "at", "", "ask visitors at this moment, RFC 3339; now where it is left out")
	c.Flags().IntVar(&d.request.Visitors, "visitors", 0, "ask at most so many visitors; all where it is left out")
	c.Flags().IntVar(&d.request.Receipts, "receipts", 0, "ask for at most so many recorded decisions; all where it is left out")
	c.Flags().StringSliceVar(&d.request.Placements, "placements", nil, "names with commas between them; all where it is left out")
	contextFlag(c.Flags(), &d.context)
	c.Flags().StringVar(&d.rows, "rows", "", "decisions to print one by one: changed, all or none")
	c.Flags().StringVarP(&d.format, "output", "o", "table", "table, json, ndjson or csv")
	return c
}

func (p *program) dryRun(ctx context.Context, d *dryRunning) (err error) {
	format, ok := dryFormats()[d.format]
	if !ok {
		return usagef("-o must be table, json, ndjson or csv, not %q", d.format)
	}
	if d.request.Rows, err = rowsWanted(d.rows, format.rows); err != nil {
		return err
	}
	if d.request.Context, err = contextOf(d.context); err != nil {
		return err
	}
	d.hashes = d.asks() == "receipts"
	t, err := p.connect(ctx, &d.where, false)
	if err != nil {
		return err
	}
	defer closing(&err, t.close)
	bar := newProgress(p.stderr, d.asks(), most(max(d.request.Visitors, d.request.Receipts)), false)
	defer bar.finish()
	out := format.open(p.stdout, p.stderr)
	sum, err := replay.DryRun(ctx, t, d.request, func(page *personalize.DryRun) error {
		bar.clear()
		for i := range page.Rows {
			if err := out.row(&page.Rows[i]); err != nil {
				return err
			}
		}
		if bar.add(page.Visitors); page.Recorded != nil {
			bar.add(page.Recorded.Receipts)
		}
		return nil
	})
	bar.finish()
	if errors.Is(err, context.Canceled) && sum != nil {
		return errors.Join(out.end(sum), errors.New("interrupted; that is what was asked by then"))
	}
	if err != nil {
		return err
	}
	if d.asks() == "receipts" && sum.Sample == personalize.VisitorSample {
		fmt.Fprintln(p.stderr, "no decision is recorded of that time, so all visitors were asked")
	}
	return out.end(sum)
}

// asks is what is walked over, as far as it is known before.
func (d *dryRunning) asks() string {
	r := &d.request
	if r.Sample == personalize.VisitorSample || r.Sample == "" && (r.At != "" || r.Visitors != 0 || r.Context != nil) {
		return "visitors"
	}
	return "receipts"
}

// most is a limit as progress has it, where 0 is none.
func most(limit int) int64 {
	if limit <= 0 {
		return -1
	}
	return int64(limit)
}

func rowsWanted(said string, otherwise personalize.RowsWanted) (personalize.RowsWanted, error) {
	switch rows := personalize.RowsWanted(said); rows {
	case "":
		return otherwise, nil
	case personalize.NoRows, personalize.ChangedRows, personalize.AllRows:
		return rows, nil
	}
	return "", usagef("--rows must be changed, all or none, not %q", said)
}
