package main

import (
	"bytes"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"wegweiser/shared/personalize"
)

func (p *program) publishCommand() *cobra.Command {
	var w where
	var note string
	c := &cobra.Command{
		Use:   "publish",
		Short: "Make the draft live",
		Long: `Makes the rows as they stand live, unless somebody else publishes at the same
time. Where a row has an error nothing changes, nor where the settings ask for an
approval that is not there.`,
		Example: `  wegweiser config publish --note "Autumn sofas"`,
		Args:    takes(),
		RunE: func(c *cobra.Command, _ []string) (err error) {
			t, err := p.connect(c.Context(), &w, false)
			if err != nil {
				return err
			}
			defer closing(&err, t.close)
			before, err := t.ConfigSnapshots(c.Context())
			if err != nil {
				return err
			}
			if before.Draft == before.Live {
				_, err = fmt.Fprintf(p.stdout, "nothing to publish: %s is live already\n", before.Live)
				return err
			}
			now, err := t.PublishConfig(c.Context(), admin, before.Live, personalize.PublishRequest{Note: note})
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(p.stdout, "%s is live in place of %s\n", now.Live, before.Live)
			return err
		},
	}
	w.addTo(c.Flags())
	noteFlag(c.Flags(), &note)
	return c
}

func (p *program) approveCommand() *cobra.Command {
	var w where
	c := &cobra.Command{
		Use:   "approve DRAFT",
		Short: "Agree to the draft, where the settings ask for that",
		Long: `Says that you agree to the draft as config history names it. An edit voids that.
Whoever has changed a row since the last publish cannot approve.`,
		Example: `  wegweiser config approve s_3mcgz5kw2xu4o7qh`,
		Args:    takes("DRAFT"),
		RunE: func(c *cobra.Command, args []string) (err error) {
			t, err := p.connect(c.Context(), &w, false)
			if err != nil {
				return err
			}
			defer closing(&err, t.close)
			now, err := t.ApproveConfig(c.Context(), admin, personalize.ApproveRequest{Draft: args[0]})
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(p.stdout, "%s may be published in place of %s\n", args[0], now.Live)
			return err
		},
	}
	w.addTo(c.Flags())
	return c
}

func (p *program) rollbackCommand() *cobra.Command {
	var w where
	c := &cobra.Command{
		Use:   "rollback SNAPSHOT",
		Short: "Make a snapshot live that was live before",
		Long: `Makes a snapshot of config history live again, whatever is live now. The draft
stays as it is.`,
		Example: `  wegweiser config rollback s_3mcgz5kw2xu4o7qh`,
		Args:    takes("SNAPSHOT"),
		RunE: func(c *cobra.Command, args []string) (err error) {
			t, err := p.connect(c.Context(), &w, false)
			if err != nil {
				return err
			}
			defer closing(&err, t.close)
			now, err := t.RollbackConfig(c.Context(), admin, personalize.RollbackRequest{Snapshot: args[0]})
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(p.stdout, "%s is live; the draft stays as it is\n", now.Live)
			return err
		},
	}
	w.addTo(c.Flags())
	return c
}

func (p *program) historyCommand() *cobra.Command {
	var w where
	var format string
	c := &cobra.Command{
		Use:   "history",
		Short: "Say what was published, when and by whom",
		Long: `Lists what was made live, newest first, and says whether the draft is something
else by now, and which rows hold it back where it would publish itself.`,
		Example: `  wegweiser config history
  wegweiser config history -o json`,
		Args: takes(),
		RunE: func(c *cobra.Command, _ []string) (err error) {
			if format != "table" && format != "json" {
				return usagef("-o must be table or json, not %q", format)
			}
			t, err := p.connect(c.Context(), &w, false)
			if err != nil {
				return err
			}
			defer closing(&err, t.close)
			list, err := t.ConfigSnapshots(c.Context())
			if err != nil {
				return err
			}
			if format == "json" {
				return p.printJSON(list)
			}
			return p.printHistory(list)
		},
	}
	w.addTo(c.Flags())
	c.Flags().StringVarP(&format, "output", "o", "table", "table or json")
	return c
}

func (p *program) printHistory(list *personalize.Snapshots) error {
	var text bytes.Buffer
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	if len(list.Snapshots) == 0 {
		fmt.Fprintf(table, "nothing was published; the built-in %s is live\n", list.Live)
	} else {
		fmt.Fprintln(table, "snapshot\tat\tby\tnote")
	}
	for _, s := range list.Snapshots {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", s.ID, s.At, s.Author, s.Note)
	}
	_ = table.Flush() // a buffer takes everything
	switch list.Draft {
	case list.Live:
	case "":
		fmt.Fprintln(&text, "the draft has errors")
	default:
		by := ""
		if list.Approved != nil {
			by = ", which " + list.Approved.By + " approved"
		}
		fmt.Fprintf(&text, "the draft is not live: published it is %s%s\n", list.Draft, by)
	}
	if list.Held != nil {
		fmt.Fprintf(&text, "since %s these hold back what would publish itself:\n", list.Held.Since)
		for _, problem := range list.Held.Problems {
			fmt.Fprintf(&text, "  %s\n", problem)
		}
	}
	_, err := p.stdout.Write(text.Bytes())
	return err
}
