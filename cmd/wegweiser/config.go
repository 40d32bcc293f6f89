package main

import (
	"context"
	"fmt"
	"os"
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
their ids.`,
	}
	c.AddCommand(
		p.getCommand(),
		p.checkCommand(),
		p.applyCommand(),
		p.diffCommand(),
		p.approveCommand(),
		p.publishCommand(),
		p.rollbackCommand(),
		p.historyCommand(),
	)
	group(c)
	return c
}

func (p *program) checkCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check DIR",
		Short: "Say everything that is wrong with a folder of tables",
		Long: `Checks the tables of a folder by themselves, without any server or data, and
prints every problem with its file and line. It ends with 1 where one is an
error; warnings alone end with 0.`,
		Example: `  wegweiser config check shop`,
		Args:    takes("DIR"),
		RunE: func(_ *cobra.Command, args []string) error {
			folder, err := readFolder(args[0])
			if err != nil {
				return err
			}
			checked, problems := p.check(folder, folder.Set)
			if tables.HasErrors(problems) {
				return errTold
			}
			_, err = fmt.Fprintf(p.stdout, "%s: %d rows, no errors; published they are the snapshot %s\n", args[0], folder.Set.Len(), checked.ID())
			return err
		},
	}
}

func (p *program) applyCommand() *cobra.Command {
	var w where
	var note string
	c := &cobra.Command{
		Use:   "apply DIR",
		Short: "Check a folder of tables and make it live",
		Long: `Puts the rows of the folder's tables in the place of those that are there, and
publishes. Tables without a file in the folder stay as they are. Where a row has
an error nothing changes; where everything is as in the folder already, nothing
is published.`,
		Example: `  wegweiser config apply shop --note "Autumn sofas"`,
		Args:    takes("DIR"),
		RunE: func(c *cobra.Command, args []string) (err error) {
			folder, err := readFolder(args[0])
			if err != nil {
				return err
			}
			t, err := p.connect(c.Context(), &w, true)
			if err != nil {
				return err
			}
			defer closing(&err, t.close)
			return p.apply(c.Context(), t, folder, note)
		},
	}
	w.addTo(c.Flags())
	noteFlag(c.Flags(), &note)
	return c
}

func noteFlag(flags *pflag.FlagSet, to *string) {
	flags.StringVar(to, "note", "", "what changes, for those who look at the list of snapshots later")
}

func readFolder(path string) (*files.Folder, error) {
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("there is no folder %s", path)
	}
	folder, err := files.Read(os.DirFS(path))
	if err != nil {
		return nil, err
	}
	if len(folder.Set) == 0 && len(folder.Problems) == 0 {
		return nil, fmt.Errorf("there is no table in %s; a table is a file such as items.yaml, rules.csv or settings.json", path)
	}
	return folder, nil
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

func (p *program) apply(ctx context.Context, service gateway.Service, folder *files.Folder, note string) error {
	changed, live, err := p.publish(ctx, service, folder, note)
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
func (p *program) publish(ctx context.Context, service gateway.Service, folder *files.Folder, note string) (changed int, live string, err error) {
	draft, err := service.ConfigRows(ctx, "")
	if err != nil {
		return 0, "", err
	}
	set, edits, err := changes(folder.Set, draft.Rows)
	if err != nil {
		return 0, "", err
	}
	if _, problems := p.check(folder, set); tables.HasErrors(problems) {
		fmt.Fprintln(p.stderr, "nothing was changed")
		return 0, "", errTold
	}
	parts := calls(edits)
	for i, part := range parts {
		call := personalize.ConfigEdits{Rows: part, More: i+1 < len(parts)}
		if _, err := service.EditConfig(ctx, admin, call); err != nil {
			return 0, "", err
		}
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
	return len(edits), now.Live, nil
}
