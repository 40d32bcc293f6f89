package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"wegweiser/shared/gateway"
	"wegweiser/shared/personalize"
	"wegweiser/shared/tables"
	"wegweiser/shared/tables/files"
)

func (p *program) getCommand() *cobra.Command {
	var w where
	var format, to string
	c := &cobra.Command{
		Use:   "get [TABLE [ID]]",
		Short: "Print the rows of a table, or write all tables into a folder",
		Long: `Prints the rows of a table of the draft, or the one row of that id, as a file of
that table would have them; without TABLE all tables, in YAML or JSON. With --to
it writes the files of all tables, or of the one, into a folder. Config apply
reads both, and then changes nothing.`,
		Example: `  wegweiser config get items
  wegweiser config get > shop.yaml
  wegweiser config get rules winter -o json
  wegweiser config get --to shop`,
		Args: takesUpTo("TABLE", "ID"),
		RunE: func(c *cobra.Command, args []string) (err error) {
			switch files.Format(format) {
			case files.YAML, files.JSON, files.CSV:
			default:
				return usagef("-o must be yaml, json or csv, not %q", format)
			}
			printed := to == "" || to == standard
			if len(args) == 0 && printed && files.Format(format) == files.CSV {
				return usagef("TABLE is missing: CSV is the rows of one table, so name one of %s, or a folder for all of them with --to", strings.Join(tables.Tables(), ", "))
			}
			t, err := p.connect(c.Context(), &w, false)
			if err != nil {
				return err
			}
			defer closing(&err, t.close)
			set, err := p.rows(c.Context(), t, args)
			if err != nil {
				return err
			}
			if printed {
				return p.printTables(set, strings.Join(args[:min(len(args), 1)], ""), files.Format(format))
			}
			if err := files.Write(to, set, files.Format(format)); err != nil {
				return err
			}
			_, err = fmt.Fprintf(p.stdout, "%d rows written to %s\n", set.Len(), to)
			return err
		},
	}
	w.addTo(c.Flags())
	c.Flags().StringVarP(&format, "output", "o", string(files.YAML), "yaml, json or csv")
	c.Flags().StringVar(&to, "to", "", "folder to write files into, which is made where there is none; - prints them")
	return c
}

// rows returns the rows of all tables, of one, or one row. Cells that cannot
// be read are told, and left out.
func (p *program) rows(ctx context.Context, service gateway.Service, which []string) (tables.Set, error) {
	var list []personalize.ConfigRow
	switch len(which) {
	case 2:
		row, err := service.ConfigRow(ctx, which[0], which[1])
		if err != nil {
			return nil, err
		}
		list = append(list, *row)
	default:
		rows, err := service.ConfigRows(ctx, strings.Join(which, ""))
		if err != nil {
			return nil, err
		}
		list = rows.Rows
	}
	set := tables.Set{}
	for _, have := range list {
		row, problems := tables.ReadRow(have.Table, "", have.Row)
		for _, problem := range problems {
			fmt.Fprintln(p.stderr, problem)
		}
		set.Add(have.Table, row)
	}
	return set, nil
}

// printTables prints one table, or all where its name is empty.
func (p *program) printTables(set tables.Set, table string, format files.Format) error {
	text, err := files.Text(set, table, format)
	if err != nil {
		return err
	}
	_, err = p.stdout.Write(text)
	return err
}

// printJSON prints an answer as the API has it, in lines.
func (p *program) printJSON(answer any) error { return writeJSON(p.stdout, answer) }

func writeJSON(w io.Writer, answer any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(answer)
}
