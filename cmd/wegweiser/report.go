package main

import (
	"cmp"
	"context"
	"io"
	"net/url"

	"github.com/spf13/cobra"

	"wegweiser/shared/measure"
)

func (p *program) reportCommand() *cobra.Command {
	c := &cobra.Command{Use: "report", Short: "Reports over all visitors"}
	c.AddCommand(p.reportPhasesCommand(), p.reportJourneyMapCommand(), p.reportFunnelCommand(), p.reportItemsCommand(), p.reportDecisionCommand(), p.reportDecisionsCommand())
	group(c)
	return c
}

func (p *program) reportPhasesCommand() *cobra.Command {
	r := report[measure.PhasesReport, *measure.PhasesReport]{
		table: phasesTable,
		ask: func(ctx context.Context, t *target, query url.Values) (*measure.PhasesReport, error) {
			return t.Phases(ctx, query.Get("at"), query.Get("after"))
		},
	}
	c := r.command(p)
	c.Use = "phases"
	c.Short = "Say how many visitors stand where"
	c.Long = `Counts the visitors of each phase, and among them those of each standing, now or
as they stood at a moment: after an import of last year's events, ask for last year.`
	c.Example = `  wegweiser report phases
  wegweiser report phases --at 2011-09-01T00:00:00Z
  wegweiser report phases -o csv > phases.csv`
	r.time(c, "at", "the moment, RFC 3339, such as 2011-09-01T00:00:00Z; now where it is left out")
	return c
}

// aboutWindow says of a report over a window whom it counts.
const aboutWindow = `
Counted is who left a touchpoint between --since and --until, both inclusive, and
stood in a phase by then. Phases are those of the live snapshot. After an import
of last year's events name --until: by now, all that they said has faded.`

func (p *program) reportJourneyMapCommand() *cobra.Command {
	r := report[measure.JourneyMap, *measure.JourneyMap]{
		table: journeyMapTable,
		ask: func(ctx context.Context, t *target, query url.Values) (*measure.JourneyMap, error) {
			return t.JourneyMap(ctx, measure.RequestOf(query))
		},
	}
	c := r.command(p)
	c.Use = "journey-map"
	c.Short = "Say between which phases visitors moved, and what they did where"
	c.Long = `Counts the moves from phase to phase, how long visitors had stood where they left,
and the touchpoints of each phase by channel.
` + aboutWindow
	c.Example = `  wegweiser report journey-map
  wegweiser report journey-map --since 2026-11-01T00:00:00Z --until 2026-11-30T23:59:59Z
  wegweiser report journey-map -o csv > map.csv`
	r.window(c)
	return c
}

func (p *program) reportFunnelCommand() *cobra.Command {
	r := report[measure.Funnel, *measure.Funnel]{
		table: funnelTable,
		ask: func(ctx context.Context, t *target, query url.Values) (*measure.Funnel, error) {
			return t.Funnel(ctx, measure.RequestOf(query))
		},
	}
	c := r.command(p)
	c.Use = "funnel"
	c.Short = "Say how far visitors came"
	c.Long = `Counts for each phase the visitors who were in it, for whom it was the furthest,
and who reached it or a later one. The later a phase stands in its table, the
further it is.
` + aboutWindow
	c.Example = `  wegweiser report funnel
  wegweiser report funnel --since 2026-11-01T00:00:00Z
  wegweiser report funnel -o csv > funnel.csv`
	r.window(c)
	return c
}

func (p *program) reportItemsCommand() *cobra.Command {
	r := report[measure.ItemsReport, *measure.ItemsReport]{
		table: itemsTable, of: "items",
		ask: func(ctx context.Context, t *target, query url.Values) (*measure.ItemsReport, error) {
			return t.Items(ctx, query.Get("after"))
		},
	}
	c := r.command(p)
	c.Use = "items"
	c.Short = "Say what became of the items that were shown, and what is believed of them"
	c.Long = `Counts the feedback on each item: of every decision and placement each type once,
and nothing that a machine did. Expected is how often it is believed to be taken
up when it is shown, by which rules rank, with the interval in which that lies
with a probability of 95 percent. Data is how much of it comes from the item's
own impressions, and prior how much does not. JSON and CSV also say all that for
each phase and segment. What was sent is counted within a minute.`
	c.Example = `  wegweiser report items
  wegweiser report items -o csv > items.csv`
	return c
}

// report is a command that adds up the pages of a report and writes it.
type report[R any, P pages[R]] struct {
	table func(io.Writer, P) error
	ask   func(ctx context.Context, t *target, query url.Values) (P, error)
	of    string // what is counted; visitors by default

	where
	format string
	times  map[string]*string // by the name of their flag and parameter
}

// pages is a page of a report, to which others can be added.
type pages[R any] interface {
	*R
	Size() int
	Following() url.Values
	Add(next *R) error
	WriteCSV(w io.Writer) error
}

func (r *report[R, P]) command(p *program) *cobra.Command {
	c := &cobra.Command{
		Args: takes(),
		RunE: func(c *cobra.Command, _ []string) error { return r.run(c.Context(), p) },
	}
	r.addTo(c.Flags())
	r.times = map[string]*string{}
	c.Flags().StringVarP(&r.format, "output", "o", "table", "table, json or csv")
	return c
}

func (r *report[R, P]) time(c *cobra.Command, name, usage string) {
	r.times[name] = c.Flags().String(name, "", usage)
}

func (r *report[R, P]) window(c *cobra.Command) {
	r.time(c, "since", "the first moment, RFC 3339, such as 2026-11-01T00:00:00Z; from the beginning where it is left out")
	r.time(c, "until", "the last moment, RFC 3339; now where it is left out")
}

func (r *report[R, P]) run(ctx context.Context, p *program) (err error) {
	if r.format != "table" && r.format != "json" && r.format != "csv" {
		return usagef("-o must be table, json or csv, not %q", r.format)
	}
	t, err := p.connect(ctx, &r.where, false)
	if err != nil {
		return err
	}
	defer closing(&err, t.close)
	all, err := r.all(ctx, p, t)
	if err != nil {
		return err
	}
	switch r.format {
	case "json":
		return p.printJSON(all)
	case "csv":
		return all.WriteCSV(p.stdout)
	}
	return r.table(p.stdout, all)
}

// all asks for page after page, and adds them up.
func (r *report[R, P]) all(ctx context.Context, p *program, t *target) (all P, err error) {
	bar := newProgress(p.stderr, cmp.Or(r.of, "visitors"), -1, false)
	defer bar.finish()
	query := url.Values{}
	for name, value := range r.times {
		query.Set(name, *value)
	}
	for query != nil {
		page, err := r.ask(ctx, t, query)
		if err != nil {
			return nil, err
		}
		bar.add(page.Size())
		query = page.Following()
		if all == nil {
			all = page
		} else if err := all.Add(page); err != nil {
			return nil, err
		}
	}
	return all, nil
}
