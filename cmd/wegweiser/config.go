package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"wegweiser/shared/gateway"
	"wegweiser/shared/journey"
	"wegweiser/shared/personalize"
	"wegweiser/shared/rule/parse"
	"wegweiser/shared/snapshot"
	"wegweiser/shared/tables"
	"wegweiser/shared/tables/files"
)

func (p *program) configCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "config",
		Short: "Check, publish and take back the configuration",
		Long: `Rows are changed in the draft; publishing makes the draft live, as a snapshot. A
folder of tables has files <table>.yaml, .json or .csv, each a list of rows with
their ids; - stands for standard input and output.

Exit codes: 0 done; 1 a row has an error, or somebody was faster, and nothing was
published; 2 wrong use of the command line; 3 the server or the store does not
answer.`,
	}
	c.AddCommand(
		p.getCommand(),
		p.checkCommand(),
		p.applyCommand(),
		p.boostCommand(),
		p.diffCommand(),
		p.dryRunCommand(),
		p.previewCommand(),
		p.approveCommand(),
		p.publishCommand(),
		p.rollbackCommand(),
		p.historyCommand(),
	)
	group(c)
	return c
}

func (p *program) checkCommand() *cobra.Command {
	var w where
	var table string
	var draft bool
	c := &cobra.Command{
		Use:   "check [PATH]",
		Short: "Say everything that is wrong with tables, or with the draft",
		Long: `Checks the tables of PATH by themselves, without any server or data, and prints
every problem with its file and line; with --draft together with those tables of
the draft that PATH has not. Without PATH it checks the draft as it stands. It
ends with 1 where a problem is an error; warnings alone end with 0.
` + aboutTables,
		Example: `  wegweiser config check shop
  wegweiser config check
  wegweiser config check --draft --table rules - < rules.csv`,
		Args: takesUpTo("PATH"),
		RunE: func(c *cobra.Command, args []string) (err error) {
			if len(args) == 0 {
				return p.checkDraft(c.Context(), &w)
			}
			folder, err := p.readTables(args[0], table)
			if err != nil {
				return err
			}
			set := folder.Set
			if draft {
				if set, err = p.amongDraft(c.Context(), &w, set); err != nil {
					return err
				}
			}
			checked, problems := p.check(folder, set)
			if tables.HasErrors(problems) {
				return errTold
			}
			_, err = fmt.Fprintf(p.stdout, "%s: %d rows, no errors; published they are the snapshot %s\n", args[0], set.Len(), checked.ID())
			return err
		},
	}
	w.addTo(c.Flags())
	tableFlag(c.Flags(), &table)
	c.Flags().BoolVar(&draft, "draft", false, "check it with the draft's other tables")
	return c
}

// checkDraft prints what is wrong with the draft.
func (p *program) checkDraft(ctx context.Context, w *where) (err error) {
	t, err := p.connect(ctx, w, false)
	if err != nil {
		return err
	}
	defer closing(&err, t.close)
	checked, err := t.CheckConfig(ctx)
	if err != nil {
		return err
	}
	for _, problem := range checked.Problems {
		fmt.Fprintln(p.stderr, problem)
	}
	if tables.HasErrors(checked.Problems) {
		return errTold
	}
	_, err = fmt.Fprintln(p.stdout, "the draft has no errors")
	return err
}

// amongDraft returns a set with those tables of the draft that it has not.
func (p *program) amongDraft(ctx context.Context, w *where, set tables.Set) (whole tables.Set, err error) {
	t, err := p.connect(ctx, w, false)
	if err != nil {
		return nil, err
	}
	defer closing(&err, t.close)
	draft, err := t.ConfigRows(ctx, "")
	if err != nil {
		return nil, err
	}
	whole, _, err = changes(set, draft.Rows, true)
	return whole, err
}

func (p *program) applyCommand() *cobra.Command {
	var w where
	var table, note string
	var draft, keep bool
	c := &cobra.Command{
		Use:   "apply PATH",
		Short: "Check tables and make them live",
		Long: `Puts the rows of PATH's tables in the place of those that are there, and
publishes; with --draft they stay in the draft, for config dry-run to try and
config publish to make live. Tables that PATH has not stay as they are, and with
--keep so do rows. Where a row has an error nothing changes; where everything is
as in PATH already, nothing is published.
` + aboutTables,
		Example: `  wegweiser config apply shop --note "Autumn sofas"
  wegweiser config apply shop --draft
  wegweiser config get items -o csv | wegweiser config apply --table items -
  wegweiser config apply --table items --keep - < new.csv`,
		Args: takes("PATH"),
		RunE: func(c *cobra.Command, args []string) (err error) {
			folder, err := p.readTables(args[0], table)
			if err != nil {
				return err
			}
			t, err := p.connect(c.Context(), &w, true)
			if err != nil {
				return err
			}
			defer closing(&err, t.close)
			if draft {
				return p.applyToDraft(c.Context(), t, folder, keep)
			}
			return p.apply(c.Context(), t, folder, keep, note)
		},
	}
	w.addTo(c.Flags())
	tableFlag(c.Flags(), &table)
	noteFlag(c.Flags(), &note)
	c.Flags().BoolVar(&draft, "draft", false, "leave the rows in the draft")
	c.Flags().BoolVar(&keep, "keep", false, "delete no row")
	return c
}

func noteFlag(flags *pflag.FlagSet, to *string) {
	flags.StringVar(to, "note", "", "what changes, for those who look at the list of snapshots later")
}

// check prints everything that is wrong with a set whose files are in the
// folder, or come from elsewhere.
func (p *program) check(folder *files.Folder, set tables.Set) (*snapshot.Snapshot, []tables.Problem) {
	compiled, problems := snapshot.Compile(set, parse.Parse)
	problems = slices.Concat(folder.Problems, problems, snapshot.Expired(set, journey.At(time.Now())), notKept(set))
	tables.SortProblems(problems)
	for _, problem := range problems {
		fmt.Fprintln(p.stderr, folder.Describe(problem))
	}
	return compiled, problems
}

// admin is who applies a folder in this process; over HTTP the key tells.
var admin = personalize.Caller{Key: personalize.Admin, Name: "admin"}

func (p *program) apply(ctx context.Context, service gateway.Service, folder *files.Folder, keep bool, note string) error {
	changed, live, err := p.publish(ctx, service, folder, keep, note)
	switch {
	case err != nil:
		return err
	case changed == nothingNew:
		_, err = fmt.Fprintf(p.stdout, "nothing to publish: %s is live already\n", live)
	default:
		_, err = fmt.Fprintf(p.stdout, "%d rows changed, %s is live\n", changed, live)
	}
	return err
}

// nothingNew is what publish returns in place of the number of changed rows
// where what it would publish is live already.
const nothingNew = -1

// publish makes the folder's tables live.
func (p *program) publish(ctx context.Context, service gateway.Service, folder *files.Folder, keep bool, note string) (changed int, live string, err error) {
	if changed, err = p.edit(ctx, service, folder, keep); err != nil {
		return 0, "", err
	}
	before, err := service.ConfigSnapshots(ctx)
	if err != nil {
		return 0, "", err
	}
	if before.Draft == before.Live {
		return nothingNew, before.Live, nil
	}
	now, err := service.PublishConfig(ctx, admin, before.Live, personalize.PublishRequest{Note: note})
	if err != nil {
		return 0, "", err
	}
	return changed, now.Live, nil
}

func (p *program) applyToDraft(ctx context.Context, service gateway.Service, folder *files.Folder, keep bool) error {
	changed, err := p.edit(ctx, service, folder, keep)
	if err == nil {
		_, err = fmt.Fprintf(p.stdout, "%d rows changed in the draft\n", changed)
	}
	return err
}

// edit makes the draft's tables those of the folder, where they hold together
// with the others.
func (p *program) edit(ctx context.Context, service gateway.Service, folder *files.Folder, keep bool) (changed int, err error) {
	draft, err := service.ConfigRows(ctx, "")
	if err != nil {
		return 0, err
	}
	set, edits, err := changes(folder.Set, draft.Rows, keep)
	if err != nil {
		return 0, err
	}
	if _, problems := p.check(folder, set); tables.HasErrors(problems) {
		fmt.Fprintln(p.stderr, "nothing was changed")
		return 0, errTold
	}
	parts := calls(edits)
	for i, part := range parts {
		call := personalize.ConfigEdits{Rows: part, More: i+1 < len(parts)}
		if _, err := service.EditConfig(ctx, admin, call); err != nil {
			return 0, err
		}
	}
	return len(edits), nil
}
