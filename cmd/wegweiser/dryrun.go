package main

import (
	"context"
	"errors"

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
		Short: "Say what the draft would change, for the visitors that there are",
		Long: `Asks what is live and the draft for the same decisions, of all visitors and with
their histories, and says what comes out differently: who is in another phase,
which items are shown more or less often, and who is left with a fallback. Every
visitor is asked once, now or --at a moment; or, with --since and --until, at the
time of each of the newest touchpoints. Nothing is changed or recorded.

-o ndjson and csv print the decisions one by one while they come (--rows changed,
or all), and the summary on standard error; json has the summary, and with --rows
those decisions too.`,
		Example: `  wegweiser config dry-run
  wegweiser config dry-run --placements home-hero,mail-offer --visitors 10000
  wegweiser config dry-run --since 2026-11-01T00:00:00Z -o ndjson > changed.jsonl
  wegweiser config dry-run --from s_3mcgz5kw2xu4o7qh --to s_a5bt6dqxj2l7kfm4 --context channel=app`,
		Args: takes(),
		RunE: func(c *cobra.Command, _ []string) error { return p.dryRun(c.Context(), &d) },
	}
	d.addTo(c.Flags())
	c.Flags().StringVar(&d.request.From, "from", "", "a snapshot of config history, or draft; what is live where it is left out")
	c.Flags().StringVar(&d.request.To, "to", "", "what it is compared with; the draft where it is left out")
	c.Flags().StringVar(&d.request.At, "at", "", "the moment, RFC 3339; now where it is left out")
	c.Flags().StringVar(&d.request.Since, "since", "", "ask at touchpoints from this moment on, RFC 3339")
	c.Flags().StringVar(&d.request.Until, "until", "", "ask at touchpoints up to this moment, RFC 3339")
	c.Flags().IntVar(&d.request.Visitors, "visitors", 0, "at most so many visitors; all where it is left out")
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
	t, err := p.connect(ctx, &d.where, false)
	if err != nil {
		return err
	}
	defer closing(&err, t.close)
	bar := newProgress(p.stderr, "visitors", most(d.request.Visitors), false)
	defer bar.finish()
	out := format.open(p.stdout, p.stderr)
	sum, err := replay.DryRun(ctx, t, d.request, func(page *personalize.DryRun) error {
		bar.clear()
		for i := range page.Rows {
			if err := out.row(&page.Rows[i]); err != nil {
				return err
			}
		}
		bar.add(page.Visitors)
		return nil
	})
	bar.finish()
	if errors.Is(err, context.Canceled) && sum != nil {
		return errors.Join(out.end(sum), errors.New("interrupted; that is what was asked by then"))
	}
	if err != nil {
		return err
	}
	return out.end(sum)
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
